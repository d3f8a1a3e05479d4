//! What is broken on purpose, in the laboratory and on the command line: it is really broken, every nanosecond of it is told as
//! injected, and nothing of it stays.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use lab::{EngineState, Error, Lab, Settings, StudyState, TrafficState};
use recording::{Contender, Plan};
use redis::AsyncCommands as _;
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;
use trace::{
    CacheFault, Conditions, DatabaseFault, During, Engine, Faults, Length, Outcome, Pace, Pattern, Query, Rate,
    Spacing, StepKind, Trace, Workload,
};

use crate::command_line::{Running, command};
use crate::laboratory;
use crate::redis_server::RedisServer;
use crate::stranger::stranger;

const MS: u64 = 1_000_000;

async fn open(folder: &Path, conditions: Conditions) -> Result<Lab> {
    let conditions = Conditions { query: Query::Lookup, ..conditions };
    let lab = Lab::open(laboratory::options(folder, Some(Settings { conditions, ..Settings::default() })))?;
    lab.ready().await?;
    Ok(lab)
}

fn cache(fault: CacheFault) -> Faults {
    Faults { cache: Some(fault), ..Faults::default() }
}

fn database(fault: DatabaseFault) -> Faults {
    Faults { database: Some(fault), ..Faults::default() }
}

fn slow(delay_ms: u32) -> CacheFault {
    CacheFault::Slow { delay_ms, jitter_ms: 0 }
}

/// How much was put into the step of that kind, which must be there, and how long it took.
fn step(trace: &Trace, kind: StepKind) -> Result<(u64, u64, bool)> {
    let step = trace.steps.iter().find(|step| step.kind == kind).with_context(|| format!("a {kind:?} in {trace:?}"))?;
    assert!(step.injected_ns <= step.duration_ns, "{step:?}");
    Ok((step.injected_ns, step.duration_ns, step.failed))
}

