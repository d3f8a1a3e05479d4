use std::mem;
use std::sync::Arc;

use trace::{Collector, Door, Effect, Outcome, Request, Sink, Step, StepKind};

use crate::Meter;
use crate::meter::Reloaded;

/// The sink of one request of a run: collects its trace and hands it to the meter.
///
/// A request that is given up (its probe dropped before it finished) counts as an error and says so.
#[derive(Debug)]
pub struct Probe {
    meter: Arc<Meter>,
    /// Until it has been handed over.
    collector: Option<Collector>,
    /// When the request was due, on the clock of the run; absent where nothing was due before it was sent.
    due_ns: Option<u64>,
    started_ns: Option<u64>,
    inside: Option<StepKind>,
}

impl Probe {
    /// A request of that number begins to count as sent.
    #[must_use]
    pub fn new(meter: Arc<Meter>, id: u64, request: Request, due_ns: Option<u64>) -> Self {
        meter.sent();
        Self { meter, collector: Some(Collector::new(id, request)), due_ns, started_ns: None, inside: None }
    }

    /// The same, of a request that came in by that door.
    #[must_use]
    pub fn through(mut self, door: Door) -> Self {
        self.collector = self.collector.take().map(|collector| collector.through(door));
        self
    }

    fn hand_over(&mut self) {
        if let Some(collector) = self.collector.take() {
            let mut trace = collector.into_trace();
            trace.waited_ns = self.due_ns.map_or(0, |due_ns| trace.started_ns.saturating_sub(due_ns));
            self.meter.record(trace);
        }
    }
}

impl Sink for Probe {
    fn start(&mut self, started_ns: u64) {
        self.started_ns = Some(started_ns);
        if let Some(collector) = &mut self.collector {
            collector.start(started_ns);
        }
    }

    fn begin(&mut self, kind: StepKind) {
        self.inside = Some(kind);
        self.meter.entered(kind);
    }

    fn step(&mut self, step: Step) {
        if let Some(kind) = self.inside.take() {
            self.meter.left(kind);
        }
        if let Some(collector) = &mut self.collector {
            collector.step(step);
        }
    }

    fn note(&mut self, note: String) {
        if let Some(collector) = &mut self.collector {
            collector.note(note);
        }
    }

    fn version(&mut self, version: u64) {
        if let Some(collector) = &mut self.collector {
            collector.version(version);
        }
    }

    fn stale(&mut self, age_ns: u64) {
        if let Some(collector) = &mut self.collector {
            collector.stale(age_ns);
        }
    }

    fn effect(&mut self, effect: Effect) {
        if let Some(collector) = &mut self.collector {
            collector.effect(effect);
        }
    }

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        if let Some(collector) = &mut self.collector {
            collector.finish(outcome, total_ns);
        }
        self.hand_over();
    }

    fn behind(&mut self) -> Box<dyn Sink + Send> {
        Box::new(Behind { meter: Arc::clone(&self.meter), inside: None, asked: false, effects: Vec::new(), failed: 0 })
    }
}

/// The sink of work that a request left to the background: shows where it is, and counts its query to the database and what protections did in it.
#[derive(Debug)]
struct Behind {
    meter: Arc<Meter>,
    inside: Option<StepKind>,
    asked: bool,
    effects: Vec<Effect>,
    failed: u64,
}

impl Sink for Behind {
    fn start(&mut self, _started_ns: u64) {}

    fn begin(&mut self, kind: StepKind) {
        self.inside = Some(kind);
        self.asked |= kind == StepKind::DbQuery;
        self.meter.entered(kind);
    }

    fn step(&mut self, step: Step) {
        // What may have looked up a key.
        self.failed += u64::from(step.failed && matches!(step.kind, StepKind::CacheLock | StepKind::CacheSet));
        if let Some(kind) = self.inside.take() {
            self.meter.left(kind);
        }
    }

    fn note(&mut self, _note: String) {}

    fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    fn finish(&mut self, _outcome: Outcome, _total_ns: u64) {}
}

impl Drop for Behind {
    fn drop(&mut self) {
        if let Some(kind) = self.inside.take() {
            self.meter.left(kind);
        }
        if self.asked || self.failed > 0 || !self.effects.is_empty() {
            self.meter.record_reload(Reloaded {
                ended_ns: self.meter.now_ns(),
                asked: self.asked,
                effects: mem::take(&mut self.effects),
                failed: self.failed,
            });
        }
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        if let Some(kind) = self.inside.take() {
            self.meter.left(kind);
        }
        if let Some(collector) = &mut self.collector {
            let now_ns = self.meter.now_ns();
            let started_ns = self.started_ns.unwrap_or(now_ns);
            collector.start(started_ns);
            let why = match collector.door() {
                Door::Own => "since the run was stopped",
                Door::Http => "since its client went away",
            };
            collector.note(format!("Given up before it was answered, {why}."));
            collector.finish(Outcome::Error, now_ns - started_ns);
            self.hand_over();
        }
    }
}
