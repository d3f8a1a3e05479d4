//! The file a recording is taken away in: JSON, of a documented and versioned shape.

use std::io::{self, Write};

use metrics::{Counts, Second};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trace::{Conditions, Door, Effect, Outcome, Request, Step, Trace, Workload};

use super::limits::{MAX_INFO, MAX_LINE, MAX_NOTES, MAX_ROUNDS, MAX_SECONDS, MAX_STEPS, MAX_TAGS, MAX_TRACES, at_most};
use super::without_secrets;
use crate::export::{MAX_BLOCKS, TallyRecord};
use crate::{About, Conduct, Environment, RecordedSecond, RecordedTrace, Recording, Round, State, StudyPart};

/// What `format` says.
pub const FORMAT: &str = "cachescope-recording";

/// The version of the format that is written. Within a version fields may be added: who reads it ignores those it does not
/// know, and does without those that are not required.
pub const VERSION: u32 = 1;

/// A recording of Cachescope: a run that was kept, with its conditions, workload, environment, histograms and time series.
/// All times are whole nanoseconds unless their name says otherwise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(title = "Cachescope recording")]
pub struct RecordingFile {
    /// `cachescope-recording`
    #[schemars(extend("const" = FORMAT))]
    pub format: String,
    /// The version of this format: 1.
    #[schemars(range(min = 1, max = 1))]
    pub version: u32,
    /// What it is called, and what shaped it.
    pub about: AboutRecord,
    /// The machine it ran on.
    #[serde(default)]
    pub environment: Environment,
    /// What the server said of itself (`INFO`) before the run; absent where it said nothing.
    #[serde(default)]
    pub info_before: Option<String>,
    /// The same after the run.
    #[serde(default)]
    pub info_after: Option<String>,
    /// Its rounds, in the order in which they ran: one of a lone recording, several of one that is part of a study.
    #[serde(deserialize_with = "at_most::<MAX_ROUNDS, _, _>")]
    #[schemars(length(max = 1_000))]
    pub rounds: Vec<RoundRecord>,
    /// Of a lone recording, stretches of some seconds each, with whole histograms: what the spread is judged by.
    #[serde(default, deserialize_with = "at_most::<MAX_BLOCKS, _, _>")]
    #[schemars(length(max = 120))]
    pub blocks: Vec<BlockRecord>,
    /// A sample of its requests, step by step.
    #[serde(default, deserialize_with = "at_most::<MAX_TRACES, _, _>")]
    #[schemars(length(max = 200_000))]
    pub traces: Vec<TraceRecord>,
}

/// What a recording is called, and what it came to in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AboutRecord {
    /// Tells it from every other recording, on whichever machine.
    #[schemars(length(min = 1, max = 200))]
    pub key: String,
    /// What it is called.
    #[schemars(length(min = 1, max = 200))]
    pub name: String,
    /// What somebody has written beside it.
    #[serde(default)]
    #[schemars(length(max = 20_000))]
    pub note: String,
    /// Words to find it by.
    #[serde(default, deserialize_with = "at_most::<MAX_TAGS, _, _>")]
    #[schemars(length(max = 50))]
    pub tags: Vec<String>,
    /// When it began, in milliseconds since 1970.
    pub began_unix_ms: u64,
    /// How it ended.
    pub state: State,
    /// The study it is part of.
    #[serde(default)]
    pub study: Option<StudyPart>,
    /// Everything that shaped it besides the requests. The address of an external engine is without user and password.
    pub conditions: Conditions,
    /// The requests that were sent. In a study, the seed of the first round.
    pub workload: Workload,
    /// How long it was recorded; all rounds together. This and what follows is for who reads the file: an import takes it
    /// from the rounds.
    #[serde(default)]
    pub elapsed_ns: u64,
    /// Requests that ended.
    #[serde(default)]
    pub requests: u64,
    /// Hits among the reads that the cache answered, from 0 to 1.
    #[serde(default)]
    pub hit_ratio: Option<f64>,
    /// Median response time; absent of fewer than 20 requests.
    #[serde(default)]
    pub p50_ns: Option<u64>,
    /// 99th percentile of the response time; absent of fewer than 1,000 requests.
    #[serde(default)]
    pub p99_ns: Option<u64>,
}

