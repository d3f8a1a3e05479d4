//! Patterns, protections and faults together, under load: whatever is combined, a run ends, every request is accounted for,
//! nothing is served for longer than its pattern promises, and once the faults are lifted everything works as before.
//!
//! Every two of them meet in `make test`; `make matrix` runs every combination (and prints the table).

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::vec::IntoIter;

use anyhow::{Context, Result, ensure};
use lab::{EngineState, Lab, RunSummary, Settings, TrafficState};
use metrics::Counts;
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio::time::timeout;
use trace::{
    CacheFault, Conditions, DatabaseFault, Faults, Keys, Length, Mix, Outcome, Pattern, Protections, Query, Workload,
};

use crate::laboratory::options;

/// How many combinations run at a time, each in a laboratory of its own.
const LABORATORIES: usize = 16;

/// Longer than any run here takes, but for one that never ends.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a stale read may be older than the promise, for what was under way when its write was acknowledged: the longest time-out
/// of a step, and a loaded machine.
const UNDER_WAY: Duration = Duration::from_secs(8);

fn protections() -> Vec<(&'static str, Protections)> {
    let none = Protections::default();
    vec![
        ("none", none),
        ("single-flight", Protections { single_flight: true, ..none }),
        ("jitter", Protections { ttl_jitter_percent: 50, ..none }),
        ("negative", Protections { negative_ttl_ms: 1_000, ..none }),
        ("lock", Protections { cache_lock: true, ..none }),
        ("lease", Protections { lease: true, ..none }),
        ("early expiry", Protections { early_expiry_percent: 100, ..none }),
        ("filter", Protections { bloom_filter: true, ..none }),
        ("breaker", Protections { circuit_breaker: true, ..none }),
        ("bound", Protections { database_limit: 2, ..none }),
        (
            "all",
            Protections {
                single_flight: true,
                ttl_jitter_percent: 50,
                negative_ttl_ms: 1_000,
                lease: true,
                early_expiry_percent: 100,
                bloom_filter: true,
                circuit_breaker: true,
                database_limit: 2,
                ..none
            },
        ),
    ]
}

fn cache_faults() -> Vec<(&'static str, Option<CacheFault>)> {
    vec![
        ("sound", None),
        ("down", Some(CacheFault::Down)),
        ("reset", Some(CacheFault::Reset)),
        ("hung", Some(CacheFault::Hung)),
        ("slow", Some(CacheFault::Slow { delay_ms: 5, jitter_ms: 5 })),
        ("thin", Some(CacheFault::Bandwidth { bytes_per_second: 100_000 })),
    ]
}

fn database_faults() -> Vec<(&'static str, Option<DatabaseFault>)> {
    vec![
        ("sound", None),
        ("slow", Some(DatabaseFault::Slow { delay_ms: 5 })),
        ("locked", Some(DatabaseFault::Locked)),
        ("down", Some(DatabaseFault::Down)),
    ]
}

/// One choice of each of the four, by their places in the lists.
type Choice = [usize; 4];

fn every(sizes: Choice) -> Vec<Choice> {
    let mut all = Vec::new();
    for a in 0..sizes[0] {
        for b in 0..sizes[1] {
            for c in 0..sizes[2] {
                all.extend((0..sizes[3]).map(|d| [a, b, c, d]));
            }
        }
    }
    all
}

/// The pairs that meet in a choice.
fn pairs(choice: &Choice) -> impl Iterator<Item = (usize, usize, usize, usize)> {
    let choice = *choice;
    (0..4).flat_map(move |i| (i + 1..4).map(move |j| (i, choice[i], j, choice[j])))
}

/// A few of them in which every two meet that meet in any: always the one in which most meet that have not yet.
fn pairwise(all: &[Choice]) -> Vec<Choice> {
    let mut open: HashSet<_> = all.iter().flat_map(pairs).collect();
    let mut chosen = Vec::new();
    while !open.is_empty() {
        let meeting = |choice: &Choice| pairs(choice).filter(|pair| open.contains(pair)).count();
        let Some(best) = all.iter().max_by_key(|choice| meeting(choice)) else { break };
        for pair in pairs(best) {
            open.remove(&pair);
        }
        chosen.push(*best);
    }
    chosen
}

#[test]
fn every_two_meet_in_the_few() {
    let all = every([8, 11, 6, 4]);
    let few = pairwise(&all);
    let met: HashSet<_> = few.iter().flat_map(pairs).collect();
    assert!(all.iter().flat_map(pairs).all(|pair| met.contains(&pair)));
    assert!(few.len() <= 120, "{} choices, where 88 are the least there can be", few.len());
}

