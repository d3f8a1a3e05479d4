use std::sync::Arc;

use cache::{Exchange, Tap};
use trace::{Collector, Effect, Outcome, Request, Sink, Step, StepKind, Trace};

use crate::background::OnReload;
use crate::{Excerpt, StepWire};

/// How many bytes of each direction of a step are shown.
const SHOWN: usize = 4 * 1024;

/// The sink of a single click: keeps the trace and, for each step that spoke to the server, the bytes that passed.
pub(crate) struct Click {
    id: u64,
    request: Request,
    collector: Collector,
    tap: Tap,
    steps: u32,
    seen: Vec<(u32, Exchange)>,
    on_reload: OnReload,
}

impl Click {
    /// What the request leaves to the background is told to `on_reload` when it has ended.
    pub(crate) fn new(id: u64, request: Request, tap: Tap, on_reload: OnReload) -> Self {
        Self { id, request, collector: Collector::new(id, request), tap, steps: 0, seen: Vec::new(), on_reload }
    }

    /// The trace, the bytes of its steps, and why bytes are missing if they are; `not_captured` where none could be seen.
    pub(crate) fn into_parts(self, not_captured: Option<&str>) -> (Trace, Vec<StepWire>, Option<String>) {
        let silent = self.seen.iter().any(|(_, exchange)| exchange.sent.total == 0);
        let why = not_captured.unwrap_or("Nothing was sent to the cache: there was no connection to it.");
        let wire_note = silent.then(|| why.to_owned());
        let wire = self
            .seen
            .into_iter()
            .filter(|(_, exchange)| exchange.sent.total > 0)
            .map(|(step, Exchange { sent, received })| StepWire {
                step,
                sent: Excerpt::of_wire(&sent.bytes, sent.total, SHOWN),
                received: Excerpt::of_wire(&received.bytes, received.total, SHOWN),
            })
            .collect();
        (self.collector.into_trace(), wire, wire_note)
    }
}

impl Sink for Click {
    fn start(&mut self, started_ns: u64) {
        // What a step of an earlier click left behind, such as an answer that came too late, is not this one's.
        drop(self.tap.take());
        self.collector.start(started_ns);
    }

    fn step(&mut self, step: Step) {
        if matches!(step.kind, StepKind::CacheGet | StepKind::CacheLock | StepKind::CacheSet | StepKind::CacheDel) {
            self.seen.push((self.steps, self.tap.take()));
        } else if step.kind == StepKind::Wait {
            // Who waits for the owner of a lock asks the server meanwhile; who waits for another's load does not.
            let exchange = self.tap.take();
            if exchange.sent.total > 0 {
                self.seen.push((self.steps, exchange));
            }
        }
        self.steps += 1;
        self.collector.step(step);
    }

    fn note(&mut self, note: String) {
        self.collector.note(note);
    }

    fn version(&mut self, version: u64) {
        self.collector.version(version);
    }

    fn stale(&mut self, age_ns: u64) {
        self.collector.stale(age_ns);
    }

    fn effect(&mut self, effect: Effect) {
        self.collector.effect(effect);
    }

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        self.collector.finish(outcome, total_ns);
    }

    fn behind(&mut self) -> Box<dyn Sink + Send> {
        let collector = Collector::new(self.id, self.request);
        let on_reload = Arc::clone(&self.on_reload);
        Box::new(Reload { id: self.id, request: self.request, collector, on_reload })
    }
}

/// The sink of what a click leaves to the background. Its bytes pass on another connection, and are not shown.
struct Reload {
    id: u64,
    request: Request,
    collector: Collector,
    on_reload: OnReload,
}

impl Sink for Reload {
    fn start(&mut self, started_ns: u64) {
        self.collector.start(started_ns);
    }

    fn step(&mut self, step: Step) {
        self.collector.step(step);
    }

    fn note(&mut self, note: String) {
        self.collector.note(note);
    }

    fn effect(&mut self, effect: Effect) {
        self.collector.effect(effect);
    }

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        self.collector.finish(outcome, total_ns);
        let ended = std::mem::replace(&mut self.collector, Collector::new(self.id, self.request));
        (self.on_reload)(ended.into_trace());
    }
}
