use std::fmt::{self, Display};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What is broken on purpose, and when. Every nanosecond that a fault puts into a step is told as injected
/// ([`Step::injected_ns`](crate::Step::injected_ns)).
///
/// A fault with a [`During`] comes and goes at stated times of a run and is not there outside of one; a fault without is in
/// force for as long as the conditions are. Faults are never kept: not in the settings, not past the end of the app.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Faults {
    /// What is wrong with the cache.
    pub cache: Option<CacheFault>,
    /// When during a run; absent: throughout.
    pub cache_during: Option<During>,
    /// What is wrong with the database.
    pub database: Option<DatabaseFault>,
    /// When during a run; absent: throughout.
    pub database_during: Option<During>,
}

/// What is wrong with the cache. All of it is done by a proxy of ours before the server; the server itself is not touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CacheFault {
    /// Nobody listens: connections are refused, and those that were open are closed.
    Down,
    /// Connections are accepted and reset at once.
    Reset,
    /// Connections are accepted, what is asked is taken, and nothing is ever answered.
    Hung,
    /// Each answer is held back.
    Slow {
        /// For so many milliseconds, 1 to 10,000.
        delay_ms: u32,
        /// And for up to so many more, at random, each length as likely.
        #[serde(default)]
        jitter_ms: u32,
    },
    /// The line carries only so much, either way.
    Bandwidth {
        /// Bytes a second, 1,000 to 1,000,000,000.
        bytes_per_second: u32,
    },
}

/// What is wrong with the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DatabaseFault {
    /// Each query and each write waits before it begins, while it holds its connection: so it takes that from others, as a
    /// slow database does. What others wait for the connection is a consequence, and measured as such.
    Slow {
        /// For so many milliseconds, 1 to 10,000.
        delay_ms: u32,
    },
    /// A real exclusive transaction is open. In SQLite's WAL mode readers go on; a write waits for up to 5 s, and fails.
    Locked,
    /// Queries and writes are refused at once. What write-behind has in its queue goes past this and past a slow database; a
    /// lock holds for it too.
    Down,
}

/// When, in milliseconds since the start of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
pub struct During {
    /// From then on.
    pub from_ms: u32,
    /// Until then; absent: to the end of the run.
    #[serde(default)]
    pub to_ms: Option<u32>,
}

/// The longest delay, in milliseconds.
const MAX_DELAY_MS: u32 = 10_000;

/// The slowest and the quickest line, in bytes a second.
const BANDWIDTH: std::ops::RangeInclusive<u32> = 1_000..=1_000_000_000;

/// The longest run, in milliseconds: a day.
const MAX_DURING_MS: u32 = 24 * 60 * 60 * 1_000;

impl Faults {
    /// Whether there are any, now or at some time of a run.
    #[must_use]
    pub fn any(&self) -> bool {
        self.cache.is_some() || self.database.is_some()
    }

    /// Those in force: so many milliseconds after the start of a run, or outside of one.
    #[must_use]
    pub fn in_force(&self, since_start_ms: Option<u64>) -> Self {
        let on = |during: Option<During>| during.is_none_or(|during| since_start_ms.is_some_and(|ms| during.holds(ms)));
        Self {
            cache: self.cache.filter(|_| on(self.cache_during)),
            database: self.database.filter(|_| on(self.database_during)),
            ..Self::default()
        }
    }

    /// When, in milliseconds since the start of a run, they change next; `None`: not any more.
    #[must_use]
    pub fn next_change(&self, since_start_ms: u64) -> Option<u64> {
        [self.cache_during, self.database_during]
            .into_iter()
            .flatten()
            .flat_map(|during| [Some(during.from_ms), during.to_ms])
            .flatten()
            .map(u64::from)
            .filter(|ms| *ms > since_start_ms)
            .min()
    }

