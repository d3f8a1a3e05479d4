//! Scenes on the real server and the real database: what is claimed of each, holds.

use anyhow::{Context, Result, bail, ensure};
use lab::{EngineState, Error, Lab, Options, Settings, TrafficState};
use tempfile::TempDir;
use trace::{Conditions, Pattern};

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
