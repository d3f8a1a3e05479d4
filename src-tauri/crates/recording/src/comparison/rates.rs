use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Shift;
use super::pair::{Pair, Side};
use super::ratios::interval;
use crate::statistics::Replicates;

/// Requests that ended in a second. With an open loop the schedule decides on it, as long as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Throughput {
    /// The baseline's, a second; absent where no time passed.
    pub baseline: Option<f64>,
    /// The other's.
    pub other: Option<f64>,
    /// The other's by the baseline's.
    pub ratio: Option<f64>,
    /// Where the 95 % interval of the ratio begins; absent where there is too little to tell.
    pub low: Option<f64>,
    /// Where it ends.
    pub high: Option<f64>,
    /// What that says.
    pub finding: Shift,
    /// In words, why there is no interval.
    pub why_unknown: Option<String>,
}

/// Hits among the reads that the cache answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct HitRatio {
    /// The baseline's, from 0 to 1; absent where the cache answered no read.
    pub baseline: Option<f64>,
    /// The other's.
    pub other: Option<f64>,
    /// The other's less the baseline's, in percentage points.
    pub points: Option<f64>,
    /// Where the 95 % interval of the difference begins, in percentage points; absent where there is too little to tell.
    pub low: Option<f64>,
    /// Where it ends.
    pub high: Option<f64>,
    /// What that says.
    pub finding: Shift,
    /// In words, why there is no interval.
    pub why_unknown: Option<String>,
}

pub(super) fn throughput(pair: &Pair<'_>) -> Throughput {
    let of = |side: &Side<'_>| {
        let (ended, elapsed) =
            (side.each(|block| block.counts.ended() as f64), side.each(|b| b.elapsed_ns as f64 / 1e9));
        let held = elapsed.iter().filter(|seconds| **seconds > 0.0).count();
        Some((Replicates::of_quotient(&ended, &elapsed, &side.draws)?, held))
    };
    let (baseline, other) = (of(&pair.baseline), of(&pair.other));
    let rate = |side: &Option<(Replicates, usize)>| side.as_ref().map(|(replicates, _)| replicates.estimate);
    let nothing = Throughput {
        baseline: rate(&baseline),
        other: rate(&other),
        ratio: None,
        low: None,
        high: None,
        finding: Shift::Unknown,
        why_unknown: Some("It takes requests on both sides.".to_owned()),
    };
    let (Some((baseline, in_baseline)), Some((other, in_other))) = (baseline, other) else { return nothing };
    if baseline.estimate <= 0.0 || other.estimate <= 0.0 {
        return nothing;
    }
    let (baseline, other) = (baseline.map(f64::ln), other.map(f64::ln));
    let nothing = Throughput { ratio: Some((other.estimate - baseline.estimate).exp()), ..nothing };
    match interval(pair, &baseline, &other, [in_baseline, in_other], "requests") {
        Ok((low, high)) => Throughput {
            low: Some(low.exp()),
            high: Some(high.exp()),
            finding: Shift::of(low, high),
            why_unknown: None,
            ..nothing
        },
        Err(why) => Throughput { why_unknown: Some(why), ..nothing },
    }
}

pub(super) fn hit_ratio(pair: &Pair<'_>) -> HitRatio {
    let of = |side: &Side<'_>| {
        let hits = side.each(|block| block.counts.found() as f64);
        let asked = side.each(|block| block.counts.asked() as f64);
        let held = asked.iter().filter(|asked| **asked > 0.0).count();
        Some((Replicates::of_quotient(&hits, &asked, &side.draws)?.map(|ratio| ratio * 100.0), held))
    };
    let (baseline, other) = (of(&pair.baseline), of(&pair.other));
    let ratio = |side: &Option<(Replicates, usize)>| side.as_ref().map(|(replicates, _)| replicates.estimate / 100.0);
    let nothing = HitRatio {
        baseline: ratio(&baseline),
        other: ratio(&other),
        points: None,
        low: None,
        high: None,
        finding: Shift::Unknown,
        why_unknown: Some("It takes reads that a cache answered, on both sides.".to_owned()),
    };
    let (Some((baseline, in_baseline)), Some((other, in_other))) = (baseline, other) else { return nothing };
    let nothing = HitRatio { points: Some(other.estimate - baseline.estimate), ..nothing };
    match interval(pair, &baseline, &other, [in_baseline, in_other], "reads that a cache answered") {
        Ok((low, high)) => {
            HitRatio { low: Some(low), high: Some(high), finding: Shift::of(low, high), why_unknown: None, ..nothing }
        }
        Err(why) => HitRatio { why_unknown: Some(why), ..nothing },
    }
}