    /// Whether they make sense; `cached` says whether there is a cache.
    pub(crate) fn check(&self, cached: bool) -> Result<(), String> {
        if self.cache.is_some() && !cached {
            return Err(
                "Without a cache there is none to break: choose a pattern that has one, or switch the cache's fault off."
                    .to_owned(),
            );
        }
        match self.cache {
            Some(CacheFault::Slow { delay_ms, jitter_ms }) => {
                check_delay(delay_ms)?;
                check_delay(delay_ms.saturating_add(jitter_ms))?;
            }
            Some(CacheFault::Bandwidth { bytes_per_second }) if !BANDWIDTH.contains(&bytes_per_second) => {
                return Err("A slow line must carry between 1 kB and 1,000 MB a second.".to_owned());
            }
            _ => {}
        }
        if let Some(DatabaseFault::Slow { delay_ms }) = self.database {
            check_delay(delay_ms)?;
        }
        for (there, during) in
            [(self.cache.is_some(), self.cache_during), (self.database.is_some(), self.database_during)]
        {
            if let Some(during) = during {
                if !there {
                    return Err("A time is given for a fault that is not: say which fault.".to_owned());
                }
                during.check()?;
            }
        }
        Ok(())
    }
}

impl Display for Faults {
    /// In words, separated by commas; empty where there are none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let timed = |words: String, during: Option<During>| match during {
            Some(during) => format!("{words} {during}"),
            None => words,
        };
        let cache = self.cache.map(|fault| timed(fault.to_string(), self.cache_during));
        let database = self.database.map(|fault| timed(fault.to_string(), self.database_during));
        f.write_str(&cache.into_iter().chain(database).collect::<Vec<_>>().join(", "))
    }
}

impl Display for CacheFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Down => f.write_str("cache down"),
            Self::Reset => f.write_str("cache resets connections"),
            Self::Hung => f.write_str("cache hung"),
            Self::Slow { delay_ms, jitter_ms: 0 } => write!(f, "cache slow by {delay_ms} ms"),
            Self::Slow { delay_ms, jitter_ms } => {
                write!(f, "cache slow by {delay_ms} to {} ms", u64::from(delay_ms) + u64::from(jitter_ms))
            }
            Self::Bandwidth { bytes_per_second } => {
                write!(f, "cache behind a line of {} kB/s", f64::from(bytes_per_second) / 1e3)
            }
        }
    }
}

impl Display for DatabaseFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Slow { delay_ms } => write!(f, "database slow by {delay_ms} ms"),
            Self::Locked => f.write_str("database locked"),
            Self::Down => f.write_str("database down"),
        }
    }
}

impl Display for During {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = |ms: u32| f64::from(ms) / 1_000.0;
        match self.to_ms {
            Some(to_ms) => write!(f, "from {} s to {} s", seconds(self.from_ms), seconds(to_ms)),
            None => write!(f, "from {} s on", seconds(self.from_ms)),
        }
    }
}

impl FromStr for CacheFault {
    type Err = String;

    /// Reads `down`, `reset`, `hung`, `slow=5ms`, `slow=2ms..8ms` or `bandwidth=100kb` (a second).
    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || {
            "the cache's faults are down, reset, hung, slow=5ms, slow=2ms..8ms and bandwidth=100kb (a second)"
                .to_owned()
        };
        match text.split_once('=') {
            None => match text {
                "down" => Ok(Self::Down),
                "reset" => Ok(Self::Reset),
                "hung" => Ok(Self::Hung),
                _ => Err(unknown()),
            },
            Some(("slow", delay)) => {
                let (from, to) = delay.split_once("..").unwrap_or((delay, delay));
                let (delay_ms, to_ms) =
                    (milliseconds(from).ok_or_else(unknown)?, milliseconds(to).ok_or_else(unknown)?);
                let jitter_ms = to_ms.checked_sub(delay_ms).ok_or("the longer delay comes second: slow=2ms..8ms")?;
                Ok(Self::Slow { delay_ms, jitter_ms })
            }
            Some(("bandwidth", rate)) => Ok(Self::Bandwidth { bytes_per_second: bytes(rate).ok_or_else(unknown)? }),
            Some(_) => Err(unknown()),
        }
    }
}

