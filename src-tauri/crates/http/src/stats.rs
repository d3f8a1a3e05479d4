//! `GET /api/stats`: what has come in by this door, in numbers.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use lab::{EngineState, Visited};
use metrics::{Counts, Latencies};
use schemars::JsonSchema;
use serde::Serialize;
use trace::{Outcome, StepKind};

use crate::cache::json;
use crate::door::Inside;

/// What has come in by this door since Cachescope was started.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Stats {
    /// The version of Cachescope.
    version: String,
    /// What shapes the answers, in words.
    conditions: String,
    /// Whether the server behind the cache answers.
    cache_running: bool,
    /// Requests for products, and which way they went.
    counts: Counts,
    /// The share of reads that the cache answered among those that asked it, from 0 to 1; null where there were none.
    hit_ratio: Option<f64>,
    /// How long they took, by the way they went.
    outcomes: Vec<Took<Outcome>>,
    /// How long their steps took.
    steps: Vec<StepTook>,
    /// Connections now.
    connections: u64,
    /// Requests in the flow now.
    under_way: u64,
}

/// How long something took, in nanoseconds. A percentile is null where too few were measured to know it.
#[derive(Debug, Serialize, JsonSchema)]
struct Times {
    count: u64,
    mean_ns: Option<u64>,
    p50_ns: Option<u64>,
    p90_ns: Option<u64>,
    p99_ns: Option<u64>,
    p999_ns: Option<u64>,
    max_ns: Option<u64>,
}

#[derive(Debug, Serialize, JsonSchema)]
struct Took<T> {
    outcome: T,
    times: Times,
}

#[derive(Debug, Serialize, JsonSchema)]
struct StepTook {
    step: StepKind,
    times: Times,
    /// How many failed; the times are of the others.
    failed: u64,
    /// What was put in on purpose, in nanoseconds; the times hold it.
    injected_ns: u64,
}

impl From<&Latencies> for Times {
    fn from(latencies: &Latencies) -> Self {
        let of = latencies.distribution();
        Self {
            count: of.count,
            mean_ns: of.mean_ns,
            p50_ns: of.p50_ns,
            p90_ns: of.p90_ns,
            p99_ns: of.p99_ns,
            p999_ns: of.p999_ns,
            max_ns: of.max_ns,
        }
    }
}

pub(crate) async fn stats(State(inside): State<Arc<Inside>>) -> Response {
    let (status, Visited { sent, tally }) = (inside.lab.status(), inside.lab.visited());
    let counts = Counts { sent, ..tally.counts() };
    let outcomes = Outcome::ALL
        .into_iter()
        .filter_map(|outcome| tally.times(outcome).map(|times| Took { outcome, times: (&times.service).into() }));
    let steps = StepKind::ALL.into_iter().filter_map(|step| {
        let times = tally.step(step)?;
        Some(StepTook { step, times: (&times.durations).into(), failed: times.failed, injected_ns: times.injected.ns })
    });
    json(&Stats {
        version: status.version,
        conditions: status.conditions.short_name(),
        cache_running: matches!(status.engine, EngineState::Running { .. }),
        hit_ratio: counts.hit_ratio(),
        counts,
        outcomes: outcomes.collect(),
        steps: steps.collect(),
        connections: inside.connected.load(std::sync::atomic::Ordering::Relaxed) as u64,
        under_way: inside.under_way.load(std::sync::atomic::Ordering::Relaxed) as u64,
    })
}
