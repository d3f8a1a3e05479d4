use cache::{Exchange, Tap};
use trace::{Collector, Outcome, Request, Sink, Step, StepKind, Trace};

use crate::{Excerpt, StepWire};

/// How many bytes of each direction of a step are shown.
const SHOWN: usize = 4 * 1024;

/// The sink of a single click: keeps the trace and, for each step that spoke to the server, the bytes that passed.
#[derive(Debug)]
pub(crate) struct Click {
    collector: Collector,
    tap: Tap,
    steps: u32,
    seen: Vec<(u32, Exchange)>,
}

impl Click {
    pub(crate) fn new(id: u64, request: Request, tap: Tap) -> Self {
        Self { collector: Collector::new(id, request), tap, steps: 0, seen: Vec::new() }
    }

    /// The trace, the bytes of its steps, and why bytes are missing if they are.
    pub(crate) fn into_parts(self) -> (Trace, Vec<StepWire>, Option<String>) {
        let silent = self.seen.iter().any(|(_, exchange)| exchange.sent.total == 0);
        let wire_note = silent.then(|| "Nothing was sent to the cache: there was no connection to it.".to_owned());
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
        if matches!(step.kind, StepKind::CacheGet | StepKind::CacheSet | StepKind::CacheDel) {
            self.seen.push((self.steps, self.tap.take()));
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

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        self.collector.finish(outcome, total_ns);
    }
}
