//! `cachescope compare`: recordings side by side, in the terminal; and planned comparisons.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use indicatif::ProgressBar;
use lab::{CatalogueState, Lab, Settings, Status, StudyState};
use recording::export::report::Made;
use recording::{Loaded, Plan, side_by_side};
use tokio::time::interval;

use crate::arguments::CompareArguments;
use crate::progress::{bar, show_catalogue};
use crate::server::stop_signal;
use crate::{files, recordings, view};

/// No plan is longer, in bytes.
const MAX_PLAN: u64 = 64 * 1024;

/// How often the progress is drawn anew.
const TICK: Duration = Duration::from_millis(250);

/// Compares, and prints or writes what came out.
pub(crate) async fn run(arguments: CompareArguments, data_dir: PathBuf) -> Result<ExitCode> {
    let (names, complete) = match &arguments.plan {
        Some(path) => study(path, arguments.create_schema, &data_dir).await?,
        None => (arguments.recordings.clone(), true),
    };
    let mut loaded = Vec::new();
    for name in &names {
        loaded.push(Loaded::of(&recordings::file(name, &data_dir).await?)?);
    }
    let baseline = match &arguments.baseline {
        None => 0,
        Some(wanted) => names
            .iter()
            .zip(&loaded)
            .position(|(name, one)| name == wanted || one.recording.about.name == *wanted)
            .with_context(|| format!("\"{wanted}\" is none of the recordings that are compared"))?,
    };
    let result = side_by_side(&loaded, baseline)?;
    if let Some(path) = &arguments.html {
        let report = result.report(&result.title(), &made());
        files::write(path, |writer| writer.write_all(report.as_bytes()))?;
        eprintln!("The report is {}.", path.display());
    }
    if arguments.json {
        println!("{}", serde_json::to_string(&result.comparison)?);
    } else {
        anstream::print!("{}", view::in_terminal(&result.sections));
    }
    Ok(if complete { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// That this version wrote it, now.
pub(crate) fn made() -> Made {
    let at = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Made { app: env!("CARGO_PKG_VERSION").to_owned(), at_unix_ms: at.as_millis() as u64 }
}

/// Carries out the plan of a file, creating schemas that it needs if its user agrees. Answers the numbers of its recordings, and
/// whether it went as planned.
async fn study(path: &Path, create_schema: bool, data_dir: &Path) -> Result<(Vec<String>, bool)> {
    let text =
        String::from_utf8(files::read(path, MAX_PLAN)?).with_context(|| format!("{} is no text", path.display()))?;
    let plan = Plan::from_toml(&text).with_context(|| format!("{} is no plan", path.display()))?;
    let settings = Settings { workload: plan.workload, ..Settings::default() };
    let lab = crate::open_lab(data_dir.to_path_buf(), settings, create_schema)?;
    let ended = async {
        tokio::select! {
            () = show_catalogue(&lab) => {}
            () = stop_signal() => bail!("Interrupted; nothing was recorded."),
        }
        lab.ready().await?;
        lab.start_study(plan).await?;
        watch(&lab).await
    };
    let ended = ended.await;
    crate::close(lab).await;
    let StudyState::Ended { recordings, message, good, .. } = ended? else { bail!("The comparison did not end.") };
    eprintln!("{message}");
    if recordings.len() < 2 {
        bail!("There is nothing to compare.");
    }
    Ok((recordings.iter().map(i64::to_string).collect(), good))
}

/// Shows how far the study is until it is over. Ctrl+C ends it after what is under way; a second one at once.
async fn watch(lab: &Lab) -> Result<StudyState> {
    let bar = bar("{wide_bar} {msg}");
    let mut tick = interval(TICK);
    let (mut told, mut stopping) = (None, false);
    loop {
        tokio::select! {
            ended = lab.study_ended() => {
                bar.finish_and_clear();
                return Ok(ended?);
            }
            () = stop_signal() => {
                if stopping {
                    bail!("Interrupted; the rounds that were finished are kept.");
                }
                stopping = true;
                let _ = lab.cancel_study();
            }
            _ = tick.tick() => draw(&bar, &lab.status(), &mut told),
        }
    }
}

fn draw(bar: &ProgressBar, status: &Status, told: &mut Option<(u32, bool)>) {
    let StudyState::Running { contender, round, rounds, warming_up, done, turns, left_ms, .. } = &status.study else {
        return;
    };
    let doing = match &status.catalogue {
        // One of its databases has none yet.
        CatalogueState::Building { table, done_rows, total_rows } => {
            format!(", building the catalogue ({table}, {} %)", done_rows * 100 / (*total_rows).max(1))
        }
        _ if *warming_up => ", warming up".to_owned(),
        _ => String::new(),
    };
    let left = left_ms.map_or_else(String::new, |ms| format!(", {} s left", ms.div_ceil(1_000)));
    let message = format!("round {round} of {rounds}: {contender}{doing}{left}");
    bar.set_length((*turns).into());
    bar.set_position((*done).into());
    if !bar.is_hidden() {
        bar.set_message(message);
        bar.tick();
        return;
    }
    // Not each step of a build, but that there is one.
    let now = (*done, matches!(status.catalogue, CatalogueState::Building { .. }));
    if told.replace(now) != Some(now) {
        eprintln!("{message}");
    }
}
