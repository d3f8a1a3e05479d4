//! What is read off the traffic.

use load::{Progress, Verdict};
use metrics::{Sample, Summary};
use serde::{Deserialize, Serialize};
use trace::{Conditions, Workload};
use ts_rs::TS;

/// What a window draws in one frame of the present run, or of the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Frame {
    /// Number of the run. When it changes, what was drawn before belongs to another.
    pub run: u32,
    /// Now, in nanoseconds on the clock of the run.
    #[ts(type = "number")]
    pub now_ns: u64,
    /// When the run started, on the same clock.
    #[ts(type = "number")]
    pub started_ns: u64,
    /// How it stands to its schedule.
    pub progress: Progress,
    /// Counts, and the samples since the last frame.
    pub sample: Sample,
}

/// The numbers of the present run, or of the last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct RunSummary {
    /// Number of the run.
    pub run: u32,
    /// What it sends, or sent; absent of a visit, which others send.
    pub workload: Option<Workload>,
    /// The conditions it began under.
    pub conditions: Conditions,
    /// How long it has been going, or went, in nanoseconds.
    #[ts(type = "number")]
    pub elapsed_ns: u64,
    /// Its distributions.
    pub summary: Summary,
    /// What it came to; absent while it goes on.
    pub verdict: Option<Verdict>,
}

/// Traces that are held: they stay as they are until they are let go, however much comes after them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Held {
    /// Their numbers; the one that started first comes first.
    #[ts(type = "number[]")]
    pub ids: Vec<u64>,
}
