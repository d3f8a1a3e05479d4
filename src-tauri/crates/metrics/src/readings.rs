//! What is read off a meter.

use serde::{Deserialize, Serialize};
use trace::{Outcome, StepKind, Trace};
use ts_rs::TS;

use crate::{Counts, Distribution, Injected, Plot, ProtectionEffects, Second};

/// What a window draws in one frame: how things stand, and the samples since its last one. It has a bounded size however
/// long the window was away.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Sample {
    /// All requests of the run so far.
    pub counts: Counts,
    /// How many requests are inside each step now.
    pub inside: Inside,
    /// What to ask with the next time.
    #[ts(type = "number")]
    pub cursor: u64,
    /// Samples that came and went since the last time: the window was too slow for them.
    #[ts(type = "number")]
    pub skipped: u64,
    /// The samples since then, in the order in which they ended.
    pub points: Vec<Point>,
    /// A few of them whole.
    pub traces: Vec<Trace>,
}

/// One sampled request. Its trace can be asked for by its number for as long as it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Point {
    /// Number of the request.
    #[ts(type = "number")]
    pub id: u64,
    /// Which way it went.
    pub outcome: Outcome,
    /// When it ended, in nanoseconds on the clock of the run.
    #[ts(type = "number")]
    pub ended_ns: u64,
    /// From when it was due to its end, in nanoseconds.
    #[ts(type = "number")]
    pub response_ns: u64,
    /// From when it was sent to its end, in nanoseconds.
    #[ts(type = "number")]
    pub service_ns: u64,
}

impl From<&Trace> for Point {
    fn from(trace: &Trace) -> Self {
        Self {
            id: trace.id,
            outcome: trace.outcome,
            ended_ns: trace.ended_ns(),
            response_ns: trace.response_ns(),
            service_ns: trace.service_ns(),
        }
    }
}

/// How many requests are inside the steps that wait for somebody else.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Inside {
    /// Asking the cache.
    pub cache_get: u32,
    /// Taking a lock or a lease in the cache, or giving it back.
    pub cache_lock: u32,
    /// Waiting for another's load, or for a turn at the database.
    pub wait: u32,
    /// Asking the database, or waiting for its turn there.
    pub db_query: u32,
    /// Storing in the cache.
    pub cache_set: u32,
    /// Deleting from the cache.
    pub cache_del: u32,
    /// Writing to the database, or waiting for its turn there.
    pub db_write: u32,
}

/// The distributions of a run so far. Larger than a [`Sample`], and asked for less often.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Summary {
    /// All requests of the run so far.
    pub counts: Counts,
    /// The latencies of everything that ended.
    pub all: Latency,
    /// The same of each outcome that was met, in the order of [`Outcome::ALL`].
    pub outcomes: Vec<OutcomeLatency>,
    /// Each step that was met, in the order of [`StepKind::ALL`].
    pub steps: Vec<StepLatency>,
    /// The seconds that are over, from the one asked for on.
    pub seconds: Vec<Second>,
    /// The reads that were answered with a value out of date.
    pub stale_reads: StaleReads,
    /// What each protection that did something saved and cost.
    #[serde(default)]
    pub protections: Vec<ProtectionEffects>,
}

/// Reads held against the writes that were acknowledged before they began: how many told which version they were answered
/// with, and for how long the answers of those that were stale had been out of date.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct StaleReads {
    /// Reads that told their version: only of these it is known.
    #[ts(type = "number")]
    pub checked: u64,
    /// Since the oldest acknowledged write that each missed; its count is that of stale reads.
    pub ages: Distribution,
}

/// Response and service time of the same requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Latency {
    /// From when each request was *due* to its end ([`Trace::response_ns`]).
    pub response: Distribution,
    /// From when each was *sent* to its end ([`Trace::service_ns`]).
    pub service: Distribution,
    /// The response times, to be plotted.
    pub response_plot: Plot,
    /// The service times, to be plotted.
    pub service_plot: Plot,
}

/// The latencies of one outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct OutcomeLatency {
    /// Which way they went.
    pub outcome: Outcome,
    /// How long they took.
    pub latency: Latency,
}

/// How long one kind of step took.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct StepLatency {
    /// Which.
    pub kind: StepKind,
    /// How long those took that succeeded.
    pub duration: Distribution,
    /// How many failed.
    #[ts(type = "number")]
    pub failed: u64,
    /// What was put into them on purpose, into those that failed as well; the durations hold it.
    pub injected: Injected,
}