/// A stretch that ran without a break.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RoundRecord {
    /// Which; the first is 0.
    pub number: u32,
    /// The seed of its requests.
    pub seed: u64,
    /// How long it was recorded.
    pub elapsed_ns: u64,
    /// Everything that was added up of it.
    pub tally: TallyRecord,
    /// The same second by second, in short, in order; a second in which nothing ended may be left out.
    #[serde(default, deserialize_with = "at_most::<MAX_SECONDS, _, _>")]
    #[schemars(length(max = 100_000))]
    pub seconds: Vec<SecondRecord>,
    /// How the generator did; absent where the round did not end by itself.
    #[serde(default)]
    pub conduct: Option<Conduct>,
}

/// What ended within one second of a round.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SecondRecord {
    /// Which; 0 is the first after the start.
    pub second: u32,
    /// What ended in it; `sent` is the sum of all the others.
    pub counts: Counts,
    /// Median response time of everything; absent of fewer than 20.
    #[serde(default)]
    pub p50_ns: Option<u64>,
    /// Median response time of its hits.
    #[serde(default)]
    pub hit_p50_ns: Option<u64>,
    /// Median response time of its misses.
    #[serde(default)]
    pub miss_p50_ns: Option<u64>,
    /// 99th percentile of the response time of everything; absent of fewer than 1,000.
    #[serde(default)]
    pub p99_ns: Option<u64>,
    /// How busy the machine's processors were with everything that ran on it, in percent; absent where not known.
    #[serde(default)]
    pub machine_busy_percent: Option<f32>,
    /// Reads that were answered with a value out of date.
    #[serde(default)]
    pub stale_reads: u64,
    /// For how long the oldest of them had been; absent of none.
    #[serde(default)]
    pub stale_max_ns: Option<u64>,
}

/// Some seconds of a lone recording, in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BlockRecord {
    /// Number of the first second.
    pub first_second: u32,
    /// How many seconds; at least 1.
    #[schemars(range(min = 1))]
    pub seconds: u32,
    /// Everything that was added up of them.
    pub tally: TallyRecord,
}

/// One request of the sample.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TraceRecord {
    /// Of which round.
    #[serde(default)]
    pub round: u32,
    /// When it started, since the round began.
    pub at_ns: u64,
    /// Number of the request in the run of the app.
    pub id: u64,
    /// What was asked.
    pub request: Request,
    /// Which way it went.
    pub outcome: Outcome,
    /// When it started, on the clock of the run.
    pub started_ns: u64,
    /// How long it had been due when it started.
    #[serde(default)]
    pub waited_ns: u64,
    /// From start to end: the sum of its steps and of `other_ns`.
    pub total_ns: u64,
    /// What of it belongs to no step.
    pub other_ns: u64,
    /// The steps, in the order in which they began.
    #[serde(default, deserialize_with = "at_most::<MAX_STEPS, _, _>")]
    #[schemars(length(max = 100))]
    pub steps: Vec<Step>,
    /// In words, what was out of the ordinary.
    #[serde(default, deserialize_with = "at_most::<MAX_NOTES, _, _>")]
    #[schemars(length(max = 20))]
    pub notes: Vec<String>,
    /// Which version of the product's row the answer held, or the write made; absent where it does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// How long the answer had been out of date when it was asked for; absent where it was not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale_ns: Option<u64>,
    /// What protections saved and cost in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "at_most::<MAX_NOTES, _, _>")]
    #[schemars(length(max = 20))]
    pub effects: Vec<Effect>,
    /// By which door it came in; absent where Cachescope sent it itself.
    #[serde(default, skip_serializing_if = "Door::is_own")]
    pub door: Door,
}

impl RecordingFile {
    /// That recording, with its [blocks](BlockRecord) where it is a lone one, and the sample of its traces.
    #[must_use]
    pub fn of(recording: &Recording, blocks: Vec<BlockRecord>, traces: &[RecordedTrace]) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            about: AboutRecord::from(&recording.about),
            environment: recording.environment.clone(),
            info_before: recording.info_before.as_deref().map(|info| cut(info, MAX_INFO)),
            info_after: recording.info_after.as_deref().map(|info| cut(info, MAX_INFO)),
            rounds: recording.rounds.iter().map(RoundRecord::from).collect(),
            blocks,
            traces: traces.iter().map(TraceRecord::from).collect(),
        }
    }

    /// Writes it as JSON.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, writer: impl Write) -> io::Result<()> {
        let mut writer = io::BufWriter::new(writer);
        serde_json::to_writer(&mut writer, self)?;
        writer.write_all(b"\n")?;
        writer.flush()
    }

    /// The traces of the sample.
    #[must_use]
    pub fn traces(&self) -> Vec<RecordedTrace> {
        self.traces.iter().cloned().map(RecordedTrace::from).collect()
    }
}

