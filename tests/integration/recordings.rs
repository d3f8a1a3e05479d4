//! Recordings of real runs: on the real server, the real database and the real store.

use std::path::Path;

use anyhow::{Context, Result};
use lab::{Lab, Settings, StudyState, TrafficState};
use metrics::Counts;
use recording::{BlockKind, Contender, Plan, State, Store};
use tempfile::TempDir;
use trace::{Conditions, Engine, Keys, Length, Pace, Pattern, Query, Rate, Spacing, Workload};

use crate::{command_line, laboratory};

/// Few products, so that hits come soon.
fn workload(length: Length) -> Workload {
    let pace = Pace::Open { rate: Rate::Steady { per_second: 400.0 }, spacing: Spacing::Constant };
    Workload { pace, length, keys: Keys::Uniform, products: Some(20), clients: 8, ..Workload::default() }
}

async fn open(folder: &Path, workload: Workload) -> Result<Lab> {
    let conditions = Conditions { query: Query::Lookup, ..Conditions::default() };
    let settings = Settings { conditions, workload, ..Settings::default() };
    let lab = Lab::open(laboratory::options(folder, Some(settings)))?;
    lab.ready().await?;
    Ok(lab)
}

/// Waits until the run has got so far.
async fn counts(lab: &Lab, wanted: impl Fn(&Counts) -> bool) -> Result<Counts> {
    tokio::time::timeout(std::time::Duration::from_secs(30), async {
        loop {
            if let Some(counts) = lab.frame(0).map(|frame| frame.sample.counts).filter(&wanted) {
                return counts;
            }
            tokio::task::yield_now().await;
        }
    })
    .await
    .context("the run did not get there")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_recorded_from_its_beginning_is_kept_to_the_last_request() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), workload(Length::Time { ms: 1_300 })).await?;
    lab.start_recording(Some("one".to_owned())).await?;
    let TrafficState::Ended { recording: Some(id), good, .. } = lab.traffic_ended().await? else {
        anyhow::bail!("it did not end: {:?}", lab.status().traffic)
    };
    assert!(good);
    let run = lab.summary(0).context("a run")?;
    assert_eq!(lab.status().recording, None);
    lab.close().await;

    let store = Store::open(folder.path()).await?.store;
    let recording = store.open_recording(id).await?;
    assert_eq!((recording.about.name.as_str(), recording.about.state), ("one", State::Whole));
    let counts = recording.tally().counts();
    assert_eq!(counts, run.summary.counts);
    assert_eq!((counts.sent, counts.hits + counts.misses), (520, 520));
    assert_eq!(recording.about.elapsed_ns, run.elapsed_ns);
    assert_eq!(recording.about.p50_ns, run.summary.all.response.p50_ns);
    assert!(recording.info_before.is_some_and(|info| info.contains("run_id")));
    assert!(recording.info_after.is_some_and(|info| info.contains("keyspace_hits")));
    assert!(recording.environment.database.starts_with("SQLite 3"), "{:?}", recording.environment);
    assert!(recording.rounds[0].conduct.as_ref().is_some_and(|conduct| conduct.check.is_none()));
    assert!(!store.traces(id, 100).await?.is_empty());
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recording_can_begin_and_end_while_the_traffic_goes_on() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), workload(Length::UntilStopped)).await?;
    lab.start_traffic(lab.settings().workload).await?;
    counts(&lab, |counts| counts.ended() > 100).await?;
    lab.start_recording(None).await?;
    let now = lab.status().recording.context("it records")?;
    assert!(lab.start_recording(None).await.is_err(), "one at a time");
    // The second in which it began is not recorded, nor is that in which it ends.
    let from = lab.summary(0).context("a run")?.summary.seconds.len();
    tokio::time::timeout(std::time::Duration::from_secs(30), async {
        let recorded = |seconds: &[metrics::Second]| {
            seconds.len() >= from + 3 && seconds[from + 1..].iter().any(|second| second.counts.ended() > 0)
        };
        while lab.summary(0).is_some_and(|run| !recorded(&run.summary.seconds)) {
            tokio::task::yield_now().await;
        }
    })
    .await?;
    lab.stop_recording().await?;
    assert!(lab.stop_recording().await.is_err(), "it has ended");
    let ended = counts(&lab, |_| true).await?.ended();
    counts(&lab, |counts| counts.ended() > ended).await?;
    let _ = lab.stop_traffic();
    lab.traffic_ended().await?;

    let about = lab.recordings().await?.remove(0);
    assert_eq!((about.id, about.state, about.name), (now.id, State::Whole, now.name));
    assert!(about.elapsed_ns >= 1_000_000_000 && about.elapsed_ns.is_multiple_of(1_000_000_000));
    assert!(about.requests > 0, "on a busy machine they come late, but they come");
    // Whole seconds of the run, one after the other, and every request that ended in them.
    let seconds = lab.summary(0).context("the run")?.summary.seconds;
    let length = usize::try_from(about.elapsed_ns / 1_000_000_000)?;
    let ended = |window: &[metrics::Second]| window.iter().map(|second| second.counts.ended()).sum::<u64>();
    let sums: Vec<u64> = seconds[from..].windows(length).take(3).map(ended).collect();
    assert!(sums.contains(&about.requests), "{} requests in {length} seconds, of {sums:?}", about.requests);
    lab.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_study_runs_its_conditions_in_turn_with_the_same_requests_and_comes_back_to_the_settings() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), workload(Length::Time { ms: 300 })).await?;
    let lookup = Conditions { query: Query::Lookup, ..Conditions::default() };
    let without = Conditions { pattern: Pattern::NoCache, ..lookup.clone() };
    let contender =
        |name: &str, conditions: &Conditions| Contender { name: name.to_owned(), conditions: conditions.clone() };
    let plan = Plan {
        name: "Cache or none".to_owned(),
        workload: lab.settings().workload,
        rounds: 3,
        warm_up_ms: 150,
        conditions: vec![contender("", &without), contender("cached", &lookup)],
        ..Plan::default()
    };
    lab.start_study(plan.clone()).await?;
    assert!(lab.start_study(plan).await.is_err(), "one at a time");
    let StudyState::Ended { recordings, good, message, .. } = lab.study_ended().await? else {
        anyhow::bail!("it did not end")
    };
    assert!(good, "{message}");
    assert_eq!(lab.status().conditions, lookup, "the settings' conditions are back");

    let store = Store::open(folder.path()).await?.store;
    let (none, cached) = (store.open_recording(recordings[0]).await?, store.open_recording(recordings[1]).await?);
    assert_eq!((none.about.name.as_str(), cached.about.name.as_str()), ("no cache", "cached"));
    let parts = (none.about.study.context("a study")?, cached.about.study.clone().context("a study")?);
    assert_eq!((parts.0.key, parts.0.position, parts.1.position), (parts.1.key, 0, 1));
    assert_eq!((none.rounds.len(), cached.rounds.len()), (3, 3));
    for (round, (left, right)) in none.rounds.iter().zip(&cached.rounds).enumerate() {
        assert_eq!((left.seed, right.seed), (1 + round as u64, 1 + round as u64));
        assert_eq!((left.tally.counts().bypasses, left.tally.counts().sent), (120, 120));
        // The warm-up is of other requests, so a few are missed; the server was new, so some were.
        let counts = right.tally.counts();
        assert_eq!((counts.hits + counts.misses, counts.bypasses), (120, 0));
        assert!(counts.hits > counts.misses, "{counts:?}");
    }
    assert_eq!(store.blocks(&cached).await?.1, BlockKind::Rounds);
    lab.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_study_that_is_cancelled_keeps_the_rounds_all_have_had() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), workload(Length::Time { ms: 200 })).await?;
    let conditions =
        |query| Contender { name: format!("{query}"), conditions: Conditions { query, ..Conditions::default() } };
    let plan = Plan {
        workload: lab.settings().workload,
        rounds: 50,
        warm_up_ms: 0,
        conditions: vec![conditions(Query::Lookup), conditions(Query::Page)],
        ..Plan::default()
    };
    lab.start_study(plan).await?;
    let mut events = lab.events();
    loop {
        let event = events.next().await.context("the laboratory is open")?;
        if let lab::Event::Status(status) = event
            && matches!(status.study, StudyState::Running { done: 3.., .. })
        {
            break;
        }
    }
    let changed = Settings { conditions: Conditions { query: Query::Page, ..Conditions::default() }, ..lab.settings() };
    assert!(lab.change_settings(changed).await.is_err(), "the conditions are the study's");
    assert!(lab.read(1, Query::Lookup).await.is_err(), "it would be measured too");
    let _ = lab.cancel_study();
    let StudyState::Ended { recordings, good, message, .. } = lab.study_ended().await? else {
        anyhow::bail!("it did not end")
    };
    assert!(!good && message.contains("cancelled"), "{message}");
    let store = Store::open(folder.path()).await?.store;
    let mut rounds = Vec::new();
    for id in recordings {
        let recording = store.open_recording(id).await?;
        assert_eq!(recording.about.state, State::Stopped);
        rounds.push(recording.rounds.len());
    }
    assert!(rounds.len() == 2 && rounds[0] == rounds[1] && rounds[0] >= 1, "{rounds:?}");
    lab.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_study_whose_engine_is_not_there_ends_with_the_reason_and_keeps_nothing() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), workload(Length::Time { ms: 100 })).await?;
    let gone = Engine::External { url: "redis://127.0.0.1:1".into() };
    let plan = Plan {
        workload: lab.settings().workload,
        warm_up_ms: 0,
        conditions: vec![
            Contender { conditions: Conditions { engine: gone, ..Conditions::default() }, ..Contender::default() },
            Contender::default(),
        ],
        ..Plan::default()
    };
    lab.start_study(plan).await?;
    let StudyState::Ended { recordings, message, .. } = lab.study_ended().await? else {
        anyhow::bail!("it did not end")
    };
    assert!(message.contains("external") && message.contains("nothing was kept"), "{message}");
    assert_eq!((recordings.len(), lab.recordings().await?.len()), (0, 0));
    lab.close().await;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_recording_is_played_back_with_its_own_numbers() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), workload(Length::Time { ms: 1_200 })).await?;
    lab.start_recording(None).await?;
    let TrafficState::Ended { recording: Some(id), .. } = lab.traffic_ended().await? else {
        anyhow::bail!("it did not end")
    };
    let run = lab.summary(0).context("a run")?;

    lab.play_recording(id).await?;
    lab.seek_replay(u32::MAX, true)?;
    let frame = lab.frame(0).context("a frame")?;
    assert_eq!(frame.sample.counts, run.summary.counts);
    let replayed = lab.summary(0).context("a summary")?;
    assert_eq!(replayed.summary.all.response.p50_ns, run.summary.all.response.p50_ns);
    assert_eq!(replayed.summary.seconds.len(), run.summary.seconds.len());
    let held = lab.hold_traces().ids;
    let detail = lab.kept_trace(held[0]).await?.context("it is there")?;
    assert!(detail.trace.total_ns > 0);

    lab.seek_replay(0, true)?;
    let start = lab.frame(0).context("a frame")?;
    assert_eq!(start.sample.counts.sent, 0);
    assert!(start.run > frame.run, "what was drawn belongs to another time");
    lab.pause_replay(false)?;
    counts(&lab, |counts| counts.sent > 0).await?;
    let _ = lab.end_replay();
    assert!(lab.frame(0).is_none());
    assert!(lab.pause_replay(true).is_err());
    lab.close().await;
    Ok(())
}

