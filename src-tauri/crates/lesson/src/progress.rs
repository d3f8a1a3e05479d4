use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use lab::KeptFile;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Error, Lesson, Performance, Readings};

/// What somebody has done of all lessons.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// Of each lesson that was begun, by its name.
    pub lessons: BTreeMap<String, Kept>,
}

/// What is kept of one lesson. Steps are counted from 0.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Kept {
    /// The steps that were done.
    pub done: BTreeSet<u32>,
    /// The choice made in each step that asked.
    pub predictions: BTreeMap<u32, Predicted>,
    /// What was measured, so that later steps can speak of it.
    pub readings: Readings,
}

/// A prediction that was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Predicted {
    /// The choice, counted from 0.
    pub choice: u32,
    /// Whether it was right; absent until that was measured.
    pub correct: Option<bool>,
}

/// How far somebody is in a lesson. Steps are counted from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LessonProgress {
    /// The steps that were done.
    pub done: Vec<u32>,
    /// The predictions that were made, by their steps.
    pub predictions: Vec<StepPrediction>,
}

/// The prediction made in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct StepPrediction {
    /// The step, counted from 0.
    pub step: u32,
    /// The choice, counted from 0.
    pub choice: u32,
    /// Whether it was right; absent until that was measured.
    pub correct: Option<bool>,
}

impl Progress {
    /// How far somebody is in that lesson.
    #[must_use]
    pub fn of(&self, lesson: &Lesson) -> LessonProgress {
        let Some(kept) = self.lessons.get(&lesson.name) else { return LessonProgress::default() };
        // The file may be of an earlier version of the lesson.
        let there = |step: u32| (step as usize) < lesson.steps.len();
        let predictions = kept.predictions.iter().filter(|(step, _)| there(**step));
        LessonProgress {
            done: kept.done.iter().copied().filter(|step| there(*step)).collect(),
            predictions: predictions
                .map(|(step, Predicted { choice, correct })| StepPrediction {
                    step: *step,
                    choice: *choice,
                    correct: *correct,
                })
                .collect(),
        }
    }

    /// Notes what was predicted in a step.
    ///
    /// # Errors
    /// [`Error::Unknown`] where the step has no such choice.
    pub fn predict(&mut self, lesson: &Lesson, step: usize, choice: usize) -> Result<(), Error> {
        let choices = lesson.step(step)?.predict.as_ref().map_or(0, |prediction| prediction.choices.len());
        if choice >= choices {
            return Err(Error::Unknown(format!(
                "Step {} of \"{}\" has no choice {}.",
                step + 1,
                lesson.name,
                choice + 1
            )));
        }
        let predicted = Predicted { choice: choice as u32, correct: None };
        self.lessons.entry(lesson.name.clone()).or_default().predictions.insert(step as u32, predicted);
        Ok(())
    }

    /// What was predicted in a step.
    #[must_use]
    pub fn predicted(&self, lesson: &Lesson, step: usize) -> Option<usize> {
        Some(self.lessons.get(&lesson.name)?.predictions.get(&(step as u32))?.choice as usize)
    }

    /// Notes what a step came to.
    pub fn perform(&mut self, lesson: &Lesson, performance: &Performance, mut readings: Readings) {
        let names = lesson.steps.iter().flat_map(|step| &step.actions).filter_map(|action| action.name.as_deref());
        let names: BTreeSet<&str> = names.collect();
        readings.retain(|name| names.contains(name));
        let kept = self.lessons.entry(lesson.name.clone()).or_default();
        kept.readings = readings;
        if performance.done {
            kept.done.insert(performance.step);
        }
        let correct = performance.prediction.as_ref().and_then(|answered| answered.correct);
        if let Some(predicted) = kept.predictions.get_mut(&performance.step) {
            predicted.correct = correct.or(predicted.correct);
        }
    }

    /// What was measured in a lesson so far.
    #[must_use]
    pub fn readings(&self, lesson: &Lesson) -> Readings {
        self.lessons.get(&lesson.name).map(|kept| kept.readings.clone()).unwrap_or_default()
    }
}

/// The file progress is kept in.
#[derive(Debug, Clone)]
pub struct ProgressFile(KeptFile);

/// No progress of ours is longer, in bytes.
const MAX_SIZE: u64 = 4 * 1024 * 1024;

/// One at a time reads and writes it.
static TURN: Mutex<()> = Mutex::new(());

impl ProgressFile {
    /// The one of that data folder.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self(KeptFile::new(folder.join("lessons.json"), "Your progress in the lessons", "it begins anew", MAX_SIZE))
    }

    /// What is kept. A file that cannot be read is put aside, and the second value says so.
    #[must_use]
    pub fn read(&self) -> (Progress, Option<String>) {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        self.0.read(|_| Ok(()))
    }

    /// Changes what is kept: whole or not at all, also when the app is killed meanwhile. The second value is as for
    /// [`ProgressFile::read`].
    ///
    /// # Errors
    /// Whatever `change` says, then nothing is changed; [`Error::NotKept`] when the file cannot be written.
    pub fn change(
        &self,
        change: impl FnOnce(&mut Progress) -> Result<(), Error>,
    ) -> Result<(Progress, Option<String>), Error> {
        let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut progress, notice) = self.0.read(|_| Ok(()));
        change(&mut progress)?;
        self.0.write(&progress).map_err(|source| Error::NotKept { path: self.0.path().to_owned(), source })?;
        Ok((progress, notice))
    }
}
