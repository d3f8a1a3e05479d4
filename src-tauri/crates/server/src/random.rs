//! Random numbers that a test can choose.

use std::collections::HashMap;

/// SplitMix64: enough to sample keys and to name a run.
#[derive(Clone, Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, if there is one.
    pub(crate) fn below(&mut self, bound: usize) -> Option<usize> {
        let bound = u64::try_from(bound).ok()?;
        usize::try_from(self.next().checked_rem(bound)?).ok()
    }

    /// Up to `count` different numbers below `bound`, in random order: as many as there are. O(count).
    pub(crate) fn distinct(&mut self, count: usize, bound: usize) -> Vec<usize> {
        let count = count.min(bound);
        // The first cards of a shuffled deck (Fisher and Yates); only those that were moved are written down.
        let mut moved: HashMap<usize, usize> = HashMap::new();
        (0..count)
            .map(|place| {
                let other = place + self.below(bound - place).unwrap_or(0);
                let here = moved.get(&place).copied().unwrap_or(place);
                moved.insert(other, here).unwrap_or(other)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distinct_numbers_are_distinct_and_any_of_them() {
        let mut random = Random(1);
        for (count, bound) in [(0, 0), (3, 0), (1, 1), (3, 10), (10, 10), (20, 10), (500, 1000)] {
            let mut numbers = random.distinct(count, bound);
            assert_eq!(numbers.len(), count.min(bound));
            numbers.sort_unstable();
            numbers.dedup();
            assert_eq!(numbers.len(), count.min(bound));
            assert!(numbers.iter().all(|number| *number < bound));
        }
        let mut seen = [0; 5];
        for _ in 0..10_000 {
            random.distinct(2, 5).into_iter().for_each(|number| seen[number] += 1);
        }
        assert!(seen.iter().all(|count| (3_700..4_300).contains(count)), "{seen:?}");
    }
}
