use serde::{Deserialize, Serialize};
use trace::Outcome;
use ts_rs::TS;

use super::pair::{Pair, Side};
use super::{Finding, words};
use crate::statistics::{LEAST_BLOCKS, Ladder, Replicates};

/// A percentile of one recording by that of the baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct QuantileRatio {
    /// Which, from 0 to 1.
    pub quantile: f64,
    /// The baseline's, in nanoseconds, to three digits; absent where fewer than ten of its requests lie beyond it.
    #[ts(type = "number | null")]
    pub baseline_ns: Option<u64>,
    /// The other's.
    #[ts(type = "number | null")]
    pub other_ns: Option<u64>,
    /// The other's by the baseline's: 0.5 where it takes half the time. Absent where one of them is; 0 ns count as 1.
    pub ratio: Option<f64>,
    /// Where the 95 % interval of the ratio begins; absent where there is too little to tell. It is never narrower than the
    /// thousandth to which latencies are kept.
    pub low: Option<f64>,
    /// Where it ends.
    pub high: Option<f64>,
    /// What that says.
    pub finding: Finding,
    /// In words, why there is no interval.
    pub why_unknown: Option<String>,
}

/// A histogram with three digits cannot tell apart what differs by less.
const RESOLUTION: f64 = 1.0 / 1_024.0;

/// How many have to lie beyond a quantile for it to be told; as in [`metrics::Latencies::quantile`].
const BEYOND: f64 = 10.0;

/// A quantile of the same latencies on both sides.
pub(super) fn quantile_ratio(
    pair: &Pair<'_>,
    ladders: (&Ladder, &Ladder),
    quantile: f64,
    went: Option<Outcome>,
) -> QuantileRatio {
    let told = |ladder: &Ladder| {
        let enough = ladder.count() as f64 * (1.0 - quantile) >= BEYOND - 1e-6;
        ladder.quantile(quantile).filter(|_| enough)
    };
    let (baseline_ns, other_ns) = (told(ladders.0), told(ladders.1));
    let nothing = QuantileRatio {
        quantile,
        baseline_ns,
        other_ns,
        ratio: None,
        low: None,
        high: None,
        finding: Finding::Unknown,
        why_unknown: None,
    };
    if let Some((side, ladder)) =
        [(&pair.baseline, ladders.0), (&pair.other, ladders.1)].into_iter().find(|(_, ladder)| told(ladder).is_none())
    {
        let needed = words::number((BEYOND / (1.0 - quantile)).round() as u64);
        let (name, requests, count) = (words::quantile(quantile), words::requests_that(went), ladder.count());
        let why = format!("It takes {needed} {requests} to tell a {name}; {} has {}.", side.name, words::number(count));
        return QuantileRatio { why_unknown: Some(why), ..nothing };
    }
    let of = |ladder: &Ladder, side: &Side<'_>| Replicates::of_log_quantile(ladder, &side.draws, quantile);
    let (Some(baseline), Some(other)) = (of(ladders.0, &pair.baseline), of(ladders.1, &pair.other)) else {
        return nothing;
    };
    let log = other.estimate - baseline.estimate;
    let nothing = QuantileRatio { ratio: Some(log.exp()), ..nothing };
    let held = [ladders.0, ladders.1].map(|ladder| ladder.totals().iter().filter(|total| **total > 0).count());
    match interval(pair, &baseline, &other, held, words::requests_that(went)) {
        Ok((low, high)) => {
            let (low, high) = (low.min(log - RESOLUTION.ln_1p()), high.max(log + RESOLUTION.ln_1p()));
            QuantileRatio {
                low: Some(low.exp()),
                high: Some(high.exp()),
                finding: Finding::of(low, high),
                why_unknown: None,
                ..nothing
            }
        }
        Err(why) => QuantileRatio { why_unknown: Some(why), ..nothing },
    }
}

/// The interval of a difference; where there is none, a sentence says why. `held` is how many blocks of each side hold any
/// of what is compared.
pub(super) fn interval(
    pair: &Pair<'_>,
    baseline: &Replicates,
    other: &Replicates,
    held: [usize; 2],
    what: &str,
) -> Result<(f64, f64), String> {
    let sides = [(&pair.baseline, held[0], baseline), (&pair.other, held[1], other)];
    if let Some((side, held, _)) = sides.iter().find(|(_, held, _)| *held < LEAST_BLOCKS) {
        let blocks = words::blocks(side.kind);
        return Err(format!(
            "It takes {LEAST_BLOCKS} {blocks} with {what} on both sides to tell a difference from chance; {} has {held}.",
            side.name
        ));
    }
    baseline.interval_to(other, pair.drawn).ok_or_else(|| {
        let side = if baseline.pieces <= other.pieces { &pair.baseline } else { &pair.other };
        let blocks = words::blocks(side.kind);
        format!("Nearly all {what} of {} lie in very few of its {blocks}: chance cannot be told from them.", side.name)
    })
}
