//! What statistics are done on.

use metrics::{Counts, Injected, Latencies, Tally};
use trace::{Outcome, StepKind};

/// Latencies as a sorted list: each value in nanoseconds, to three digits, and how many there are of it. Small where a
/// histogram is quick.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spread {
    /// Ascending, each value once, no count 0.
    pub values: Vec<(u64, u64)>,
    /// The sum of all, in nanoseconds, exactly.
    pub sum_ns: u128,
}

/// The latencies of a stretch of a recording: a round, or a second. Stretches are what is drawn from again and again to
/// see how far chance goes.
#[derive(Debug, Clone, Default)]
pub struct Block {
    /// How long it lasted, in nanoseconds.
    pub elapsed_ns: u64,
    /// What ended in it.
    pub counts: Counts,
    /// Each outcome that was met, with its response and service times; in the order of [`Outcome::ALL`].
    pub outcomes: Vec<(Outcome, Spread, Spread)>,
    /// Each step that was met, with the times of those that succeeded; in the order of [`StepKind::ALL`].
    pub steps: Vec<(StepKind, Spread)>,
    /// What was put into steps on purpose, of each kind that holds some. The times hold it.
    pub injected: Vec<(StepKind, Injected)>,
    /// Reads that told their version: of these it is known whether they were stale.
    pub checked: u64,
    /// For how long the answers of those that were had been out of date.
    pub stale_ages: Spread,
}

/// What a recording's blocks are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// Rounds of a study: blocks of the same number ran side by side, with the same requests.
    Rounds,
    /// Seconds of a lone recording, so many to a block.
    Seconds(u32),
}

impl Spread {
    /// Those latencies.
    #[must_use]
    pub fn of(latencies: &Latencies) -> Self {
        Self { values: latencies.recorded().collect(), sum_ns: latencies.sum_ns() }
    }

    /// The same as a histogram.
    #[must_use]
    pub fn latencies(&self) -> Latencies {
        let mut latencies = Latencies::default();
        self.values.iter().for_each(|(ns, count)| latencies.record_many(*ns, *count));
        latencies
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.values.iter().map(|(_, count)| count).sum()
    }

    /// Adds all of another.
    pub fn add(&mut self, other: &Self) {
        let mut sum = Vec::with_capacity(self.values.len() + other.values.len());
        let (mut left, mut right) = (self.values.iter().peekable(), other.values.iter().peekable());
        loop {
            let next = match (left.peek(), right.peek()) {
                (Some((a, n)), Some((b, m))) if a == b => {
                    let both = (*a, n + m);
                    left.next();
                    right.next();
                    both
                }
                (Some((a, _)), Some((b, _))) if a > b => *right.next().unwrap_or(&(0, 0)),
                (Some(_), _) => *left.next().unwrap_or(&(0, 0)),
                (None, Some(_)) => *right.next().unwrap_or(&(0, 0)),
                (None, None) => break,
            };
            sum.push(next);
        }
        self.values = sum;
        self.sum_ns += other.sum_ns;
    }
}

impl Block {
    /// That tally as a block.
    #[must_use]
    pub fn of(tally: &Tally, elapsed_ns: u64) -> Self {
        let outcomes = Outcome::ALL.into_iter().filter_map(|outcome| {
            let times = tally.times(outcome)?;
            Some((outcome, Spread::of(&times.response), Spread::of(&times.service)))
        });
        let steps = StepKind::ALL.into_iter().filter_map(|kind| {
            Some((kind, Spread::of(&tally.step(kind)?.durations))).filter(|(_, spread)| spread.count() > 0)
        });
        Self {
            elapsed_ns,
            counts: tally.counts(),
            outcomes: outcomes.collect(),
            steps: steps.collect(),
            injected: injected_in(tally).collect(),
            checked: tally.checked(),
            stale_ages: tally.stale_ages().map(Spread::of).unwrap_or_default(),
        }
    }

    /// What was put into steps of that kind on purpose.
    #[must_use]
    pub fn injected_in(&self, kind: StepKind) -> Injected {
        self.injected.iter().find(|(known, _)| *known == kind).map_or_else(Injected::default, |(_, injected)| *injected)
    }

    /// Response and service times of everything, whichever way it went.
    #[must_use]
    pub fn all(&self) -> (Spread, Spread) {
        let (mut response, mut service) = (Spread::default(), Spread::default());
        for (_, responses, services) in &self.outcomes {
            response.add(responses);
            service.add(services);
        }
        (response, service)
    }

    /// Adds another block to this one.
    pub fn add(&mut self, other: &Self) {
        self.elapsed_ns += other.elapsed_ns;
        self.counts = self.counts + other.counts;
        for (outcome, response, service) in &other.outcomes {
            match self.outcomes.iter_mut().find(|(known, ..)| known == outcome) {
                Some((_, responses, services)) => {
                    responses.add(response);
                    services.add(service);
                }
                None => self.outcomes.push((*outcome, response.clone(), service.clone())),
            }
        }
        self.outcomes.sort_by_key(|(outcome, ..)| *outcome as usize);
        for (kind, spread) in &other.steps {
            match self.steps.iter_mut().find(|(known, _)| known == kind) {
                Some((_, sum)) => sum.add(spread),
                None => self.steps.push((*kind, spread.clone())),
            }
        }
        self.steps.sort_by_key(|(kind, _)| *kind as usize);
        for (kind, injected) in &other.injected {
            match self.injected.iter_mut().find(|(known, _)| known == kind) {
                Some((_, sum)) => *sum += *injected,
                None => self.injected.push((*kind, *injected)),
            }
        }
        self.checked += other.checked;
        self.stale_ages.add(&other.stale_ages);
    }
}

/// What was put into steps on purpose, of each kind that holds some.
pub(crate) fn injected_in(tally: &Tally) -> impl Iterator<Item = (StepKind, Injected)> {
    StepKind::ALL
        .into_iter()
        .filter_map(|kind| Some((kind, tally.step(kind)?.injected)))
        .filter(|(_, injected)| !injected.is_none())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[u64]) -> Spread {
        let mut latencies = Latencies::default();
        values.iter().for_each(|value| latencies.record(*value));
        Spread::of(&latencies)
    }

    proptest! {
        #[test]
        fn adding_two_spreads_is_as_recording_both(left in prop::collection::vec(1_u64..100_000, 0..50), right in prop::collection::vec(1_u64..100_000, 0..50)) {
            let mut sum = of(&left);
            sum.add(&of(&right));
            // The longest is told exactly, the others to three digits: what was the longest of one is not of both.
            let both = of(&[left.clone(), right.clone()].concat());
            prop_assert_eq!(sum.count(), (left.len() + right.len()) as u64);
            prop_assert_eq!(sum.sum_ns, both.sum_ns);
            prop_assert!(sum.values.windows(2).all(|pair| pair[0].0 < pair[1].0));
        }
    }
}