#[tokio::test]
async fn a_slow_cache_is_slow_by_what_is_told_as_injected() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Conditions::default()).await?;
    let status = lab.set_faults(cache(slow(20))).await?;
    assert_eq!((status.faults, status.conditions.faults), (cache(slow(20)), cache(slow(20))));

    let miss = lab.read(1, Query::Lookup).await?.trace;
    let hit = lab.read(1, Query::Lookup).await?.trace;
    assert_eq!((miss.outcome, hit.outcome), (Outcome::Miss, Outcome::Hit));
    for (trace, kind) in [(&miss, StepKind::CacheGet), (&miss, StepKind::CacheSet), (&hit, StepKind::CacheGet)] {
        let (injected, duration, failed) = step(trace, kind)?;
        assert!(injected >= 20 * MS && injected < duration && !failed, "{injected} of {duration}");
    }
    for trace in [&miss, &hit] {
        let others = trace.steps.iter().filter(|step| !matches!(step.kind, StepKind::CacheGet | StepKind::CacheSet));
        assert!(others.clone().count() > 0 && others.into_iter().all(|step| step.injected_ns == 0), "{trace:?}");
    }

    lab.set_faults(Faults::default()).await?;
    let sound = lab.read(1, Query::Lookup).await?.trace;
    assert_eq!(sound.outcome, Outcome::Hit, "the server was not touched");
    assert!(sound.steps.iter().all(|step| step.injected_ns == 0));
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_hung_cache_costs_a_time_out_all_of_it_injected_and_then_the_database_answers() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Conditions { faults: cache(CacheFault::Hung), ..Conditions::default() }).await?;
    assert!(matches!(lab.status().engine, EngineState::Running { .. }), "the server itself is well");
    let bypass = lab.read(1, Query::Lookup).await?.trace;
    assert_eq!(bypass.outcome, Outcome::Bypass);
    let (injected, duration, failed) = step(&bypass, StepKind::CacheGet)?;
    assert!(failed && duration >= 2_000 * MS, "{duration}");
    assert!(injected + 100 * MS >= duration, "{injected} of {duration}");
    assert_eq!(step(&bypass, StepKind::DbQuery)?.0, 0);
    assert!(bypass.notes[0].contains("did not answer within 2000 ms"), "{:?}", bypass.notes);
    assert!(matches!(lab.status().engine, EngineState::Running { .. }));
    lab.set_faults(Faults::default()).await?;
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Miss, "mended at once");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_cache_that_is_down_or_resets_fails_at_once_with_nothing_injected() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Conditions::default()).await?;
    lab.read(1, Query::Lookup).await?;
    for (fault, words) in [(CacheFault::Down, "connection refused"), (CacheFault::Reset, "closed")] {
        lab.set_faults(cache(fault)).await?;
        let bypass = lab.read(1, Query::Lookup).await?.trace;
        assert_eq!(bypass.outcome, Outcome::Bypass, "{fault}");
        let (injected, duration, failed) = step(&bypass, StepKind::CacheGet)?;
        assert!(failed && injected == 0 && duration < 1_000 * MS, "{fault}: {injected} of {duration}");
        assert!(bypass.notes[0].contains(words) || bypass.notes[0].contains("reset"), "{:?}", bypass.notes);
    }
    lab.set_faults(Faults::default()).await?;
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Hit, "what it held is still there");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_slow_line_makes_large_values_slow() -> Result<()> {
    let folder = TempDir::new()?;
    let line = CacheFault::Bandwidth { bytes_per_second: 20_000 };
    let lab = open(folder.path(), Conditions { faults: cache(line), ..Conditions::default() }).await?;
    let miss = lab.read(1, Query::Page).await?;
    let hit = lab.read(1, Query::Page).await?;
    assert_eq!(hit.trace.outcome, Outcome::Hit);
    let bytes = hit.value.context("a page")?.bytes;
    for trace in [&miss.trace, &hit.trace] {
        let kind = if trace.outcome == Outcome::Hit { StepKind::CacheGet } else { StepKind::CacheSet };
        let (injected, duration, _) = step(trace, kind)?;
        let least = bytes * 1_000 * MS / 20_000;
        assert!(injected >= least && injected <= duration, "{bytes} bytes: {injected} of {duration}");
    }
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_broken_database_is_told_apart_from_a_slow_query_and_hits_do_not_notice() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Conditions::default()).await?;
    lab.read(1, Query::Lookup).await?;

    lab.set_faults(database(DatabaseFault::Slow { delay_ms: 30 })).await?;
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Hit);
    let (injected, duration, _) = step(&lab.read(2, Query::Lookup).await?.trace, StepKind::DbQuery)?;
    assert!(injected >= 30 * MS && injected < duration, "{injected} of {duration}");
    let (injected, duration, _) = step(&lab.write(2).await?.trace, StepKind::DbWrite)?;
    assert!(injected >= 30 * MS && injected < duration, "{injected} of {duration}");

    lab.set_faults(database(DatabaseFault::Down)).await?;
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Hit);
    let refused = lab.read(3, Query::Lookup).await?;
    assert_eq!((refused.trace.outcome, step(&refused.trace, StepKind::DbQuery)?.0), (Outcome::Error, 0));
    assert!(refused.trace.notes[0].contains("by a fault that is switched on"), "{:?}", refused.trace.notes);
    assert!(!refused.sql.is_empty(), "what it would have run is shown all the same");

    lab.set_faults(database(DatabaseFault::Locked)).await?;
    assert_eq!(lab.read(3, Query::Lookup).await?.trace.outcome, Outcome::Miss, "readers go on");
    let failed = lab.write(3).await?.trace;
    let (injected, duration, _) = step(&failed, StepKind::DbWrite)?;
    assert_eq!(failed.outcome, Outcome::Error);
    assert!((5_000 * MS..=duration).contains(&injected), "{injected} of {duration}");
    lab.set_faults(Faults::default()).await?;
    assert_eq!(lab.write(3).await?.trace.outcome, Outcome::Written);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn faults_are_not_kept_and_those_of_a_file_are_not_believed() -> Result<()> {
    let folder = TempDir::new()?;
    let file = folder.path().join("settings.json");
    let lab = Lab::open(laboratory::options(folder.path(), None))?;
    lab.ready().await?;
    lab.set_faults(cache(CacheFault::Hung)).await?;
    let mut settings = lab.settings();
    settings.conditions.faults = database(DatabaseFault::Down);
    settings.conditions.ttl_ms = 5_000;
    let status = lab.change_settings(settings).await?;
    assert_eq!(status.conditions.faults, cache(CacheFault::Hung), "settings neither bring faults nor lift them");
    assert_eq!(status.conditions.ttl_ms, 5_000);
    let text = std::fs::read_to_string(&file)?;
    assert!(!text.contains("hung") && !text.contains("down"), "{text}");
    lab.close().await;

    let broken = text.replace("\"cache\": null", "\"cache\": {\"kind\": \"down\"}");
    assert_ne!(broken, text);
    std::fs::write(&file, broken)?;
    let lab = Lab::open(laboratory::options(folder.path(), None))?;
    lab.ready().await?;
    assert_eq!(lab.status().conditions.faults, Faults::default());
    assert_eq!(lab.status().faults, Faults::default());
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn what_makes_no_sense_is_refused_with_the_reason_and_nothing_changes() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Conditions::default()).await?;
    let refused = |result: Result<lab::Status, Error>| match result {
        Err(Error::Invalid(message)) => Ok(message),
        other => bail!("it was not refused: {other:?}"),
    };
    assert!(refused(lab.set_faults(cache(slow(60_000))).await)?.contains("between 1 ms and 10 s"));
    assert_eq!(lab.status().faults, Faults::default());

    lab.set_faults(cache(CacheFault::Down)).await?;
    let mut without = lab.settings();
    without.conditions.pattern = Pattern::NoCache;
    assert!(refused(lab.change_settings(without.clone()).await)?.contains("Without a cache"));
    assert_eq!(lab.status().conditions.pattern, Pattern::CacheAside);
    lab.set_faults(Faults::default()).await?;
    lab.change_settings(without).await?;
    assert!(refused(lab.set_faults(cache(CacheFault::Hung)).await)?.contains("Without a cache"));
    lab.set_faults(database(DatabaseFault::Slow { delay_ms: 1 })).await?;
    lab.close().await;

    let folder = TempDir::new()?;
    let lab = open(folder.path(), Conditions { engine: Engine::MiniRedis { nodelay: true }, ..Conditions::default() })
        .await?;
    let Err(Error::Invalid(message)) = lab.expire_keys(0).await else { bail!("mini-redis has no SCAN") };
    assert!(message.contains("mini-redis can neither list its keys"), "{message}");
    // But it can be slowed, and restarted.
    lab.set_faults(cache(slow(10))).await?;
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    let hit = lab.read(1, Query::Lookup).await?.trace;
    assert!(hit.outcome == Outcome::Hit && step(&hit, StepKind::CacheGet)?.0 >= 10 * MS);
    lab.restart_engine_cold().await?;
    let cold = lab.read(1, Query::Lookup).await?.trace;
    assert!(cold.outcome == Outcome::Miss && step(&cold, StepKind::CacheGet)?.0 >= 10 * MS, "the fault goes on");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn on_somebody_elses_server_only_our_own_way_to_it_and_our_own_keys_are_touched() -> Result<()> {
    let server = RedisServer::start().await?;
    let mut redis = stranger(server.url()).await?;
    let _: () = redis.set("somebody:else", "1").await?;
    let folder = TempDir::new()?;
    let engine = Engine::External { url: server.url().into() };
    let lab = open(folder.path(), Conditions { engine, ..Conditions::default() }).await?;
    for product in 1..=3 {
        lab.read(product, Query::Lookup).await?;
    }

    lab.set_faults(cache(CacheFault::Down)).await?;
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Bypass);
    assert_eq!(redis.get::<_, String>("somebody:else").await?, "1", "for others it is up");
    let Err(Error::Invalid(message)) = lab.restart_engine_cold().await else { bail!("it is not ours") };
    assert!(message.contains("not Cachescope's to restart"), "{message}");

    // What the laboratory does itself goes past the fault.
    assert_eq!(lab.expire_keys(60_000).await?.keys, Some(3));
    let mut instants = Vec::new();
    for product in 1..=3 {
        let at: i64 =
            redis::cmd("PEXPIRETIME").arg(format!("cachescope:lookup:{product}")).query_async(&mut redis).await?;
        instants.push(at);
    }
    assert!(instants[0] > 0 && instants.windows(2).all(|pair| pair[0] == pair[1]), "{instants:?}");
    assert_eq!(redis.pttl::<_, i64>("somebody:else").await?, -1, "theirs lives for ever");
    lab.set_faults(Faults::default()).await?;
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Hit);
    assert_eq!(lab.expire_keys(0).await?.keys, Some(3));
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    assert_eq!(redis.get::<_, String>("somebody:else").await?, "1");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_restart_is_cold_and_all_keys_can_be_made_to_expire() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Conditions::default()).await?;
    for _ in 0..2 {
        for product in 1..=20 {
            lab.read(product, Query::Lookup).await?;
        }
    }
    assert_eq!(lab.expire_keys(0).await?.keys, Some(20));
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Hit);
    lab.restart_engine_cold().await?;
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    assert!(matches!(lab.expire_keys(u32::MAX).await, Err(Error::Invalid(_))));
    lab.close().await;
    Ok(())
}

