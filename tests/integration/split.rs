//! A split Stage: two real servers and two real databases under the same requests.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use lab::{EngineState, Error, Lab, Settings, Side, SplitState, TrafficState};
use redis::AsyncCommands as _;
use tempfile::TempDir;
use tokio::time::timeout;
use trace::{
    Conditions, Engine, Keys, Length, Mix, Outcome, Pace, Pattern, Protections, Query, Rate, Request, Spacing, Workload,
};

use crate::laboratory;
use crate::stranger::stranger;

/// What never comes is a failure, not a wait.
const PATIENCE: Duration = Duration::from_secs(60);

fn aside() -> Conditions {
    Conditions { query: Query::Lookup, ..Conditions::default() }
}

fn without_a_cache() -> Conditions {
    Conditions { pattern: Pattern::NoCache, ..aside() }
}

fn workload(per_second: f64, length: Length) -> Workload {
    let pace = Pace::Open { rate: Rate::Steady { per_second }, spacing: Spacing::Poisson };
    let mix = Mix { write_percent: 10.0, ..Mix::default() };
    Workload { pace, mix, length, keys: Keys::Zipf { exponent: 0.99 }, seed: 7, ..Workload::default() }
}

/// A laboratory, split: side A under the usual conditions, side B under these.
async fn split(folder: &Path, workload: Workload, conditions: Conditions) -> Result<(Lab, Lab)> {
    let settings = Settings { conditions: aside(), workload, ..Settings::default() };
    let a = Lab::open(laboratory::options(folder, Some(settings)))?;
    a.ready().await?;
    let status = a.open_split(conditions).await?;
    assert_eq!(status.split, SplitState::Open);
    let b = a.side(Side::B)?;
    Ok((a, b))
}

fn address(lab: &Lab) -> Result<String> {
    match lab.status().engine {
        EngineState::Running { address } => Ok(address),
        other => bail!("the engine is not running: {other:?}"),
    }
}

/// Waits for the end of the traffic on both sides; it must be a good one.
async fn ended(a: &Lab, b: &Lab) -> Result<()> {
    for side in [a, b] {
        let end = timeout(PATIENCE, side.traffic_ended()).await.context("the run never ended")??;
        assert!(matches!(end, TrafficState::Ended { good: true, .. }), "{end:?}");
    }
    Ok(())
}