impl FromStr for DatabaseFault {
    type Err = String;

    /// Reads `slow=50ms`, `locked` or `down`.
    fn from_str(text: &str) -> Result<Self, String> {
        let delay = text.strip_prefix("slow=").map(milliseconds);
        match (text, delay) {
            ("locked", _) => Ok(Self::Locked),
            ("down", _) => Ok(Self::Down),
            (_, Some(Some(delay_ms))) => Ok(Self::Slow { delay_ms }),
            _ => Err("the database's faults are slow=50ms, locked and down".to_owned()),
        }
    }
}

impl During {
    /// Reads a fault with the time of a run at which it is there, if any: `hung`, `hung@2s..4s`, `hung@2s..`.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn split<F: FromStr<Err = String>>(text: &str) -> Result<(F, Option<Self>), String> {
        let Some((fault, during)) = text.split_once('@') else { return Ok((text.parse()?, None)) };
        let unreadable = || "write when it is there as @2s..4s, or @2s.. for the rest of the run".to_owned();
        let (from, to) = during.split_once("..").ok_or_else(unreadable)?;
        let from_ms = milliseconds(from).ok_or_else(unreadable)?;
        let to_ms = if to.is_empty() { None } else { Some(milliseconds(to).ok_or_else(unreadable)?) };
        Ok((fault.parse()?, Some(Self { from_ms, to_ms })))
    }

    fn holds(self, ms: u64) -> bool {
        ms >= u64::from(self.from_ms) && self.to_ms.is_none_or(|to_ms| ms < u64::from(to_ms))
    }

    fn check(self) -> Result<(), String> {
        if self.to_ms.is_some_and(|to_ms| to_ms <= self.from_ms) {
            return Err("A fault must end later than it begins.".to_owned());
        }
        if self.from_ms.max(self.to_ms.unwrap_or(0)) > MAX_DURING_MS {
            return Err("A fault must come and go within 24 hours.".to_owned());
        }
        Ok(())
    }
}

fn check_delay(ms: u32) -> Result<(), String> {
    if !(1..=MAX_DELAY_MS).contains(&ms) {
        return Err("A delay put in on purpose must be between 1 ms and 10 s.".to_owned());
    }
    Ok(())
}

/// `500ms`, `2s`, `1m`.
fn milliseconds(text: &str) -> Option<u32> {
    let (number, factor) = match text.strip_suffix("ms") {
        Some(number) => (number, 1),
        None => match text.strip_suffix('s') {
            Some(number) => (number, 1_000),
            None => (text.strip_suffix('m')?, 60_000),
        },
    };
    digits(number)?.checked_mul(factor)
}

/// `100kb`, `2mb`, `5000`.
fn bytes(text: &str) -> Option<u32> {
    let text = text.to_ascii_lowercase();
    let text = text.strip_suffix("/s").unwrap_or(&text);
    let (number, factor) = match (text.strip_suffix("kb"), text.strip_suffix("mb")) {
        (Some(number), _) => (number, 1_000),
        (_, Some(number)) => (number, 1_000_000),
        _ => (text.strip_suffix('b').unwrap_or(text), 1),
    };
    digits(number)?.checked_mul(factor)
}

