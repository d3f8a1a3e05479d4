use serde::{Deserialize, Serialize};
use trace::Outcome;
use ts_rs::TS;

use super::pair::{Pair, Side};
use super::rates::{HitRatio, Throughput, hit_ratio, throughput};
use super::ratios::{QuantileRatio, quantile_ratio};
use super::steps::{MeanDifference, StepDifference, where_the_time_went};
use super::{NotComparable, sentence};
use crate::Spread;
use crate::statistics::Ladder;

/// One recording against the baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Versus {
    /// Its number in the list.
    pub other: usize,
    /// What came out, in words.
    pub sentence: String,
    /// Percentiles of everything first, then of each outcome that both have met.
    pub groups: Vec<GroupRatios>,
    /// Requests that ended in a second.
    pub throughput: Throughput,
    /// Hits among the reads that the cache answered.
    pub hit_ratio: HitRatio,
    /// The mean response time: what the parts below add up to. Never to be shown without the percentiles.
    pub mean_response: MeanDifference,
    /// Where the time went: what a request spent in each step, in between, and waiting to be sent.
    pub steps: Vec<StepDifference>,
}

/// Percentiles of requests that went the same way.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct GroupRatios {
    /// Which way; absent for everything, whichever way it went.
    pub outcome: Option<Outcome>,
    /// From when each request was due to its end.
    pub response: Vec<QuantileRatio>,
    /// From when each was sent to its end.
    pub service: Vec<QuantileRatio>,
}

/// The quantiles that are compared.
const QUANTILES: [f64; 4] = [0.5, 0.9, 0.99, 0.999];

pub(super) fn versus(other: usize, pair: &Pair<'_>) -> Result<Versus, NotComparable> {
    let mut groups = vec![group(pair, None)?];
    for outcome in Outcome::ALL {
        let met = |side: &Side<'_>| side.blocks.iter().any(|block| block.outcomes.iter().any(|(o, ..)| *o == outcome));
        if met(&pair.baseline) && met(&pair.other) {
            groups.push(group(pair, Some(outcome))?);
        }
    }
    let (mean_response, steps) = where_the_time_went(pair);
    Ok(Versus {
        other,
        sentence: sentence::sentence(pair, &groups[0].response),
        groups,
        throughput: throughput(pair),
        hit_ratio: hit_ratio(pair),
        mean_response,
        steps,
    })
}

fn group(pair: &Pair<'_>, went: Option<Outcome>) -> Result<GroupRatios, NotComparable> {
    let [(baseline_response, baseline_service), (other_response, other_service)] =
        [ladders(&pair.baseline, went)?, ladders(&pair.other, went)?];
    let ratios = |baseline: &Ladder, other: &Ladder| {
        QUANTILES.map(|quantile| quantile_ratio(pair, (baseline, other), quantile, went)).to_vec()
    };
    Ok(GroupRatios {
        outcome: went,
        response: ratios(&baseline_response, &other_response),
        service: ratios(&baseline_service, &other_service),
    })
}

/// Response and service times of one side.
fn ladders(side: &Side<'_>, went: Option<Outcome>) -> Result<(Ladder, Ladder), NotComparable> {
    let times = side.blocks.iter().map(|block| match went {
        None => block.all(),
        Some(outcome) => {
            let times = block.outcomes.iter().find(|(met, ..)| *met == outcome);
            times.map(|(_, response, service)| (response.clone(), service.clone())).unwrap_or_default()
        }
    });
    let (responses, services): (Vec<_>, Vec<_>) = times.unzip();
    Ok((ladder(side, &responses)?, ladder(side, &services)?))
}

pub(super) fn ladder(side: &Side<'_>, blocks: &[Spread]) -> Result<Ladder, NotComparable> {
    let fits = Ladder::of(&blocks.iter().collect::<Vec<_>>());
    fits.ok_or_else(|| NotComparable::TooLarge { name: side.name.to_owned() })
}
