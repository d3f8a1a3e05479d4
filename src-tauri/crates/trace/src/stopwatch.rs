use crate::{Clock, Outcome, Sink, Step, StepKind};

/// Times the steps of one request and pushes them into a sink.
///
/// It reads the clock immediately before and after each act, so that time between acts is counted as what it is.
#[derive(Debug)]
pub struct Stopwatch<'a, S> {
    clock: &'a dyn Clock,
    sink: S,
    started_ns: u64,
}

impl<'a, S: Sink> Stopwatch<'a, S> {
    /// Starts the request.
    pub fn start(clock: &'a dyn Clock, mut sink: S) -> Self {
        let started_ns = clock.now_ns();
        sink.start(started_ns);
        Self { clock, sink, started_ns }
    }

    /// Times an act that cannot fail and does not wait.
    pub fn time<T>(&mut self, kind: StepKind, act: impl FnOnce() -> T) -> T {
        let start = self.begin(kind);
        let value = act();
        self.push(kind, start, false);
        value
    }

    /// Times an act that may fail.
    pub fn try_time<T, E>(&mut self, kind: StepKind, act: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let start = self.begin(kind);
        let result = act();
        self.push(kind, start, result.is_err());
        result
    }

    /// Times an act that waits for somebody else and may fail.
    pub async fn wait_for<T, E>(&mut self, kind: StepKind, act: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let start = self.begin(kind);
        let result = act.await;
        self.push(kind, start, result.is_err());
        result
    }

    /// Says in words what was out of the ordinary.
    pub fn note(&mut self, note: String) {
        self.sink.note(note);
    }

    /// Ends the request.
    pub fn finish(mut self, outcome: Outcome) {
        let total_ns = self.clock.now_ns() - self.started_ns;
        self.sink.finish(outcome, total_ns);
    }

    fn begin(&mut self, kind: StepKind) -> u64 {
        self.sink.begin(kind);
        self.clock.now_ns()
    }

    fn push(&mut self, kind: StepKind, start: u64, failed: bool) {
        let duration_ns = self.clock.now_ns() - start;
        self.sink.step(Step { kind, start_ns: start - self.started_ns, duration_ns, injected_ns: 0, failed });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Collector, ManualClock, Query, Request};

    #[test]
    fn steps_and_other_add_up_to_the_total() {
        let clock = ManualClock::default();
        clock.advance_ns(1_000);
        let mut collector = Collector::new(7, Request::read(1, Query::Lookup));

        let mut watch = Stopwatch::start(&clock, &mut collector);
        clock.advance_ns(5);
        watch.time(StepKind::CacheGet, || clock.advance_ns(50));
        clock.advance_ns(3);
        watch.time(StepKind::Decode, || clock.advance_ns(20));
        clock.advance_ns(2);
        watch.finish(Outcome::Hit);

        let trace = collector.into_trace();
        assert_eq!((trace.id, trace.started_ns, trace.outcome), (7, 1_000, Outcome::Hit));
        assert_eq!((trace.total_ns, trace.other_ns), (80, 10));
        assert_eq!(
            trace.steps.iter().map(|s| (s.kind, s.start_ns, s.duration_ns)).collect::<Vec<_>>(),
            [(StepKind::CacheGet, 5, 50), (StepKind::Decode, 58, 20)]
        );
    }

    #[test]
    fn a_step_that_fails_keeps_its_time_and_says_so() {
        let clock = ManualClock::default();
        let mut collector = Collector::new(1, Request::read(1, Query::Lookup));
        let mut watch = Stopwatch::start(&clock, &mut collector);
        let result: Result<(), &str> = watch.try_time(StepKind::Decode, || {
            clock.advance_ns(9);
            Err("not JSON")
        });
        assert_eq!(result, Err("not JSON"));
        watch.note("the cached value could not be read".to_owned());
        watch.finish(Outcome::Miss);

        let trace = collector.into_trace();
        assert!(trace.steps[0].failed);
        assert_eq!(trace.steps[0].duration_ns, 9);
        assert_eq!(trace.notes, ["the cached value could not be read"]);
    }
}
