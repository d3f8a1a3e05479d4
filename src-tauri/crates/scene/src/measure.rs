use metrics::Summary;
use serde::{Deserialize, Serialize};
use trace::StepKind;
use ts_rs::TS;

/// What is measured of a take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// How many queries the database was asked.
    DatabaseQueries,
    /// How many requests missed in the second in which most did.
    BusiestSecondMisses,
    /// Hits among the reads that had the cache's word, from 0 to 1.
    HitRatio,
    /// Median response time, in nanoseconds.
    P50,
    /// 99th percentile of the response time, in nanoseconds.
    P99,
    /// Reads that answered with an older version than one whose write had been acknowledged before they began.
    StaleReads,
    /// Requests that were refused.
    Shed,
    /// Requests that had no answer.
    Errors,
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
    /// What the measure is of those numbers; absent where too few requests were met to say.
    #[must_use]
    pub fn of(self, summary: &Summary) -> Option<f64> {
        let nanoseconds = |value: Option<u64>| value.map(|value| value as f64);
        match self {
            Self::DatabaseQueries => {
                let asked = summary.steps.iter().find(|step| step.kind == StepKind::DbQuery);
                Some(asked.map_or(0, |step| step.duration.count + step.failed) as f64)
            }
            Self::BusiestSecondMisses => {
                Some(summary.seconds.iter().map(|second| second.counts.misses).max().unwrap_or(0) as f64)
            }
            Self::HitRatio => summary.counts.hit_ratio(),
            Self::P50 => nanoseconds(summary.all.response.p50_ns),
            Self::P99 => nanoseconds(summary.all.response.p99_ns),
            Self::StaleReads => Some(summary.stale_reads.ages.count as f64),
            Self::Shed => Some(summary.counts.shed as f64),
            Self::Errors => Some(summary.counts.errors as f64),
        }
    }

    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::DatabaseQueries => "queries to the database",
            Self::BusiestSecondMisses => "misses in the busiest second",
            Self::HitRatio => "hit ratio",
            Self::P50 => "p50",
            Self::P99 => "p99",
            Self::StaleReads => "stale reads",
            Self::Shed => "refused",
            Self::Errors => "errors",
        }
    }
}