/// Every request of the run, in the order of their numbers: its number, what it asked, and when it was due after the start.
async fn sent(lab: &Lab) -> Result<Vec<(u64, Request, u64)>> {
    let started_ns = lab.frame(0).context("there was a run")?.started_ns;
    let mut sent = Vec::new();
    for id in lab.hold_traces().ids {
        let trace = lab.kept_trace(id).await?.context("it is held")?.trace;
        sent.push((id, trace.request, trace.started_ns - trace.waited_ns - started_ns));
    }
    sent.sort_unstable_by_key(|(id, ..)| *id);
    Ok(sent)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_sides_receive_the_same_requests_due_at_the_same_moments_of_one_clock() -> Result<()> {
    let folder = TempDir::new()?;
    let (a, b) = split(folder.path(), Workload::default(), without_a_cache()).await?;
    // Clicks of one side alone do not put the numbers out of step.
    a.read(1, Query::Lookup).await?;
    a.start_traffic(workload(800.0, Length::Count { requests: 600 })).await?;
    ended(&a, &b).await?;

    let (sent_a, sent_b) = (sent(&a).await?, sent(&b).await?);
    assert_eq!(sent_a.len(), 600);
    assert_eq!(sent_a, sent_b);
    assert!(sent_a.iter().any(|(_, request, _)| request.operation == trace::Operation::Write));
    let started = |lab: &Lab| lab.frame(0).map(|frame| frame.started_ns);
    assert_eq!(started(&a), started(&b));

    // The conditions differ, and so does what became of the requests.
    let counts = |lab: &Lab| lab.summary(0).map(|run| (run.conditions, run.summary.counts)).context("a run");
    let ((under_a, of_a), (under_b, of_b)) = (counts(&a)?, counts(&b)?);
    assert_eq!((under_a, under_b), (aside(), without_a_cache()));
    assert!(of_a.hits > 100 && of_a.bypasses == 0, "{of_a:?}");
    assert_eq!((of_b.hits, of_b.misses, of_b.bypasses), (0, 0, of_a.hits + of_a.misses));
    assert_eq!(of_a.written, of_b.written);
    a.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn neither_side_has_the_other_s_server_keys_or_rows() -> Result<()> {
    let folder = TempDir::new()?;
    let single_flight = Protections { single_flight: true, ..Protections::default() };
    let (a, b) =
        split(folder.path(), Workload::default(), Conditions { protections: single_flight, ..aside() }).await?;
    let (at_a, at_b) = (address(&a)?, address(&b)?);
    assert_ne!(at_a, at_b);

    let first = a.read(7, Query::Lookup).await?;
    assert_eq!(first.trace.outcome, Outcome::Miss);
    assert_eq!(b.read(7, Query::Lookup).await?.trace.outcome, Outcome::Miss, "it was stored on the other side");
    for (address, product, there) in [(&at_a, 7, true), (&at_a, 9, false), (&at_b, 7, true), (&at_b, 9, true)] {
        if product == 9 {
            b.read(9, Query::Lookup).await?;
        }
        let mut redis = stranger(format!("redis://{address}")).await?;
        let exists: bool = redis.exists(format!("cachescope:lookup:{product}")).await?;
        assert_eq!(exists, there, "product {product} at {address}");
    }

    b.write(7).await?;
    assert_eq!(b.read(7, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    let again = a.read(7, Query::Lookup).await?;
    assert_eq!((again.trace.outcome, &again.value), (Outcome::Hit, &first.value), "side A was not written to");
    a.clear_cache().await?;
    assert_eq!(a.read(7, Query::Lookup).await?.value, first.value, "nor was its database");

    // What one side stops goes on at the other; and both clear alone.
    b.stop_engine().await?;
    assert_eq!(b.read(7, Query::Lookup).await?.trace.outcome, Outcome::Bypass);
    assert_eq!(a.read(7, Query::Lookup).await?.trace.outcome, Outcome::Hit);
    a.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_press_records_both_as_one_comparison() -> Result<()> {
    let folder = TempDir::new()?;
    let plan = workload(400.0, Length::Time { ms: 2_500 });
    let (a, b) = split(folder.path(), plan, without_a_cache()).await?;
    a.start_recording(None).await?;
    ended(&a, &b).await?;

    let mut recordings = a.recordings().await?;
    recordings.reverse();
    let names: Vec<_> = recordings.iter().map(|about| about.name.as_str()).collect();
    assert_eq!(names, ["A: bundled", "B: no cache"]);
    let parts: Vec<_> = recordings.iter().filter_map(|about| about.study.clone()).collect();
    assert_eq!((parts[0].position, parts[1].position), (0, 1));
    assert_eq!(parts[0].key, parts[1].key, "one comparison");
    assert_eq!(parts[0].name, "Split: bundled, no cache");
    assert_eq!(recordings[0].requests, recordings[1].requests);
    assert_eq!(a.status().recordings, 2, "whoever watches side A hears of both");

    let compared = a.compare(recordings.iter().map(|about| about.id).collect(), 0).await?;
    assert_eq!(compared.title(), "Split: bundled, no cache");
    let warnings = &compared.comparison.warnings;
    assert!(!warnings.iter().any(|warning| warning.contains("Not recorded in turn")), "{warnings:?}");
    assert!(!warnings.iter().any(|warning| warning.contains("Different")), "{warnings:?}");
    a.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recorded_amid_the_traffic_both_begin_with_the_same_second() -> Result<()> {
    let folder = TempDir::new()?;
    let (a, b) = split(folder.path(), workload(300.0, Length::Time { ms: 3_400 }), aside()).await?;
    a.start_traffic(a.settings().workload).await?;
    timeout(PATIENCE, async {
        while a.frame(0).is_none_or(|frame| frame.sample.counts.ended() < 50) {
            tokio::task::yield_now().await;
        }
    })
    .await
    .context("the run never began")?;
    a.start_recording(Some("by hand".to_owned())).await?;
    assert!(a.start_recording(None).await.is_err(), "one at a time");
    assert!(matches!(b.start_recording(None).await, Err(Error::Invalid(message)) if message.contains("side A")));
    ended(&a, &b).await?;

    let recordings = a.recordings().await?;
    assert_eq!(recordings.len(), 2);
    assert!(recordings.iter().all(|about| about.study.as_ref().is_some_and(|study| study.name == "by hand")));
    // The same requests were due from that second on; one at its very edge may have ended on either side of it.
    let [one, other] = [recordings[0].requests, recordings[1].requests];
    assert!(one > 0 && one.abs_diff(other) <= 2, "{one} and {other}");
    a.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopping_one_stops_both_and_closing_ends_the_second_engine() -> Result<()> {
    let folder = TempDir::new()?;
    let (a, b) = split(folder.path(), Workload::default(), aside()).await?;
    let at_b = address(&b)?;
    TcpStream::connect(&at_b).context("it listens")?;
    a.start_traffic(workload(200.0, Length::UntilStopped)).await?;
    timeout(PATIENCE, async {
        while [&a, &b].iter().any(|lab| lab.frame(0).is_none_or(|frame| frame.sample.counts.ended() < 20)) {
            tokio::task::yield_now().await;
        }
    })
    .await
    .context("the runs never began")?;
    let _ = b.stop_traffic();
    ended(&a, &b).await?;
    let numbers = [a.read(1, Query::Lookup).await?.trace.id, b.read(1, Query::Lookup).await?.trace.id];
    assert_eq!(numbers[0], numbers[1], "however many each had sent, the same request has the same number again");

    // Closed amid the traffic, which then ends on both sides.
    a.start_traffic(workload(200.0, Length::UntilStopped)).await?;
    let status = a.close_split().await;
    assert_eq!(status.split, SplitState::Closed);
    assert!(!matches!(status.traffic, TrafficState::Running { .. } | TrafficState::Stopping { .. }), "{status:?}");
    assert!(TcpStream::connect(&at_b).is_err(), "its port refuses");
    assert!(matches!(a.side(Side::B), Err(Error::Invalid(_))));
    assert_eq!(left_in(folder.path())?, 0, "its catalogue is gone");
    a.read(1, Query::Lookup).await.context("side A goes on")?;
    a.close().await;
    Ok(())
}

/// How many folders of a second side there are.
fn left_in(folder: &Path) -> Result<usize> {
    let names = fs::read_dir(folder)?.filter_map(Result::ok).map(|entry| entry.file_name());
    Ok(names.filter(|name| name.to_string_lossy().starts_with("split-")).count())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_the_laboratory_ends_both_sides_and_a_split_can_be_opened_again() -> Result<()> {
    let folder = TempDir::new()?;
    let (a, b) = split(folder.path(), Workload::default(), aside()).await?;
    let written = b.write(3).await?.value;
    a.close_split().await;
    a.open_split(aside()).await?;
    let b = a.side(Side::B)?;
    assert_eq!(b.write(3).await?.value, written, "a new copy: the writes of the old one are gone");
    let addresses = [address(&a)?, address(&b)?];
    a.close().await;
    assert!(addresses.iter().all(|address| TcpStream::connect(address).is_err()));
    assert_eq!(left_in(folder.path())?, 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_makes_no_sense_on_a_split_stage_is_refused_with_the_reason() -> Result<()> {
    let folder = TempDir::new()?;
    let (a, b) = split(folder.path(), Workload::default(), aside()).await?;
    let refused = |result: Result<lab::Status, Error>, words: &str| match result {
        Err(Error::Invalid(message)) if message.contains(words) => Ok(()),
        other => bail!("not refused with \"{words}\": {other:?}"),
    };
    refused(a.open_split(aside()).await, "split already")?;
    refused(b.start_traffic(Workload::default()).await, "side A")?;
    refused(a.play_recording(1).await, "Close the split")?;
    let plan = recording::Plan {
        name: "by turns".to_owned(),
        note: String::new(),
        rounds: 1,
        warm_up_ms: 0,
        conditions: vec![
            recording::Contender { name: "one".to_owned(), conditions: aside() },
            recording::Contender { name: "other".to_owned(), conditions: without_a_cache() },
        ],
        workload: workload(100.0, Length::Time { ms: 100 }),
    };
    refused(a.start_study(plan).await, "Close the split")?;
    // Each other's server, by whatever name.
    let (_, port) =
        address(&a)?.rsplit_once(':').map(|(host, port)| (host.to_owned(), port.to_owned())).context("a port")?;
    let engine = Engine::External { url: format!("redis://localhost:{port}").into() };
    let settings = Settings { conditions: Conditions { engine: engine.clone(), ..aside() }, ..b.settings() };
    refused(b.change_settings(settings).await, "cannot share one")?;
    assert_eq!(b.status().conditions, aside());
    a.close_split().await;
    refused(a.open_split(Conditions { engine, ..aside() }).await, "cannot share one")?;
    refused(a.open_split(Conditions { ttl_ms: 0, ..aside() }).await, "TTL")?;
    a.start_traffic(workload(100.0, Length::UntilStopped)).await?;
    refused(a.open_split(aside()).await, "Stop it first")?;
    assert_eq!(a.status().split, SplitState::Closed);
    a.close().await;
    Ok(())
}
