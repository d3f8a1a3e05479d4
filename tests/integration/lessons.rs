//! Lessons on the real server and the real database: every step of every one does what it says.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use api::{BeginLessonRequest, ErrorCode, PerformRequest, PredictRequest, ResetLessonsRequest};
use lab::{EngineState, Lab, Options, Settings};
use lesson::{Lesson, Rehearsal, Shelf};
use tempfile::TempDir;
use trace::{Conditions, Outcome, Query};

use crate::command_line::command;
use crate::laboratory::{notice, options};

const OWN: &str = r#"+++
title = "Mine"
aim = "See that it is checked."
minutes = 1

[conditions]
query = "lookup"
ttl_ms = 5000
+++

## Ask twice

```toml predict
question = "Will the second hit?"
[[choices]]
says = "Yes"
when = { measure = "hits", of = "second", at_least = 1 }
because = "It did, in {second.time}."
[[choices]]
says = "No"
because = "It hit, in {second.time}."
```

```toml actions
[[actions]]
says = "Clear"
do = "clear"
[[actions]]
as = "first"
says = "Ask"
do = { send = { product = 42 } }
[[actions]]
as = "second"
says = "Ask again"
do = { send = { product = 42 } }
```

The second took {second.time}.

```toml expect
[[expect]]
says = "The second hits."
measure = "hits"
of = "second"
at_least = 1
```

## Look back

It took {second.time}.
"#;

/// A catalogue as the app has it: in a tiny one no query is dear.
async fn open(folder: &Path) -> Result<Lab> {
    let lab = Lab::open(Options { size: database::Size::Small, ..options(folder, Some(Settings::default())) })?;
    lab.ready().await?;
    Ok(lab)
}

/// One after another: beside each other they would be in each other's way. What a lesson says of times may be upset by other tests
/// that want the processor just then; so one that fails is rehearsed once more, and must hold then.
#[tokio::test]
async fn every_step_of_every_lesson_does_what_it_says() -> Result<()> {
    let shelf = Shelf::built_in();
    ensure!(shelf.faulty.is_empty(), "{:?}", shelf.faulty);
    let folder = TempDir::new()?;
    let lab = open(folder.path()).await?;
    let mut failed = Vec::new();
    for lesson in shelf.lessons {
        let mut rehearsal = Rehearsal::of(&lab, &lesson, None).await.with_context(|| lesson.name.clone())?;
        println!("{rehearsal:?}");
        ensure!(rehearsal.steps > 0 && rehearsal.expectations > 0, "{} checks nothing", rehearsal.name);
        if !rehearsal.holds() {
            rehearsal = Rehearsal::of(&lab, &lesson, None).await.with_context(|| lesson.name.clone())?;
            println!("{rehearsal:?}");
        }
        failed.extend(rehearsal.failed.into_iter().map(|failure| format!("{}: {failure}", lesson.name)));
    }
    lab.close().await;
    ensure!(failed.is_empty(), "{}", failed.join("\n"));
    Ok(())
}

