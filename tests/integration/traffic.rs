//! Traffic in the laboratory: on the real server and the real database, counted and checked.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use lab::{EngineState, Lab, RunSummary, Settings, TrafficState};
use load::Check;
use metrics::Counts;
use sqlx::{ConnectOptions, Connection};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use trace::{Conditions, Engine, Keys, Length, Mix, Outcome, Pace, Pattern, Query, Rate, Spacing, Workload};

use crate::laboratory;

/// A run or a state that never comes is a failure, not a wait.
const PATIENCE: Duration = Duration::from_secs(60);

async fn open(folder: &Path, engine: Engine) -> Result<Lab> {
    let conditions = Conditions { engine, query: Query::Lookup, ..Conditions::default() };
    let lab = Lab::open(laboratory::options(folder, Some(Settings { conditions, ..Settings::default() })))?;
    lab.ready().await?;
    Ok(lab)
}

fn closed(requests: u64, clients: u32) -> Workload {
    Workload { pace: Pace::Closed, clients, length: Length::Count { requests }, ..Workload::default() }
}

fn open_loop(per_second: f64, clients: u32, length: Length) -> Workload {
    let pace = Pace::Open { rate: Rate::Steady { per_second }, spacing: Spacing::Constant };
    Workload { pace, clients, length, ..Workload::default() }
}

/// Waits for the end of the run, and gives its messages and numbers.
async fn ended(lab: &Lab) -> Result<(Vec<String>, RunSummary)> {
    let messages = match timeout(PATIENCE, lab.traffic_ended()).await.context("the run never ended")?? {
        TrafficState::Ended { messages, .. } => messages,
        other => bail!("the run did not end as it should: {other:?}"),
    };
    let run = lab.summary(0).context("a run has numbers")?;
    assert_eq!(run.summary.counts.sent, run.summary.counts.ended(), "what was sent is the sum of all outcomes");
    Ok((messages, run))
}

async fn run(lab: &Lab, workload: Workload) -> Result<(Vec<String>, RunSummary)> {
    lab.start_traffic(workload).await?;
    ended(lab).await
}

/// Looks at the counts until they are as wanted.
async fn counts(lab: &Lab, wanted: impl Fn(&Counts) -> bool) -> Result<Counts> {
    let look = async {
        loop {
            if let Some(frame) = lab.frame(0)
                && wanted(&frame.sample.counts)
            {
                return frame.sample.counts;
            }
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, look).await.with_context(|| format!("the counts stay at {:?}", lab.frame(0)))
}

fn check(run: &RunSummary) -> Result<&Check> {
    Ok(&run.verdict.as_ref().context("the run has ended")?.check)
}

#[tokio::test]
async fn the_server_counts_the_gets_that_the_run_counts() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::default()).await?;
    // What came before the run is not the run's.
    lab.read(1, Query::Lookup).await?;
    let mix = Mix { write_percent: 10.0, missing_percent: 5.0, ..Mix::default() };
    let (messages, run) = run(&lab, Workload { mix, ..closed(5_000, 16) }).await?;

    let counts = run.summary.counts;
    assert_eq!((counts.sent, counts.errors, counts.bypasses), (5_000, 0, 0));
    assert!(counts.hits > 1_000 && counts.misses > 100 && counts.written > 400, "{counts:?}");
    assert_eq!(*check(&run)?, Check::Agrees { gets: counts.hits + counts.misses });
    assert_eq!(messages.len(), 1, "{messages:?}");
    assert!(messages[0].starts_with("The run ended as planned: 5,000 requests"), "{messages:?}");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn the_same_seed_meets_the_same_hits_and_misses() -> Result<()> {
    let mut met = Vec::new();
    for _ in 0..2 {
        let folder = TempDir::new()?;
        let lab = open(folder.path(), Engine::default()).await?;
        let mix = Mix { write_percent: 5.0, ..Mix::default() };
        // One client: with more, which of two overlapping requests comes first is up to the machine.
        let (_, run) = run(&lab, Workload { mix, keys: Keys::Zipf { exponent: 1.2 }, ..closed(1_000, 1) }).await?;
        met.push(run.summary.counts);
        lab.close().await;
    }
    assert_eq!(met[0], met[1]);
    Ok(())
}

#[tokio::test]
async fn a_warm_cache_is_read_without_a_miss() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::default()).await?;
    let workload = Workload { warm: true, products: Some(50), ..closed(500, 8) };
    let (_, run) = run(&lab, workload).await?;
    assert_eq!((run.summary.counts.hits, run.summary.counts.misses), (500, 0));
    assert_eq!(*check(&run)?, Check::Agrees { gets: 500 }, "the warming is not counted");
    lab.close().await;
    Ok(())
}

/// A way to a server that lets nothing through while it is stalled.
struct Stall {
    url: String,
    stalled: watch::Sender<bool>,
}

