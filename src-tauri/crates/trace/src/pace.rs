use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// When requests are sent.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Pace {
    /// Open loop: by a schedule that does not wait for answers, as strangers come to a shop.
    Open {
        /// How many a second.
        rate: Rate,
        /// How they are spaced.
        spacing: Spacing,
    },
    /// Closed loop: each client sends its next request when its last one has been answered.
    Closed,
    /// Whenever other programs come to the HTTP front door.
    Visitors,
}

/// How the requests of a schedule are spaced.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Spacing {
    /// Evenly.
    #[default]
    Constant,
    /// At random, each independently of the others: a Poisson process.
    Poisson,
}

/// How many requests a second, over the time since the start.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Rate {
    /// Always the same.
    Steady {
        /// Requests a second.
        per_second: f64,
    },
    /// From one rate to another in a straight line, then it stays.
    Ramp {
        /// Requests a second at the start.
        from: f64,
        /// Requests a second at the end.
        to: f64,
        /// How long that takes, in milliseconds.
        over_ms: u32,
    },
    /// From one rate to another in equal steps, then it stays.
    Steps {
        /// Requests a second in the first step.
        from: f64,
        /// Requests a second in the last.
        to: f64,
        /// How many steps; at least 2.
        steps: u32,
        /// How long each lasts, in milliseconds.
        every_ms: u32,
    },
    /// One rate, and now and then another for a while.
    Bursts {
        /// Requests a second between bursts.
        base: f64,
        /// Requests a second in a burst.
        peak: f64,
        /// From the beginning of one burst to that of the next, in milliseconds. The first begins after the first calm.
        every_ms: u32,
        /// How long a burst lasts, in milliseconds.
        for_ms: u32,
    },
}

/// The highest rate that is tried, in requests a second.
pub const MAX_RATE: f64 = 1_000_000.0;

/// The longest phase of a rate, in milliseconds: a day.
const MAX_PHASE_MS: u32 = 24 * 60 * 60 * 1_000;

impl Default for Pace {
    fn default() -> Self {
        Self::Open { rate: Rate::Steady { per_second: 200.0 }, spacing: Spacing::Constant }
    }
}

impl Pace {
    /// Whether it makes sense; if not, a sentence says why.
    pub(crate) fn check(self) -> Result<(), String> {
        match self {
            Self::Open { rate, .. } => rate.check(),
            Self::Closed | Self::Visitors => Ok(()),
        }
    }
}

impl Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steady { per_second } => write!(f, "{per_second}/s"),
            Self::Ramp { from, to, .. } => write!(f, "{from}/s to {to}/s"),
            Self::Steps { from, to, steps, .. } => write!(f, "{from}/s to {to}/s in {steps} steps"),
            Self::Bursts { base, peak, .. } => write!(f, "{base}/s, bursts of {peak}/s"),
        }
    }
}

impl Rate {
    fn check(self) -> Result<(), String> {
        let rate = |value: f64, least: f64| {
            let within = (least..=MAX_RATE).contains(&value);
            if within {
                Ok(())
            } else {
                Err(format!("A rate must be between {least} and 1,000,000 requests a second."))
            }
        };
        let phase = |value: u32| {
            let within = (1..=MAX_PHASE_MS).contains(&value);
            if within { Ok(()) } else { Err("A phase of the rate must last between 1 ms and 24 hours.".to_owned()) }
        };
        match self {
            Self::Steady { per_second } => rate(per_second, 0.1),
            Self::Ramp { from, to, over_ms } => rate(from, 0.0).and(rate(to, 0.1)).and(phase(over_ms)),
            Self::Steps { from, to, steps, every_ms } => {
                if !(2..=1_000).contains(&steps) {
                    return Err("A rate can rise in 2 to 1,000 steps.".to_owned());
                }
                rate(from, 0.0).and(rate(to, 0.1)).and(phase(every_ms))
            }
            Self::Bursts { base, peak, every_ms, for_ms } => {
                if for_ms >= every_ms {
                    return Err("A burst must be over before the next one begins.".to_owned());
                }
                rate(base, 0.0).and(rate(peak, 0.1)).and(phase(every_ms)).and(phase(for_ms))
            }
        }
    }
}
