use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A protection that does something in single requests. TTL jitter is none of them: that values expire apart shows in a run,
/// not in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Protection {
    /// [`Protections::single_flight`](crate::Protections::single_flight)
    SingleFlight,
    /// [`Protections::negative_ttl_ms`](crate::Protections::negative_ttl_ms)
    NegativeCaching,
    /// [`Protections::cache_lock`](crate::Protections::cache_lock)
    CacheLock,
    /// [`Protections::lease`](crate::Protections::lease)
    Lease,
    /// [`Protections::early_expiry_percent`](crate::Protections::early_expiry_percent)
    EarlyExpiry,
    /// [`Protections::bloom_filter`](crate::Protections::bloom_filter)
    BloomFilter,
    /// [`Protections::circuit_breaker`](crate::Protections::circuit_breaker)
    CircuitBreaker,
    /// [`Protections::database_limit`](crate::Protections::database_limit)
    DatabaseLimit,
}

impl Protection {
    /// Every one, in the order in which they are told.
    pub const ALL: [Self; 8] = [
        Self::SingleFlight,
        Self::NegativeCaching,
        Self::CacheLock,
        Self::Lease,
        Self::EarlyExpiry,
        Self::BloomFilter,
        Self::CircuitBreaker,
        Self::DatabaseLimit,
    ];

    /// Its name, in words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::SingleFlight => "single-flight",
            Self::NegativeCaching => "negative caching",
            Self::CacheLock => "lock",
            Self::Lease => "lease",
            Self::EarlyExpiry => "early expiry",
            Self::BloomFilter => "Bloom filter",
            Self::CircuitBreaker => "circuit breaker",
            Self::DatabaseLimit => "bound at the database",
        }
    }
}

/// What a protection did in one request: what it saved, and what it cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Effect {
    /// Which one.
    pub protection: Protection,
    /// Queries that the database was spared.
    pub queries_avoided: u32,
    /// Queries that it was asked, and would not have been yet.
    pub queries_added: u32,
    /// Round trips to the cache that the request makes because of it.
    pub round_trips: u32,
    /// Keys looked up in these, each of which the server counts as a hit or a miss.
    pub lookups: u32,
    /// For how long the request waited because of it, in nanoseconds.
    #[ts(type = "number")]
    pub waited_ns: u64,
    /// The request was refused.
    pub refused: bool,
    /// It did not bring what it is for: a wait that found nothing, a lock that was lost, a missing product that the filter
    /// let through, a probe that failed.
    pub in_vain: bool,
}

impl Effect {
    /// Nothing yet.
    #[must_use]
    pub fn of(protection: Protection) -> Self {
        Self {
            protection,
            queries_avoided: 0,
            queries_added: 0,
            round_trips: 0,
            lookups: 0,
            waited_ns: 0,
            refused: false,
            in_vain: false,
        }
    }
}