impl BlockRecord {
    /// Those seconds.
    #[must_use]
    pub fn of(first_second: u32, seconds: u32, tally: &metrics::Tally) -> Self {
        Self { first_second, seconds, tally: tally.into() }
    }
}

impl From<&About> for AboutRecord {
    fn from(about: &About) -> Self {
        let about = about.clone();
        Self {
            key: about.key,
            name: about.name,
            note: about.note,
            tags: about.tags,
            began_unix_ms: about.began_unix_ms,
            state: about.state,
            study: about.study,
            conditions: without_secrets(about.conditions),
            workload: about.workload,
            elapsed_ns: about.elapsed_ns,
            requests: about.requests,
            hit_ratio: about.hit_ratio,
            p50_ns: about.p50_ns,
            p99_ns: about.p99_ns,
        }
    }
}

/// No more characters than are read again.
fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

impl From<&Round> for RoundRecord {
    fn from(round: &Round) -> Self {
        // JSON has no words for what a division by nothing comes to.
        let told = |percent: f64| if percent.is_finite() { percent } else { 0.0 };
        let conduct = round.conduct.clone().map(|conduct| Conduct {
            clients_busy_percent: told(conduct.clients_busy_percent),
            cpu_bound_percent: told(conduct.cpu_bound_percent),
            ..conduct
        });
        Self {
            number: round.number,
            seed: round.seed,
            elapsed_ns: round.elapsed_ns,
            tally: (&round.tally).into(),
            seconds: round.seconds.iter().map(SecondRecord::from).collect(),
            conduct,
        }
    }
}

impl From<&RecordedSecond> for SecondRecord {
    fn from(recorded: &RecordedSecond) -> Self {
        let Second { second, counts, p50_ns, hit_p50_ns, miss_p50_ns, p99_ns, stale_reads, stale_max_ns } =
            recorded.second;
        let machine_busy_percent = recorded.machine_busy_percent;
        Self {
            second,
            counts,
            p50_ns,
            hit_p50_ns,
            miss_p50_ns,
            p99_ns,
            machine_busy_percent,
            stale_reads,
            stale_max_ns,
        }
    }
}

impl From<&SecondRecord> for RecordedSecond {
    fn from(record: &SecondRecord) -> Self {
        let SecondRecord {
            second,
            counts,
            p50_ns,
            hit_p50_ns,
            miss_p50_ns,
            p99_ns,
            machine_busy_percent,
            stale_reads,
            stale_max_ns,
        } = *record;
        let second = Second { second, counts, p50_ns, hit_p50_ns, miss_p50_ns, p99_ns, stale_reads, stale_max_ns };
        Self { second, machine_busy_percent }
    }
}

impl From<&RecordedTrace> for TraceRecord {
    fn from(recorded: &RecordedTrace) -> Self {
        let mut trace = recorded.trace.clone();
        trace.effects.truncate(MAX_NOTES);
        Self {
            round: recorded.round,
            at_ns: recorded.at_ns,
            id: trace.id,
            request: trace.request,
            outcome: trace.outcome,
            started_ns: trace.started_ns,
            waited_ns: trace.waited_ns,
            total_ns: trace.total_ns,
            other_ns: trace.other_ns,
            steps: trace.steps,
            notes: trace.notes.iter().take(MAX_NOTES).map(|note| cut(note, MAX_LINE)).collect(),
            version: trace.version,
            stale_ns: trace.stale_ns,
            effects: trace.effects,
            door: trace.door,
        }
    }
}

impl From<TraceRecord> for RecordedTrace {
    fn from(record: TraceRecord) -> Self {
        let trace = Trace {
            id: record.id,
            request: record.request,
            outcome: record.outcome,
            started_ns: record.started_ns,
            waited_ns: record.waited_ns,
            total_ns: record.total_ns,
            other_ns: record.other_ns,
            steps: record.steps,
            notes: record.notes,
            version: record.version,
            stale_ns: record.stale_ns,
            effects: record.effects,
            door: record.door,
        };
        Self { round: record.round, at_ns: record.at_ns, trace }
    }
}
