use metrics::{Distribution, Summary};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trace::{Outcome, StepKind};
use ts_rs::TS;

/// What is measured: of a run, or of single requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// How many requests ended.
    Requests,
    /// How many of them the cache answered.
    Hits,
    /// How many missed.
    Misses,
    /// How many missed and were given what another had loaded.
    Coalesced,
    /// How many went past the cache.
    Bypasses,
    /// How many writes were acknowledged.
    Written,
    /// How many queries the database was asked.
    DatabaseQueries,
    /// How many requests missed in the second in which most did.
    BusiestSecondMisses,
    /// Hits among the reads that had the cache's word, from 0 to 1.
    HitRatio,
    /// Response time of one request alone, in nanoseconds.
    Time,
    /// The mean of the response times, in nanoseconds.
    Mean,
    /// Median response time, in nanoseconds.
    P50,
    /// 90th percentile of the response time, in nanoseconds.
    P90,
    /// 99th percentile of the response time, in nanoseconds.
    P99,
    /// The longest response time, in nanoseconds.
    Longest,
    /// Median response time of the hits alone, in nanoseconds.
    HitP50,
    /// Median response time of the misses alone, in nanoseconds.
    MissP50,
    /// Median service time, from when each was sent rather than when it was due, in nanoseconds.
    ServiceP50,
    /// 99th percentile of the service time, in nanoseconds.
    ServiceP99,
    /// Median time of asking the cache, in nanoseconds; of one request, its time.
    CacheTime,
    /// Median time of asking the database, in nanoseconds; of one request, its time.
    DatabaseTime,
    /// Reads that answered with an older version than one whose write had been acknowledged before they began.
    StaleReads,
    /// Requests that were refused.
    Shed,
    /// Requests that had no answer.
    Errors,
    /// What the product cost in the answer, or costs after the write, in cents.
    Price,
    /// How large the answer was, in bytes.
    Bytes,
    /// Writes that were acknowledged and were not yet in the database when it was looked.
    Waiting,
    /// How many keys were removed from the cache, or were made to expire.
    Keys,
}

/// What the number of a measure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum MeasureKind {
    /// Nanoseconds.
    Time,
    /// From 0 to 1.
    Share,
    /// Cents.
    Price,
    /// Bytes.
    Bytes,
    /// How many.
    Count,
}

/// What a take came to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Measured {
    /// Which take.
    pub take: String,
    /// How many requests it sent.
    #[ts(type = "number")]
    pub requests: u64,
    /// What was measured, in the order of the scene's measures; absent where it cannot be said of so few requests.
    pub values: Vec<Option<f64>>,
}

impl Measure {
    /// Every measure.
    pub const ALL: [Self; 28] = [
        Self::Requests,
        Self::Hits,
        Self::Misses,
        Self::Coalesced,
        Self::Bypasses,
        Self::Written,
        Self::DatabaseQueries,
        Self::BusiestSecondMisses,
        Self::HitRatio,
        Self::Time,
        Self::Mean,
        Self::P50,
        Self::P90,
        Self::P99,
        Self::Longest,
        Self::HitP50,
        Self::MissP50,
        Self::ServiceP50,
        Self::ServiceP99,
        Self::CacheTime,
        Self::DatabaseTime,
        Self::StaleReads,
        Self::Shed,
        Self::Errors,
        Self::Price,
        Self::Bytes,
        Self::Waiting,
        Self::Keys,
    ];

