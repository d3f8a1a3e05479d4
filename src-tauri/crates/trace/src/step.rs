use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which act of the flow a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Check if the requested data exists in Redis: GET, there and back.
    CacheGet,
    /// Read the cached bytes back into a value.
    Decode,
    /// Take the lock or lease of a key in Redis, or give it back.
    CacheLock,
    /// Wait: for another request that is loading the same key or writing the same product, or for a turn at the database.
    Wait,
    /// Fetch the data from the database.
    DbQuery,
    /// Turn the value into the bytes that are cached.
    Encode,
    /// Store the data in Redis for future requests: SET with a TTL, there and back.
    CacheSet,
    /// Delete the product's keys from Redis, there and back.
    CacheDel,
    /// Update the product's row in the database.
    DbWrite,
    /// Hand work to the background: a reload of the key, or a write into the queue, where it may have to wait for room.
    Defer,
    /// Hand the response to the client.
    Respond,
}

impl StepKind {
    /// Every kind, in the order of the flow.
    pub const ALL: [Self; 11] = [
        Self::CacheGet,
        Self::Decode,
        Self::CacheLock,
        Self::Wait,
        Self::DbQuery,
        Self::Encode,
        Self::CacheSet,
        Self::CacheDel,
        Self::DbWrite,
        Self::Defer,
        Self::Respond,
    ];

    /// Its name in the glossary, as it is written in JSON too.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CacheGet => "cache_get",
            Self::Decode => "decode",
            Self::CacheLock => "cache_lock",
            Self::Wait => "wait",
            Self::DbQuery => "db_query",
            Self::Encode => "encode",
            Self::CacheSet => "cache_set",
            Self::CacheDel => "cache_del",
            Self::DbWrite => "db_write",
            Self::Defer => "defer",
            Self::Respond => "respond",
        }
    }
}

/// One timed act inside a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
pub struct Step {
    /// Which act.
    pub kind: StepKind,
    /// Nanoseconds from the start of the request to the start of the step.
    #[ts(type = "number")]
    pub start_ns: u64,
    /// Nanoseconds from the start of the step to its end.
    #[ts(type = "number")]
    pub duration_ns: u64,
    /// How many of those nanoseconds were put in on purpose; 0 where all were measured.
    #[ts(type = "number")]
    pub injected_ns: u64,
    /// True where the act did not succeed (the time it took until it failed is true all the same).
    pub failed: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_stands_in_json() {
        for each in StepKind::ALL {
            assert_eq!(serde_json::to_value(each).expect("JSON"), each.name());
        }
    }
}
