use std::collections::VecDeque;
use std::sync::Arc;

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use trace::{Outcome, Trace};

/// Requests are sampled anew in each slot of so many nanoseconds.
const SLOT_NS: u64 = 20_000_000;

/// How many are kept of each outcome in a slot: 200 a second, so that a rare outcome is seen whole beside a frequent one.
const KEPT_IN_SLOT: usize = 4;

/// How many samples are kept: 30 s of three outcomes at their most, and some to spare.
const KEPT: usize = 20_000;

/// A sample of traces, the same number from each slot of time and each outcome: a reservoir (Vitter's algorithm R).
///
/// Below 200 requests a second of an outcome every one of them is in it.
#[derive(Debug)]
pub(crate) struct Sampler {
    random: Xoshiro256PlusPlus,
    slot: u64,
    reservoirs: [Reservoir; Outcome::ALL.len()],
    kept: VecDeque<Arc<Trace>>,
    /// How many were ever kept: the number of the next one.
    next: u64,
}

#[derive(Debug, Default)]
struct Reservoir {
    seen: u64,
    kept: Vec<Arc<Trace>>,
}

impl Sampler {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            random: Xoshiro256PlusPlus::seed_from_u64(seed),
            slot: 0,
            reservoirs: Default::default(),
            kept: VecDeque::new(),
            next: 0,
        }
    }

    pub(crate) fn offer(&mut self, trace: &Arc<Trace>) {
        self.roll(trace.ended_ns());
        let reservoir = &mut self.reservoirs[trace.outcome as usize];
        reservoir.seen += 1;
        if reservoir.kept.len() < KEPT_IN_SLOT {
            reservoir.kept.push(Arc::clone(trace));
        } else {
            let place = self.random.random_range(0..reservoir.seen) as usize;
            if let Some(kept) = reservoir.kept.get_mut(place) {
                *kept = Arc::clone(trace);
            }
        }
    }

    /// Closes the slot if it is over: its samples can be read from then on.
    pub(crate) fn roll(&mut self, now_ns: u64) {
        let slot = now_ns / SLOT_NS;
        if slot <= self.slot {
            return;
        }
        self.slot = slot;
        let from = self.kept.len();
        for reservoir in &mut self.reservoirs {
            reservoir.seen = 0;
            self.kept.extend(reservoir.kept.drain(..));
        }
        self.next += (self.kept.len() - from) as u64;
        self.kept.make_contiguous()[from..].sort_by_key(|trace| trace.ended_ns());
        let surplus = self.kept.len().saturating_sub(KEPT);
        self.kept.drain(..surplus);
    }

    /// The samples from number `cursor` on, but the newest `limit` at most; the number to go on with; and how many in
    /// between were missed.
    pub(crate) fn since(&self, cursor: u64, limit: usize) -> (Vec<Arc<Trace>>, u64, u64) {
        let new = self.next.saturating_sub(cursor);
        let given = new.min(limit as u64).min(self.kept.len() as u64);
        let traces = self.kept.range(self.kept.len() - given as usize..).cloned().collect();
        (traces, self.next, new - given)
    }

    /// The number of the next sample.
    pub(crate) fn cursor(&self) -> u64 {
        self.next
    }

    pub(crate) fn kept(&self) -> impl Iterator<Item = &Arc<Trace>> {
        self.kept.iter()
    }
}
