//! What a recording is.

use metrics::{Second, Tally};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trace::{Conditions, Trace, Workload};
use ts_rs::TS;

use crate::Environment;

/// A run that was kept.
#[derive(Debug, Clone)]
pub struct Recording {
    /// What it is called, and what it came to in short.
    pub about: About,
    /// The machine it ran on.
    pub environment: Environment,
    /// What the server said of itself (`INFO`) before the run; absent where it said nothing.
    pub info_before: Option<String>,
    /// The same after the run.
    pub info_after: Option<String>,
    /// Its rounds: one of a lone recording, several of one that is part of a study. In the order in which they ran.
    pub rounds: Vec<Round>,
}

/// What stands in a list of recordings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct About {
    /// Number in the store it is kept in; 0 of one that is in none.
    #[ts(type = "number")]
    pub id: i64,
    /// Tells it from every other recording, on whichever machine.
    pub key: String,
    /// What it is called; 1 to 200 characters.
    pub name: String,
    /// What somebody has written beside it.
    pub note: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// When it began, in milliseconds since 1970.
    #[ts(type = "number")]
    pub began_unix_ms: u64,
    /// How it ended.
    pub state: State,
    /// The study it is part of.
    pub study: Option<StudyPart>,
    /// Everything that shaped it besides the requests. The password of an external engine is not kept.
    pub conditions: Conditions,
    /// The requests that were sent. In a study, the seed of the first round; each round counts up by one.
    pub workload: Workload,
    /// How long it was recorded, in nanoseconds; all rounds together.
    #[ts(type = "number")]
    pub elapsed_ns: u64,
    /// Requests that ended.
    #[ts(type = "number")]
    pub requests: u64,
    /// Hits among the reads that the cache answered, from 0 to 1.
    pub hit_ratio: Option<f64>,
    /// Median response time in nanoseconds; absent of fewer than 20 requests.
    #[ts(type = "number | null")]
    pub p50_ns: Option<u64>,
    /// 99th percentile of the response time; absent of fewer than 1,000 requests.
    #[ts(type = "number | null")]
    pub p99_ns: Option<u64>,
}

/// How a recording ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "RecordingState")]
pub enum State {
    /// It has not: it goes on now.
    UnderWay,
    /// With the run, as planned.
    Whole,
    /// Somebody stopped it. What was recorded until then is sound.
    Stopped,
    /// The app ended, or could write no more. What was written until then is sound.
    CutShort,
}

/// A recording's place in a study.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
pub struct StudyPart {
    /// Tells the study from every other. Recordings that share it ran in turn, round by round.
    pub key: String,
    /// What the study is called.
    pub name: String,
    /// Which of its conditions this is; 0 is the baseline.
    pub position: u32,
}

/// A stretch of a recording that ran without a break.
#[derive(Debug, Clone)]
pub struct Round {
    /// Which; the first is 0.
    pub number: u32,
    /// The seed of its requests.
    pub seed: u64,
    /// How long it was recorded, in nanoseconds.
    pub elapsed_ns: u64,
    /// Everything that was added up of it.
    pub tally: Tally,
    /// The same second by second, in short.
    pub seconds: Vec<RecordedSecond>,
    /// How the generator did; absent where the round did not end by itself.
    pub conduct: Option<Conduct>,
}

/// One second of a round.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecordedSecond {
    /// What ended in it.
    pub second: Second,
    /// How busy the machine's processors were with everything that ran on it, in percent; absent where not known.
    pub machine_busy_percent: Option<f32>,
}

/// How the generator did in a round, and whether the server counted the same.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Conduct {
    /// For how much of the round requests were late because every client waited for an answer, in percent.
    pub clients_busy_percent: f64,
    /// For how much of it they were late because the processor had no time left, in percent.
    pub cpu_bound_percent: f64,
    /// How late the generator itself was for 99 of 100 requests that had a client free, in nanoseconds.
    #[ts(type = "number | null")]
    pub generator_lag_p99_ns: Option<u64>,
    /// Requests that were due when the round was stopped and were never sent.
    #[ts(type = "number")]
    pub unsent: u64,
    /// In words, where the server's count of GETs differs from ours or could not be had; absent where they agree.
    pub check: Option<String>,
}

/// A sampled request of a recording.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedTrace {
    /// Of which round.
    pub round: u32,
    /// In nanoseconds since the round began: when it started.
    pub at_ns: u64,
    /// The request. Its times are those of the run's own clock.
    pub trace: Trace,
}

impl Recording {
    /// Everything that was added up of it, all rounds together.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let mut sum = Tally::default();
        self.rounds.iter().for_each(|round| sum.add(&round.tally));
        sum
    }
}
