use std::fmt::{self, Display};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Keys, Mix, Pace, ProductId};

/// Which keys, which operations, when, how many, and from what seed.
///
/// The same workload sends the same requests in the same order on every run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Workload {
    /// Which products are asked for.
    pub keys: Keys,
    /// How many products are drawn from, the most popular first; absent for all there are.
    pub products: Option<ProductId>,
    /// Reads, writes and reads of what is not there.
    pub mix: Mix,
    /// When requests are sent.
    pub pace: Pace,
    /// How many requests may be under way at once. A request that finds no client free waits, and is served late.
    pub clients: u32,
    /// When it ends.
    pub length: Length,
    /// Read every product once before the run, untimed, so that it begins with a full cache.
    pub warm: bool,
    /// Where chance begins. At most 2^53, which is what JSON holds exactly.
    #[ts(type = "number")]
    pub seed: u64,
}

/// When a run ends.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Length {
    /// After a time; what was due by then is sent all the same.
    Time {
        /// In milliseconds.
        ms: u32,
    },
    /// After so many requests.
    Count {
        /// How many.
        #[ts(type = "number")]
        requests: u64,
    },
    /// When it is stopped.
    #[default]
    UntilStopped,
}

/// The most clients there can be. They share connections, so they cost memory but no descriptors.
pub const MAX_CLIENTS: u32 = 10_000;

/// The longest a run can be told to last: a day.
const MAX_LENGTH_MS: u32 = 24 * 60 * 60 * 1_000;

/// The most requests a run can be told to send.
const MAX_COUNT: u64 = 1_000_000_000;

impl Default for Workload {
    fn default() -> Self {
        Self {
            keys: Keys::default(),
            products: None,
            mix: Mix::default(),
            pace: Pace::default(),
            clients: 64,
            length: Length::default(),
            warm: false,
            seed: 1,
        }
    }
}

impl Workload {
    /// What visitors send through the HTTP front door. It is told of, and never sent: keys and pace are theirs, and what else
    /// stands in a workload means nothing.
    #[must_use]
    pub fn visitors() -> Self {
        Self { keys: Keys::Visitors, pace: Pace::Visitors, ..Self::default() }
    }

    /// Whether others sent it.
    #[must_use]
    pub fn is_visitors(&self) -> bool {
        *self == Self::visitors()
    }

    /// Whether it makes sense to send it.
    ///
    /// # Errors
    /// A sentence that says what does not.
    pub fn check(&self) -> Result<(), String> {
        if self.keys == Keys::Visitors || self.pace == Pace::Visitors {
            return Err("What visitors sent through the HTTP front door cannot be sent again.".to_owned());
        }
        self.keys.check()?;
        self.mix.check()?;
        self.pace.check()?;
        if self.products == Some(0) {
            return Err("A workload needs at least one product.".to_owned());
        }
        if !(1..=MAX_CLIENTS).contains(&self.clients) {
            return Err("There can be 1 to 10,000 clients.".to_owned());
        }
        match self.length {
            Length::Time { ms } if !(1..=MAX_LENGTH_MS).contains(&ms) => {
                return Err("A run must last between 1 ms and 24 hours.".to_owned());
            }
            Length::Count { requests } if !(1..=MAX_COUNT).contains(&requests) => {
                return Err("A run must have between 1 and 1,000,000,000 requests.".to_owned());
            }
            _ => {}
        }
        if self.seed > 1 << 53 {
            return Err("The seed must be at most 9,007,199,254,740,992.".to_owned());
        }
        Ok(())
    }
}

impl Display for Workload {
    /// In a few words: which keys, writes if there are any, and the pace.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_visitors() {
            return f.write_str("visitors through the HTTP front door");
        }
        write!(f, "{}", self.keys)?;
        if self.mix.write_percent > 0.0 {
            write!(f, ", {} % writes", self.mix.write_percent)?;
        }
        if self.mix.missing_percent > 0.0 {
            write!(f, ", {} % missing", self.mix.missing_percent)?;
        }
        match self.pace {
            Pace::Closed => write!(f, ", {} clients", self.clients),
            Pace::Open { rate, .. } => write!(f, ", {rate}"),
            Pace::Visitors => f.write_str(", whenever visitors come"),
        }
    }
}

