use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Door, Effect, Outcome, Request, Step};

/// A request, its outcome and its steps.
///
/// `total_ns` is the sum of the steps' durations and `other_ns`, exactly: time between steps is shown, not hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct Trace {
    /// Number of the request in this run of the app; the first is 1.
    #[ts(type = "number")]
    pub id: u64,
    /// What was asked.
    pub request: Request,
    /// Which way it went.
    pub outcome: Outcome,
    /// When it started: nanoseconds on the clock of the run.
    #[ts(type = "number")]
    pub started_ns: u64,
    /// How long it had been due when it started, in nanoseconds: it waited for a free client. 0 for a single click.
    #[ts(type = "number")]
    pub waited_ns: u64,
    /// Nanoseconds from start to end.
    #[ts(type = "number")]
    pub total_ns: u64,
    /// Nanoseconds of the total that belong to no step.
    #[ts(type = "number")]
    pub other_ns: u64,
    /// The steps, in the order in which they began.
    pub steps: Vec<Step>,
    /// In words, what was out of the ordinary: why the cache was bypassed, why a cached value was replaced, …
    pub notes: Vec<String>,
    /// Which version of the product's row the answer held, or the write made; absent where it does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub version: Option<u64>,
    /// How long the answer had been out of date when it was asked for, in nanoseconds: since the oldest acknowledged write
    /// that it missed. Absent where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional, type = "number")]
    pub stale_ns: Option<u64>,
    /// What protections saved and cost in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Effect>>", optional)]
    pub effects: Vec<Effect>,
    /// By which door it came in; absent where Cachescope sent it itself.
    #[serde(default, skip_serializing_if = "Door::is_own")]
    #[ts(as = "Option<Door>", optional)]
    pub door: Door,
}

impl Trace {
    /// How long it took whoever asked: from when it was *due* to its end, in nanoseconds.
    #[must_use]
    pub fn response_ns(&self) -> u64 {
        self.waited_ns + self.total_ns
    }

    /// How long it took once it was sent: from its start to its end, in nanoseconds. What a load generator sees that
    /// waits before it sends (Gil Tene calls leaving out the wait coordinated omission).
    #[must_use]
    pub fn service_ns(&self) -> u64 {
        self.total_ns
    }

    /// When it ended, in nanoseconds on the clock of the run.
    #[must_use]
    pub fn ended_ns(&self) -> u64 {
        self.started_ns + self.total_ns
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Collector, Query};

    #[test]
    fn a_trace_says_by_which_door_it_came_in() {
        let request = Request::read(42, Query::Page);
        assert_eq!(Collector::new(1, request).through(Door::Http).into_trace().door, Door::Http);
        assert_eq!(Collector::new(2, request).into_trace().door, Door::Own);
    }
}
