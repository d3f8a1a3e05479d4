use std::ops::RangeInclusive;

use crate::Spread;

/// The latencies of several blocks, ordered so that a quantile of any mixture of them is found in a few steps: for each
/// value that occurs, how many of each block do not exceed it.
#[derive(Debug, Clone)]
pub struct Ladder {
    /// Ascending, each once.
    values: Vec<u64>,
    /// One row a value, one column a block.
    up_to: Vec<u32>,
    totals: Vec<u32>,
}

/// A quantile, and the rungs of a ladder between which it lies for every mixture.
#[derive(Debug, Clone)]
pub struct Sought {
    quantile: f64,
    rungs: RangeInclusive<usize>,
}

/// How many numbers a ladder may have: 128 MiB of them, a hundred times what a long recording needs.
const MOST: usize = 1 << 25;

impl Ladder {
    /// Those blocks. `None` of more than fits: over 4 billion requests in a block, or over 33 million values times blocks.
    #[must_use]
    pub fn of(blocks: &[&Spread]) -> Option<Self> {
        let mut values: Vec<u64> = blocks.iter().flat_map(|block| block.values.iter().map(|(ns, _)| *ns)).collect();
        // The stable sort knows what is in order already: it merges the blocks.
        values.sort();
        values.dedup();
        if values.len().saturating_mul(blocks.len()) > MOST {
            return None;
        }
        let mut totals = vec![0_u32; blocks.len()];
        let mut rest: Vec<_> = blocks.iter().map(|block| block.values.iter().peekable()).collect();
        let mut up_to = Vec::with_capacity(values.len() * blocks.len());
        for value in &values {
            for (total, rest) in totals.iter_mut().zip(&mut rest) {
                if let Some((_, count)) = rest.next_if(|(ns, _)| ns == value) {
                    *total = total.checked_add(u32::try_from(*count).ok()?)?;
                }
            }
            up_to.extend_from_slice(&totals);
        }
        Some(Self { values, up_to, totals })
    }

    /// How many there are in each block.
    #[must_use]
    pub fn totals(&self) -> &[u32] {
        &self.totals
    }

    /// How many there are in all blocks.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.totals.iter().map(|total| u64::from(*total)).sum()
    }

    /// Prepares to look for a quantile from 0 to 1. `None` where all blocks are empty.
    ///
    /// The quantile of a mixture lies between the smallest and the largest of its parts.
    #[must_use]
    pub fn seek(&self, quantile: f64) -> Option<Sought> {
        let blocks = self.totals.len();
        let rungs = (0..blocks).filter(|block| self.totals[*block] > 0).map(|block| {
            let rank = rank(quantile, u64::from(self.totals[block]));
            first_rung(0..=self.values.len() - 1, |rung| u64::from(self.up_to[rung * blocks + block]) >= rank)
        });
        let (low, high) = rungs.fold((usize::MAX, 0), |(low, high), rung| (low.min(rung), high.max(rung)));
        (low <= high).then_some(Sought { quantile, rungs: low..=high })
    }

    /// The latency at that quantile, in nanoseconds, of a mixture in which each block stands so many times: the smallest
    /// that at least this share do not exceed. `None` of an empty one.
    #[must_use]
    pub fn find(&self, sought: &Sought, weights: &[u16]) -> Option<u64> {
        let total = mixed(&self.totals, weights);
        let rank = rank(sought.quantile, total);
        let blocks = self.totals.len();
        let reached = |rung: usize| mixed(&self.up_to[rung * blocks..(rung + 1) * blocks], weights) >= rank;
        (total > 0).then(|| self.values[first_rung(sought.rungs.clone(), reached)])
    }

    /// The latency at a quantile of all blocks together, in nanoseconds. `None` of none.
    #[must_use]
    pub fn quantile(&self, quantile: f64) -> Option<u64> {
        self.find(&self.seek(quantile)?, &vec![1; self.totals.len()])
    }
}

/// Where a quantile stands among so many, from 1. The last millionth is the rounding of `quantile`: 0.9 of 100 is 90.
fn rank(quantile: f64, count: u64) -> u64 {
    (quantile.mul_add(count as f64, -1e-6).ceil() as u64).max(1)
}

/// The first of those rungs from which on something holds, the last if of none before.
fn first_rung(rungs: RangeInclusive<usize>, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = rungs.into_inner();
    while low < high {
        let middle = low.midpoint(high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

/// At most a thousand times 2^32 times 2^16, which fits; a check at each step would cost more than the step.
fn mixed(counts: &[u32], weights: &[u16]) -> u64 {
    let each = counts.iter().zip(weights).map(|(count, weight)| u64::from(*count) * u64::from(*weight));
    each.fold(0, u64::wrapping_add)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn spread(mut values: Vec<u64>) -> Spread {
        values.sort_unstable();
        let sum_ns = values.iter().map(|value| u128::from(*value)).sum();
        let counted = values.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64));
        Spread { values: counted.collect(), sum_ns }
    }

    proptest! {
        #[test]
        fn a_quantile_of_a_mixture_is_that_of_all_its_values_sorted(
            blocks in prop::collection::vec((prop::collection::vec(1_u64..500, 0..40), 0_u16..4), 1..8),
            quantile in 0.0..=1.0_f64,
        ) {
            let (blocks, weights): (Vec<Vec<u64>>, Vec<u16>) = blocks.into_iter().unzip();
            let spreads: Vec<Spread> = blocks.iter().cloned().map(spread).collect();
            let ladder = Ladder::of(&spreads.iter().collect::<Vec<_>>()).expect("it fits");
            let mut all: Vec<u64> = blocks.iter().zip(&weights).flat_map(|(block, weight)| block.repeat(usize::from(*weight))).collect();
            all.sort_unstable();
            let expected = (!all.is_empty()).then(|| all[rank(quantile, all.len() as u64) as usize - 1]);
            let found = ladder.seek(quantile).and_then(|sought| ladder.find(&sought, &weights));
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let huge = Spread { values: vec![(1, u64::from(u32::MAX)), (2, 1)], sum_ns: 0 };
        assert!(Ladder::of(&[&huge]).is_none());
        let wide = spread((1..=40_000).collect());
        assert!(Ladder::of(&[&wide; 1_000]).is_none());
        assert!(Ladder::of(&[&Spread::default()]).is_some_and(|empty| empty.quantile(0.5).is_none()));
    }
}
