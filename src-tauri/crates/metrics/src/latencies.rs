use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Latencies to three significant digits, in nanoseconds, in an HdrHistogram: memory grows with the logarithm of the
/// longest, not with their number.
#[derive(Debug, Clone)]
pub struct Latencies {
    histogram: Histogram<u64>,
    sum_ns: u128,
    /// Exactly; the histogram knows it to three digits.
    max_ns: u64,
}

/// The quantiles everybody asks for, each only where enough was measured to know it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct Distribution {
    /// How many were measured.
    #[ts(type = "number")]
    pub count: u64,
    /// The mean, in nanoseconds; absent of none. To be shown beside the distribution it hides, never alone.
    #[ts(type = "number | null")]
    pub mean_ns: Option<u64>,
    /// Half took at most this long. Absent of fewer than 20.
    #[ts(type = "number | null")]
    pub p50_ns: Option<u64>,
    /// Nine of ten took at most this long. Absent of fewer than 100.
    #[ts(type = "number | null")]
    pub p90_ns: Option<u64>,
    /// 99 of a hundred took at most this long. Absent of fewer than 1,000.
    #[ts(type = "number | null")]
    pub p99_ns: Option<u64>,
    /// 999 of a thousand took at most this long. Absent of fewer than 10,000.
    #[ts(type = "number | null")]
    pub p999_ns: Option<u64>,
    /// The longest; absent of none.
    #[ts(type = "number | null")]
    pub max_ns: Option<u64>,
}

/// What the plots of a distribution are drawn from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Plot {
    /// A histogram with [`BINS_PER_DECADE`] bins to each power of ten.
    pub bins: Bins,
    /// Quantiles (0 to 1) and the latency in nanoseconds at each, five to each halving of what is left above: the axis of
    /// HdrHistogram's own percentile plots. The last is the longest, at 1.
    #[ts(type = "[number, number][]")]
    pub curve: Vec<(f64, u64)>,
}

/// A histogram in bins of equal width on a logarithmic axis. Bin `i` holds what took at least 10^(i / 20) ns, and less
/// than 10^((i + 1) / 20) ns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Bins {
    /// Number of the first bin in the list.
    pub first: u32,
    /// How many are in each.
    #[ts(type = "number[]")]
    pub counts: Vec<u64>,
}

/// Bins to each power of ten.
pub const BINS_PER_DECADE: u32 = 20;

/// What HdrHistogram promises: a value is told to within a thousandth of itself.
const SIGNIFICANT_DIGITS: u8 = 3;

/// How many measurements have to lie beyond a quantile for it to be told.
const BEYOND: f64 = 10.0;

impl Default for Latencies {
    fn default() -> Self {
        // Fails only for more than five digits.
        let histogram = Histogram::new(SIGNIFICANT_DIGITS).unwrap_or_else(|_| unreachable!("three digits are allowed"));
        Self { histogram, sum_ns: 0, max_ns: 0 }
    }
}

impl Latencies {
    /// Those of a histogram of nanoseconds, with what it knows only to three digits: their sum, and the longest.
    #[must_use]
    pub fn from_histogram(histogram: Histogram<u64>, sum_ns: u128, max_ns: u64) -> Self {
        Self { histogram, sum_ns, max_ns }
    }

    /// The histogram, in nanoseconds.
    #[must_use]
    pub fn histogram(&self) -> &Histogram<u64> {
        &self.histogram
    }

    /// Their sum in nanoseconds, exactly.
    #[must_use]
    pub fn sum_ns(&self) -> u128 {
        self.sum_ns
    }

    /// The longest in nanoseconds, exactly; 0 of none.
    #[must_use]
    pub fn max_ns(&self) -> u64 {
        self.max_ns
    }

    /// Their mean in nanoseconds; `None` of none.
    #[must_use]
    pub fn mean_ns(&self) -> Option<f64> {
        (self.count() > 0).then(|| self.sum_ns as f64 / self.count() as f64)
    }

    /// The values that were recorded, to three digits and ascending, and how many of each.
    pub fn recorded(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.histogram
            .iter_recorded()
            .map(|step| (step.value_iterated_to().min(self.max_ns), step.count_since_last_iteration()))
    }

    /// Adds one, in nanoseconds.
    pub fn record(&mut self, ns: u64) {
        // It grows as needed, and a u64 of nanoseconds always fits.
        let _ = self.histogram.record(ns);
        self.sum_ns += u128::from(ns);
        self.max_ns = self.max_ns.max(ns);
    }

    /// Adds so many that took as long as one another, in nanoseconds each.
    pub fn record_many(&mut self, ns: u64, count: u64) {
        let _ = self.histogram.record_n(ns, count);
        self.sum_ns += u128::from(ns) * u128::from(count);
        self.max_ns = self.max_ns.max(ns);
    }

    /// Adds all of another.
    pub fn add(&mut self, other: &Self) {
        let _ = self.histogram.add(&other.histogram);
        self.sum_ns += other.sum_ns;
        self.max_ns = self.max_ns.max(other.max_ns);
    }

