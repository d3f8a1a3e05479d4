use crate::Spread;

/// From how many beyond a quantile it is told; as in [`metrics::Latencies::quantile`].
const BEYOND: f64 = 10.0;

/// What one would measure of hits and misses in any proportion: the latencies of both, with their own shares.
#[derive(Debug)]
pub(super) struct Mixture {
    /// Ascending, each once.
    values: Vec<u64>,
    /// Of each value, the share of hits and the share of misses that do not exceed it.
    up_to: Vec<(f64, f64)>,
    hits: f64,
    misses: f64,
}

impl Mixture {
    /// Of at least one hit and one miss.
    pub(super) fn of(hits: &Spread, misses: &Spread) -> Self {
        let mut values: Vec<u64> = hits.values.iter().chain(&misses.values).map(|(ns, _)| *ns).collect();
        values.sort();
        values.dedup();
        let shares = |spread: &Spread| {
            let all = spread.count() as f64;
            let mut rest = spread.values.iter().peekable();
            let mut passed = 0;
            let shares = values.iter().map(|value| {
                passed += rest.next_if(|(ns, _)| ns == value).map_or(0, |(_, count)| *count);
                passed as f64 / all
            });
            (shares.collect::<Vec<f64>>(), all)
        };
        let ((of_hits, hits), (of_misses, misses)) = (shares(hits), shares(misses));
        Self { up_to: of_hits.into_iter().zip(of_misses).collect(), values, hits, misses }
    }

    /// The latency at a quantile were the hit ratio so (both from 0 to 1), in nanoseconds: a quantile of the mixture, not a
    /// mixture of quantiles. `None` where too few were measured of what it takes most of.
    pub(super) fn quantile(&self, quantile: f64, hit_ratio: f64) -> Option<u64> {
        // As many requests as could be put together in that proportion without using one twice.
        let could_be = f64::min(self.hits / hit_ratio, self.misses / (1.0 - hit_ratio));
        let reached = |(hits, misses): &(f64, f64)| hit_ratio * hits + (1.0 - hit_ratio) * misses >= quantile - 1e-12;
        let index = self.up_to.partition_point(|shares| !reached(shares));
        self.values.get(index).copied().filter(|_| could_be * (1.0 - quantile) >= BEYOND - 1e-6)
    }
}

/// A quantile of a spread; `None` where fewer than ten lie beyond it.
pub(super) fn quantile(spread: &Spread, quantile: f64) -> Option<u64> {
    Mixture::of(spread, spread).quantile(quantile, 1.0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all_at(ns: u64, count: u64) -> Spread {
        Spread { values: vec![(ns, count)], sum_ns: u128::from(ns * count) }
    }

    #[test]
    fn the_median_jumps_from_misses_to_hits_where_hits_become_the_greater_half() {
        let mixture = Mixture::of(&all_at(50, 10_000), &all_at(2_000, 10_000));
        let median = |percent: u32| mixture.quantile(0.5, f64::from(percent) / 100.0);
        assert_eq!([0, 49, 50, 51, 100].map(median), [Some(2_000), Some(2_000), Some(50), Some(50), Some(50)]);
        assert_eq!(mixture.quantile(0.99, 0.98), Some(2_000));
        assert_eq!(mixture.quantile(0.99, 0.99), Some(50));
    }

    #[test]
    fn a_quantile_that_would_need_more_than_was_measured_is_not_told() {
        let mixture = Mixture::of(&all_at(50, 10_000), &all_at(2_000, 100));
        assert_eq!(mixture.quantile(0.99, 0.5), None, "200 requests could be put together: two lie beyond");
        assert_eq!(mixture.quantile(0.99, 0.95), Some(2_000), "2,000 could be");
        assert_eq!(quantile(&all_at(7, 999), 0.99), None);
        assert_eq!(quantile(&all_at(7, 1_000), 0.99), Some(7));
    }

    proptest! {
        #[test]
        fn a_mixture_in_the_measured_proportion_has_the_measured_quantiles(
            hits in prop::collection::vec(1_u64..300, 100..200),
            misses in prop::collection::vec(200_u64..900, 100..200),
        ) {
            let spread = |values: &[u64]| {
                let mut values = values.to_vec();
                values.sort_unstable();
                let counted = values.chunk_by(|a, b| a == b).map(|same| (same[0], same.len() as u64));
                Spread { values: counted.collect(), sum_ns: 0 }
            };
            let mut all = [hits.clone(), misses.clone()].concat();
            all.sort_unstable();
            let mixture = Mixture::of(&spread(&hits), &spread(&misses));
            let ratio = hits.len() as f64 / all.len() as f64;
            for quantile in [0.5_f64, 0.9] {
                let rank = quantile.mul_add(all.len() as f64, -1e-9).ceil() as usize;
                prop_assert_eq!(mixture.quantile(quantile, ratio), Some(all[rank - 1]));
            }
        }
    }
}
