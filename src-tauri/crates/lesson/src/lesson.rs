use scene::Claim;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use trace::Conditions;
use ts_rs::TS;

use crate::{Action, Passage, Prediction};

/// A lesson that was read and makes sense.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Lesson {
    /// A word for the command line: the file's name without its number and ending.
    pub name: String,
    /// Its place among the lessons: the number its file's name begins with; 0 where there is none.
    pub number: u32,
    /// Whether it is from a folder of lessons of one's own, rather than one that came with the app.
    pub own: bool,
    /// What it is called.
    pub title: String,
    /// What somebody can do afterwards.
    pub aim: String,
    /// How long it takes to read and play, in minutes.
    pub minutes: u32,
    /// Where chance begins in its traffic.
    #[ts(type = "number")]
    pub seed: u64,
    /// What it starts from.
    pub conditions: Conditions,
    /// For whoever teaches it.
    pub teacher: Teacher,
    /// What is read before the first step: a surprise.
    pub opening: Vec<Passage>,
    /// What is done, in order.
    pub steps: Vec<Step>,
}

/// The teacher's page.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default, deny_unknown_fields)]
pub struct Teacher {
    /// What to prepare, and what to watch for.
    pub note: String,
    /// Questions to ask the class.
    pub questions: Vec<String>,
    /// What to write on the board, line by line.
    pub board: Vec<String>,
}

/// One step of a lesson.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[ts(rename = "LessonStep")]
pub struct Step {
    /// Its heading.
    pub title: String,
    /// What stands on the presenter's cue card; absent: nothing but the heading.
    pub cue: Option<String>,
    /// What is read before anything is done. What earlier steps measured stands in it by name, in braces.
    pub prose: Vec<Passage>,
    /// What is asked before anything is done.
    pub predict: Option<Prediction>,
    /// What is done, in order.
    pub actions: Vec<Action>,
    /// What is said of it and checked.
    pub expect: Vec<Claim>,
    /// What is read once it is done. What was measured stands in it by name, in braces, until it was.
    pub after: Vec<Passage>,
}
