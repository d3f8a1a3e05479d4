use serde::{Deserialize, Serialize};
use trace::StepKind;
use ts_rs::TS;

use super::pair::{Pair, Side};
use super::ratios::interval;
use crate::statistics::Replicates;
use crate::{Block, Spread};

/// Where time is spent: in a step, or in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum Part {
    /// In a step that succeeded.
    Step(StepKind),
    /// In none.
    Rest(Rest),
}

/// Time that is spent in no step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Rest {
    /// Between steps, and in steps that failed.
    Other,
    /// Before the request was sent: it was due, and waited for a free client.
    Waited,
}

/// What a request spends in one part, on the average. Means, because only they add up.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StepDifference {
    /// Which.
    pub part: Part,
    /// How long, over all requests, also those that do not have the step.
    pub mean: MeanDifference,
}

/// A mean time, of both sides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct MeanDifference {
    /// The baseline's, in nanoseconds a request.
    pub baseline_ns: f64,
    /// The other's.
    pub other_ns: f64,
    /// The other's less the baseline's.
    pub difference_ns: f64,
    /// Where the 95 % interval of the difference begins; absent where there is too little to tell.
    pub low_ns: Option<f64>,
    /// Where it ends.
    pub high_ns: Option<f64>,
}

/// The mean response time, and the parts that add up to it: every step that either side has met, in the order of the flow,
/// then what is left over, then the wait.
pub(super) fn where_the_time_went(pair: &Pair<'_>) -> (MeanDifference, Vec<StepDifference>) {
    let met = |side: &Side<'_>, kind| side.blocks.iter().any(|block| block.steps.iter().any(|(met, _)| *met == kind));
    let steps = StepKind::ALL.into_iter().filter(|kind| met(&pair.baseline, *kind) || met(&pair.other, *kind));
    let parts = steps.map(Part::Step).chain([Part::Rest(Rest::Other), Part::Rest(Rest::Waited)]);
    let parts = parts.map(|part| StepDifference { part, mean: mean(pair, |block| spent_in(block, part)) });
    (mean(pair, |block| sum(block, |response, _| response.sum_ns)), parts.collect())
}

fn spent_in(block: &Block, part: Part) -> f64 {
    match part {
        Part::Step(kind) => {
            block.steps.iter().find(|(met, _)| *met == kind).map_or(0.0, |(_, step)| step.sum_ns as f64)
        }
        Part::Rest(Rest::Other) => {
            let in_steps: f64 = block.steps.iter().map(|(_, step)| step.sum_ns as f64).sum();
            sum(block, |_, service| service.sum_ns) - in_steps
        }
        Part::Rest(Rest::Waited) => sum(block, |response, _| response.sum_ns) - sum(block, |_, service| service.sum_ns),
    }
}

fn sum(block: &Block, of: impl Fn(&Spread, &Spread) -> u128) -> f64 {
    block.outcomes.iter().map(|(_, response, service)| of(response, service) as f64).sum()
}

/// A mean over all requests; 0 of none.
fn mean(pair: &Pair<'_>, spent: impl Fn(&Block) -> f64) -> MeanDifference {
    let of = |side: &Side<'_>| {
        let requests = side.each(|block| block.counts.ended() as f64);
        let held = requests.iter().filter(|requests| **requests > 0.0).count();
        Some((Replicates::of_quotient(&side.each(&spent), &requests, &side.draws)?, held))
    };
    let (baseline, other) = (of(&pair.baseline), of(&pair.other));
    let estimate =
        |side: &Option<(Replicates, usize)>| side.as_ref().map_or(0.0, |(replicates, _)| replicates.estimate);
    let (baseline_ns, other_ns) = (estimate(&baseline), estimate(&other));
    let ends = baseline.zip(other).and_then(|((baseline, in_baseline), (other, in_other))| {
        interval(pair, &baseline, &other, [in_baseline, in_other], "requests").ok()
    });
    let (low_ns, high_ns) = ends.unzip();
    MeanDifference { baseline_ns, other_ns, difference_ns: other_ns - baseline_ns, low_ns, high_ns }
}
