//! What the door sees of a request in the flow, as it happens: enough for its headers.

use std::time::Duration;

use trace::{Effect, Outcome, Protection, Sink, Step, StepKind};

/// How many steps are told; a request that waits for a lock again and again has more.
const TOLD: usize = 32;

/// The steps of one request.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) steps: Vec<Step>,
    /// How long those took that are not told.
    pub(crate) untold: Duration,
    pub(crate) total_ns: u64,
    /// The answer is in the cache now.
    pub(crate) stored: bool,
    /// The Bloom filter has answered.
    pub(crate) filtered: bool,
}

impl Seen {
    pub(crate) fn new() -> Self {
        Self { steps: Vec::with_capacity(8), ..Self::default() }
    }

    /// What of the total belongs to no step.
    pub(crate) fn other_ns(&self) -> u64 {
        let told: u64 = self.steps.iter().map(|step| step.duration_ns).sum();
        self.total_ns.saturating_sub(told).saturating_sub(self.untold.as_nanos() as u64)
    }
}

impl Sink for Seen {
    fn start(&mut self, _started_ns: u64) {}

    fn step(&mut self, step: Step) {
        self.stored |= step.kind == StepKind::CacheSet && !step.failed;
        if self.steps.len() < TOLD {
            self.steps.push(step);
        } else {
            self.untold += Duration::from_nanos(step.duration_ns);
        }
    }

    fn note(&mut self, _note: String) {}

    fn effect(&mut self, effect: Effect) {
        self.filtered |= effect.protection == Protection::BloomFilter && effect.queries_avoided > 0;
    }

    fn finish(&mut self, _outcome: Outcome, total_ns: u64) {
        self.total_ns = total_ns;
    }
}
