//! What a face asks of lessons: which there are, what stands in one, and to play it.

use lab::Lab;
use lesson::{Course, Faulty, Lesson, LessonProgress, Performance, Progress, ProgressFile, Shelf};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Error, ErrorCode};

/// The folder in the data folder that holds lessons of one's own.
const FOLDER: &str = "lessons";

/// The lessons there are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LessonList {
    /// In the order in which they are taught; one's own at the end.
    pub lessons: Vec<LessonEntry>,
    /// Files of one's own that could not be read.
    pub faulty: Vec<Faulty>,
    /// Where files of one's own are looked for.
    pub folder: String,
}

/// A lesson in the list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LessonEntry {
    /// The word it is asked for by.
    pub name: String,
    /// Its place among the lessons; 0 where it has none.
    pub number: u32,
    /// Whether it is one's own.
    pub own: bool,
    /// What it is called.
    pub title: String,
    /// What somebody can do afterwards.
    pub aim: String,
    /// How long it takes to read and play, in minutes.
    pub minutes: u32,
    /// How many steps it has.
    pub steps: u32,
    /// How far somebody is.
    pub progress: LessonProgress,
}

/// Names a lesson.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LessonRequest {
    /// Its name.
    pub name: String,
}

/// A lesson, and how far somebody is in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct LessonView {
    /// The lesson. Prose before a step holds the numbers of earlier ones, as far as they were measured.
    pub lesson: Lesson,
    /// How far somebody is.
    pub progress: LessonProgress,
}

/// Begins a lesson.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct BeginLessonRequest {
    /// Its name.
    pub name: String,
    /// Another seed than the lesson's: the same story with other requests. Absent: the lesson's.
    #[serde(default)]
    #[ts(type = "number | null")]
    pub seed: Option<u64>,
}

/// Does what a step does.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PerformRequest {
    /// The lesson's name.
    pub name: String,
    /// The step, counted from 0.
    pub step: u32,
    /// One of its actions, counted from 0; absent: all of them in turn.
    #[serde(default)]
    pub action: Option<u32>,
    /// As in [`BeginLessonRequest`].
    #[serde(default)]
    #[ts(type = "number | null")]
    pub seed: Option<u64>,
}

/// Keeps a prediction.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct PredictRequest {
    /// The lesson's name.
    pub name: String,
    /// The step, counted from 0.
    pub step: u32,
    /// The choice, counted from 0.
    pub choice: u32,
}

/// Forgets how far somebody is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct ResetLessonsRequest {
    /// In which lesson; absent: in all of them.
    #[serde(default)]
    pub name: Option<String>,
}

/// What a step came to, and how far that brings somebody.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Performed {
    /// What it came to.
    pub performance: Performance,
    /// How far somebody is now.
    pub progress: LessonProgress,
    /// The prose of every step, with what was measured so far in it: that of later steps may speak of this one.
    pub lesson: Lesson,
}

impl From<lesson::Error> for Error {
    fn from(error: lesson::Error) -> Self {
        match error {
            lesson::Error::Lab(error) => error.into(),
            lesson::Error::Unknown(message) => Self { code: ErrorCode::Invalid, message },
            other => Self { code: ErrorCode::Failed, message: other.to_string() },
        }
    }
}

/// All lessons, with one's own.
fn shelf(lab: &Lab) -> Result<Shelf, Error> {
    Ok(Shelf::with_folder(&lab.data_dir().join(FOLDER))?)
}

/// The lesson of that name.
fn find(lab: &Lab, name: &str) -> Result<Lesson, Error> {
    Ok(shelf(lab)?.find(name)?.clone())
}

fn file(lab: &Lab) -> ProgressFile {
    ProgressFile::in_folder(lab.data_dir())
}

/// What is kept; a file that could not be read is told of.
fn told(lab: &Lab, (progress, notice): (Progress, Option<String>)) -> Progress {
    notice.into_iter().for_each(|notice| lab.tell(notice));
    progress
}

pub(crate) fn list(lab: &Lab) -> Result<LessonList, Error> {
    let Shelf { lessons, faulty } = shelf(lab)?;
    let progress = told(lab, file(lab).read());
    let entry = |lesson: Lesson| LessonEntry {
        progress: progress.of(&lesson),
        steps: lesson.steps.len() as u32,
        name: lesson.name,
        number: lesson.number,
        own: lesson.own,
        title: lesson.title,
        aim: lesson.aim,
        minutes: lesson.minutes,
    };
    let lessons = lessons.into_iter().map(entry).collect();
    Ok(LessonList { lessons, faulty, folder: lab.data_dir().join(FOLDER).display().to_string() })
}

pub(crate) fn open(lab: &Lab, name: &str) -> Result<LessonView, Error> {
    let lesson = find(lab, name)?;
    let progress = told(lab, file(lab).read());
    Ok(view(lesson, &progress))
}

fn view(lesson: Lesson, progress: &Progress) -> LessonView {
    let readings = progress.readings(&lesson);
    LessonView { progress: progress.of(&lesson), lesson: lesson.with_numbers(&readings) }
}

pub(crate) async fn begin(lab: &Lab, request: &BeginLessonRequest) -> Result<LessonView, Error> {
    let lesson = find(lab, &request.name)?;
    Course::begin(lab, &lesson, request.seed).await?;
    open(lab, &lesson.name)
}

pub(crate) fn predict(lab: &Lab, request: &PredictRequest) -> Result<LessonProgress, Error> {
    let lesson = find(lab, &request.name)?;
    let noted = |progress: &mut Progress| progress.predict(&lesson, request.step as usize, request.choice as usize);
    Ok(told(lab, file(lab).change(noted)?).of(&lesson))
}

pub(crate) async fn perform(lab: &Lab, request: &PerformRequest) -> Result<Performed, Error> {
    let lesson = find(lab, &request.name)?;
    let (step, file) = (request.step as usize, file(lab));
    let before = told(lab, file.read());
    let mut course = Course::resume(lab, &lesson, request.seed, before.readings(&lesson));
    let chosen = before.predicted(&lesson, step);
    let performance = course.perform(step, request.action.map(|action| action as usize), chosen).await?;
    let readings = course.into_readings();
    let noted = |progress: &mut Progress| {
        progress.perform(&lesson, &performance, readings);
        Ok(())
    };
    let after = told(lab, file.change(noted)?);
    let LessonView { lesson, progress } = view(lesson, &after);
    Ok(Performed { performance, progress, lesson })
}

pub(crate) fn reset(lab: &Lab, name: Option<String>) -> Result<LessonList, Error> {
    let forget = |progress: &mut Progress| {
        match name {
            Some(name) => drop(progress.lessons.remove(&name)),
            None => progress.lessons.clear(),
        }
        Ok(())
    };
    told(lab, file(lab).change(forget)?);
    list(lab)
}