fn workload(per_second: f64, ms: u32) -> Workload {
    let pace = Pace::Open { rate: Rate::Steady { per_second }, spacing: Spacing::Constant };
    Workload { pace, clients: 16, length: Length::Time { ms }, products: Some(20), ..Workload::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_with_a_time_comes_and_goes_at_its_time_of_a_run() -> Result<()> {
    let folder = TempDir::new()?;
    let during = Some(During { from_ms: 600, to_ms: Some(1_200) });
    let faults = Faults { cache_during: during, ..cache(slow(5)) };
    let lab = open(folder.path(), Conditions { faults, ..Conditions::default() }).await?;
    assert_eq!(lab.status().faults, Faults::default(), "outside of a run it is not there");
    let click = lab.read(1, Query::Lookup).await?.trace;
    assert!(click.steps.iter().all(|step| step.injected_ns == 0));

    lab.start_traffic(workload(200.0, 1_800)).await?;
    let TrafficState::Ended { messages, .. } = lab.traffic_ended().await? else { bail!("{:?}", lab.status().traffic) };
    assert!(messages.iter().any(|message| message.contains("is injected, not measured")), "{messages:?}");
    assert_eq!(lab.status().faults, Faults::default());
    let began = lab.frame(0).context("a run")?.started_ns;
    let mut seen = [0; 3];
    for id in lab.hold_traces().ids {
        let trace = lab.kept_trace(id).await?.context("it is held")?.trace;
        let injected = trace.steps.iter().any(|step| step.injected_ns >= 5 * MS);
        // A machine that is busy switches late.
        let (when, expected) = match (trace.started_ns - began) / MS {
            0..=590 => (0, false),
            800..=1_190 => (1, true),
            1_400.. => (2, false),
            _ => continue,
        };
        assert_eq!(injected, expected, "{} ms after the start: {trace:?}", (trace.started_ns - began) / MS);
        seen[when] += 1;
    }
    assert!(seen.iter().all(|count| *count >= 20), "{seen:?}");
    let summary = lab.summary(0).context("a run")?.summary;
    let gets = summary.steps.iter().find(|step| step.kind == StepKind::CacheGet).context("GETs")?.injected;
    assert!(gets.steps >= 50 && gets.ns >= gets.steps * 5 * MS, "{gets:?}");
    lab.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn traffic_goes_on_with_what_is_broken_and_mended_meanwhile() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Conditions::default()).await?;
    lab.start_traffic(Workload { length: Length::UntilStopped, ..workload(500.0, 0) }).await?;
    for (faults, met) in [
        (Faults::default(), Outcome::Hit),
        (cache(CacheFault::Down), Outcome::Bypass),
        (Faults::default(), Outcome::Hit),
        (cache(CacheFault::Reset), Outcome::Bypass),
        (cache(slow(2)), Outcome::Hit),
    ] {
        lab.set_faults(faults).await?;
        let before = lab.frame(0).map_or(0, |frame| frame.sample.counts.of(met));
        let more = async {
            while lab.frame(0).is_none_or(|frame| frame.sample.counts.of(met) < before + 20) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), more)
            .await
            .with_context(|| format!("{faults} brings no {met:?}"))?;
    }
    let _ = lab.stop_traffic();
    lab.traffic_ended().await?;
    let counts = lab.summary(0).context("a run")?.summary.counts;
    assert_eq!((counts.errors, counts.sent), (0, counts.ended()));
    lab.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_planned_comparison_may_have_faults_and_leaves_none() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Conditions::default()).await?;
    lab.set_faults(database(DatabaseFault::Slow { delay_ms: 1 })).await?;
    let contender = |faults| Contender {
        name: String::new(),
        conditions: Conditions { query: Query::Lookup, faults, ..Conditions::default() },
    };
    let plan = Plan {
        workload: workload(200.0, 500),
        rounds: 1,
        warm_up_ms: 0,
        conditions: vec![contender(Faults::default()), contender(cache(slow(5)))],
        ..Plan::default()
    };
    lab.start_study(plan).await?;
    assert!(matches!(lab.set_faults(Faults::default()).await, Err(Error::Invalid(_))), "it would be measured");
    let StudyState::Ended { recordings, good, message, .. } = lab.study_ended().await? else { bail!("it ends") };
    assert!(good, "{message}");
    let mut names = Vec::new();
    for (id, faulty) in recordings.into_iter().zip([false, true]) {
        let file = lab.recording_file(id).await?;
        let injected: u64 = file.rounds.iter().flat_map(|round| &round.tally.steps).map(|step| step.injected.ns).sum();
        assert_eq!(injected > 0, faulty, "kept apart");
        names.push(file.about.name);
    }
    assert_eq!(names, ["bundled", "bundled; cache slow by 5 ms"]);
    assert_eq!(lab.status().faults, database(DatabaseFault::Slow { delay_ms: 1 }), "what was before comes back");
    lab.close().await;
    Ok(())
}