#[tokio::test]
async fn an_expectation_that_is_wrong_fails_and_says_what_was_measured() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = Lab::open(options(folder.path(), Some(Settings::default())))?;
    lab.ready().await?;
    let wrong =
        OWN.replace("says = \"The second hits.\"\nmeasure = \"hits\"", "says = \"It misses.\"\nmeasure = \"misses\"");
    let rehearsal = Rehearsal::of(&lab, &Lesson::from_markdown("99-wrong", &wrong)?, None).await?;
    ensure!(!rehearsal.holds(), "{rehearsal:?}");
    ensure!(rehearsal.failed[0].contains("step 1, Ask twice: does not hold: It misses."), "{rehearsal:?}");
    ensure!(rehearsal.failed[1].contains("a hit") && rehearsal.failed[1].contains("misses 0"), "{rehearsal:?}");

    let undecided = OWN.replace(
        "of = \"second\", at_least = 1 }",
        "of = \"second\", against = \"first\", against_measure = \"p99\", at_least = 1 }",
    );
    let rehearsal = Rehearsal::of(&lab, &Lesson::from_markdown("99-undecided", &undecided)?, None).await?;
    ensure!(rehearsal.failed[0].contains("decided for no choice"), "{rehearsal:?}");

    let right = Rehearsal::of(&lab, &Lesson::from_markdown("99-right", OWN)?, None).await?;
    ensure!(right.holds() && right.expectations == 1 && right.predictions == 1, "{right:?}");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_lesson_has_its_own_conditions_and_leaves_the_settings_as_they_are() -> Result<()> {
    let folder = TempDir::new()?;
    fs::create_dir(folder.path().join("lessons"))?;
    fs::write(folder.path().join("lessons/20-mine.md"), OWN)?;
    let lab = Lab::open(options(folder.path(), None))?;
    lab.ready().await?;
    let before = lab.settings();

    let begun = api::begin_lesson(&lab, BeginLessonRequest { name: "mine".to_owned(), seed: None }).await?;
    ensure!(begun.lesson.own && begun.lesson.number == 20);
    ensure!(lab.status().conditions.query == Query::Lookup && lab.settings() == before, "{:?}", lab.status());
    lab.change_settings(Settings { product: 7, ..before.clone() }).await?;
    ensure!(lab.status().conditions.query == Query::Lookup, "which product is asked for is not about conditions");

    // A step begins where it should, whatever was done meanwhile.
    lab.stop_engine().await?;
    let perform = || PerformRequest { name: "mine".to_owned(), step: 0, action: None, seed: None };
    let performed = api::perform_step(&lab, perform()).await?;
    ensure!(performed.performance.expectations[0].holds == Some(true), "{performed:?}");
    ensure!(performed.performance.results[2].traces[0].trace.outcome == Outcome::Hit);

    let status = api::leave_lesson(&lab).await?;
    ensure!(status.conditions == Conditions::default() && lab.guided().is_none(), "{status:?}");
    ensure!(matches!(status.engine, EngineState::Running { .. }), "{status:?}");

    // Other conditions end a lesson too, and the next step puts its own in force again.
    api::begin_lesson(&lab, BeginLessonRequest { name: "mine".to_owned(), seed: Some(5) }).await?;
    let mut settings = lab.settings();
    settings.conditions.ttl_ms = 9_000;
    lab.change_settings(settings).await?;
    ensure!(lab.guided().is_none() && lab.status().conditions.ttl_ms == 9_000);
    api::perform_step(&lab, perform()).await?;
    ensure!(lab.status().conditions.ttl_ms == 5_000 && lab.settings().conditions.ttl_ms == 9_000);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn progress_outlives_the_laboratory_and_what_damages_it_is_set_aside() -> Result<()> {
    let folder = TempDir::new()?;
    fs::create_dir(folder.path().join("lessons"))?;
    fs::write(folder.path().join("lessons/20-mine.md"), OWN)?;
    fs::write(folder.path().join("lessons/21-broken.md"), "no head")?;
    let lab = Lab::open(options(folder.path(), None))?;
    lab.ready().await?;
    let name = "mine".to_owned();
    api::predict_step(&lab, PredictRequest { name: name.clone(), step: 0, choice: 1 }).await?;
    let wrong = api::predict_step(&lab, PredictRequest { name: name.clone(), step: 0, choice: 9 }).await;
    ensure!(wrong.is_err_and(|error| error.code == ErrorCode::Invalid), "there is no such choice");
    // One action at a time, as a person presses keys.
    for action in 0..3 {
        let request = PerformRequest { name: name.clone(), step: 0, action: Some(action), seed: None };
        let performed = api::perform_step(&lab, request).await?;
        ensure!(performed.performance.done == (action == 2) && performed.progress.done.is_empty() == (action < 2));
        let answered = performed.performance.prediction.context("it was asked")?;
        ensure!(answered.chosen == Some(1) && answered.correct == (action == 2).then_some(false), "{answered:?}");
        ensure!(action < 2 || answered.because.starts_with("It hit, in "), "{answered:?}");
    }
    // Without being closed: as if it had been killed.
    drop(lab);

    let lab = Lab::open(options(folder.path(), None))?;
    lab.ready().await?;
    let list = api::lessons(&lab).await?;
    let mine = list.lessons.iter().find(|entry| entry.name == name).context("it is in the list")?;
    ensure!(mine.progress.done == [0] && mine.progress.predictions[0].correct == Some(false), "{mine:?}");
    ensure!(list.faulty.len() == 1 && list.faulty[0].message.starts_with("line 1"), "{:?}", list.faulty);
    let view = api::open_lesson(&lab, api::LessonRequest { name: name.clone() }).await?;
    let told = format!("{:?}", view.lesson.steps[1].prose);
    ensure!(told.contains("Measured") && !told.contains('–'), "a later step speaks of what was measured: {told}");

    let file = folder.path().join("lessons.json");
    fs::write(&file, "{\"lessons\": 7}")?;
    ensure!(api::lessons(&lab).await?.lessons.iter().all(|entry| entry.progress.done.is_empty()));
    let said = notice(&mut lab.events()).await?;
    ensure!(said.contains("Your progress") && said.contains("lessons.damaged-1.json"), "{said}");
    ensure!(fs::read_to_string(folder.path().join("lessons.damaged-1.json"))?.contains('7'));

    api::predict_step(&lab, PredictRequest { name: name.clone(), step: 0, choice: 0 }).await?;
    let list = api::reset_lessons(&lab, ResetLessonsRequest { name: Some(name) }).await?;
    ensure!(list.lessons.iter().all(|entry| entry.progress.predictions.is_empty()));
    lab.close().await;
    Ok(())
}

#[test]
fn the_terminal_lists_checks_and_plays_lessons() -> Result<()> {
    let folder = TempDir::new()?;
    let own = folder.path().join("own");
    fs::create_dir(&own)?;
    fs::write(own.join("30-mine.md"), OWN)?;
    fs::write(own.join("31-wrong.md"), OWN.replace("at_least = 1\n```", "at_most = 0\n```"))?;
    let own = own.to_str().context("UTF-8")?;

    let list = command(&["lesson", "list", "--folder", own], folder.path()).output()?;
    let out = String::from_utf8_lossy(&list.stdout).into_owned();
    ensure!(list.status.success() && out.contains("hit-and-miss") && out.contains("mine"), "{out}");

    let check = |file: &str| command(&["lesson", "check", &format!("{own}/{file}")], folder.path()).output();
    let good = check("30-mine.md")?;
    let out = String::from_utf8_lossy(&good.stdout).into_owned();
    ensure!(good.status.success() && out.contains("everything holds"), "{out}");
    let bad = check("31-wrong.md")?;
    let out = String::from_utf8_lossy(&bad.stdout).into_owned();
    ensure!(bad.status.code() == Some(1) && out.contains("does not hold: The second hits."), "{out}");

    let play = |input: &str| -> Result<String> {
        let mut play = command(&["lesson", "play", "mine", "--folder", own], folder.path());
        let mut child = play.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        child.stdin.take().context("a pipe")?.write_all(input.as_bytes())?;
        let output = child.wait_with_output()?;
        let out = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            bail!("{out}{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(out)
    };
    let out = play("nonsense\n1\n")?;
    ensure!(out.contains("none of the choices") && out.contains("You were right.") && out.contains("holds"), "{out}");
    ensure!(out.contains("That was the lesson"), "{out}");
    let out = play("2\n")?;
    ensure!(out.contains("Not quite: Yes."), "{out}");
    let out = play("")?;
    ensure!(out.contains("The lesson ends here") && !out.contains("That was the lesson"), "{out}");
    Ok(())
}
