//! What is not the same on all sides.

use trace::{Conditions, Engine, Pace, Workload};

use super::{Contender, shared_by, told_apart};
use crate::Environment;
use crate::comparison::words;

pub(super) fn warnings(all: &[Contender<'_>]) -> Vec<String> {
    [machines(all), power(all), in_turn(all), workloads(all), seeds(all), several_conditions(all)]
        .into_iter()
        .flatten()
        .chain(versions(all))
        .chain(closed_loop(all))
        .chain(visitors(all))
        .collect()
}

fn machines(all: &[Contender<'_>]) -> Option<String> {
    let (first, rest) = all.split_first()?;
    let here = &first.compared.recording.environment;
    let elsewhere = rest.iter().find(|other| !here.same_machine(&other.compared.recording.environment))?;
    let differing = differing_parts(here, &elsewhere.compared.recording.environment);
    Some(format!(
        "Different machines: {} and {} differ in {}. What differs between them may be the machine.",
        first.name,
        elsewhere.name,
        words::list(&differing)
    ))
}

fn differing_parts(left: &Environment, right: &Environment) -> Vec<String> {
    let texts = [
        ("processor", left.cpu.clone(), right.cpu.clone()),
        ("number of processors", left.cores.to_string(), right.cores.to_string()),
        ("memory", mib(left.memory_mib), mib(right.memory_mib)),
        ("system", left.os.clone(), right.os.clone()),
        ("kernel", left.kernel.clone(), right.kernel.clone()),
    ];
    let differing = texts.into_iter().filter(|(_, left, right)| left != right);
    differing.map(|(what, left, right)| format!("{what} ({} against {})", named(&left), named(&right))).collect()
}

fn mib(mib: u64) -> String {
    format!("{} MiB", words::number(mib))
}

fn named(text: &str) -> &str {
    if text.is_empty() { "not known" } else { text }
}

fn power(all: &[Contender<'_>]) -> Option<String> {
    let power = |one: &Contender<'_>| one.compared.recording.environment.power.clone();
    let known: Vec<_> = all.iter().copied().filter(|one| power(one).is_some()).collect();
    let told = told_apart(&known, |one| power(one).unwrap_or_default())?;
    Some(format!(
        "Different power: {told}. A processor on battery, or clocked by another governor, is another machine."
    ))
}

fn in_turn(all: &[Contender<'_>]) -> Option<String> {
    let study = |one: &Contender<'_>| {
        let recording = one.compared.recording;
        recording.about.study.as_ref().map(|study| study.key.clone())
    };
    let groups = shared_by(all, study);
    let of_one_study = groups.len() == 1 && groups[0].0.is_some();
    (!of_one_study).then(|| {
        "Not recorded in turn: these are not rounds of one study. A machine that was warmer, busier or slower at one time \
         than at another may pass for a difference. Record a study to rule that out."
            .to_owned()
    })
}

fn workloads(all: &[Contender<'_>]) -> Option<String> {
    type Field = (&'static str, fn(&Workload, &Workload) -> bool);
    let fields: [Field; 7] = [
        ("keys", |a, b| a.keys == b.keys),
        ("number of products", |a, b| a.products == b.products),
        ("mix of reads and writes", |a, b| a.mix == b.mix),
        ("pace", |a, b| a.pace == b.pace),
        ("number of clients", |a, b| a.clients == b.clients),
        ("length", |a, b| a.length == b.length),
        ("warming up", |a, b| a.warm == b.warm),
    ];
    let (first, rest) = all.split_first()?;
    let workload = |one: &Contender<'_>| one.compared.recording.about.workload;
    let differs =
        |same: fn(&Workload, &Workload) -> bool| rest.iter().any(|one| !same(&workload(first), &workload(one)));
    let differing: Vec<_> =
        fields.into_iter().filter(|(_, same)| differs(*same)).map(|(what, _)| what.to_owned()).collect();
    (!differing.is_empty()).then(|| {
        format!(
            "Different workloads: they differ in {}. The recordings did not serve the same requests.",
            words::list(&differing)
        )
    })
}

fn seeds(all: &[Contender<'_>]) -> Option<String> {
    let groups = shared_by(all, |one| one.compared.recording.about.workload.seed);
    (groups.len() > 1).then(|| {
        let seeds: Vec<_> = groups.iter().map(|(seed, _)| words::number(*seed)).collect();
        format!(
            "Different seeds ({}): the recordings drew different requests, so part of what differs may be the draw.",
            words::list(&seeds)
        )
    })
}

/// One thing may differ: that is what is compared. Of two, nobody knows which it was.
fn several_conditions(all: &[Contender<'_>]) -> Option<String> {
    type Field = (&'static str, fn(&Conditions, &Conditions) -> bool);
    let fields: [Field; 8] = [
        ("engine", |a, b| a.engine == b.engine),
        ("query", |a, b| a.query == b.query),
        ("TTL", |a, b| a.ttl_ms == b.ttl_ms),
        ("pattern", |a, b| a.pattern == b.pattern),
        ("protections", |a, b| a.protections == b.protections),
        ("memory", |a, b| a.memory == b.memory),
        ("background work", |a, b| a.background == b.background),
        ("database", |a, b| a.database == b.database),
    ];
    let (first, rest) = all.split_first()?;
    let conditions = |one: &Contender<'_>| one.compared.recording.about.conditions.clone();
    rest.iter().find_map(|one| {
        let (left, right) = (conditions(first), conditions(one));
        let differing: Vec<_> =
            fields.iter().filter(|(_, same)| !same(&left, &right)).map(|(what, _)| (*what).to_owned()).collect();
        (differing.len() > 1).then(|| {
            format!(
                "More than one condition differs: {} and {} differ in {}. What differs between them cannot be put down to \
                 one of these.",
                first.name,
                one.name,
                words::list(&differing)
            )
        })
    })
}

fn versions(all: &[Contender<'_>]) -> Vec<String> {
    let environment = |one: &Contender<'_>| one.compared.recording.environment.clone();
    let app = told_apart(all, |one| named(&environment(one).app).to_owned());
    let mut warnings: Vec<String> = app
        .map(|told| format!("Different versions of Cachescope: {told}. They may measure differently."))
        .into_iter()
        .collect();
    // Another database may be what is compared; another version of the same one is not.
    let database = |one: &Contender<'_>| one.compared.recording.about.conditions.database.to_string();
    for (kind, _) in shared_by(all, database) {
        let same: Vec<_> = all.iter().copied().filter(|one| database(one) == kind).collect();
        if let Some(told) = told_apart(&same, |one| named(&environment(one).database).to_owned()) {
            warnings.push(format!("Different databases: {told}. Misses may differ for that alone."));
        }
    }
    // Another engine is what is compared; another version of the same one is not.
    let engine = |one: &Contender<'_>| one.compared.recording.about.conditions.engine.clone();
    for (kind, _) in shared_by(all, |one| kind(&engine(one))) {
        let same: Vec<_> = all.iter().copied().filter(|one| self::kind(&engine(one)) == kind).collect();
        if let Some(told) = told_apart(&same, |one| named(&environment(one).engine).to_owned()) {
            warnings.push(format!("Different versions of the same engine: {told}."));
        }
    }
    warnings
}

/// Two external engines are the same thing only at the same address.
fn kind(engine: &Engine) -> String {
    match engine {
        Engine::External { url } => url.to_string(),
        Engine::Bundled { .. } | Engine::MiniRedis { .. } => engine.to_string(),
    }
}

/// Nobody knows what made them come.
fn visitors(all: &[Contender<'_>]) -> Option<String> {
    let visited = all.iter().filter(|one| one.compared.recording.about.workload.is_visitors());
    let names: Vec<_> = visited.map(|one| one.name.to_owned()).collect();
    (!names.is_empty()).then(|| {
        format!(
            "Visitors: in {} other programs sent the requests, through the HTTP front door. No other recording served the \
             same ones; and how long each had waited before it came is not known, so response and service times are the same.",
            words::list(&names)
        )
    })
}

fn closed_loop(all: &[Contender<'_>]) -> Option<String> {
    let closed = all.iter().filter(|one| one.compared.recording.about.workload.pace == Pace::Closed);
    let names: Vec<_> = closed.map(|one| one.name.to_owned()).collect();
    (!names.is_empty()).then(|| {
        format!(
            "Closed loop: in {} each client sent its next request only when the last was answered. None was ever due \
             before it was sent, so response and service times are the same, and what a queue would have cost does not show.",
            words::list(&names)
        )
    })
}