    /// Forgets all; the memory is kept for the next.
    pub fn clear(&mut self) {
        self.histogram.reset();
        self.sum_ns = 0;
        self.max_ns = 0;
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// The latency at a quantile from 0 to 1, in nanoseconds: of the values recorded, the smallest that at least this
    /// share do not exceed. `None` where fewer than ten lie beyond it: then nobody knows.
    #[must_use]
    pub fn quantile(&self, quantile: f64) -> Option<u64> {
        let enough = self.count() as f64 * (1.0 - quantile) >= BEYOND - 1e-6;
        enough.then(|| self.histogram.value_at_quantile(quantile).min(self.max_ns))
    }

    /// The usual quantiles.
    #[must_use]
    pub fn distribution(&self) -> Distribution {
        let count = self.count();
        Distribution {
            count,
            mean_ns: self.sum_ns.checked_div(u128::from(count)).map(|mean| mean as u64),
            p50_ns: self.quantile(0.5),
            p90_ns: self.quantile(0.9),
            p99_ns: self.quantile(0.99),
            p999_ns: self.quantile(0.999),
            max_ns: (count > 0).then_some(self.max_ns),
        }
    }

    /// What its plots are drawn from.
    #[must_use]
    pub fn plot(&self) -> Plot {
        Plot { bins: self.bins(), curve: self.curve() }
    }

    fn bins(&self) -> Bins {
        let mut bins = Bins::default();
        for step in self.histogram.iter_recorded() {
            let bin = bin_of(step.value_iterated_to().min(self.max_ns));
            if bins.counts.is_empty() {
                bins.first = bin;
            }
            let index = (bin - bins.first) as usize;
            bins.counts.resize(bins.counts.len().max(index + 1), 0);
            bins.counts[index] += step.count_since_last_iteration();
        }
        bins
    }

    fn curve(&self) -> Vec<(f64, u64)> {
        self.histogram
            .iter_quantiles(5)
            .map(|step| (step.quantile_iterated_to(), step.value_iterated_to().min(self.max_ns)))
            .collect()
    }
}

fn bin_of(ns: u64) -> u32 {
    ((ns.max(1) as f64).log10() * f64::from(BINS_PER_DECADE)).floor() as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(values: &[u64]) -> Latencies {
        let mut latencies = Latencies::default();
        values.iter().for_each(|value| latencies.record(*value));
        latencies
    }

    /// Of the sorted values, the smallest that at least this share do not exceed.
    fn by_sorting(sorted: &[u64], quantile: f64) -> u64 {
        let rank = (quantile * sorted.len() as f64).ceil().max(1.0) as usize;
        sorted[rank - 1]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        /// Nanoseconds over nine decades, as latencies are: the exponent is uniform, not the value.
        #[test]
        fn quantiles_are_those_of_a_full_sort_to_a_thousandth(
            exponents in prop::collection::vec(0.0_f64..9.0, 10_000..12_000),
        ) {
            let mut values: Vec<u64> = exponents.iter().map(|exponent| 10_f64.powf(*exponent) as u64).collect();
            let latencies = of(&values);
            values.sort_unstable();
            let distribution = latencies.distribution();
            for (quantile, measured) in [
                (0.5, distribution.p50_ns),
                (0.9, distribution.p90_ns),
                (0.99, distribution.p99_ns),
                (0.999, distribution.p999_ns),
            ] {
                let (exact, measured) = (by_sorting(&values, quantile), measured.expect("enough was measured"));
                prop_assert!(measured >= exact && measured <= exact + exact / 1_000 + 1, "{quantile}: {measured} for {exact}");
            }
            prop_assert_eq!(distribution.max_ns, values.last().copied());
            let mean = values.iter().sum::<u64>() / values.len() as u64;
            prop_assert_eq!(distribution.mean_ns, Some(mean));
        }

        #[test]
        fn every_value_is_in_one_bin_and_the_bin_is_the_right_one(value in 1_u64..1_000_000_000_000) {
            let bins = of(&[value]).plot().bins;
            prop_assert_eq!(&bins.counts, &[1]);
            let edge = |bin: u32| 10_f64.powf(f64::from(bin) / f64::from(BINS_PER_DECADE));
            let (low, high) = (edge(bins.first), edge(bins.first + 1));
            // A thousandth is what the histogram itself may move a value by.
            prop_assert!(value as f64 >= low * 0.999 && (value as f64) < high * 1.001, "{low} to {high}");
        }

        #[test]
        fn adding_two_is_as_recording_both(left in prop::collection::vec(0_u64..1_000_000, 0..200), right in prop::collection::vec(0_u64..1_000_000, 0..200)) {
            let mut sum = of(&left);
            sum.add(&of(&right));
            let both = of(&[left, right].concat());
            prop_assert_eq!(sum.distribution(), both.distribution());
            prop_assert_eq!(sum.plot(), both.plot());
        }
    }

    #[test]
    fn a_quantile_is_told_only_where_ten_lie_beyond_it() {
        let told = |count: u64| {
            let Distribution { p50_ns, p90_ns, p99_ns, p999_ns, .. } = of(&vec![1_000; count as usize]).distribution();
            [p50_ns, p90_ns, p99_ns, p999_ns].map(|quantile| quantile.is_some())
        };
        assert_eq!(told(19), [false, false, false, false]);
        assert_eq!(told(20), [true, false, false, false]);
        assert_eq!(told(99), [true, false, false, false]);
        assert_eq!(told(100), [true, true, false, false]);
        assert_eq!(told(999), [true, true, false, false]);
        assert_eq!(told(1_000), [true, true, true, false]);
        assert_eq!(told(10_000), [true, true, true, true]);
    }

    #[test]
    fn of_nothing_there_is_nothing_to_tell() {
        let distribution = Latencies::default().distribution();
        assert_eq!((distribution.count, distribution.mean_ns, distribution.max_ns), (0, None, None));
        assert!(Latencies::default().plot().bins.counts.is_empty());
    }

    #[test]
    fn the_curve_ends_at_the_longest() {
        let values: Vec<u64> = (1..=10_000).collect();
        let curve = of(&values).plot().curve;
        assert_eq!(curve.last(), Some(&(1.0, 10_000)));
        assert!(curve.windows(2).all(|pair| pair[0].0 <= pair[1].0 && pair[0].1 <= pair[1].1));
        assert!(curve.len() < 100, "{}", curve.len());
    }
}
