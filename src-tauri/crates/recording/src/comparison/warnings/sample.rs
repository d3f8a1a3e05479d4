//! Too little to tell, or not what one thinks.

use trace::Outcome;

use super::Contender;
use crate::comparison::pair::Pair;
use crate::comparison::words;
use crate::statistics::{LEAST_BLOCKS, correlation_with_the_last};
use crate::{BlockKind, State};

/// From how many requests on a p99 is told.
const FOR_P99: u64 = 1_000;

/// From which correlation of neighbouring seconds on the intervals are noticeably too narrow.
const MUCH_ALIKE: f64 = 0.3;

pub(super) fn warnings(all: &[Contender<'_>], pairs: &[Pair<'_>]) -> Vec<String> {
    let each = |of: fn(&Contender<'_>) -> Option<String>| all.iter().filter_map(of);
    each(few_blocks)
        .chain(each(few_requests))
        .chain(left_out(pairs))
        .chain(each(unfinished))
        .chain(each(failed))
        .chain(each(alike))
        .collect()
}

fn few_blocks(one: &Contender<'_>) -> Option<String> {
    let blocks = one.compared.blocks.len();
    (blocks < LEAST_BLOCKS).then(|| {
        let what = words::blocks(one.compared.kind);
        format!(
            "Too few {what}: {} has {blocks}, and it takes {LEAST_BLOCKS} to tell a difference from chance. Nothing is said \
             of it but the figures themselves.",
            one.name
        )
    })
}

fn few_requests(one: &Contender<'_>) -> Option<String> {
    let count = one.compared.requests();
    (count < FOR_P99).then(|| {
        let requests = words::counted(count, "request");
        format!("Too few requests: {} has {requests}, and a p99 takes {}.", one.name, words::number(FOR_P99))
    })
}

fn left_out(pairs: &[Pair<'_>]) -> Vec<String> {
    let mut warnings = Vec::new();
    for pair in pairs {
        for (side, against) in [(&pair.baseline, &pair.other), (&pair.other, &pair.baseline)] {
            if side.left_out > 0 {
                let rounds = words::counted(side.left_out as u64, "round");
                warnings.push(format!(
                    "{rounds} of {} left out: {} has none of the same number to hold against it.",
                    side.name, against.name
                ));
            }
        }
    }
    warnings
}

fn unfinished(one: &Contender<'_>) -> Option<String> {
    let how = match one.compared.recording.about.state {
        State::Whole => return None,
        State::UnderWay => "is still being recorded",
        State::Stopped => "was stopped before its end",
        State::CutShort => "was cut short",
    };
    Some(format!("{} {how}: what it has is sound, but it is less than was planned.", one.name))
}

fn failed(one: &Contender<'_>) -> Option<String> {
    let (failed, shed) = (one.compared.count(Outcome::Error), one.compared.count(Outcome::Shed));
    let ended = one.compared.requests();
    if failed + shed == 0 {
        return None;
    }
    let share = words::percent((failed + shed) as f64 * 100.0 / ended as f64);
    let (what, many) = match (failed, shed) {
        (_, 0) => ("got no answer", failed),
        (0, _) => ("were refused", shed),
        _ => ("got no answer or were refused", failed + shed),
    };
    let many = words::counted(many, "request");
    Some(format!(
        "{many} of {} ({share}) {what}. They count among all requests, with the time it took to give up on them.",
        one.name
    ))
}

fn alike(one: &Contender<'_>) -> Option<String> {
    let BlockKind::Seconds(_) = one.compared.kind else { return None };
    let medians = super::drift::medians(one);
    let correlation = correlation_with_the_last(&medians)?;
    let beyond_chance = correlation > 2.0 / (medians.len() as f64).sqrt();
    (correlation >= MUCH_ALIKE && beyond_chance).then(|| {
        format!(
            "The {} of {} are much like the ones before (correlation {correlation:.2}): slow ones come together. Its intervals \
             may be too narrow. Rounds of a study do not suffer from that.",
            words::blocks(one.compared.kind),
            one.name
        )
    })
}
