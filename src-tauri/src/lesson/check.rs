//! Whether what lessons say holds, on the real engine and the real database.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use indicatif::ProgressBar;
use lab::{Lab, Settings};
use lesson::{Faulty, Lesson, Rehearsal, Shelf};
use serde_json::json;

use crate::progress::{bar, show_catalogue};
use crate::server::stop_signal;

/// Those files as a shelf of their own.
pub(super) fn shelf_of(files: &[PathBuf]) -> Shelf {
    let mut shelf = Shelf::default();
    for file in files {
        match Shelf::read(file) {
            Ok(lesson) => shelf.lessons.push(lesson),
            Err(error) => shelf.faulty.push(Faulty { file: file.display().to_string(), message: error.to_string() }),
        }
    }
    shelf
}

/// Plays every step of those lessons and says of each how it went.
pub(super) async fn run(shelf: Shelf, seed: Option<u64>, data_dir: PathBuf, json: bool) -> Result<ExitCode> {
    let lab = crate::open_lab(data_dir, Settings::default(), false)?;
    let checked = tokio::select! {
        checked = rehearse(&lab, &shelf.lessons, seed, json) => checked,
        () = stop_signal() => Err(anyhow::anyhow!("Interrupted.")),
    };
    lab.close().await;
    let rehearsals = checked?;
    for Faulty { file, message } in &shelf.faulty {
        eprintln!("{file}: {message}");
    }
    if json {
        println!("{}", json!({ "lessons": rehearsals, "faulty": shelf.faulty }));
    } else {
        println!("{}", summary(&rehearsals));
    }
    let holds = shelf.faulty.is_empty() && rehearsals.iter().all(Rehearsal::holds);
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

async fn rehearse(lab: &Lab, lessons: &[Lesson], seed: Option<u64>, quiet: bool) -> Result<Vec<Rehearsal>> {
    show_catalogue(lab).await;
    lab.ready().await?;
    let bar: ProgressBar = bar("{spinner} {msg}");
    let mut rehearsals = Vec::with_capacity(lessons.len());
    for lesson in lessons {
        bar.set_message(lesson.title.clone());
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        let rehearsal = Rehearsal::of(lab, lesson, seed).await?;
        if !quiet {
            bar.suspend(|| print!("{}", told(lesson, &rehearsal)));
        }
        rehearsals.push(rehearsal);
    }
    bar.finish_and_clear();
    Ok(rehearsals)
}

fn told(lesson: &Lesson, rehearsal: &Rehearsal) -> String {
    let Rehearsal { name, steps, expectations, predictions, failed, .. } = rehearsal;
    let verdict = if rehearsal.holds() { "holds" } else { "FAILS" };
    let number = if lesson.number > 0 { lesson.number.to_string() } else { String::new() };
    let seconds = rehearsal.took().as_secs_f64();
    let mut text = format!(
        "{verdict}  {number:>2} {name:<24} {steps:>2} steps  {expectations:>2} expectations  {predictions:>2} predictions  {seconds:>5.1} s\n"
    );
    for failure in failed {
        text.push_str("       ");
        text.push_str(failure);
        text.push('\n');
    }
    text
}

fn summary(rehearsals: &[Rehearsal]) -> String {
    let sum = |of: fn(&Rehearsal) -> usize| rehearsals.iter().map(of).sum::<usize>();
    let seconds: f64 = rehearsals.iter().map(|rehearsal| rehearsal.took().as_secs_f64()).sum();
    let failed = rehearsals.iter().filter(|rehearsal| !rehearsal.holds()).count();
    let verdict = match failed {
        0 => "everything holds".to_owned(),
        failed => format!("{failed} of them do not hold"),
    };
    format!(
        "{} lessons, {} steps, {} expectations, {} predictions, {seconds:.1} s: {verdict}",
        rehearsals.len(),
        sum(|rehearsal| rehearsal.steps),
        sum(|rehearsal| rehearsal.expectations),
        sum(|rehearsal| rehearsal.predictions),
    )
}