    /// What the measure is of those numbers; absent where too few requests were met to say, and where it is none of a run.
    #[must_use]
    pub fn of(self, summary: &Summary) -> Option<f64> {
        let nanoseconds = |value: Option<u64>| value.map(|value| value as f64);
        let of = |outcome: Outcome| {
            let met = summary.outcomes.iter().find(|met| met.outcome == outcome)?;
            nanoseconds(met.latency.response.p50_ns)
        };
        let step = |kind: StepKind| summary.steps.iter().find(|step| step.kind == kind);
        let (counts, response, service) = (summary.counts, summary.all.response, summary.all.service);
        match self {
            Self::Requests => Some(counts.ended() as f64),
            Self::Hits => Some(counts.hits as f64),
            Self::Misses => Some(counts.misses as f64),
            Self::Coalesced => Some(counts.coalesced as f64),
            Self::Bypasses => Some(counts.bypasses as f64),
            Self::Written => Some(counts.written as f64),
            Self::DatabaseQueries => {
                let asked = step(StepKind::DbQuery);
                Some(asked.map_or(0, |step| step.duration.count + step.failed) as f64)
            }
            Self::BusiestSecondMisses => {
                Some(summary.seconds.iter().map(|second| second.counts.misses).max().unwrap_or(0) as f64)
            }
            Self::HitRatio => counts.hit_ratio(),
            Self::Time => nanoseconds(response.max_ns.filter(|_| response.count == 1)),
            Self::Mean => nanoseconds(response.mean_ns),
            Self::P50 => nanoseconds(response.p50_ns),
            Self::P90 => nanoseconds(response.p90_ns),
            Self::P99 => nanoseconds(response.p99_ns),
            Self::Longest => nanoseconds(response.max_ns),
            Self::HitP50 => of(Outcome::Hit),
            Self::MissP50 => of(Outcome::Miss),
            Self::ServiceP50 => nanoseconds(service.p50_ns),
            Self::ServiceP99 => nanoseconds(service.p99_ns),
            Self::CacheTime => middle(step(StepKind::CacheGet)?.duration),
            Self::DatabaseTime => middle(step(StepKind::DbQuery)?.duration),
            Self::StaleReads => Some(summary.stale_reads.ages.count as f64),
            Self::Shed => Some(counts.shed as f64),
            Self::Errors => Some(counts.errors as f64),
            Self::Price | Self::Bytes | Self::Waiting | Self::Keys => None,
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::Hits => "hits",
            Self::Misses => "misses",
            Self::Coalesced => "waited for another's load",
            Self::Bypasses => "went past the cache",
            Self::Written => "writes",
            Self::DatabaseQueries => "queries to the database",
            Self::BusiestSecondMisses => "misses in the busiest second",
            Self::HitRatio => "hit ratio",
            Self::Time => "time",
            Self::Mean => "mean",
            Self::P50 => "p50",
            Self::P90 => "p90",
            Self::P99 => "p99",
            Self::Longest => "longest",
            Self::HitP50 => "p50 of hits",
            Self::MissP50 => "p50 of misses",
            Self::ServiceP50 => "p50 from when sent",
            Self::ServiceP99 => "p99 from when sent",
            Self::CacheTime => "time in the cache",
            Self::DatabaseTime => "time in the database",
            Self::StaleReads => "stale reads",
            Self::Shed => "refused",
            Self::Errors => "errors",
            Self::Price => "price",
            Self::Bytes => "size of the answer",
            Self::Waiting => "writes not yet in the database",
            Self::Keys => "keys",
        }
    }

    /// What its number is.
    #[must_use]
    pub fn kind(self) -> MeasureKind {
        match self {
            Self::Time
            | Self::Mean
            | Self::P50
            | Self::P90
            | Self::P99
            | Self::Longest
            | Self::HitP50
            | Self::MissP50
            | Self::ServiceP50
            | Self::ServiceP99
            | Self::CacheTime
            | Self::DatabaseTime => MeasureKind::Time,
            Self::HitRatio => MeasureKind::Share,
            Self::Price => MeasureKind::Price,
            Self::Bytes => MeasureKind::Bytes,
            _ => MeasureKind::Count,
        }
    }
}

/// The median; of a single one, itself.
fn middle(distribution: Distribution) -> Option<f64> {
    let only = distribution.max_ns.filter(|_| distribution.count == 1);
    distribution.p50_ns.or(only).map(|ns| ns as f64)
}
