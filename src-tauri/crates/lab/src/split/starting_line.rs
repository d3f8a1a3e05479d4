use tokio::sync::oneshot;
use trace::Clock;

/// How long after both are ready they start, in nanoseconds: by then both threads know.
const AHEAD_NS: u64 = 20_000_000;

/// Where one of two runs waits for the other, so that both start at one moment.
#[derive(Debug)]
pub(crate) struct StartingLine {
    ready: oneshot::Sender<()>,
    go: oneshot::Receiver<u64>,
}

/// Who lets both start.
#[derive(Debug)]
pub(super) struct Starter {
    ready: [oneshot::Receiver<()>; 2],
    go: [oneshot::Sender<u64>; 2],
}

/// A line for each of two runs, and who lets them start.
pub(super) fn starting_lines() -> ([StartingLine; 2], Starter) {
    let ((ready_a, is_ready_a), (go_a, gone_a)) = (oneshot::channel(), oneshot::channel());
    let ((ready_b, is_ready_b), (go_b, gone_b)) = (oneshot::channel(), oneshot::channel());
    let lines = [StartingLine { ready: ready_a, go: gone_a }, StartingLine { ready: ready_b, go: gone_b }];
    (lines, Starter { ready: [is_ready_a, is_ready_b], go: [go_a, go_b] })
}

impl StartingLine {
    /// Says that this one is ready, and waits for the other. Answers when both start, on the clock they share; `None` where
    /// the other one never will.
    pub(crate) async fn start(self) -> Option<u64> {
        let _ = self.ready.send(());
        self.go.await.ok()
    }
}

impl Starter {
    /// Lets both start when both are ready. False where one came to nothing before: then the other one is let go without.
    pub(super) async fn give(self, clock: &dyn Clock) -> bool {
        let [ready_a, ready_b] = self.ready;
        if tokio::try_join!(ready_a, ready_b).is_err() {
            return false;
        }
        let at_ns = clock.now_ns() + AHEAD_NS;
        for go in self.go {
            // One that has gone meanwhile has been stopped.
            let _ = go.send(at_ns);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use trace::ManualClock;

    use super::*;

    #[tokio::test]
    async fn both_start_at_one_moment_that_is_still_to_come() {
        let clock = ManualClock::default();
        clock.advance_ns(5);
        let ([a, b], starter) = starting_lines();
        let (gave, a, b) = tokio::join!(starter.give(&clock), a.start(), b.start());
        assert_eq!((gave, a, b), (true, Some(AHEAD_NS + 5), Some(AHEAD_NS + 5)));
    }

    #[tokio::test]
    async fn where_one_comes_to_nothing_the_other_does_not_wait_for_ever() {
        let (clock, ([a, b], starter)) = (ManualClock::default(), starting_lines());
        drop(a);
        let (gave, b) = tokio::join!(starter.give(&clock), b.start());
        assert_eq!((gave, b), (false, None));
    }
}
