use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Pattern;

/// What the work goes by that patterns do behind a request's back: reloads and deferred writes. Each holds where the
/// pattern does that work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Background {
    /// Refresh-ahead: in the last how many percent of its TTL a value that is asked for is reloaded; 1 to 90.
    pub refresh_percent: u8,
    /// Stale-while-revalidate: for how long after its TTL a value may still be served, in milliseconds; at least 1.
    pub stale_ms: u32,
    /// Write-behind: for how long an acknowledged write waits for others to be written with, in milliseconds.
    pub write_delay_ms: u32,
    /// Write-behind: how many acknowledged writes may wait to be written; 1 to 100,000. One that finds the queue full waits.
    pub queue_limit: u32,
}

/// The largest share of its TTL in which a value is reloaded.
const MAX_REFRESH_PERCENT: u8 = 90;

/// The longest a write may be told to wait for others, in milliseconds: a minute.
const MAX_WRITE_DELAY_MS: u32 = 60_000;

/// The most writes that may be told to wait.
const MAX_QUEUE: u32 = 100_000;

impl Default for Background {
    fn default() -> Self {
        Self { refresh_percent: 20, stale_ms: 30_000, write_delay_ms: 500, queue_limit: 1_000 }
    }
}

impl Background {
    /// Whether they make sense with that TTL under that pattern; `longest_ms` is the longest TTL.
    pub(crate) fn check(self, pattern: Pattern, ttl_ms: u32, longest_ms: u32) -> Result<(), String> {
        let Self { refresh_percent, stale_ms, write_delay_ms, queue_limit } = self;
        if !(1..=MAX_REFRESH_PERCENT).contains(&refresh_percent) {
            return Err(format!(
                "Refresh-ahead must reload in the last 1 to {MAX_REFRESH_PERCENT} percent of the TTL."
            ));
        }
        if !(1..=longest_ms).contains(&stale_ms) {
            return Err("A value may be served stale for 1 ms to 24 hours after its TTL.".to_owned());
        }
        if write_delay_ms > MAX_WRITE_DELAY_MS {
            return Err("A write may wait for others for at most a minute.".to_owned());
        }
        if !(1..=MAX_QUEUE).contains(&queue_limit) {
            return Err("The queue of write-behind must hold 1 to 100,000 writes.".to_owned());
        }
        if pattern == Pattern::RefreshAhead && self.refresh_before_end(ttl_ms) < Duration::from_millis(1) {
            return Err(format!(
                "The last {refresh_percent} % of a TTL of {ttl_ms} ms are less than a millisecond, which is what a server \
                 tells a key's time by: nothing would be reloaded. Choose a longer TTL or a larger share."
            ));
        }
        Ok(())
    }

    /// Refresh-ahead: a value with less than this left of its TTL is reloaded.
    #[must_use]
    pub fn refresh_before_end(self, ttl_ms: u32) -> Duration {
        Duration::from_micros(u64::from(ttl_ms) * u64::from(self.refresh_percent) * 10)
    }

    /// Stale-while-revalidate: for how long after its TTL a value may still be served.
    #[must_use]
    pub fn stale(self) -> Duration {
        Duration::from_millis(self.stale_ms.into())
    }

    /// Write-behind: for how long an acknowledged write waits for others to be written with.
    #[must_use]
    pub fn write_delay(self) -> Duration {
        Duration::from_millis(self.write_delay_ms.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_no_sense_is_refused() {
        let sensible = Background::default();
        let check = |background: Background| background.check(Pattern::RefreshAhead, 60_000, 1_000_000);
        assert_eq!(check(sensible), Ok(()));
        for percent in [0, 91] {
            assert!(check(Background { refresh_percent: percent, ..sensible }).is_err());
        }
        assert!(check(Background { stale_ms: 0, ..sensible }).is_err());
        assert!(check(Background { stale_ms: u32::MAX, ..sensible }).is_err());
        assert!(check(Background { write_delay_ms: 60_001, ..sensible }).is_err());
        for queue_limit in [0, 100_001] {
            assert!(check(Background { queue_limit, ..sensible }).is_err());
        }
    }

    #[test]
    fn a_ttl_too_short_to_be_refreshed_ahead_is_refused_where_that_is_the_pattern() {
        let background = Background::default();
        let short = background.check(Pattern::RefreshAhead, 4, 1_000_000).expect_err("0.8 ms");
        assert!(short.contains("less than a millisecond"), "{short}");
        assert_eq!(background.check(Pattern::RefreshAhead, 5, 1_000_000), Ok(()));
        assert_eq!(background.check(Pattern::CacheAside, 1, 1_000_000), Ok(()));
    }

    #[test]
    fn the_share_of_the_ttl_is_exact() {
        assert_eq!(Background::default().refresh_before_end(60_000), Duration::from_secs(12));
        assert_eq!(
            Background { refresh_percent: 1, ..Background::default() }.refresh_before_end(50),
            Duration::from_micros(500)
        );
    }
}