/// What the program is told to do is of no interest, as long as it is killed while it records.
#[test]
fn a_recording_outlives_kill_9_twenty_times() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let folder = TempDir::new()?;
    let mut known = 0;
    for number in 1..=20 {
        let mut child = command_line::command(
            &[
                "record",
                "--name",
                &format!("killed {number}"),
                "--query",
                "lookup",
                "--rate",
                "500",
                "--duration",
                "1h",
            ],
            folder.path(),
        )
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()?;
        // Until a second is in the store: seen from outside, as by another program.
        let written = runtime.block_on(async {
            tokio::time::timeout(std::time::Duration::from_secs(60), async {
                loop {
                    if let Ok(opened) = Store::open(folder.path()).await {
                        let list = opened.store.list().await.unwrap_or_default();
                        if let Some(about) =
                            list.iter().find(|about| about.id > known && about.state == State::UnderWay)
                        {
                            let recording = opened.store.open_recording(about.id).await?;
                            let seconds = recording.rounds.first().map_or(0, |round| round.seconds.len());
                            if seconds > 0 {
                                return anyhow::Ok((about.id, seconds));
                            }
                        }
                    }
                    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                }
            })
            .await?
        });
        child.kill()?;
        child.wait()?;
        let (id, seconds) = written?;
        known = id;
        runtime.block_on(async {
            let opened = Store::open(folder.path()).await?;
            assert!(
                opened.notices.iter().any(|notice| notice.contains(&format!("killed {number}"))),
                "{:?}",
                opened.notices
            );
            let recording = opened.store.open_recording(id).await?;
            assert_eq!(recording.about.state, State::CutShort);
            let round = &recording.rounds[0];
            assert!(round.seconds.len() >= seconds, "a second that was written is gone");
            let sum: u64 = round.seconds.iter().map(|second| second.second.counts.sent).sum();
            assert_eq!((sum, recording.about.requests), (round.tally.counts().sent, sum));
            anyhow::Ok(())
        })?;
    }
    Ok(())
}
