use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

use super::{Draws, Ladder};

/// A statistic of one side, and what it would have been had chance drawn other blocks.
#[derive(Debug, Clone)]
pub struct Replicates {
    /// Of the blocks as they are.
    pub estimate: f64,
    /// Of each replicate, in the order of the draws; not a number where it has nothing to tell it from.
    pub values: Vec<f64>,
    /// As many equal, independent blocks as would tell as much: Kish's effective size (1965) of what each block holds, by
    /// the length of a run.
    pub pieces: f64,
}

/// How the two sides were drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Drawn {
    /// The same rounds of both in each replicate.
    Together,
    /// Each by itself.
    Apart,
}

/// The interval's confidence.
const CONFIDENCE: f64 = 0.95;

/// Below how many pieces there is no interval: blocks may be many, and all that counts lie in two of them.
const LEAST_PIECES: f64 = 3.0;

impl Replicates {
    /// The logarithm of a quantile from 0 to 1; 0 ns count as 1. `None` where there are no latencies at all.
    #[must_use]
    pub fn of_log_quantile(ladder: &Ladder, draws: &Draws, quantile: f64) -> Option<Self> {
        let log = |ns: u64| (ns.max(1) as f64).ln();
        let sought = ladder.seek(quantile)?;
        Some(Self {
            estimate: log(ladder.quantile(quantile)?),
            values: draws.replicates().map(|weights| ladder.find(&sought, weights).map_or(f64::NAN, log)).collect(),
            pieces: pieces(ladder.totals().iter().copied().map(f64::from), draws),
        })
    }

    /// The sum of one thing over the sum of another: a mean, a share, a rate. One of each a block; `None` where the second
    /// add up to nothing.
    #[must_use]
    pub fn of_quotient(over: &[f64], under: &[f64], draws: &Draws) -> Option<Self> {
        let estimate = quotient(over.iter().map(|_| 1.0), over, under);
        let values = draws.replicates().map(|weights| quotient(weights.iter().copied().map(f64::from), over, under));
        let pieces = pieces(under.iter().copied(), draws);
        (!estimate.is_nan()).then(|| Self { estimate, values: values.collect(), pieces })
    }

    /// Each of them by a function.
    #[must_use]
    pub fn map(mut self, function: impl Fn(f64) -> f64) -> Self {
        self.estimate = function(self.estimate);
        self.values.iter_mut().for_each(|value| *value = function(*value));
        self
    }

    /// From where to where the true value lies, with 95 % confidence: the expanded percentile interval. `None` where too
    /// few blocks tell.
    #[must_use]
    pub fn interval(&self) -> Option<(f64, f64)> {
        let pieces = Some(self.pieces).filter(|pieces| *pieces >= LEAST_PIECES)?;
        expanded_percentile(self.values.clone(), (pieces / (pieces - 1.0)).sqrt(), pieces - 1.0)
    }

    /// From where to where the true difference lies, `other` less `self`, with 95 % confidence: the expanded percentile
    /// interval. `None` where too few blocks tell.
    ///
    /// Swapped, the interval is the same with its signs and ends swapped, to the last bit.
    #[must_use]
    pub fn interval_to(&self, other: &Self, drawn: Drawn) -> Option<(f64, f64)> {
        let pieces = self.pieces.min(other.pieces);
        if pieces < LEAST_PIECES {
            return None;
        }
        let differences = self.values.iter().zip(&other.values).map(|(this, other)| other - this).collect();
        let (widen, freedom) = match drawn {
            Drawn::Together => ((pieces / (pieces - 1.0)).sqrt(), pieces - 1.0),
            Drawn::Apart => welch(self, other),
        };
        expanded_percentile(differences, widen, freedom)
    }
}

fn quotient(weights: impl Iterator<Item = f64>, over: &[f64], under: &[f64]) -> f64 {
    let (above, below) = weights
        .zip(over.iter().zip(under))
        .fold((0.0, 0.0), |(above, below), (weight, (over, under))| (above + weight * over, below + weight * under));
    if below > 0.0 { above / below } else { f64::NAN }
}

/// Kish's effective size: (Σ w)² / Σ w².
fn pieces(weights: impl Iterator<Item = f64> + Clone, draws: &Draws) -> f64 {
    let sum: f64 = weights.clone().sum();
    let squares: f64 = weights.map(|weight| weight * weight).sum();
    if squares > 0.0 { sum * sum / squares / draws.run() as f64 } else { 0.0 }
}