/// A workload of the Yahoo! Cloud Serving Benchmark (Cooper et al., SoCC 2010), as far as a cache beside a database has
/// it: keys and mix. Ours has no range queries and no new rows, so a scan is a run of single reads (E), and an insert is
/// a write that makes the next product the latest (D).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// Half reads, half writes; Zipf.
    YcsbA,
    /// 95 % reads, 5 % writes; Zipf.
    YcsbB,
    /// Reads only; Zipf.
    YcsbC,
    /// 95 % reads, 5 % writes; latest.
    YcsbD,
    /// 95 % runs of up to 100 reads, 5 % writes; Zipf.
    YcsbE,
    /// Half reads, half writes each after a read of the same product; Zipf.
    YcsbF,
}

impl Preset {
    /// All of them, by name.
    pub const ALL: [Self; 6] = [Self::YcsbA, Self::YcsbB, Self::YcsbC, Self::YcsbD, Self::YcsbE, Self::YcsbF];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::YcsbA => "ycsb-a",
            Self::YcsbB => "ycsb-b",
            Self::YcsbC => "ycsb-c",
            Self::YcsbD => "ycsb-d",
            Self::YcsbE => "ycsb-e",
            Self::YcsbF => "ycsb-f",
        }
    }

    /// Its keys.
    #[must_use]
    pub fn keys(self) -> Keys {
        match self {
            Self::YcsbD => Keys::Latest { exponent: 0.99 },
            _ => Keys::Zipf { exponent: 0.99 },
        }
    }

    /// Its mix.
    #[must_use]
    pub fn mix(self) -> Mix {
        let plain = Mix::default();
        match self {
            Self::YcsbA => Mix { write_percent: 50.0, ..plain },
            Self::YcsbB | Self::YcsbD => Mix { write_percent: 5.0, ..plain },
            Self::YcsbC => plain,
            Self::YcsbE => Mix { write_percent: 5.0, longest_run: 100, ..plain },
            Self::YcsbF => Mix { write_percent: 50.0, read_before_write: true, ..plain },
        }
    }
}

impl Display for Preset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Preset {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|preset| preset.name() == name)
            .ok_or_else(|| format!("there is no preset \"{name}\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Rate, Spacing};

    fn sensible(change: impl FnOnce(&mut Workload)) -> bool {
        let mut workload = Workload::default();
        change(&mut workload);
        workload.check().is_ok()
    }

    fn open(rate: Rate) -> Pace {
        Pace::Open { rate, spacing: Spacing::Poisson }
    }

    #[test]
    fn absurd_workloads_are_refused() {
        assert!(sensible(|_| ()));
        for per_second in [0.0, -1.0, 1e9, f64::NAN, f64::INFINITY] {
            assert!(!sensible(|workload| workload.pace = open(Rate::Steady { per_second })), "{per_second}");
        }
        assert!(!sensible(|w| w.pace = open(Rate::Ramp { from: 0.0, to: 0.0, over_ms: 10 })));
        assert!(!sensible(|w| w.pace = open(Rate::Bursts { base: 1.0, peak: 2.0, every_ms: 10, for_ms: 10 })));
        assert!(!sensible(|w| w.clients = 0));
        assert!(!sensible(|w| w.clients = 100_000));
        assert!(!sensible(|w| w.products = Some(0)));
        assert!(!sensible(|w| w.length = Length::Time { ms: 0 }));
        assert!(!sensible(|w| w.length = Length::Count { requests: 0 }));
        assert!(!sensible(|w| w.seed = u64::MAX));
        assert!(!sensible(|w| w.keys = Keys::Zipf { exponent: 2.0 }));
        assert!(!sensible(|w| w.keys = Keys::HotSet { requests_percent: 80.0, keys_percent: 0.0 }));
        assert!(!sensible(|w| w.mix.write_percent = 101.0));
        assert!(!sensible(|w| w.mix.longest_run = 0));
    }

    #[test]
    fn what_visitors_send_is_told_as_theirs_and_never_sent() {
        let visitors = Workload::visitors();
        assert!(visitors.is_visitors() && visitors.check().is_err());
        assert_eq!(visitors.to_string(), "visitors through the HTTP front door");
        assert!(!sensible(|w| w.keys = Keys::Visitors) && !sensible(|w| w.pace = Pace::Visitors));
    }

    #[test]
    fn every_preset_is_a_sensible_workload_and_read_by_its_name() {
        for preset in Preset::ALL {
            assert!(sensible(|w| (w.keys, w.mix) = (preset.keys(), preset.mix())), "{preset}");
            assert_eq!(preset.name().parse(), Ok(preset));
        }
    }
}
