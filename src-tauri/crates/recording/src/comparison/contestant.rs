use metrics::{Latency, OutcomeLatency, StepLatency};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Compared, words};
use crate::{About, Environment};

/// One of the recordings that are compared, with everything that is drawn of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Contestant {
    /// What it is called here: its name, and its place in the list where another has the same name.
    pub name: String,
    /// What it is, and its hit ratio.
    pub about: About,
    /// The machine it ran on.
    pub environment: Environment,
    /// How many blocks chance is told from.
    pub blocks: usize,
    /// What those are: "rounds", "seconds" or "stretches of 5 seconds".
    pub block_kind: String,
    /// Requests that ended, in a second; absent where no time passed.
    pub requests_per_second: Option<f64>,
    /// The latencies of everything that ended.
    pub all: Latency,
    /// The same of each outcome that was met, in the order of [`Outcome::ALL`](trace::Outcome::ALL).
    pub outcomes: Vec<OutcomeLatency>,
    /// Each step that was met, in the order of [`StepKind::ALL`](trace::StepKind::ALL).
    pub steps: Vec<StepLatency>,
}

pub(super) fn contestant(compared: &Compared<'_>, name: String) -> Contestant {
    let Compared { recording, blocks, kind } = *compared;
    let tally = recording.tally();
    let (all, outcomes, steps) = tally.latencies();
    let elapsed_ns: u64 = recording.rounds.iter().map(|round| round.elapsed_ns).fold(0, u64::saturating_add);
    let per_second = tally.counts().ended() as f64 * 1e9 / elapsed_ns as f64;
    Contestant {
        name,
        about: recording.about.clone(),
        environment: recording.environment.clone(),
        blocks: blocks.len(),
        block_kind: words::blocks(kind),
        requests_per_second: Some(per_second).filter(|per_second| per_second.is_finite()),
        all,
        outcomes,
        steps,
    }
}
