//! Conditions, workloads and moments in words.

use jiff::Timestamp;
use serde_json::Value;
use trace::{Conditions, DatabaseKind, Engine, Keys, Length, Mix, Pace, Placement, Rate, Spacing, Workload};

use crate::units::{count, duration_mark, mark};

/// Name and value, in words.
pub(super) type Fact = (String, String);

/// "21 September 2026, 14:13 UTC"
pub(super) fn moment(unix_ms: u64) -> String {
    let moment = i64::try_from(unix_ms).ok().and_then(|ms| Timestamp::from_millisecond(ms).ok());
    moment.map_or_else(|| "an unknown day".to_owned(), |moment| moment.strftime("%-d %B %Y, %H:%M UTC").to_string())
}

pub(super) fn of_conditions(conditions: &Conditions) -> Vec<Fact> {
    let engine = match &conditions.engine {
        Engine::Bundled { placement: Placement::FlowRuntime } => "bundled, on the runtime of the flow".to_owned(),
        Engine::Bundled { placement: Placement::OwnThread } => "bundled, on a thread of its own".to_owned(),
        Engine::MiniRedis { nodelay: true } => "mini-redis, with TCP_NODELAY".to_owned(),
        Engine::MiniRedis { nodelay: false } => "mini-redis, as published".to_owned(),
        Engine::External { .. } => match super::super::without_secrets(conditions.clone()).engine {
            Engine::External { url } => format!("external, {url}"),
            other => other.to_string(),
        },
    };
    let database = match super::super::without_secrets(conditions.clone()).database {
        DatabaseKind::Sqlite => "SQLite, a file".to_owned(),
        DatabaseKind::Postgres { url } => format!("PostgreSQL, {url}"),
    };
    let protections = match conditions.protections.to_string() {
        none if none.is_empty() => "none".to_owned(),
        protections => protections,
    };
    let memory = match conditions.memory.to_string() {
        none if none.is_empty() => "no limit".to_owned(),
        memory => memory,
    };
    let faults = match conditions.faults.to_string() {
        none if none.is_empty() => "nothing".to_owned(),
        faults => faults,
    };
    let known = [
        ("engine", engine),
        ("query", conditions.query.to_string()),
        ("time to live", lasting(conditions.ttl_ms)),
        ("protections", protections),
        ("memory", memory),
        ("broken on purpose", faults),
        ("database", database),
    ];
    let known = known.map(|(name, value)| (name.to_owned(), value)).into_iter();
    known.chain(others(conditions)).collect()
}

/// Conditions that there are no words for here yet stand as they are written in a file: none is left out.
fn others(conditions: &Conditions) -> Vec<Fact> {
    let Ok(Value::Object(all)) = serde_json::to_value(conditions) else { return Vec::new() };
    let known = ["engine", "query", "ttl_ms", "protections", "memory", "faults", "database"];
    let unknown = all.into_iter().filter(|(name, _)| !known.contains(&name.as_str()));
    unknown.map(|(name, value)| (name.replace('_', " "), value.to_string().replace('"', ""))).collect()
}

pub(super) fn of_workload(workload: &Workload) -> Vec<Fact> {
    if workload.is_visitors() {
        let theirs = "visitors through the HTTP front door: what other programs asked for, whenever they came";
        return vec![("requests".to_owned(), theirs.to_owned())];
    }
    let products =
        workload.products.map_or_else(|| "all".to_owned(), |number| format!("the first {}", count(number.into())));
    let length = match workload.length {
        Length::Time { ms } => lasting(ms),
        Length::Count { requests } => format!("{} requests", count(requests)),
        Length::UntilStopped => "until stopped".to_owned(),
    };
    let facts = [
        ("keys", of_keys(workload.keys)),
        ("products", products),
        ("mix", of_mix(workload.mix)),
        ("pace", of_pace(workload.pace)),
        ("clients at once", count(workload.clients.into())),
        ("length", length),
        ("cache at the start", if workload.warm { "filled" } else { "as it was" }.to_owned()),
        ("seed", workload.seed.to_string()),
    ];
    facts.map(|(name, value)| (name.to_owned(), value)).to_vec()
}

fn of_keys(keys: Keys) -> String {
    match keys {
        Keys::Uniform => "uniform".to_owned(),
        Keys::Zipf { exponent } => format!("Zipf, exponent {}", mark(exponent)),
        Keys::HotSet { requests_percent, keys_percent } => {
            format!("{} % of the requests to {} % of the products", mark(requests_percent), mark(keys_percent))
        }
        Keys::Scan => "one after another".to_owned(),
        Keys::Latest { exponent } => format!("the latest most, exponent {}", mark(exponent)),
        Keys::One { product } => format!("product {} only", count(product.into())),
        Keys::Visitors => "whatever visitors ask for".to_owned(),
    }
}

fn of_mix(mix: Mix) -> String {
    let mut parts = Vec::new();
    if mix.write_percent > 0.0 {
        parts.push(format!("{} % writes", mark(mix.write_percent)));
    }
    if mix.read_before_write {
        parts.push("each after a read".to_owned());
    }
    if mix.missing_percent > 0.0 {
        parts.push(format!("{} % of the reads of what is not there", mark(mix.missing_percent)));
    }
    if mix.longest_run > 1 {
        parts.push(format!("reads in runs of up to {}", mix.longest_run));
    }
    if parts.is_empty() { "reads only".to_owned() } else { parts.join(", ") }
}

fn of_pace(pace: Pace) -> String {
    let (rate, spacing) = match pace {
        Pace::Open { rate, spacing } => (rate, spacing),
        Pace::Closed => return "closed loop: as fast as answers come".to_owned(),
        Pace::Visitors => return "whenever visitors come".to_owned(),
    };
    let rate = match rate {
        Rate::Steady { per_second } => format!("{} requests/s", mark(per_second)),
        Rate::Ramp { from, to, over_ms } => {
            format!("{} to {} requests/s over {}", mark(from), mark(to), lasting(over_ms))
        }
        Rate::Steps { from, to, steps, every_ms } => {
            format!("{} to {} requests/s in {steps} steps of {}", mark(from), mark(to), lasting(every_ms))
        }
        Rate::Bursts { base, peak, every_ms, for_ms } => {
            format!("{} requests/s, and {} for {} every {}", mark(base), mark(peak), lasting(for_ms), lasting(every_ms))
        }
    };
    let spacing = match spacing {
        Spacing::Constant => "evenly",
        Spacing::Poisson => "at random (Poisson)",
    };
    format!("open loop: {rate}, {spacing}")
}

/// "60 s", "500 ms"
fn lasting(ms: u32) -> String {
    if ms.is_multiple_of(1_000) {
        format!("{} s", count(u64::from(ms) / 1_000))
    } else {
        duration_mark(f64::from(ms) * 1e6)
    }
}
