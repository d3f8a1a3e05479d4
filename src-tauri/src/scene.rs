//! `cachescope scene`: what goes wrong with a cache and what helps, in the terminal.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use lab::{Lab, SceneState, Settings, TrafficState};
use scene::{Judged, Measure, Measured, Scene};
use serde_json::json;

use crate::arguments::SceneCommand;
use crate::progress::{bar, show_catalogue};
use crate::server::stop_signal;
use crate::waterfall::duration;

/// Lists the scenes, or plays one with all its takes. The exit code says whether its claims held.
pub(crate) async fn run(command: SceneCommand, data_dir: PathBuf) -> Result<ExitCode> {
    match command {
        SceneCommand::List { json } => {
            let scenes = Scene::all()?;
            if json {
                println!("{}", json!(scenes));
            }
            for Scene { name, title, ask, .. } in scenes.iter().filter(|_| !json) {
                println!("{name:<16} {title}: {ask}");
            }
            Ok(ExitCode::SUCCESS)
        }
        SceneCommand::Play { name, database, json } => {
            let scene = Scene::named(&name)?;
            let create_schema = database.create_schema();
            let settings = Settings { conditions: database.conditions(), ..Settings::default() };
            let lab = crate::open_lab(data_dir, settings, create_schema)?;
            let played = tokio::select! {
                played = play(&lab, &scene) => played,
                () = stop_signal() => Err(anyhow::anyhow!("Interrupted; nothing was kept.")),
            };
            lab.close().await;
            let state = played?;
            if json {
                println!("{}", json!({ "scene": scene, "measured": state.measured, "judged": state.judged }));
            } else {
                print!("{}", told(&scene, &state));
            }
            let holds = state.judged.iter().all(|claim| claim.holds == Some(true));
            Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

/// Plays every take, one after another.
async fn play(lab: &Lab, scene: &Scene) -> Result<SceneState> {
    show_catalogue(lab).await;
    lab.ready().await?;
    let bar = bar("{spinner} {msg}");
    for take in &scene.takes {
        bar.set_message(format!("{}: {}", scene.title, take.name));
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        lab.play_scene(&scene.name, Some(&take.name)).await?;
        if let TrafficState::Failed { message } = lab.traffic_ended().await? {
            bail!("{}: {message}", take.name);
        }
    }
    bar.finish_and_clear();
    lab.status().scene.ok_or_else(|| anyhow::anyhow!("The scene was left before its end."))
}

fn told(scene: &Scene, state: &SceneState) -> String {
    let mut text = format!("{}\n\n{}\n\n{:<28}", scene.title, scene.story, "");
    for measure in &scene.measures {
        let _ = write!(text, "{:>28}", measure.name());
    }
    for Measured { take, values, .. } in &state.measured {
        let _ = write!(text, "\n{take:<28}");
        for (measure, value) in scene.measures.iter().zip(values) {
            let _ = write!(text, "{:>28}", value.map_or_else(|| "–".to_owned(), |value| written(*measure, value)));
        }
    }
    text.push_str("\n\n");
    for Judged { says, holds } in &state.judged {
        let verdict = match holds {
            Some(true) => "holds",
            Some(false) => "DOES NOT HOLD",
            None => "cannot be said",
        };
        let _ = writeln!(text, "{verdict}: {says}");
    }
    text
}

fn written(measure: Measure, value: f64) -> String {
    match measure {
        Measure::P50 | Measure::P99 => duration(value as u64),
        Measure::HitRatio => format!("{:.1} %", value * 100.0),
        _ => format!("{value}"),
    }
}