#[test]
fn a_recording_of_a_run_with_a_fault_says_so_and_keeps_the_injected_apart() -> Result<()> {
    let folder = TempDir::new()?;
    let file = folder.path().join("slow.json");
    let path = file.to_str().context("a path in UTF-8")?;
    let arguments = [
        "record",
        "--name",
        "slow",
        "--count",
        "100",
        "--clients",
        "4",
        "--query",
        "lookup",
        "--cache-fault",
        "slow=5ms",
        "--database-fault",
        "slow=2ms",
        "--json",
        "--out",
        path,
    ];
    let output = command(&arguments, folder.path()).output()?;
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("that much of the times is injected, not measured"), "{told}");
    let run: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(run["conditions"]["faults"]["cache"]["kind"], "slow");
    let get = &run["steps"]["cache_get"]["injected"];
    assert_eq!(get["steps"], 100);
    assert!(get["ns"].as_u64().context("a number")? >= 500 * MS);

    let kept: serde_json::Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    let steps = kept["rounds"][0]["tally"]["steps"].as_array().context("steps")?;
    let of = |kind: &str| steps.iter().find(|step| step["kind"] == kind).map(|step| step["injected"]["ns"].clone());
    assert_eq!(of("cache_get").context("GETs")?, get["ns"]);
    assert!(of("db_query").context("queries")?.as_u64().context("a number")? >= 2 * MS);
    assert_eq!(of("decode"), Some(serde_json::Value::Null), "nothing was put into decoding");

    let show = command(&["recordings", "show", "slow"], folder.path()).output()?;
    let shown = String::from_utf8_lossy(&show.stdout);
    assert!(shown.contains("put in on purpose (cache slow by 5 ms, database slow by 2 ms)"), "{shown}");
    assert!(shown.contains("Put in on purpose, and not measured"), "{shown}");
    Ok(())
}