/// What came of it: a line of the table.
async fn run(lab: &Lab, conditions: Conditions) -> Result<RunSummary> {
    let faults = conditions.faults;
    let sound = Conditions { faults: Faults::default(), ..conditions.clone() };
    lab.change_settings(Settings { conditions: sound, ..lab.settings() }).await?;
    lab.set_faults(faults).await?;
    let workload = Workload {
        keys: Keys::Zipf { exponent: 0.99 },
        products: Some(20),
        mix: Mix { write_percent: 20.0, missing_percent: 5.0, ..Mix::default() },
        pace: trace::Pace::Closed,
        clients: 8,
        length: Length::Time { ms: 150 },
        ..Workload::default()
    };
    lab.start_traffic(workload).await?;
    let ended = timeout(PATIENCE, lab.traffic_ended()).await.context("the run never ended")??;
    ensure!(matches!(ended, TrafficState::Ended { .. }), "{ended:?}");
    let run = lab.summary(0).context("a run has numbers")?;
    let counts = &run.summary.counts;
    ensure!(counts.sent > 0 && counts.ended() == counts.sent, "not every request is accounted for: {counts:?}");
    if !faults.any() {
        ensure!(counts.errors == 0, "nothing was broken, and requests failed: {counts:?}");
    }
    let promised = conditions.promise().stale_for + UNDER_WAY;
    let oldest = run.summary.stale_reads.ages.max_ns.unwrap_or(0);
    ensure!(u128::from(oldest) <= promised.as_nanos(), "a value was served {oldest} ns out of date");

    lab.set_faults(Faults::default()).await?;
    let status = lab.status();
    ensure!(matches!(status.engine, EngineState::Running { .. }), "{:?}", status.engine);
    // A circuit breaker that is open refuses for a while yet; nothing else may.
    let breaker = conditions.protections.circuit_breaker;
    for product in [1, 2] {
        let served = timeout(PATIENCE, async {
            loop {
                let read = lab.read(product, Query::Page).await?.trace;
                let written = lab.write(product).await?.trace;
                let refused = read.outcome == Outcome::Shed || written.outcome == Outcome::Shed;
                if !refused || !breaker {
                    return Ok::<_, lab::Error>((read, written));
                }
            }
        });
        let (read, written) = served.await.context("a request never ended")??;
        ensure!(!matches!(read.outcome, Outcome::Error | Outcome::Shed), "{read:?}");
        ensure!(written.outcome == Outcome::Written, "{written:?}");
    }
    Ok(run)
}

/// What the choice stands for.
fn chosen([pattern, protected, cache, database]: Choice) -> (String, Conditions) {
    let (pattern, (protected, protections)) = (Pattern::ALL[pattern], protections()[protected]);
    let ((cache_name, cache), (database_name, database)) = (cache_faults()[cache], database_faults()[database]);
    let faults = Faults { cache, database, ..Faults::default() };
    let named = format!("{:24} {protected:14} {cache_name:7} {database_name:8}", pattern.name());
    (named, Conditions { pattern, protections, faults, ttl_ms: 500, ..Conditions::default() })
}

/// Every combination there is: those that can be had, and those that are refused with the reason.
fn combinations() -> (Vec<Choice>, Vec<Choice>) {
    let sizes = [Pattern::ALL.len(), protections().len(), cache_faults().len(), database_faults().len()];
    every(sizes).into_iter().partition(|choice| chosen(*choice).1.check().is_ok())
}

#[test]
fn what_makes_no_sense_together_is_refused_with_the_reason() {
    let (_, refused) = combinations();
    let reasons: HashSet<String> = refused.iter().filter_map(|choice| chosen(*choice).1.check().err()).collect();
    assert!(reasons.iter().all(|reason| reason.ends_with('.')), "{reasons:#?}");
    assert!(!reasons.is_empty());
}

/// Runs them in several laboratories at a time, since most of their time is waiting for what is broken; prints a line each, in
/// the order in which they end.
async fn matrix(choices: Vec<Choice>) -> Result<()> {
    println!(
        "{:24} {:14} {:7} {:8} {:>9} {:>8} {:>8} {:>8} {:>8} {:>8} {:>8}",
        "pattern", "protections", "cache", "database", "sent", "hits", "misses", "written", "bypass", "shed", "errors"
    );
    let (count, choices) = (choices.len(), Arc::new(Mutex::new(choices.into_iter())));
    let mut laboratories = JoinSet::new();
    for _ in 0..LABORATORIES {
        laboratories.spawn(work_off(Arc::clone(&choices)));
    }
    let mut failures = Vec::new();
    while let Some(failed) = laboratories.join_next().await {
        failures.extend(failed??);
    }
    println!("{count} combinations ran; {} make no sense and are refused.", combinations().1.len());
    ensure!(failures.is_empty(), "{} of {count} failed:\n{}", failures.len(), failures.join("\n"));
    Ok(())
}

/// Runs choices in one laboratory until there are no more. Answers those that failed, and why.
async fn work_off(choices: Arc<Mutex<IntoIter<Choice>>>) -> Result<Vec<String>> {
    let folder = TempDir::new()?;
    let lab = Lab::open(options(folder.path(), Some(Settings::default())))?;
    lab.ready().await?;
    let next = || choices.lock().unwrap_or_else(PoisonError::into_inner).next();
    let mut failures = Vec::new();
    while let Some(choice) = next() {
        let (named, conditions) = chosen(choice);
        match run(&lab, conditions).await {
            Ok(run) => println!("{named} {}", line(&run.summary.counts)),
            Err(error) => {
                println!("{named} FAILED: {error:#}");
                failures.push(format!("{named}: {error:#}"));
            }
        }
    }
    let _ = lab.close().await;
    Ok(failures)
}

fn line(counts: &Counts) -> String {
    format!(
        "{:9} {:8} {:8} {:8} {:8} {:8} {:8}",
        counts.sent, counts.hits, counts.misses, counts.written, counts.bypasses, counts.shed, counts.errors
    )
}

#[tokio::test]
async fn every_two_patterns_protections_and_faults_get_on_with_each_other() -> Result<()> {
    matrix(pairwise(&combinations().0)).await
}

#[tokio::test]
#[ignore = "takes a quarter of an hour: make matrix"]
async fn every_combination_gets_on_with_each_other() -> Result<()> {
    matrix(combinations().0).await
}
