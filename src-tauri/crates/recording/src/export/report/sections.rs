//! Sections that every report has.

use metrics::{Distribution, StaleReads};
use trace::{Outcome, Protection, StepKind};

use super::described::{Fact, moment, of_conditions, of_workload};
use super::{Part, Section};
use crate::block::injected_in;
use crate::chart::{self, NOTHING, Named, Table};
use crate::{Recording, State, units};

/// What each recording came to: counts, hit ratio, and response times of everything, of hits and of misses.
#[must_use]
pub fn results(recordings: &[Named<'_>]) -> Section {
    let head = ["", "requests", "hit ratio", "requests/s", "median", "p99", "longest"];
    let row = |(name, recording): &Named<'_>| {
        let (counts, distribution) = (recording.tally().counts(), recording.tally().all().response.distribution());
        let seconds = recording.about.elapsed_ns as f64 / 1e9;
        let rate = (seconds > 0.0).then(|| units::significant(counts.ended() as f64 / seconds));
        let ratio = counts.hit_ratio().map(units::percent);
        let [p50, _, p99, longest] = told(&distribution);
        vec![(*name).to_owned(), units::count(counts.ended()), or_nothing(ratio), or_nothing(rate), p50, p99, longest]
    };
    let all = Part::Table {
        caption: "All requests, with their response times".to_owned(),
        table: Table { head: head.map(str::to_owned).to_vec(), rows: recordings.iter().map(row).collect() },
    };
    let notes: Vec<String> = recordings.iter().flat_map(|(name, recording)| remarks(name, recording)).collect();
    let warnings = notes.into_iter().map(Part::Warning);
    let tables =
        [all, by_outcome(recordings)].into_iter().chain(stale_reads(recordings)).chain(protections(recordings));
    Section::new("What was measured", tables.chain(warnings).collect())
}

