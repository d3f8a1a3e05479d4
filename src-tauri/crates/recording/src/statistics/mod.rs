//! How far chance goes: confidence intervals for ratios of percentiles, and for what else is compared.
//!
//! # Blocks
//!
//! Requests are no independent samples: those of one second share what the machine did in it. So it is not requests that
//! are drawn again and again, but **blocks** of them ([`Block`](crate::Block)): the rounds of a study, or the seconds of a lone
//! recording. A percentile is that of all requests of the blocks drawn, never an average of the blocks' percentiles.
//!
//! - **Rounds of one study** with the same number ran in turn with the same requests. They are drawn *together*
//!   ([`Drawn::Together`]): a round in which the machine was slow is drawn for both sides or for none, and a drift that hits both
//!   alike falls out of the ratio.
//! - **Rounds of different studies** are drawn *apart* ([`Drawn::Apart`]), one by one ([`Draws::singly`]).
//! - **Seconds of a lone recording** are drawn apart as well, and with those that follow them ([`Draws::in_runs`]), since a slow
//!   second tends to follow a slow one: the circular block bootstrap of Politis & Romano (1992), after Künsch (1989). A run is
//!   √n of n seconds long. The usual n^(1/3) is best for the variance of a mean, but its intervals are too narrow: of seconds
//!   that are half like the ones before (below), they held the true ratio in 91 % of studies.
//!
//! # Intervals
//!
//! The statistic is the logarithm of the ratio of the percentiles, other by baseline; so the interval of A by B is that of
//! B by A turned over. It is computed on [`REPLICATES`] draws (Efron 1979), from a fixed seed: the same recordings always give
//! the same interval.
//!
//! The plain percentile interval is too narrow where blocks are few: with five rounds it held the true ratio in 87 % of
//! studies instead of 95 %. It is replaced by the **expanded percentile interval** of Hesterberg (2015), which cuts the
//! replicates not at 2.5 % but at Φ(−√(m/(m−1)) · t), with t the 97.5 % point of Student's distribution with m−1 degrees of
//! freedom. Intervals of ±t bootstrap standard errors covered as well in our simulations; this one follows the shape of
//! the replicates, where a percentile lies between hits and misses.
//!
//! m is how many equal and independent blocks would tell as much: Kish's effective size (1965), (Σ nᵢ)² / Σ nᵢ² of the numbers
//! in each block, by the length of a run. Where both sides are drawn apart, their degrees of freedom are those of Welch
//! (1947). Below [`LEAST_BLOCKS`] blocks, or an m of 3, there is no interval: nothing is made up.
//!
//! # What it covers
//!
//! Of 1,000 made-up studies each, and of 250 where a whole percentage stands, so many intervals held the true ratio
//! (`tests/coverage.rs`). It is 1.1; latencies are log-normal with a spread of 0.5; both sides share 10 % of difference from
//! round to round, and each has 3 % of its own. Chance makes a figure uncertain by 0.7 points, of 250 studies by twice as
//! much. Where few lie beyond the percentile, the interval is too wide rather than too narrow.
//!
//! | blocks | quantile | held it |
//! | --- | --- | --- |
//! | 5 rounds of 300 requests, together | p50 | 95.0 % |
//! | 10 rounds of 300, together | p50 | 96.9 % |
//! | the same, rounds with nothing of their own | p50 | 95.7 % |
//! | the same, of uneven sizes (by 50 %) | p50 | 96.8 % |
//! | 20 rounds of 300, together | p50 | 95.7 % |
//! | 10 rounds of 300, together | p90 | 96.7 % |
//! | 10 rounds of 1,000, together | p99 | 96.3 % |
//! | 10 rounds of 100, together: only ten lie beyond | p99 | 98 % |
//! | 10 rounds of 300, apart | p50 | 96.5 % |
//! | 60 seconds of 60, each independent | p50 | 95.8 % |
//! | 60 seconds of 100, each independent | p99 | 96.9 % |
//! | 60 seconds, half like the ones before (AR(1), ρ = 0.5) | p50 | 93.2 % |
//! | 60 seconds, ρ = 0.7 | p50 | 90 % |
//! | 60 seconds, ρ = 0.9 | p50 | 76 % |
//!
//! Where the percentile lies on the edge between hits and misses, the interval is as wide as the gap between them, and holds the
//! true ratio as often.
//!
//! # What it does not
//!
//! - Seconds that are much like the ones before: the last two rows. The comparison warns of them
//!   ([`correlation_with_the_last`]). Rounds of a study do not suffer from it.
//! - What hits one recording and not the other for as long as it lasts: another program, a warmer machine, another version.
//!   No interval knows of that. A study, whose rounds run in turn, does.
//! - More than one question. Each interval is one of 95 % for itself; of twenty where nothing differs, one is expected to
//!   show a difference.
//! - Another machine, another workload: an interval says how the same would come out here once more.
//!
//! # Sources
//!
//! - B. Efron: *Bootstrap Methods: Another Look at the Jackknife*. Annals of Statistics 7 (1979).
//! - T. C. Hesterberg: *What Teachers Should Know About the Bootstrap*. The American Statistician 69 (2015).
//! - H. R. Künsch: *The Jackknife and the Bootstrap for General Stationary Observations*. Annals of Statistics 17 (1989).
//! - D. N. Politis, J. P. Romano: *A Circular Block-Resampling Procedure for Stationary Data*. In LePage, Billard (eds.):
//!   Exploring the Limits of Bootstrap (1992).
//! - L. Kish: *Survey Sampling* (1965). B. L. Welch: *The Generalization of "Student's" Problem*. Biometrika 34 (1947).
//!
//! # Example
//!
//! ```
//! use recording::Spread;
//! use recording::statistics::{Drawn, Draws, Ladder, Replicates};
//!
//! // Ten rounds of a study; the other takes a tenth longer.
//! let round = |number: u64, percent: u64| {
//!     let values = (0..100).map(|n| ((40_000 + 300 * n + 500 * number) * percent / 100, 1)).collect::<Vec<_>>();
//!     Spread { sum_ns: values.iter().map(|(ns, _)| u128::from(*ns)).sum(), values }
//! };
//! let side = |percent| (0..10).map(|number| round(number, percent)).collect::<Vec<_>>();
//! let draws = Draws::singly(10, 1);
//! let [baseline, other] = [side(100), side(110)].map(|side| {
//!     let ladder = Ladder::of(&side.iter().collect::<Vec<_>>()).expect("it fits");
//!     Replicates::of_log_quantile(&ladder, &draws, 0.5).expect("there are some")
//! });
//! let (low, high) = baseline.interval_to(&other, Drawn::Together).expect("ten rounds are enough");
//! assert!((1.09..=1.11).contains(&low.exp()) && (1.09..=1.11).contains(&high.exp()));
//! ```

mod draws;
mod interval;
mod ladder;
mod neighbours;

pub use draws::Draws;
pub use interval::{Drawn, Replicates};
pub use ladder::{Ladder, Sought};
pub use neighbours::correlation_with_the_last;

/// How many times chance is played out. One less than a round number, so that a 40th of them falls on one.
pub const REPLICATES: usize = 3_999;

/// From how many blocks on each side chance can be told.
pub const LEAST_BLOCKS: usize = 5;

/// How many blocks of one recording are taken at most.
pub const MOST_BLOCKS: usize = 1_000;
