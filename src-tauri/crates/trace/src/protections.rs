use std::fmt::{self, Display};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What keeps misses from harming the database. They hold where there is a cache, alone or together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Protections {
    /// Single-flight: of the requests of this process that miss the same key, one loads it and the others wait for it.
    pub single_flight: bool,
    /// TTL jitter: by how much a value may live shorter than its TTL, in percent; 0 to 90. What was stored at the same
    /// moment then does not expire at the same moment.
    pub ttl_jitter_percent: u8,
    /// Negative caching: for how long it is remembered that there is no such product, in milliseconds; 0: it is not.
    pub negative_ttl_ms: u32,
}

/// The most by which a value's life may be shortened.
const MAX_JITTER_PERCENT: u8 = 90;

impl Protections {
    /// Whether they make sense; `longest_ms` is the longest TTL.
    pub(crate) fn check(self, longest_ms: u32) -> Result<(), String> {
        if self.ttl_jitter_percent > MAX_JITTER_PERCENT {
            return Err(format!("The TTL jitter must be between 0 and {MAX_JITTER_PERCENT} percent."));
        }
        if self.negative_ttl_ms > longest_ms {
            return Err("What does not exist must not be remembered for longer than 24 hours.".to_owned());
        }
        Ok(())
    }

    /// How long a missing product is remembered; absent: not at all.
    #[must_use]
    pub fn negative_ttl(self) -> Option<Duration> {
        (self.negative_ttl_ms > 0).then(|| Duration::from_millis(self.negative_ttl_ms.into()))
    }
}

impl Display for Protections {
    /// In words, separated by commas; empty where there are none.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { single_flight, ttl_jitter_percent, negative_ttl_ms } = *self;
        let named = [
            single_flight.then(|| "single-flight".to_owned()),
            (ttl_jitter_percent > 0).then(|| format!("TTL jitter {ttl_jitter_percent} %")),
            (negative_ttl_ms > 0).then(|| format!("negative caching {} s", f64::from(negative_ttl_ms) / 1_000.0)),
        ];
        f.write_str(&named.into_iter().flatten().collect::<Vec<_>>().join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_told_in_words() {
        assert_eq!(Protections::default().to_string(), "");
        let all = Protections { single_flight: true, ttl_jitter_percent: 20, negative_ttl_ms: 1_500 };
        assert_eq!(all.to_string(), "single-flight, TTL jitter 20 %, negative caching 1.5 s");
    }
}
