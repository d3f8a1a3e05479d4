use serde::{Deserialize, Serialize};
use trace::{Effect, Protection};
use ts_rs::TS;

use crate::{Distribution, Latencies};

/// What a protection saved and cost in many requests.
#[derive(Debug, Clone, Default)]
pub struct Effects {
    /// In how many requests it did something.
    pub requests: u64,
    /// [`Effect::queries_avoided`]
    pub queries_avoided: u64,
    /// [`Effect::queries_added`]
    pub queries_added: u64,
    /// [`Effect::round_trips`]
    pub round_trips: u64,
    /// [`Effect::lookups`]
    pub lookups: u64,
    /// In how many it refused the request.
    pub refused: u64,
    /// In how many it did not bring what it is for.
    pub in_vain: u64,
    /// How long those waited that waited because of it.
    pub waits: Latencies,
}

impl Effects {
    /// Adds what it did in one request. `first` where it had done nothing in that request before.
    pub(crate) fn record(&mut self, effect: &Effect, first: bool) {
        self.requests += u64::from(first);
        self.queries_avoided += u64::from(effect.queries_avoided);
        self.queries_added += u64::from(effect.queries_added);
        self.round_trips += u64::from(effect.round_trips);
        self.lookups += u64::from(effect.lookups);
        self.refused += u64::from(effect.refused);
        self.in_vain += u64::from(effect.in_vain);
        if effect.waited_ns > 0 {
            self.waits.record(effect.waited_ns);
        }
    }

    /// Adds what it did in others.
    pub(crate) fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.queries_avoided += other.queries_avoided;
        self.queries_added += other.queries_added;
        self.round_trips += other.round_trips;
        self.lookups += other.lookups;
        self.refused += other.refused;
        self.in_vain += other.in_vain;
        self.waits.add(&other.waits);
    }

    pub(crate) fn clear(&mut self) {
        self.waits.clear();
        let waits = std::mem::take(&mut self.waits);
        *self = Self { waits, ..Self::default() };
    }
}

/// What a protection saved and cost in a run.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct ProtectionEffects {
    /// Which.
    pub protection: Protection,
    /// In how many requests it did something.
    #[ts(type = "number")]
    pub requests: u64,
    /// Queries that the database was spared.
    #[ts(type = "number")]
    pub queries_avoided: u64,
    /// Queries that it was asked, and would not have been yet.
    #[ts(type = "number")]
    pub queries_added: u64,
    /// Round trips to the cache that were made because of it.
    #[ts(type = "number")]
    pub round_trips: u64,
    /// Requests that were refused.
    #[ts(type = "number")]
    pub refused: u64,
    /// Requests in which it did not bring what it is for.
    #[ts(type = "number")]
    pub in_vain: u64,
    /// How long those waited that waited because of it.
    pub waits: Distribution,
}

impl ProtectionEffects {
    pub(crate) fn of(protection: Protection, effects: &Effects) -> Self {
        let Effects { requests, queries_avoided, queries_added, round_trips, refused, in_vain, .. } = *effects;
        let waits = effects.waits.distribution();
        Self { protection, requests, queries_avoided, queries_added, round_trips, refused, in_vain, waits }
    }
}