/// The reads that were answered with a value out of date, and what was promised; none where nothing was written and none was.
fn stale_reads(recordings: &[Named<'_>]) -> Option<Part> {
    let tallies: Vec<_> = recordings.iter().map(|(_, recording)| recording.tally()).collect();
    if tallies.iter().all(|tally| tally.counts().written == 0 && tally.stale_ages().is_none()) {
        return None;
    }
    let head = ["", "stale reads", "of those that tell", "share", "median age", "p99 age", "oldest", "promised"];
    let row = |((name, recording), tally): (&Named<'_>, &metrics::Tally)| {
        let StaleReads { checked, ages } = tally.stale_reads();
        let share = (checked > 0).then(|| units::percent(ages.count as f64 / checked as f64));
        let [p50, _, p99, oldest] = told(&ages);
        let promised = recording.about.conditions.promise().stale_reads.to_owned();
        vec![
            (*name).to_owned(),
            units::count(ages.count),
            units::count(checked),
            or_nothing(share),
            p50,
            p99,
            oldest,
            promised,
        ]
    };
    Some(Part::Table {
        caption: "Stale reads: answered with an older version than one that had been acknowledged before they began, and how \
                  long before"
            .to_owned(),
        table: Table {
            head: head.map(str::to_owned).to_vec(),
            rows: recordings.iter().zip(&tallies).map(row).collect(),
        },
    })
}

/// What each protection saved and cost; `None` where none did anything.
fn protections(recordings: &[Named<'_>]) -> Option<Part> {
    let head = [
        "",
        "protection",
        "queries avoided",
        "queries added",
        "refused",
        "in vain",
        "round trips",
        "waited",
        "median wait",
        "longest",
    ];
    let rows: Vec<Vec<String>> = recordings
        .iter()
        .flat_map(|(name, recording)| {
            let tally = recording.tally();
            let row = move |protection: Protection| {
                let effects = tally.effects(protection)?;
                let waits = effects.waits.distribution();
                let [p50, _, _, longest] = told(&waits);
                let counts = [
                    effects.queries_avoided,
                    effects.queries_added,
                    effects.refused,
                    effects.in_vain,
                    effects.round_trips,
                    waits.count,
                ];
                let names = [(*name).to_owned(), protection.name().to_owned()];
                Some(names.into_iter().chain(counts.map(units::count)).chain([p50, longest]).collect())
            };
            Protection::ALL.into_iter().filter_map(row)
        })
        .collect();
    let table = Table { head: head.map(str::to_owned).to_vec(), rows };
    (!table.rows.is_empty())
        .then(|| Part::Table { caption: "What each protection saved and cost, in requests".to_owned(), table })
}

fn by_outcome(recordings: &[Named<'_>]) -> Part {
    let head = ["", "outcome", "requests", "median", "p90", "p99", "longest"];
    let rows = recordings.iter().flat_map(|(name, recording)| {
        let tally = recording.tally();
        let row = move |outcome: Outcome| {
            let distribution = tally.times(outcome)?.response.distribution();
            let [p50, p90, p99, longest] = told(&distribution);
            let count = units::count(distribution.count);
            Some(vec![(*name).to_owned(), outcome.name().to_owned(), count, p50, p90, p99, longest])
        };
        Outcome::ALL.into_iter().filter_map(row)
    });
    Part::Table {
        caption: "Response times by outcome".to_owned(),
        table: Table { head: head.map(str::to_owned).to_vec(), rows: rows.collect() },
    }
}

/// Median, p90, p99 and longest, each only where enough was measured.
fn told(distribution: &Distribution) -> [String; 4] {
    [distribution.p50_ns, distribution.p90_ns, distribution.p99_ns, distribution.max_ns]
        .map(|ns| or_nothing(ns.map(|ns| units::duration(ns as f64))))
}

fn or_nothing(text: Option<String>) -> String {
    text.unwrap_or_else(|| NOTHING.to_owned())
}

/// What has to be known before a recording is believed.
fn remarks(name: &str, recording: &Recording) -> Vec<String> {
    let mut remarks = Vec::new();
    match recording.about.state {
        State::Whole => {}
        State::UnderWay => remarks.push(format!("\"{name}\" was still under way when this was written.")),
        State::Stopped => remarks.push(format!("\"{name}\" was stopped before its end.")),
        State::CutShort => remarks.push(format!("\"{name}\" was cut short. What was recorded until then is sound.")),
    }
    let failed: u64 = StepKind::ALL
        .into_iter()
        .filter_map(|kind| {
            recording
                .rounds
                .iter()
                .map(|round| round.tally.step(kind).map_or(0, |step| step.failed))
                .reduce(|sum, failed| sum + failed)
        })
        .sum();
    if failed > 0 {
        remarks.push(format!("In \"{name}\" {} steps failed.", units::count(failed)));
    }
    remarks.extend(put_in(name, recording));
    let conducts = || recording.rounds.iter().filter_map(|round| round.conduct.as_ref());
    let most = |of: fn(&crate::Conduct) -> f64| conducts().map(of).fold(0.0, f64::max);
    let cpu = most(|conduct| conduct.cpu_bound_percent);
    if cpu >= 1.0 {
        remarks.push(format!("In \"{name}\" the processor had no time left for {} % of a round: requests waited for it, not only for the cache or the database.", units::significant(cpu)));
    }
    let clients = most(|conduct| conduct.clients_busy_percent);
    if clients >= 1.0 {
        remarks.push(format!(
            "In \"{name}\" every client was busy for {} % of a round: requests waited for a free one.",
            units::significant(clients)
        ));
    }
    remarks.extend(conducts().filter_map(|conduct| conduct.check.as_ref()).map(|check| format!("\"{name}\": {check}")));
    remarks
}

/// How much of a recording's time was put in on purpose, where some was.
fn put_in(name: &str, recording: &Recording) -> Option<String> {
    let ns: u64 = injected_in(&recording.tally()).map(|(_, injected)| injected.ns).sum();
    let faults = match recording.about.conditions.faults.to_string() {
        none if none.is_empty() => "by faults that were switched on meanwhile".to_owned(),
        faults => faults,
    };
    (ns > 0).then(|| {
        format!(
            "\"{name}\" holds {} that were put in on purpose ({faults}): its times are not all measured. \"Where the time \
             went\" says in which steps.",
            units::duration(ns as f64)
        )
    })
}

/// How response times are distributed and how they changed over time.
#[must_use]
pub fn charts(recordings: &[Named<'_>]) -> Section {
    let charts = [
        chart::distribution(recordings),
        chart::percentiles(recordings),
        chart::latency(recordings),
        chart::hit_ratio(recordings),
        chart::throughput(recordings),
    ];
    Section::new("Response times", charts.into_iter().map(Part::Chart).collect())
}

/// Which steps took the time.
#[must_use]
pub fn where_the_time_went(recordings: &[Named<'_>]) -> Section {
    let sentence = "Means add up, so they show where the time goes; how it spreads is seen in the distribution above.";
    let parts = [Part::Sentence(sentence.to_owned()), Part::Chart(chart::steps(recordings))];
    Section::new("Where the time went", parts.into_iter().chain(put_in_by_step(recordings)).collect())
}

/// What was put into which steps on purpose; `None` where nothing was.
fn put_in_by_step(recordings: &[Named<'_>]) -> Option<Part> {
    let head = ["", "step", "injected in", "of", "injected, mean", "injected in all"];
    let rows: Vec<_> = recordings
        .iter()
        .flat_map(|(name, recording)| {
            let tally = recording.tally();
            let rows: Vec<_> = injected_in(&tally)
                .map(|(kind, injected)| {
                    let all = tally.step(kind).map_or(0, |step| step.durations.count() + step.failed);
                    vec![
                        (*name).to_owned(),
                        kind.name().to_owned(),
                        units::count(injected.steps),
                        units::count(all),
                        units::duration(injected.ns as f64 / injected.steps as f64),
                        units::duration(injected.ns as f64),
                    ]
                })
                .collect();
            rows
        })
        .collect();
    (!rows.is_empty()).then(|| Part::Table {
        caption: "Put in on purpose, and not measured: the times above hold it, but for steps that failed".to_owned(),
        table: Table { head: head.map(str::to_owned).to_vec(), rows },
    })
}

/// Conditions and workload of each recording: first what they differ in, then what they share.
#[must_use]
pub fn conditions(recordings: &[Named<'_>]) -> Section {
    let facts = |recording: &Recording| {
        let rounds = [("rounds".to_owned(), units::count(recording.rounds.len() as u64))];
        [of_conditions(&recording.about.conditions), of_workload(&recording.about.workload), rounds.to_vec()].concat()
    };
    let mut parts = compared(recordings, &recordings.iter().map(|(_, recording)| facts(recording)).collect::<Vec<_>>());
    for (name, recording) in recordings {
        for (when, info) in [("before", &recording.info_before), ("after", &recording.info_after)] {
            if let Some(text) = info {
                let summary = format!("What the server said of itself {when} \"{name}\" (INFO)");
                parts.push(Part::Lines { summary, text: text.replace("\r\n", "\n") });
            }
        }
    }
    Section::new("Conditions and workload", parts)
}

/// The machine that each recording ran on, and when.
#[must_use]
pub fn environment(recordings: &[Named<'_>]) -> Section {
    let facts = |recording: &Recording| -> Vec<Fact> {
        let machine = &recording.environment;
        let known = |text: &str| if text.is_empty() { NOTHING.to_owned() } else { text.to_owned() };
        let number = |value: u64, unit: &str| {
            if value == 0 { NOTHING.to_owned() } else { format!("{}{unit}", units::count(value)) }
        };
        [
            ("began", moment(recording.about.began_unix_ms)),
            ("lasted", units::duration(recording.about.elapsed_ns as f64)),
            ("processor", known(&machine.cpu)),
            ("processors", number(machine.cores.into(), "")),
            ("memory", number(machine.memory_mib, " MiB")),
            ("system", known(&machine.os)),
            ("kernel", known(&machine.kernel)),
            ("power", known(machine.power.as_deref().unwrap_or_default())),
            ("cache's server", known(&machine.engine)),
            ("database", known(&machine.database)),
            ("Cachescope", known(&machine.app)),
            ("recording", recording.about.key.clone()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    };
    let facts: Vec<Vec<Fact>> = recordings.iter().map(|(_, recording)| facts(recording)).collect();
    Section::new("Environment", compared(recordings, &facts))
}

/// A table of what differs, and one of what is the same.
fn compared(recordings: &[Named<'_>], facts: &[Vec<Fact>]) -> Vec<Part> {
    let names: Vec<String> = facts.iter().flatten().fold(Vec::new(), |mut names, (name, _)| {
        if !names.contains(name) {
            names.push(name.clone());
        }
        names
    });
    let values = |name: &String| -> Vec<String> {
        let of = |facts: &Vec<Fact>| facts.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
        facts.iter().map(|facts| or_nothing(of(facts))).collect()
    };
    let (same, different): (Vec<String>, Vec<String>) =
        names.into_iter().partition(|name| values(name).windows(2).all(|pair| pair[0] == pair[1]));
    let row = |name: &String| [name.clone()].into_iter().chain(values(name)).collect::<Vec<String>>();
    let mut parts = Vec::new();
    if !different.is_empty() {
        let head = [String::new()].into_iter().chain(recordings.iter().map(|(name, _)| (*name).to_owned())).collect();
        let rows = different.iter().map(row).collect();
        parts.push(Part::Table { caption: "What differs".to_owned(), table: Table { head, rows } });
    }
    if !same.is_empty() {
        let alone = recordings.len() == 1;
        let caption = if alone { "" } else { "What is the same" };
        let head = vec![String::new(), if alone { recordings[0].0.to_owned() } else { "all".to_owned() }];
        let rows = same.iter().map(|name| row(name).into_iter().take(2).collect()).collect();
        parts.push(Part::Table { caption: caption.to_owned(), table: Table { head, rows } });
    }
    parts
}

/// How it was measured, whatever it came to.
#[must_use]
pub fn method() -> Section {
    let sentences = [
        "Every request ran through the real flow: a Redis-compatible server over a socket, and an SQL database. No time is \
         simulated; where a delay was put in on purpose, that is said.",
        "Times come from a monotonic clock, in nanoseconds. Response time runs from when a request was due to its end, so \
         that waiting for a free client is counted; service time runs from when it was sent.",
        "Percentiles come from HdrHistograms of three significant digits, never from averages of averages. One is told only \
         where at least ten requests lie beyond it.",
        "A read is stale if it was answered with an older version of its row than one whose write had been acknowledged before \
         it began. Writes by other programs are not seen, and the query report tells no version.",
        "A mean request's time is the sum of its steps, of what lies between them (other), and of the time until it was \
         sent (not yet sent).",
    ];
    Section::new("Method", vec![Part::List(sentences.map(str::to_owned).to_vec())])
}
