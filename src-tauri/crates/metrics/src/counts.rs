use std::ops::Add;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trace::Outcome;
use ts_rs::TS;

/// How many requests were sent, and which way each of them went.
///
/// Once nothing is under way any more, `sent` is the sum of all the others but `reloads`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Counts {
    /// Requests that were started.
    #[ts(type = "number")]
    pub sent: u64,
    /// [`Outcome::Hit`]
    #[ts(type = "number")]
    pub hits: u64,
    /// [`Outcome::Miss`]
    #[ts(type = "number")]
    pub misses: u64,
    /// [`Outcome::Stale`]
    #[ts(type = "number")]
    pub stale: u64,
    /// [`Outcome::Coalesced`]
    #[ts(type = "number")]
    pub coalesced: u64,
    /// [`Outcome::Bypass`]
    #[ts(type = "number")]
    pub bypasses: u64,
    /// [`Outcome::Written`]
    #[ts(type = "number")]
    pub written: u64,
    /// [`Outcome::Shed`]
    #[ts(type = "number")]
    pub shed: u64,
    /// [`Outcome::Error`]
    #[ts(type = "number")]
    pub errors: u64,
    /// Queries by reloads in the background, for requests that were answered: besides those of the requests, and none of
    /// these.
    #[serde(default)]
    #[ts(type = "number")]
    pub reloads: u64,
}

impl Counts {
    /// How many went that way.
    #[must_use]
    pub fn of(&self, outcome: Outcome) -> u64 {
        match outcome {
            Outcome::Hit => self.hits,
            Outcome::Miss => self.misses,
            Outcome::Stale => self.stale,
            Outcome::Coalesced => self.coalesced,
            Outcome::Bypass => self.bypasses,
            Outcome::Written => self.written,
            Outcome::Shed => self.shed,
            Outcome::Error => self.errors,
        }
    }

    /// How many have ended, whichever way.
    #[must_use]
    pub fn ended(&self) -> u64 {
        Outcome::ALL.into_iter().map(|outcome| self.of(outcome)).sum()
    }

    /// The reads that asked the cache and had its word: it held the value or it did not. Who did not find it and waited for
    /// another's load is among them.
    #[must_use]
    pub fn asked(&self) -> u64 {
        self.found() + self.misses + self.coalesced
    }

    /// The reads that the cache answered, fresh or stale.
    #[must_use]
    pub fn found(&self) -> u64 {
        self.hits + self.stale
    }

    /// Those that the cache answered among the reads that asked it and had its word, from 0 to 1; `None` where there were none.
    #[must_use]
    pub fn hit_ratio(&self) -> Option<f64> {
        let asked = self.asked();
        (asked > 0).then(|| self.found() as f64 / asked as f64)
    }

    pub(crate) fn add_one(&mut self, outcome: Outcome) {
        self.add_many(outcome, 1);
    }

    pub(crate) fn add_many(&mut self, outcome: Outcome, many: u64) {
        let count = match outcome {
            Outcome::Hit => &mut self.hits,
            Outcome::Miss => &mut self.misses,
            Outcome::Stale => &mut self.stale,
            Outcome::Coalesced => &mut self.coalesced,
            Outcome::Bypass => &mut self.bypasses,
            Outcome::Written => &mut self.written,
            Outcome::Shed => &mut self.shed,
            Outcome::Error => &mut self.errors,
        };
        *count += many;
    }
}

impl Add for Counts {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self.sent += other.sent;
        self.reloads += other.reloads;
        for outcome in Outcome::ALL {
            self.add_many(outcome, other.of(outcome));
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waited_for_anothers_load_did_not_hit() {
        let counts = Counts { hits: 6, misses: 1, coalesced: 3, bypasses: 5, written: 5, ..Counts::default() };
        assert_eq!(counts.hit_ratio(), Some(0.6));
        assert_eq!(Counts { bypasses: 5, ..Counts::default() }.hit_ratio(), None);
    }

    #[test]
    fn what_was_served_stale_was_in_the_cache() {
        let counts = Counts { hits: 6, stale: 2, misses: 2, reloads: 2, ..Counts::default() };
        assert_eq!((counts.hit_ratio(), counts.ended()), (Some(0.8), 10));
    }
}
