use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Outcome, Request, Step};

/// A request, its outcome and its steps.
///
/// `total_ns` is the sum of the steps' durations and `other_ns`, exactly: time between steps is shown, not hidden.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
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
}