impl Stall {
    async fn before(address: &str) -> Result<Self> {
        let (address, listener) = (address.to_owned(), TcpListener::bind("127.0.0.1:0").await?);
        let (url, stalled) = (format!("redis://{}", listener.local_addr()?), watch::Sender::new(false));
        let held = stalled.subscribe();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = TcpStream::connect(&address).await?;
                let (from_client, to_client) = client.into_split();
                let (from_server, to_server) = server.into_split();
                tokio::spawn(pass(from_client, to_server, held.clone()));
                tokio::spawn(pass(from_server, to_client, watch::Sender::new(false).subscribe()));
            }
            std::io::Result::Ok(())
        });
        Ok(Self { url, stalled })
    }
}

async fn pass(
    mut from: impl AsyncReadExt + Unpin,
    mut to: impl AsyncWriteExt + Unpin,
    mut stalled: watch::Receiver<bool>,
) -> std::io::Result<()> {
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let length = from.read(&mut buffer).await?;
        if length == 0 {
            return Ok(());
        }
        // With nobody left who could stall it, nothing does.
        let _ = stalled.wait_for(|stalled| !stalled).await;
        to.write_all(&buffer[..length]).await?;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stalled_server_shows_up_in_response_time_and_not_in_service_time() -> Result<()> {
    let (behind, folder) = (TempDir::new()?, TempDir::new()?);
    let server = open(behind.path(), Engine::default()).await?;
    let EngineState::Running { address } = server.status().engine else { bail!("no server") };
    let stall = Stall::before(&address).await?;
    let lab = open(folder.path(), Engine::External { url: stall.url.clone().into() }).await?;

    // One client: while it waits for the stalled server, the others that are due wait for it.
    lab.start_traffic(Workload {
        keys: Keys::One { product: 1 },
        ..open_loop(500.0, 1, Length::Count { requests: 500 })
    })
    .await?;
    counts(&lab, |counts| counts.hits >= 50).await?;
    stall.stalled.send_replace(true);
    sleep(Duration::from_millis(500)).await;
    stall.stalled.send_replace(false);
    let (messages, run) = ended(&lab).await?;

    let all = &run.summary.all;
    let (response, service) = (all.response.p90_ns.context("500 are enough")?, all.service.p90_ns.context("500")?);
    assert!(response > 50_000_000, "a tenth of the requests was due in the stall: response p90 {response} ns");
    assert!(service < response / 5, "but only one was under way: service p90 {service} ns");
    assert!(all.service.max_ns >= Some(300_000_000), "{:?}", all.service);
    assert_eq!((run.summary.counts.sent, run.summary.counts.errors), (500, 0), "late, never dropped");
    assert!(messages.iter().any(|message| message.contains("every client waited")), "{messages:?}");
    lab.close().await;
    server.close().await;
    Ok(())
}

#[tokio::test]
async fn a_run_goes_on_without_its_engine_and_finds_it_again() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::default()).await?;
    lab.start_traffic(Workload { products: Some(20), ..open_loop(400.0, 32, Length::UntilStopped) }).await?;
    counts(&lab, |counts| counts.hits >= 20).await?;
    lab.stop_engine().await?;
    let down = counts(&lab, |counts| counts.bypasses >= 20).await?;
    lab.revive_engine().await?;
    counts(&lab, |counts| counts.hits >= down.hits + 20).await?;
    let _ = lab.stop_traffic();

    let (messages, run) = ended(&lab).await?;
    assert_eq!(run.summary.counts.errors, 0, "the database answered meanwhile");
    assert!(matches!(check(&run)?, Check::Unchecked { message } if message.contains("anew")), "{:?}", run.verdict);
    assert!(messages[0].starts_with("The run was stopped"), "{messages:?}");
    assert!(messages.iter().any(|message| message.contains("to the database alone")), "{messages:?}");
    assert!(matches!(lab.status().engine, EngineState::Running { .. }));
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_stopped_run_gives_up_what_a_locked_database_holds_back_and_says_so() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::default()).await?;
    let catalogue = database::Database::path(folder.path(), database::Size::Tiny);
    let mut other = sqlx::sqlite::SqliteConnectOptions::new().filename(catalogue).connect().await?;
    sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut other).await?;

    let mix = Mix { write_percent: 50.0, ..Mix::default() };
    lab.start_traffic(Workload { mix, ..open_loop(200.0, 8, Length::UntilStopped) }).await?;
    let writing = async {
        while lab.frame(0).is_none_or(|frame| frame.sample.inside.db_write < 8) {
            sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(PATIENCE, writing).await.context("the clients were never all held up")?;
    let _ = lab.stop_traffic();
    let (messages, run) = ended(&lab).await?;
    sqlx::raw_sql("ROLLBACK").execute(&mut other).await?;
    other.close().await?;

    assert!(run.summary.counts.errors >= 1, "{:?}", run.summary.counts);
    assert!(messages.iter().any(|message| message.contains("failed")), "{messages:?}");
    let held = lab.hold_traces();
    let mut given_up = 0;
    for id in held.ids {
        let detail = lab.kept_trace(id).await?.context("it is held")?;
        given_up += usize::from(detail.trace.outcome == Outcome::Error);
        assert!(detail.value.is_none() && detail.value_note.is_some());
    }
    assert!(given_up >= 1);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_window_that_stops_reading_neither_slows_a_run_nor_is_owed_more_than_a_frame() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::default()).await?;
    // Nobody asks for a frame until it is over.
    let (_, run) = run(&lab, Workload { products: Some(100), ..closed(60_000, 64) }).await?;
    assert_eq!(run.summary.counts.sent, 60_000);
    let frame = lab.frame(0).context("there was a run")?;
    assert!(frame.sample.points.len() <= 600 && frame.sample.traces.len() <= 4);
    assert!(
        serde_json::to_string(&lab.frame(frame.sample.cursor))?.len() < 8 * 1024,
        "a frame with nothing new is small"
    );
    assert!(lab.hold_traces().ids.len() <= 30_000);
    assert_eq!(run.summary.all.response.count, 60_000, "what was not looked at was added up all the same");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn held_traces_stay_while_others_come() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::default()).await?;
    lab.start_traffic(Workload { products: Some(10), ..closed(400_000, 16) }).await?;
    counts(&lab, |counts| counts.hits >= 100).await?;
    let held = lab.hold_traces();
    let first = *held.ids.first().context("some are held")?;
    assert!(held.ids.is_sorted());
    counts(&lab, |counts| counts.hits >= 60_000).await?;
    let trace = lab.kept_trace(first).await?.context("it is held")?.trace;
    assert_eq!(trace.id, first);
    let _ = lab.stop_traffic();
    ended(&lab).await?;
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_trace_tells_of_the_pattern_it_went_by_not_of_that_the_run_began_with() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::default()).await?;
    lab.start_traffic(Workload { products: Some(10), ..open_loop(500.0, 16, Length::UntilStopped) }).await?;
    let before = counts(&lab, |counts| counts.hits >= 50).await?;
    let settings = lab.settings();
    let conditions = Conditions { pattern: Pattern::NoCache, ..settings.conditions.clone() };
    lab.change_settings(Settings { conditions, ..settings }).await?;
    counts(&lab, |counts| counts.bypasses >= 50 && counts.hits >= before.hits).await?;
    let _ = lab.stop_traffic();
    ended(&lab).await?;

    let held = lab.hold_traces();
    let (mut cached, mut bypassed) = (0, 0);
    for id in held.ids {
        let detail = lab.kept_trace(id).await?.context("it is held")?;
        match detail.trace.outcome {
            Outcome::Hit => cached += usize::from(detail.pattern == Pattern::CacheAside),
            Outcome::Bypass => bypassed += usize::from(detail.pattern == Pattern::NoCache),
            _ => {}
        }
    }
    // One that was under way while it changed may be told of as either.
    assert!(cached >= 34 && bypassed >= 34, "{cached} by cache-aside, {bypassed} without a cache");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn one_run_at_a_time_and_only_of_what_there_is() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::default()).await?;
    assert!(lab.frame(0).is_none() && lab.summary(0).is_none());
    for absurd in [
        Workload { clients: 100_000, ..closed(1, 1) },
        Workload { products: Some(1_000_000), ..closed(1, 1) },
        Workload { keys: Keys::One { product: 1_000_000 }, ..closed(1, 1) },
        open_loop(0.0, 1, Length::UntilStopped),
        open_loop(f64::INFINITY, 1, Length::UntilStopped),
    ] {
        assert!(matches!(lab.start_traffic(absurd).await, Err(lab::Error::Invalid(_))), "{absurd:?}");
    }
    lab.start_traffic(open_loop(100.0, 4, Length::UntilStopped)).await?;
    assert!(matches!(lab.start_traffic(closed(1, 1)).await, Err(lab::Error::Invalid(_))));
    let _ = lab.stop_traffic();
    ended(&lab).await?;
    lab.start_traffic(closed(10, 1)).await?;
    assert_eq!(ended(&lab).await?.1.run, 2);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn mini_redis_takes_traffic_too_and_is_not_asked_what_it_does_not_count() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::MiniRedis { nodelay: true }).await?;
    let (_, run) = run(&lab, Workload { products: Some(10), ..closed(200, 4) }).await?;
    assert_eq!((run.summary.counts.sent, run.summary.counts.errors), (200, 0));
    assert!(matches!(check(&run)?, Check::Unchecked { .. }));
    lab.close().await;
    Ok(())
}