#[test]
fn the_command_line_breaks_what_it_is_told_to_and_shows_it() -> Result<()> {
    let folder = TempDir::new()?;
    let output = command(&["demo", "--query", "lookup", "--database-fault", "slow=50ms"], folder.path()).output()?;
    let (out, told) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}");
    let query = out.lines().find(|line| line.contains("db_query")).context("a line")?;
    assert!(query.contains('╱') && query.contains("of it injected"), "{query}");
    let get = out.lines().find(|line| line.contains("cache_get")).context("a line")?;
    assert!(!get.contains("injected"), "{get}");

    for (arguments, words) in [
        (&["demo", "--cache-fault", "haunted"][..], "the cache's faults are down, reset"),
        (&["demo", "--database-fault", "slow=5"], "the database's faults are"),
        (&["demo", "--cache-fault", "slow=1m"], "between 1 ms and 10 s"),
        (&["demo", "--cache-fault", "hung@4s..2s"], "end later than it begins"),
        (&["load", "--count", "1", "--pattern", "no-cache", "--cache-fault", "hung"], "Without a cache"),
    ] {
        let output = command(arguments, folder.path()).output()?;
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && told.contains(words), "{arguments:?}: {told}");
    }
    Ok(())
}

/// A demo that stays up, once it says so; and the port its server listens on.
pub(crate) fn kept_demo(arguments: &[&str], folder: &Path) -> Result<(Running, u16)> {
    let arguments = [&["demo", "--keep", "--query", "lookup"], arguments].concat();
    let mut child = command(&arguments, folder).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let stdout = child.stdout.take().context("its output")?;
    let running = Running(child);
    let mut lines = BufReader::new(stdout).lines();
    let port = lines
        .find_map(|line| line.ok()?.split_once("redis-cli -h 127.0.0.1 -p ").map(|(_, rest)| rest.to_owned()))
        .context("it says how to reach it")?;
    Ok((running, port.split('.').next().unwrap_or_default().parse()?))
}

