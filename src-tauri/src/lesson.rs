//! `cachescope lesson`: lessons in the terminal, and whether what they say holds.

mod check;
mod prompt;
mod text;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Result;
use lab::{Lab, Settings};
use lesson::{Answered, Course, Lesson, LessonProgress, MoveResult, Performance, ProgressFile, Shelf, Step};
use serde_json::json;

use crate::arguments::LessonCommand;
use crate::progress::show_catalogue;
use crate::server::stop_signal;
use prompt::{Answer, Prompt};

/// Lists lessons, plays one, or checks them. The exit code says whether what was checked holds.
pub(crate) async fn run(command: LessonCommand, data_dir: PathBuf) -> Result<ExitCode> {
    let folder = |folder: Option<PathBuf>| folder.unwrap_or_else(|| data_dir.join("lessons"));
    match command {
        LessonCommand::List { folder: own, json } => {
            list(&Shelf::with_folder(&folder(own))?, &data_dir, json);
            Ok(ExitCode::SUCCESS)
        }
        LessonCommand::Play { name, step, folder: own, seed, database } => {
            let lesson = Shelf::with_folder(&folder(own))?.find(&name)?.clone();
            let first = step.map_or(0, |step| step.saturating_sub(1) as usize);
            lesson.step(first)?;
            let create_schema = database.create_schema();
            let settings = Settings { conditions: database.conditions(), ..Settings::default() };
            let lab = crate::open_lab(data_dir, settings, create_schema)?;
            let played = tokio::select! {
                played = play(&lab, &lesson, first, seed) => played,
                () = stop_signal() => Ok(()),
            };
            lab.close().await;
            played.map(|()| ExitCode::SUCCESS)
        }
        LessonCommand::Check { files, folder: own, seed, json } => {
            let shelf = if files.is_empty() { Shelf::with_folder(&folder(own))? } else { check::shelf_of(&files) };
            check::run(shelf, seed, data_dir, json).await
        }
    }
}

fn list(shelf: &Shelf, data_dir: &Path, json: bool) {
    let (progress, notice) = ProgressFile::in_folder(data_dir).read();
    notice.iter().for_each(|notice| eprintln!("{notice}"));
    if json {
        let lesson = |lesson: &Lesson| {
            let Lesson { name, number, own, title, aim, minutes, steps, .. } = lesson;
            let done = progress.of(lesson).done;
            json!({ "name": name, "number": number, "own": own, "title": title, "aim": aim, "minutes": minutes, "steps": steps.len(), "done": done })
        };
        let lessons = shelf.lessons.iter().map(lesson).collect::<Vec<_>>();
        println!("{}", json!({ "lessons": lessons, "faulty": shelf.faulty }));
    } else {
        for lesson in &shelf.lessons {
            let Lesson { name, number, title, minutes, steps, .. } = lesson;
            let LessonProgress { done, .. } = progress.of(lesson);
            let number = if *number > 0 { number.to_string() } else { String::new() };
            let done = format!("{} of {} steps", done.len(), steps.len());
            println!("{number:>3}  {name:<24} {minutes:>2} min  {done:<14} {title}");
        }
    }
    for lesson::Faulty { file, message } in &shelf.faulty {
        eprintln!("{file}: {message}");
    }
}

/// Plays a lesson from a step on, with somebody who reads and answers.
async fn play(lab: &Lab, lesson: &Lesson, first: usize, seed: Option<u64>) -> Result<()> {
    show_catalogue(lab).await;
    lab.ready().await?;
    let file = ProgressFile::in_folder(lab.data_dir());
    let (progress, notice) = file.read();
    notice.iter().for_each(|notice| eprintln!("{notice}"));
    let mut prompt = Prompt::open();
    let mut course = Course::begin(lab, lesson, seed).await?;
    if first > 0 {
        course = Course::resume(lab, lesson, seed, progress.readings(lesson));
    }
    anstream::print!("{}", text::title(lesson));
    if first == 0 {
        anstream::print!("{}", text::passages(&lesson.opening));
        if prompt.pause("Enter to begin, q to leave").await == Answer::Leave {
            return Ok(());
        }
    }
    for (number, step) in lesson.steps.iter().enumerate().skip(first) {
        anstream::print!("{}", text::heading(number, lesson.steps.len(), &step.title));
        anstream::print!("{}", text::passages(&course.prose(step)));
        let chosen = match ask(&mut prompt, step).await {
            Asked::Nothing => None,
            Asked::Chosen(choice) => {
                file.change(|progress| progress.predict(lesson, number, choice))?;
                Some(choice)
            }
            Asked::Leave => {
                println!(
                    "\nThe lesson ends here. What you have done is kept: cachescope lesson play {} --step {}",
                    lesson.name,
                    number + 1
                );
                return Ok(());
            }
        };
        for action in 0..step.actions.len() {
            anstream::print!("{}", text::action(&step.actions[action]));
            let performance = course.perform(number, Some(action), chosen).await?;
            performance
                .results
                .iter()
                .for_each(|MoveResult { told, shown, .. }| print!("{}", text::result(told, shown)));
        }
        let performance = course.conclude(number, chosen)?;
        show(&performance, step);
        let readings = course.readings().clone();
        file.change(|progress| {
            progress.perform(lesson, &performance, readings);
            Ok(())
        })?;
        let last = number + 1 == lesson.steps.len();
        if !last && prompt.pause("Enter to go on, q to leave").await == Answer::Leave {
            return Ok(());
        }
    }
    println!("\nThat was the lesson: {}", lesson.aim);
    Ok(())
}

/// What somebody says to a step's question.
enum Asked {
    Nothing,
    Chosen(usize),
    Leave,
}

async fn ask(prompt: &mut Prompt, step: &Step) -> Asked {
    let Some(prediction) = &step.predict else { return Asked::Nothing };
    anstream::print!("{}", text::question(prediction));
    match prompt.choose(prediction.choices.len()).await {
        Some(choice) => Asked::Chosen(choice),
        None => Asked::Leave,
    }
}

/// What a step came to.
fn show(performance: &Performance, step: &Step) {
    if let Some(Answered { right, correct, because, .. }) = &performance.prediction {
        let right = right.and_then(|right| step.predict.as_ref()?.choices.get(right as usize));
        anstream::print!("{}", text::verdict(*correct, right.map(|choice| choice.says.as_str()), because));
    }
    anstream::print!("{}", text::passages(&performance.after));
    anstream::print!("{}", text::expectations(&performance.expectations));
}
