//! A machine that was not the same at the end as at the beginning.

use trace::{Outcome, Pace, Rate};

use super::Contender;
use crate::comparison::NotComparable;
use crate::comparison::pair::Side;
use crate::comparison::versus::ladder;
use crate::comparison::words;
use crate::statistics::{Drawn, Ladder, Replicates};
use crate::{Block, BlockKind, Spread};

/// From which share on a drift is worth a word.
const WORTH: f64 = 0.1;

/// How many a half needs for a median.
const FOR_MEDIAN: u64 = 20;

/// Holds the service times of hits (of the commonest outcome, where there are too few hits) in the first half of the
/// blocks against those in the second.
pub(super) fn warnings(one: &Contender<'_>) -> Result<Option<String>, NotComparable> {
    let compared = one.compared;
    let steady = match compared.recording.about.workload.pace {
        Pace::Closed | Pace::Open { rate: Rate::Steady { .. }, .. } => true,
        Pace::Open { .. } | Pace::Visitors => false,
    };
    // Within a recording a rate that changes is no drift; from round to round it is the same.
    if !steady && compared.kind != BlockKind::Rounds {
        return Ok(None);
    }
    let Some(outcome) = commonest(one) else { return Ok(None) };
    let half = compared.blocks.len() / 2;
    let (first, second) = (&compared.blocks[..half], &compared.blocks[compared.blocks.len() - half..]);
    let side = |blocks: &[Block], seed| -> Result<Option<Replicates>, NotComparable> {
        let side = Side::drawn(one.name, compared.kind, blocks.iter().collect(), seed);
        let times: Vec<Spread> = blocks.iter().map(|block| service(block, outcome)).collect();
        let ladder: Ladder = ladder(&side, &times)?;
        let enough = ladder.count() >= FOR_MEDIAN;
        Ok(Replicates::of_log_quantile(&ladder, &side.draws, 0.5).filter(|_| enough))
    };
    let (Some(first), Some(second)) = (side(first, 1)?, side(second, 2)?) else { return Ok(None) };
    let ratio = (second.estimate - first.estimate).exp();
    let beyond_chance = first.interval_to(&second, Drawn::Apart).is_some_and(|(low, high)| low > 0.0 || high < 0.0);
    if !beyond_chance || (1.0 - WORTH..=1.0 + WORTH).contains(&ratio) {
        return Ok(None);
    }
    let (name, what, blocks) = (one.name, words::requests_that(Some(outcome)), words::blocks(compared.kind));
    Ok(Some(format!(
        "The machine drifted during {name}: its {what} took {ratio:.2}× as long in the second half of its {blocks} as in the \
         first. Rounds of one study share that; between recordings made at different times it may pass for a difference."
    )))
}

/// Hits if a median can be told of them, else what there is most of, among the requests that were answered.
fn commonest(one: &Contender<'_>) -> Option<Outcome> {
    let count = |outcome| one.compared.count(outcome);
    if count(Outcome::Hit) >= 2 * FOR_MEDIAN {
        return Some(Outcome::Hit);
    }
    let answered = Outcome::ALL.into_iter().filter(|outcome| !matches!(outcome, Outcome::Error | Outcome::Shed));
    answered.max_by_key(|outcome| count(*outcome)).filter(|outcome| count(*outcome) > 0)
}

fn service(block: &Block, outcome: Outcome) -> Spread {
    block.outcomes.iter().find(|(met, ..)| *met == outcome).map(|(_, _, service)| service.clone()).unwrap_or_default()
}

/// The logarithms of the median service times of the same requests, of each block that has any.
pub(super) fn medians(one: &Contender<'_>) -> Vec<f64> {
    let Some(outcome) = commonest(one) else { return Vec::new() };
    let times = one.compared.blocks.iter().map(|block| service(block, outcome));
    times.filter_map(|times| Ladder::of(&[&times])?.quantile(0.5)).map(|median| (median.max(1) as f64).ln()).collect()
}