/// A number in digits alone: no sign.
fn digits(text: &str) -> Option<u32> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_read_as_they_are_written_on_the_command_line() {
        let cache = |text: &str| text.parse::<CacheFault>();
        assert_eq!(cache("down"), Ok(CacheFault::Down));
        assert_eq!(cache("slow=5ms"), Ok(CacheFault::Slow { delay_ms: 5, jitter_ms: 0 }));
        assert_eq!(cache("slow=2ms..1s"), Ok(CacheFault::Slow { delay_ms: 2, jitter_ms: 998 }));
        assert_eq!(cache("bandwidth=100kb"), Ok(CacheFault::Bandwidth { bytes_per_second: 100_000 }));
        assert_eq!(cache("bandwidth=2MB/s"), Ok(CacheFault::Bandwidth { bytes_per_second: 2_000_000 }));
        for wrong in ["", "slow", "slow=", "slow=5", "slow=+5ms", "slow=8ms..2ms", "bandwidth=1tb", "hung=2", "up"] {
            assert!(cache(wrong).is_err(), "{wrong}");
        }
        let database = |text: &str| text.parse::<DatabaseFault>();
        assert_eq!(database("slow=50ms"), Ok(DatabaseFault::Slow { delay_ms: 50 }));
        assert_eq!(database("locked"), Ok(DatabaseFault::Locked));
        assert!(database("hung").is_err());
        assert_eq!(
            During::split("hung@2s..4500ms"),
            Ok((CacheFault::Hung, Some(During { from_ms: 2_000, to_ms: Some(4_500) })))
        );
        assert_eq!(
            During::split("down@1m.."),
            Ok((DatabaseFault::Down, Some(During { from_ms: 60_000, to_ms: None })))
        );
        assert!(During::split::<CacheFault>("hung@2s").is_err());
    }

    #[test]
    fn they_are_told_in_words() {
        assert_eq!(Faults::default().to_string(), "");
        let faults = Faults {
            cache: Some(CacheFault::Slow { delay_ms: 2, jitter_ms: 6 }),
            database: Some(DatabaseFault::Locked),
            database_during: Some(During { from_ms: 2_000, to_ms: Some(4_500) }),
            ..Faults::default()
        };
        assert_eq!(faults.to_string(), "cache slow by 2 to 8 ms, database locked from 2 s to 4.5 s");
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_reason() {
        let refused = |faults: Faults, cached| faults.check(cached).expect_err("refused");
        let hung = Faults { cache: Some(CacheFault::Hung), ..Faults::default() };
        assert_eq!(hung.check(true), Ok(()));
        assert!(refused(hung, false).contains("Without a cache"));
        let slow = |delay_ms, jitter_ms| Faults { cache: Some(CacheFault::Slow { delay_ms, jitter_ms }), ..hung };
        assert!(refused(slow(0, 5), true).contains("between 1 ms"));
        assert!(refused(slow(1, u32::MAX), true).contains("between 1 ms"));
        let line = |bytes_per_second| Faults { cache: Some(CacheFault::Bandwidth { bytes_per_second }), ..hung };
        assert!(refused(line(999), true).contains("1 kB"));
        let when = |from_ms, to_ms| Faults { cache_during: Some(During { from_ms, to_ms }), ..hung };
        assert!(refused(when(2, Some(2)), true).contains("later"));
        assert!(refused(when(u32::MAX, None), true).contains("24 hours"));
        assert!(
            refused(Faults { database_during: Some(During { from_ms: 0, to_ms: None }), ..hung }, true)
                .contains("which")
        );
    }

    #[test]
    fn a_fault_with_a_time_is_there_in_a_run_at_that_time_alone() {
        let faults = Faults {
            cache: Some(CacheFault::Hung),
            cache_during: Some(During { from_ms: 2_000, to_ms: Some(4_000) }),
            database: Some(DatabaseFault::Slow { delay_ms: 5 }),
            ..Faults::default()
        };
        let hung = |since| faults.in_force(since).cache.is_some();
        assert_eq!(
            [None, Some(0), Some(1_999), Some(2_000), Some(3_999), Some(4_000)].map(hung),
            [false, false, false, true, true, false]
        );
        assert!(faults.in_force(None).database.is_some(), "one without is always there");
        let mut changes = vec![];
        let mut at = 0;
        while let Some(next) = faults.next_change(at) {
            changes.push(next);
            at = next;
        }
        assert_eq!(changes, [2_000, 4_000]);
    }
}
