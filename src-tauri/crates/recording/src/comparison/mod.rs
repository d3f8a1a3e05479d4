//! Recordings side by side: what differs, by how much, and whether chance alone could do that.
//!
//! - A [`Comparison`] has one baseline and others. Each of the others gets a [`Versus`]: ratios of percentiles with 95 %
//!   confidence intervals, and a sentence that says the result. Where the interval holds 1 it is "no difference shown".
//! - A ratio of means is never told. Means stand only where they add up: what each step costs a request ([`StepDifference`]),
//!   and what hits and misses cost ([`BreakEven`]).
//! - What makes a comparison unfair, or uncertain, is a warning in words.
//!
//! How the intervals come about, and how far they can be trusted, stands in [`statistics`](crate::statistics).
//!
//! ```text
//! compare ── pair       which blocks of two recordings stand against each other, and how they are drawn
//!    │ └──── versus     ratios, and their sentence       steps: where the time went
//!    ├────── warnings   conditions, conduct, drift
//!    └────── break_even ── costs ── mixture   what another hit ratio would give
//! ```

mod break_even;
mod contestant;
mod costs;
mod finding;
#[cfg(test)]
mod fixtures;
mod mixture;
mod pair;
mod rates;
mod ratios;
mod sentence;
mod steps;
#[cfg(test)]
mod tests;
mod versus;
mod warnings;
mod words;

use serde::{Deserialize, Serialize};
use trace::Outcome;
use ts_rs::TS;

use crate::statistics::MOST_BLOCKS;
use crate::{Block, BlockKind, Recording};

pub use break_even::{AtHitRatio, BreakEven, PathCost, WithoutCache};
pub use contestant::Contestant;
pub use finding::{Finding, Shift};
pub use rates::{HitRatio, Throughput};
pub use ratios::QuantileRatio;
pub use steps::{MeanDifference, Part, Rest, StepDifference};
pub use versus::{GroupRatios, Versus};

/// How many recordings can be compared at once.
pub const MOST_RECORDINGS: usize = 12;

/// One of the recordings to compare.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// Which.
    pub recording: &'a Recording,
    /// What chance is told from: its rounds, or its seconds. At most [`MOST_BLOCKS`].
    pub blocks: &'a [Block],
    /// Which of the two they are. Rounds are in the order of the recording's own.
    pub kind: BlockKind,
}

impl Compared<'_> {
    /// How many requests went that way.
    fn count(&self, outcome: Outcome) -> u64 {
        self.blocks.iter().map(|block| block.counts.of(outcome)).fold(0, u64::saturating_add)
    }

    /// How many requests ended, whichever way.
    fn requests(&self) -> u64 {
        Outcome::ALL.into_iter().map(|outcome| self.count(outcome)).fold(0, u64::saturating_add)
    }
}

/// Recordings side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Comparison {
    /// Number of the recording, in the list, that the others are held against.
    pub baseline: usize,
    /// All of them, in the order in which they were given.
    pub recordings: Vec<Contestant>,
    /// In words, how the confidence intervals came about.
    pub method: String,
    /// Each of the others against the baseline, in the order of the list.
    pub results: Vec<Versus>,
    /// In words, what makes this comparison unfair or uncertain; the gravest first.
    pub warnings: Vec<String>,
    /// From which hit ratio on the cache pays; absent where no recording has hits and misses to tell it from.
    pub break_even: Option<BreakEven>,
}

/// Why recordings could not be compared. Each displays as a sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotComparable {
    /// There is nothing to compare with.
    #[error("It takes at least two recordings to compare.")]
    TooFew,

    /// Nobody could read that.
    #[error("At most {MOST_RECORDINGS} recordings can be compared at once; these are {0}.")]
    TooMany(usize),

    /// The baseline is none of them.
    #[error("There is no recording number {0} among these to be the baseline; the first is number 0.")]
    NoSuchBaseline(usize),

    /// It is cut too finely.
    #[error("{name} is cut into {blocks} blocks, and at most {MOST_BLOCKS} can be compared. Cut it into longer ones.")]
    TooManyBlocks {
        /// The recording.
        name: String,
        /// How many it has.
        blocks: usize,
    },

    /// Its times would not fit in memory.
    #[error("{name} has too many different times to compare. Cut it into fewer blocks.")]
    TooLarge {
        /// The recording.
        name: String,
    },
}

/// Compares recordings with the one of that number in the list. The same recordings always give the same result.
///
/// # Errors
/// Where there are fewer than two or more than twelve, where the baseline is none of them, or where one is too large.
pub fn compare(compared: &[Compared<'_>], baseline: usize) -> Result<Comparison, NotComparable> {
    let names = words::names(&compared.iter().map(|one| &one.recording.about).collect::<Vec<_>>());
    match compared.len() {
        0 | 1 => return Err(NotComparable::TooFew),
        many if many > MOST_RECORDINGS => return Err(NotComparable::TooMany(many)),
        many if baseline >= many => return Err(NotComparable::NoSuchBaseline(baseline)),
        _ => {}
    }
    if let Some((one, name)) = compared.iter().zip(&names).find(|(one, _)| one.blocks.len() > MOST_BLOCKS) {
        return Err(NotComparable::TooManyBlocks { name: name.clone(), blocks: one.blocks.len() });
    }

    let others = || (0..compared.len()).filter(|other| *other != baseline);
    let pairs: Vec<_> = others()
        .map(|other| pair::Pair::of((&compared[baseline], &names[baseline]), (&compared[other], &names[other])))
        .collect();
    let results: Result<Vec<_>, _> = others().zip(&pairs).map(|(other, pair)| versus::versus(other, pair)).collect();
    let recordings: Vec<_> =
        compared.iter().zip(&names).map(|(one, name)| contestant::contestant(one, name.clone())).collect();
    Ok(Comparison {
        baseline,
        method: pair::method(&pairs),
        results: results?,
        warnings: warnings::warnings(compared, &names, &pairs)?,
        break_even: break_even::break_even(compared, &names),
        recordings,
    })
}
