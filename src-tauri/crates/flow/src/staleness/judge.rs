use trace::{Effect, Operation, Outcome, ProductId, Request, Sink, Step, StepKind};

use super::Ledger;

/// The sink around a request's own: at its end it enters an acknowledged write into the ledger, and asks the ledger whether a
/// read was stale. Both are timed by the readings of the clock that the request takes anyway.
#[derive(Debug)]
pub(crate) struct Judge<'a, S> {
    sink: S,
    ledger: &'a Ledger,
    operation: Operation,
    product: ProductId,
    started_ns: u64,
    version: Option<u64>,
}

impl<'a, S: Sink> Judge<'a, S> {
    pub(crate) fn of(request: &Request, ledger: &'a Ledger, sink: S) -> Self {
        let Request { operation, product, .. } = *request;
        Self { sink, ledger, operation, product, started_ns: 0, version: None }
    }
}

impl<S: Sink> Sink for Judge<'_, S> {
    fn start(&mut self, started_ns: u64) {
        self.started_ns = started_ns;
        self.sink.start(started_ns);
    }

    fn begin(&mut self, kind: StepKind) {
        self.sink.begin(kind);
    }

    fn step(&mut self, step: Step) {
        self.sink.step(step);
    }

    fn note(&mut self, note: String) {
        self.sink.note(note);
    }

    fn effect(&mut self, effect: Effect) {
        self.sink.effect(effect);
    }

    fn behind(&mut self) -> Box<dyn Sink + Send> {
        self.sink.behind()
    }

    fn version(&mut self, version: u64) {
        self.version = Some(version);
        self.sink.version(version);
    }

    fn stale(&mut self, age_ns: u64) {
        self.sink.stale(age_ns);
    }

    fn finish(&mut self, outcome: Outcome, total_ns: u64) {
        if let Some(version) = self.version {
            match self.operation {
                Operation::Read => {
                    if let Some(age_ns) = self.ledger.age_ns(self.product, version, self.started_ns) {
                        self.sink.stale(age_ns);
                    }
                }
                Operation::Write => self.ledger.acknowledge(self.product, version, self.started_ns + total_ns),
            }
        }
        self.sink.finish(outcome, total_ns);
    }
}
