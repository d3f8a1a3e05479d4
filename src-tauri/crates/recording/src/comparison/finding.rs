use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What an interval says of a latency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// It takes less time than the baseline: the whole interval lies below 1.
    Faster,
    /// It takes more time: the whole interval lies above 1.
    Slower,
    /// The interval holds 1. That is not to say that they are equal: the interval says how far apart they may be.
    NoDifference,
    /// There is too little to tell.
    Unknown,
}

/// What an interval says of a rate or a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// It is higher than the baseline's.
    Higher,
    /// It is lower.
    Lower,
    /// The interval holds a difference of nothing.
    NoDifference,
    /// There is too little to tell.
    Unknown,
}

/// Below this a difference is that of two ways to add up.
const ROUNDING: f64 = 1e-9;

impl Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Faster => "faster",
            Self::Slower => "slower",
            Self::NoDifference => "no difference shown",
            Self::Unknown => "not known",
        })
    }
}

impl Display for Shift {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Higher => "higher",
            Self::Lower => "lower",
            Self::NoDifference => "no difference shown",
            Self::Unknown => "not known",
        })
    }
}

impl Finding {
    /// Of the interval of a difference, of logarithms or not.
    pub(super) fn of(low: f64, high: f64) -> Self {
        match Shift::of(low, high) {
            Shift::Higher => Self::Slower,
            Shift::Lower => Self::Faster,
            Shift::NoDifference => Self::NoDifference,
            Shift::Unknown => Self::Unknown,
        }
    }
}

impl Shift {
    /// Of the interval of a difference.
    pub(super) fn of(low: f64, high: f64) -> Self {
        if low > ROUNDING {
            Self::Higher
        } else if high < -ROUNDING {
            Self::Lower
        } else {
            Self::NoDifference
        }
    }
}
