use std::fmt::{self, Display};
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Engine, Pattern};

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
    /// A lock in the cache: of the requests of all processes that miss the same key, the one that holds its lock loads it
    /// and the others wait for it.
    pub cache_lock: bool,
    /// A lease: as a lock, and who holds it may store only as long as nobody has written the product meanwhile.
    pub lease: bool,
    /// Probabilistic early expiry (XFetch): its beta in percent, 100 for a beta of 1; 0 to 1,000, and 0 for off. A request
    /// that finds a value near the end of its life may load it anew while the others go on hitting.
    pub early_expiry_percent: u16,
    /// A Bloom filter of the products that exist: who asks for one that cannot is answered at once.
    pub bloom_filter: bool,
    /// A circuit breaker before the database: while it fails, it is not asked.
    pub circuit_breaker: bool,
    /// How many requests may ask the database at once; the others wait for their turn. 0: no bound.
    pub database_limit: u16,
}

/// How the circuit breaker before the database stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Circuit {
    /// The database is asked.
    #[default]
    Closed,
    /// The database is not asked.
    Open,
    /// One request asks it, to see whether it answers again.
    HalfOpen,
}

/// The most by which a value's life may be shortened.
const MAX_JITTER_PERCENT: u8 = 90;

/// The largest beta of early expiry, in percent: ten times as eager as the optimum.
const MAX_EARLY_EXPIRY_PERCENT: u16 = 1_000;

impl Protections {
    /// Whether they make sense; `longest_ms` is the longest TTL.
    pub(crate) fn check(self, longest_ms: u32) -> Result<(), String> {
        if self.ttl_jitter_percent > MAX_JITTER_PERCENT {
            return Err(format!("The TTL jitter must be between 0 and {MAX_JITTER_PERCENT} percent."));
        }
        if self.negative_ttl_ms > longest_ms {
            return Err("What does not exist must not be remembered for longer than 24 hours.".to_owned());
        }
        if self.early_expiry_percent > MAX_EARLY_EXPIRY_PERCENT {
            return Err("The beta of early expiry must be between 0 and 10.".to_owned());
        }
        if self.cache_lock && self.lease {
            return Err("A lease is a lock that watches for writes: choose one of the two.".to_owned());
        }
        Ok(())
    }

    /// Whether there is what they need: a cache for what is kept in it, and a server with the commands for that.
    pub(crate) fn fit(self, pattern: Pattern, engine: &Engine) -> Result<(), String> {
        let asking_more = [
            (self.cache_lock, "A lock in the cache", "SET NX and WATCH"),
            (self.lease, "A lease", "SET NX and WATCH"),
            (self.early_expiry_percent > 0, "Early expiry", "PTTL"),
        ];
        if engine.is_cluster() && (self.cache_lock || self.lease) {
            let what = if self.lease { "A lease" } else { "A lock in the cache" };
            return Err(format!(
                "{what} stores a value and gives the claim on it back in one transaction, and a cluster has transactions only \
                 within one node, where the two keys need not lie: switch it off, or choose an engine of one server."
            ));
        }
        for (_, what, commands) in asking_more.into_iter().filter(|(on, ..)| *on) {
            if !pattern.has_cache() {
                return Err(format!("{what} needs a cache: switch it off, or choose a pattern that has one."));
            }
            if matches!(engine, Engine::MiniRedis { .. }) {
                return Err(format!(
                    "{what} needs {commands}, which mini-redis does not have: switch it off, or choose another engine."
                ));
            }
        }
        if self.early_expiry_percent > 0 && pattern.looks_at_lives() {
            return Err(format!(
                "By {pattern} values are loaded anew in the background, and early expiry would do it a second time: switch it off, \
                 or choose another pattern."
            ));
        }
        Ok(())
    }

    /// Those that hold before the database, whether or not there is a cache.
    #[must_use]
    pub fn of_the_database(self) -> Self {
        let Self { bloom_filter, circuit_breaker, database_limit, .. } = self;
        Self { bloom_filter, circuit_breaker, database_limit, ..Self::default() }
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
        let Self {
            single_flight,
            ttl_jitter_percent,
            negative_ttl_ms,
            cache_lock,
            lease,
            early_expiry_percent,
            bloom_filter,
            circuit_breaker,
            database_limit,
        } = *self;
        let named = [
            single_flight.then(|| "single-flight".to_owned()),
            (ttl_jitter_percent > 0).then(|| format!("TTL jitter {ttl_jitter_percent} %")),
            (negative_ttl_ms > 0).then(|| format!("negative caching {} s", f64::from(negative_ttl_ms) / 1_000.0)),
            cache_lock.then(|| "lock".to_owned()),
            lease.then(|| "lease".to_owned()),
            (early_expiry_percent > 0).then(|| format!("early expiry β {}", f64::from(early_expiry_percent) / 100.0)),
            bloom_filter.then(|| "Bloom filter".to_owned()),
            circuit_breaker.then(|| "circuit breaker".to_owned()),
            (database_limit > 0).then(|| format!("{database_limit} at the database")),
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
        let all = Protections {
            single_flight: true,
            ttl_jitter_percent: 20,
            negative_ttl_ms: 1_500,
            cache_lock: true,
            lease: true,
            early_expiry_percent: 50,
            bloom_filter: true,
            circuit_breaker: true,
            database_limit: 4,
        };
        assert_eq!(
            all.to_string(),
            "single-flight, TTL jitter 20 %, negative caching 1.5 s, lock, lease, early expiry β 0.5, Bloom filter, \
             circuit breaker, 4 at the database"
        );
        assert_eq!(all.of_the_database().to_string(), "Bloom filter, circuit breaker, 4 at the database");
    }

    #[test]
    fn what_is_kept_in_the_cache_needs_one_and_the_commands_for_it() {
        let bundled = Engine::default();
        let mini_redis = Engine::MiniRedis { nodelay: true };
        for protections in [
            Protections { cache_lock: true, ..Protections::default() },
            Protections { lease: true, ..Protections::default() },
            Protections { early_expiry_percent: 100, ..Protections::default() },
        ] {
            assert_eq!(protections.fit(Pattern::CacheAside, &bundled), Ok(()));
            assert!(protections.fit(Pattern::NoCache, &bundled).unwrap_err().contains("needs a cache"));
            assert!(protections.fit(Pattern::CacheAside, &mini_redis).unwrap_err().contains("mini-redis"));
        }
        let early_expiry = Protections { early_expiry_percent: 100, ..Protections::default() };
        for pattern in [Pattern::RefreshAhead, Pattern::StaleWhileRevalidate] {
            assert!(early_expiry.fit(pattern, &bundled).unwrap_err().contains("a second time"));
        }
        let of_the_database =
            Protections { bloom_filter: true, circuit_breaker: true, database_limit: 1, ..Protections::default() };
        assert_eq!(of_the_database.fit(Pattern::NoCache, &mini_redis), Ok(()));
    }

    #[test]
    fn a_lock_and_a_lease_at_once_and_a_wild_beta_are_refused() {
        let both = Protections { cache_lock: true, lease: true, ..Protections::default() };
        assert!(both.check(1).unwrap_err().contains("choose one"));
        let wild = Protections { early_expiry_percent: 1_001, ..Protections::default() };
        assert!(wild.check(1).unwrap_err().contains("beta"));
    }
}
