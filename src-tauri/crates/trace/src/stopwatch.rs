use crate::{Clock, Effect, Injector, Outcome, Sink, Step, StepKind};

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
        self.push(kind, start, 0, false);
        value
    }

    /// Times an act that may fail.
    pub fn try_time<T, E>(&mut self, kind: StepKind, act: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let start = self.begin(kind);
        let result = act();
        self.push(kind, start, 0, result.is_err());
        result
    }

    /// Times an act that waits for somebody else and may fail.
    pub async fn wait_for<T, E>(&mut self, kind: StepKind, act: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let start = self.begin(kind);
        let result = act.await;
        self.push(kind, start, 0, result.is_err());
        result
    }

    /// The same for an act that somebody may stand in the way of on purpose, who says afterwards how much of its time they put
    /// in.
    pub async fn wait_through<T, E>(
        &mut self,
        kind: StepKind,
        injector: Option<&dyn Injector>,
        act: impl Future<Output = Result<T, E>>,
    ) -> Result<T, E> {
        let start = self.begin(kind);
        let result = act.await;
        match injector {
            None => self.push(kind, start, 0, result.is_err()),
            Some(injector) => {
                let end = self.clock.now_ns();
                let injected_ns = injector.injected_ns(start, end, result.is_ok());
                self.push_until(kind, start, end, injected_ns, result.is_err());
            }
        }
        result
    }

    /// The same for an act that itself says how much of its time was put in on purpose, in nanoseconds.
    pub async fn wait_for_told<T, E>(
        &mut self,
        kind: StepKind,
        act: impl Future<Output = (Result<T, E>, u64)>,
    ) -> Result<T, E> {
        let start = self.begin(kind);
        let (result, injected_ns) = act.await;
        self.push(kind, start, injected_ns, result.is_err());
        result
    }

    /// Says in words what was out of the ordinary.
    pub fn note(&mut self, note: String) {
        self.sink.note(note);
    }

    /// Says which version of the product's row the answer holds, or the write made.
    pub fn version(&mut self, version: u64) {
        self.sink.version(version);
    }

    /// Where the work is pushed that this request leaves to the background.
    pub fn behind(&mut self) -> Box<dyn Sink + Send> {
        self.sink.behind()
    }

    /// Says what a protection saved and cost.
    pub fn effect(&mut self, effect: Effect) {
        self.sink.effect(effect);
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

    fn push(&mut self, kind: StepKind, start: u64, injected_ns: u64, failed: bool) {
        self.push_until(kind, start, self.clock.now_ns(), injected_ns, failed);
    }

    /// No more can have been put into a step than it lasted for.
    fn push_until(&mut self, kind: StepKind, start: u64, end: u64, injected_ns: u64, failed: bool) {
        let (start_ns, duration_ns) = (start - self.started_ns, end - start);
        let injected_ns = injected_ns.min(duration_ns);
        self.sink.step(Step { kind, start_ns, duration_ns, injected_ns, failed });
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Waker};

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
    fn what_was_put_in_on_purpose_is_told_and_is_never_more_than_the_step() {
        #[derive(Debug)]
        struct Held;
        impl Injector for Held {
            fn injected_ns(&self, start_ns: u64, end_ns: u64, answered: bool) -> u64 {
                if answered { (end_ns - start_ns) / 2 } else { u64::MAX }
            }
        }
        let clock = ManualClock::default();
        let act = async |result: Result<(), &'static str>| {
            clock.advance_ns(100);
            result
        };
        let mut collector = Collector::new(1, Request::read(1, Query::Lookup));
        let request = async {
            let mut watch = Stopwatch::start(&clock, &mut collector);
            assert_eq!(watch.wait_through(StepKind::CacheGet, Some(&Held), act(Ok(()))).await, Ok(()));
            assert_eq!(watch.wait_through(StepKind::CacheSet, Some(&Held), act(Err("late"))).await, Err("late"));
            assert_eq!(watch.wait_through(StepKind::CacheDel, None, act(Ok(()))).await, Ok(()));
            let told = async { (act(Ok(())).await, 70) };
            assert_eq!(watch.wait_for_told(StepKind::DbQuery, told).await, Ok(()));
            watch.finish(Outcome::Miss);
        };
        // Nothing in it waits.
        assert!(Box::pin(request).as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready());
        let steps = collector.into_trace().steps;
        assert_eq!(steps.iter().map(|step| step.injected_ns).collect::<Vec<_>>(), [50, 100, 0, 70]);
        assert!(steps.iter().all(|step| step.duration_ns == 100));
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
