use crate::{Door, Effect, Outcome, Request, Step, StepKind, Trace};

/// Where the flow pushes what happened, as it happens.
///
/// A request is pushed as `start`, its steps in order, notes in between, what is known of its version, and `finish`. Whatever a sink does inside
/// these calls is time of the request, so a sink for traffic must be quick.
pub trait Sink {
    /// The request begins, at `started_ns` on the clock of the run.
    fn start(&mut self, started_ns: u64);
    /// A step begins. Most sinks have no use for that.
    fn begin(&mut self, _kind: StepKind) {}
    /// A step has ended.
    fn step(&mut self, step: Step);
    /// Something out of the ordinary, in words. Called only on paths where it happened.
    fn note(&mut self, note: String);
    /// Which version of the product's row the answer holds, or the write made. At most once, and only where it is known.
    fn version(&mut self, _version: u64) {}
    /// The answer was out of date when it was asked for, and had been for so many nanoseconds. At most once.
    fn stale(&mut self, _age_ns: u64) {}
    /// What a protection saved and cost. Called only where one did something.
    fn effect(&mut self, _effect: Effect) {}
    /// The request has ended after `total_ns` nanoseconds.
    fn finish(&mut self, outcome: Outcome, total_ns: u64);
    /// Where the work is pushed that this request leaves to the background: that is no time of the request, and may end
    /// after it. By default nowhere.
    fn behind(&mut self) -> Box<dyn Sink + Send> {
        Box::new(Discard)
    }
}

impl<S: Sink + ?Sized> Sink for &mut S {
    fn start(&mut self, started_ns: u64) {
        (**self).start(started_ns);
    }

    fn begin(&mut self, kind: StepKind) {
        (**self).begin(kind);
    }

    fn step(&mut self, step: Step) {
        (**self).step(step);
    }

    fn note(&mut self, note: String) {
        (**self).note(note);
    }

    fn version(&mut self, version: u64) {
        (**self).version(version);
    }

    fn stale(&mut self, age_ns: u64) {
        (**self).stale(age_ns);
    }

    fn effect(&mut self, effect: Effect) {
        (**self).effect(effect);
    }

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        (**self).finish(outcome, total_ns);
    }

    fn behind(&mut self) -> Box<dyn Sink + Send> {
        (**self).behind()
    }
}

impl<S: Sink + ?Sized> Sink for Box<S> {
    fn start(&mut self, started_ns: u64) {
        (**self).start(started_ns);
    }

    fn begin(&mut self, kind: StepKind) {
        (**self).begin(kind);
    }

    fn step(&mut self, step: Step) {
        (**self).step(step);
    }

    fn note(&mut self, note: String) {
        (**self).note(note);
    }

    fn effect(&mut self, effect: Effect) {
        (**self).effect(effect);
    }

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        (**self).finish(outcome, total_ns);
    }

    fn behind(&mut self) -> Box<dyn Sink + Send> {
        (**self).behind()
    }
}

/// Two sinks, both of which are told everything. What the request leaves to the background is the first one's.
#[derive(Debug, Clone, Copy, Default)]
pub struct Both<A, B>(pub A, pub B);

impl<A: Sink, B: Sink> Sink for Both<A, B> {
    fn start(&mut self, started_ns: u64) {
        self.0.start(started_ns);
        self.1.start(started_ns);
    }

    fn begin(&mut self, kind: StepKind) {
        self.0.begin(kind);
        self.1.begin(kind);
    }

    fn step(&mut self, step: Step) {
        self.0.step(step);
        self.1.step(step);
    }

    fn note(&mut self, note: String) {
        self.1.note(note.clone());
        self.0.note(note);
    }

    fn version(&mut self, version: u64) {
        self.0.version(version);
        self.1.version(version);
    }

    fn stale(&mut self, age_ns: u64) {
        self.0.stale(age_ns);
        self.1.stale(age_ns);
    }

    fn effect(&mut self, effect: Effect) {
        self.0.effect(effect);
        self.1.effect(effect);
    }

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        self.0.finish(outcome, total_ns);
        self.1.finish(outcome, total_ns);
    }

    fn behind(&mut self) -> Box<dyn Sink + Send> {
        self.0.behind()
    }
}

/// Keeps nothing: for warming up and for measuring what a sink costs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Discard;

impl Sink for Discard {
    fn start(&mut self, _started_ns: u64) {}
    fn step(&mut self, _step: Step) {}
    fn note(&mut self, _note: String) {}
    fn finish(&mut self, _outcome: Outcome, _total_ns: u64) {}
}

/// Keeps everything: becomes the [`Trace`] of one request.
#[derive(Debug)]
pub struct Collector {
    trace: Trace,
}

impl Collector {
    /// An empty collector for the request with this number.
    #[must_use]
    pub fn new(id: u64, request: Request) -> Self {
        Self {
            trace: Trace {
                id,
                request,
                outcome: Outcome::Error,
                started_ns: 0,
                waited_ns: 0,
                total_ns: 0,
                other_ns: 0,
                // A miss, the longest plain path, has five.
                steps: Vec::with_capacity(6),
                notes: Vec::new(),
                version: None,
                stale_ns: None,
                effects: Vec::new(),
                door: Door::Own,
            },
        }
    }

    /// The same, of a request that came in by that door.
    #[must_use]
    pub fn through(mut self, door: Door) -> Self {
        self.trace.door = door;
        self
    }

    /// By which door the request came in.
    #[must_use]
    pub fn door(&self) -> Door {
        self.trace.door
    }

    /// The trace as collected. A request that never finished is an error that took no time.
    #[must_use]
    pub fn into_trace(self) -> Trace {
        self.trace
    }
}

impl Sink for Collector {
    fn start(&mut self, started_ns: u64) {
        self.trace.started_ns = started_ns;
    }

    fn step(&mut self, step: Step) {
        self.trace.steps.push(step);
    }

    fn note(&mut self, note: String) {
        self.trace.notes.push(note);
    }

    fn version(&mut self, version: u64) {
        self.trace.version = Some(version);
    }

    fn stale(&mut self, age_ns: u64) {
        self.trace.stale_ns = Some(age_ns);
    }

    fn effect(&mut self, effect: Effect) {
        self.trace.effects.push(effect);
    }

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        let in_steps: u64 = self.trace.steps.iter().map(|step| step.duration_ns).sum();
        self.trace.outcome = outcome;
        self.trace.total_ns = total_ns;
        self.trace.other_ns = total_ns.saturating_sub(in_steps);
    }
}
