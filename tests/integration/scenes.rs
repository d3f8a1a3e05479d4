//! Scenes on the real server and the real database: what is claimed of each, holds.

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use lab::{EngineState, Error, Event, Lab, Options, Settings, TrafficState};
use tempfile::TempDir;
use trace::{CacheFault, Conditions, Faults, Outcome, Pattern, Query};

use crate::laboratory::options;

/// A catalogue as the app has it: in a tiny one no query is dear.
async fn open(folder: &TempDir) -> Result<Lab> {
    let lab = Lab::open(Options { size: database::Size::Small, ..options(folder.path(), Some(Settings::default())) })?;
    lab.ready().await?;
    Ok(lab)
}

#[tokio::test]
async fn what_is_claimed_of_each_scene_holds() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(&folder).await?;
    for scene in lab.scenes()? {
        for take in &scene.takes {
            lab.play_scene(&scene.name, Some(&take.name)).await?;
            let ended = lab.traffic_ended().await?;
            ensure!(matches!(ended, TrafficState::Ended { .. }), "{}, {}: {ended:?}", scene.name, take.name);
        }
        let state = lab.status().scene.context("it is still on show")?;
        println!("{}: {:?}, set up in {} ms", scene.name, state.measured, state.set_up_ms);
        for claim in &state.judged {
            ensure!(claim.holds == Some(true), "{}: {} {:?}", scene.name, claim.says, state.measured);
        }
    }
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_scene_that_is_left_takes_its_traffic_and_its_conditions_with_it() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(&folder).await?;
    let status = lab.play_scene("avalanche", Some("TTL jitter 50 %")).await?;
    ensure!(status.scene.is_some_and(|scene| scene.playing));
    match lab.play_scene("stampede", None).await {
        Err(Error::Invalid(message)) => ensure!(message.contains("Traffic is being sent already"), "{message}"),
        other => bail!("two at once: {other:?}"),
    }
    let status = lab.leave_scene().await?;
    ensure!(status.scene.is_none() && status.conditions == Conditions::default(), "{status:?}");
    ensure!(matches!(status.engine, EngineState::Running { .. }), "{status:?}");
    ensure!(!matches!(status.traffic, TrafficState::Running { .. }), "{status:?}");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn starting_over_ends_the_story_and_leaves_nothing_of_it() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(&folder).await?;
    let first = lab.read(42, Query::Page).await?;
    ensure!(first.trace.outcome == Outcome::Miss, "{first:?}");
    lab.write(42).await?;
    lab.play_scene("stale-read", None).await?;
    let mut events = lab.events();
    while let Some(event) = events.next().await {
        if matches!(event, Event::Status(status) if matches!(status.traffic, TrafficState::Running { .. })) {
            break;
        }
    }
    // Requests that hang do not hold it up.
    lab.set_faults(Faults { cache: Some(CacheFault::Hung), ..Faults::default() }).await?;

    let begin = Instant::now();
    let status = lab.start_over().await?;
    println!("started over in {} ms", begin.elapsed().as_millis());
    ensure!(status.scene.is_none() && status.traffic == TrafficState::Idle, "{status:?}");
    ensure!(status.conditions == Conditions::default() && !status.faults.any(), "{status:?}");
    let again = lab.read(42, Query::Page).await?;
    ensure!(again.trace.outcome == Outcome::Miss && again.value == first.value, "{again:?}");
    ensure!(lab.frame(0).is_none(), "the run is forgotten");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn the_same_seed_plays_the_same_story_and_a_second_seed_another() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(&folder).await?;
    let mut stories = Vec::new();
    for seed in [None, Some(2), Some(2)] {
        lab.play_scene_from("cold-start", Some("cold"), seed).await?;
        lab.traffic_ended().await?;
        // Cold, every product that is asked for gets a key: the seed decides which.
        let EngineState::Running { address } = lab.status().engine else { bail!("it runs") };
        let mut redis = redis::Client::open(format!("redis://{address}"))?.get_connection()?;
        stories.push(redis::cmd("KEYS").arg("*").query::<BTreeSet<String>>(&mut redis)?);
        lab.start_over().await?;
    }
    ensure!(stories[1] == stories[2], "{:?}", stories[1].symmetric_difference(&stories[2]));
    ensure!(stories[0] != stories[1] && !stories[0].is_empty(), "another seed, another story");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn other_settings_end_a_scene_and_come_in_force() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(&folder).await?;
    lab.play_scene("cold-start", None).await?;
    let _ = lab.stop_traffic();
    lab.traffic_ended().await?;
    let scene = lab.status().scene.context("it is still on show")?;
    ensure!(scene.measured.is_empty() && scene.judged.iter().all(|claim| claim.holds.is_none()), "{scene:?}");

    let mut settings = Settings { product: 7, ..lab.settings() };
    let status = lab.change_settings(settings.clone()).await?;
    ensure!(status.scene.is_some(), "which product is asked for is not about conditions");
    settings.conditions.pattern = Pattern::WriteAround;
    let status = lab.change_settings(settings).await?;
    ensure!(status.scene.is_none() && status.conditions.pattern == Pattern::WriteAround, "{status:?}");

    match lab.play_scene("flood", None).await {
        Err(Error::Invalid(message)) => ensure!(message.contains("stampede"), "{message}"),
        other => bail!("no such scene: {other:?}"),
    }
    lab.close().await;
    Ok(())
}