/// For two sides that have nothing to do with each other: by how much the bootstrap's spread falls short of the true one,
/// and how many degrees of freedom it has (Welch 1947).
fn welch(left: &Replicates, right: &Replicates) -> (f64, f64) {
    let (a, b) = (variance(&left.values), variance(&right.values));
    let (more_a, more_b) = (a * left.pieces / (left.pieces - 1.0), b * right.pieces / (right.pieces - 1.0));
    let both = more_a + more_b;
    if both <= 0.0 {
        return (1.0, left.pieces.min(right.pieces) - 1.0);
    }
    let freedom = both * both / (more_a * more_a / (left.pieces - 1.0) + more_b * more_b / (right.pieces - 1.0));
    ((both / (a + b)).sqrt(), freedom)
}

fn variance(values: &[f64]) -> f64 {
    let (count, sum) = told(values).fold((0.0_f64, 0.0), |(count, sum), value| (count + 1.0, sum + value));
    let mean = sum / count.max(1.0);
    told(values).map(|value| (value - mean) * (value - mean)).sum::<f64>() / (count - 1.0).max(1.0)
}

fn told(values: &[f64]) -> impl Iterator<Item = f64> + '_ {
    values.iter().copied().filter(|value| value.is_finite())
}

/// The expanded percentile interval (Hesterberg 2015): the percentiles of the replicates at which Student's t
/// would cut, had they its spread.
fn expanded_percentile(mut values: Vec<f64>, widen: f64, freedom: f64) -> Option<(f64, f64)> {
    values.retain(|value| value.is_finite());
    values.sort_unstable_by(f64::total_cmp);
    let student = StudentsT::new(0.0, 1.0, freedom).ok()?.inverse_cdf(f64::midpoint(1.0, CONFIDENCE));
    let tail = Normal::standard().cdf(-widen * student);
    // With so few blocks that the tail has no replicate in it, the outermost ones have to do.
    let cut = ((tail * (values.len() + 1) as f64) as usize).max(1);
    Some((*values.get(cut - 1)?, *values.get(values.len().checked_sub(cut)?)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_of_student_and_gauss_are_met() {
        for (freedom, cut) in [(1.0, 12.706), (4.0, 2.776), (9.0, 2.262), (30.0, 2.042)] {
            let student = StudentsT::new(0.0, 1.0, freedom).expect("it exists").inverse_cdf(0.975);
            assert!((student - cut).abs() < 5e-4, "{freedom}: {student}");
        }
        assert!((Normal::standard().cdf(-1.96) - 0.024_998).abs() < 1e-6);
    }

    /// Of ten blocks whose means are known, Student's t interval is (2.262 · s / √10) to either side of their mean.
    #[test]
    fn the_interval_of_a_mean_is_nearly_that_of_student() {
        let means = [4.1, 5.0, 5.2, 4.4, 5.9, 4.7, 5.5, 4.9, 5.3, 5.0];
        let replicates = Replicates::of_quotient(&means, &[1.0; 10], &Draws::singly(10, 1)).expect("there are ten");
        let (low, high) = replicates.interval().expect("ten are enough");
        assert!((low - 4.64).abs() < 0.03 && (high - 5.36).abs() < 0.03, "{low} to {high}");
    }

    #[test]
    fn blocks_of_which_two_hold_nearly_all_tell_nothing() {
        let mut counts = [1.0; 20];
        counts[3] = 1_000.0;
        counts[7] = 1_000.0;
        let replicates = Replicates::of_quotient(&counts, &counts, &Draws::singly(20, 1)).expect("there are some");
        assert!(replicates.pieces < 2.1, "{}", replicates.pieces);
        assert_eq!(replicates.interval(), None);
    }

    #[test]
    fn seconds_count_for_fewer_than_rounds() {
        let ones = [1.0; 60];
        let of = |draws: Draws| Replicates::of_quotient(&ones, &ones, &draws).expect("there are 60").pieces;
        assert_eq!(of(Draws::singly(60, 1)), 60.0);
        assert_eq!(of(Draws::in_runs(60, 1)), 60.0 / 7.0);
    }

    #[test]
    fn of_nothing_there_is_no_interval() {
        assert!(Replicates::of_quotient(&[0.0; 5], &[0.0; 5], &Draws::singly(5, 1)).is_none());
        assert!(Replicates::of_quotient(&[], &[], &Draws::singly(0, 1)).is_none());
        assert_eq!(expanded_percentile(Vec::new(), 1.0, 9.0), None);
    }
}
