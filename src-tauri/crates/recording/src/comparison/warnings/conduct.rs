//! How the generator and the machine did.

use super::Contender;
use crate::comparison::words;
use crate::{Conduct, Round};

/// From how many percent of the time on a generator is behind schedule.
const BEHIND_PERCENT: f64 = 1.0;

/// From how late on the generator itself is part of what is measured, in nanoseconds.
const LATE_NS: u64 = 1_000_000;

/// From how many percentage points on a machine was busier with one than with another.
const BUSIER_POINTS: f64 = 20.0;

pub(super) fn warnings(all: &[Contender<'_>]) -> Vec<String> {
    let each = |of: fn(&Contender<'_>) -> Option<String>| all.iter().filter_map(of);
    each(out_of_processor)
        .chain(each(clients_busy))
        .chain(each(generator_late))
        .chain(busier(all))
        .chain(each(server_counts_otherwise))
        .collect()
}

/// The mean over its rounds of a percentage, by how long each lasted.
fn percent_of_the_time(one: &Contender<'_>, of: fn(&Conduct) -> f64) -> f64 {
    let rounds = one.compared.recording.rounds.iter().filter_map(|round| Some((round, round.conduct.as_ref()?)));
    let (sum, elapsed) = rounds.fold((0.0, 0.0), |(sum, elapsed), (round, conduct)| {
        let lasted = round.elapsed_ns as f64;
        (of(conduct).mul_add(lasted, sum), elapsed + lasted)
    });
    if elapsed > 0.0 { sum / elapsed } else { 0.0 }
}

fn out_of_processor(one: &Contender<'_>) -> Option<String> {
    let percent = percent_of_the_time(one, |conduct| conduct.cpu_bound_percent);
    (percent >= BEHIND_PERCENT).then(|| {
        format!(
            "The generator fell behind schedule for {} of {}: the processor had no time left. What is measured then is the \
             machine, not the cache.",
            words::percent(percent),
            one.name
        )
    })
}

fn clients_busy(one: &Contender<'_>) -> Option<String> {
    let percent = percent_of_the_time(one, |conduct| conduct.clients_busy_percent);
    (percent >= BEHIND_PERCENT).then(|| {
        format!(
            "Requests were sent late for {} of {}: every client waited for an answer. Its response times hold that wait, its \
             service times do not.",
            words::percent(percent),
            one.name
        )
    })
}

fn generator_late(one: &Contender<'_>) -> Option<String> {
    let conducts = one.compared.recording.rounds.iter().filter_map(|round| round.conduct.as_ref());
    let lag = conducts.filter_map(|conduct| conduct.generator_lag_p99_ns).max()?;
    (lag > LATE_NS).then(|| {
        format!(
            "The generator itself was up to {} late for 99 of 100 requests of {}. Response times hold that; what is shorter \
             than it says little.",
            words::duration(lag as f64),
            one.name
        )
    })
}

fn busier(all: &[Contender<'_>]) -> Option<String> {
    let busy = |one: &Contender<'_>| {
        let seconds = one.compared.recording.rounds.iter().flat_map(|Round { seconds, .. }| seconds);
        let told: Vec<f64> =
            seconds.filter_map(|second| second.machine_busy_percent).map(f64::from).filter(|p| p.is_finite()).collect();
        (!told.is_empty()).then(|| told.iter().sum::<f64>() / told.len() as f64)
    };
    let told: Vec<_> = all.iter().filter_map(|one| Some((one.name, busy(one)?))).collect();
    let (idle, least) = told.iter().min_by(|a, b| a.1.total_cmp(&b.1))?;
    let (laden, most) = told.iter().max_by(|a, b| a.1.total_cmp(&b.1))?;
    (most - least > BUSIER_POINTS).then(|| {
        format!(
            "The machine was busier during {laden} ({}) than during {idle} ({}). If that was not the recordings' own doing, \
             something else ran beside one of them.",
            words::percent(*most),
            words::percent(*least)
        )
    })
}

fn server_counts_otherwise(one: &Contender<'_>) -> Option<String> {
    let mut rounds = one.compared.recording.rounds.iter();
    let check = rounds.find_map(|round| round.conduct.as_ref()?.check.as_deref())?;
    Some(format!("The server's own count does not bear out {}: {check}", one.name))
}