#[tokio::test]
async fn an_app_that_is_killed_leaves_no_lock() -> Result<()> {
    let folder = TempDir::new()?;
    let (mut running, _) = kept_demo(&["--database-fault", "locked"], folder.path())?;
    let catalogue = database::Database::path(folder.path(), database::Size::Small);
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(catalogue).busy_timeout(Duration::ZERO);
    let mut other = options.connect().await?;
    let locked = sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await.expect_err("it is really locked");
    assert!(locked.to_string().contains("locked"), "{locked}");
    sqlx::query("SELECT count(*) FROM products").fetch_one(&mut other).await?;

    // SIGKILL: nothing of it can clean up.
    running.0.kill()?;
    running.0.wait()?;
    sqlx::raw_sql("BEGIN IMMEDIATE; UPDATE products SET price_cents = price_cents; COMMIT").execute(&mut other).await?;
    other.close().await?;
    Ok(())
}

/// The ports at both ends of every established connection of a process, and those it listens on.
#[cfg(target_os = "linux")]
fn sockets(pid: u32) -> Result<(Vec<[u16; 2]>, Vec<u16>)> {
    let own: Vec<String> = std::fs::read_dir(format!("/proc/{pid}/fd"))?
        .filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok()?.to_str().map(str::to_owned))
        .filter_map(|link| Some(link.strip_prefix("socket:[")?.strip_suffix(']')?.to_owned()))
        .collect();
    let (mut established, mut listening) = (Vec::new(), Vec::new());
    for line in std::fs::read_to_string(format!("/proc/{pid}/net/tcp"))?.lines().skip(1) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let port = |field: usize| -> Result<u16> {
            let (_, port) = fields[field].split_once(':').context("an address")?;
            Ok(u16::from_str_radix(port, 16)?)
        };
        match (own.contains(&fields[9].to_owned()), fields[3]) {
            (true, "01") => established.push([port(1)?, port(2)?]),
            (true, "0A") => listening.push(port(1)?),
            _ => {}
        }
    }
    Ok((established, listening))
}

#[cfg(target_os = "linux")]
#[test]
fn with_nothing_injected_there_is_no_proxy_and_connections_lead_to_the_server() -> Result<()> {
    let folder = TempDir::new()?;
    let (running, server) = kept_demo(&[], folder.path())?;
    let (established, listening) = sockets(running.0.id())?;
    assert_eq!(listening, [server], "nobody else listens");
    assert!(established.len() >= 2, "both ends of a connection at least: {established:?}");
    assert!(established.iter().all(|ends| ends.contains(&server)), "{server}: {established:?}");
    drop(running);

    let (running, server) = kept_demo(&["--cache-fault", "slow=1ms"], folder.path())?;
    let (established, listening) = sockets(running.0.id())?;
    assert_eq!(listening.len(), 3, "a proxy for everybody and one for single clicks");
    assert!(established.iter().any(|ends| !ends.contains(&server)), "requests go through it: {established:?}");
    Ok(())
}
