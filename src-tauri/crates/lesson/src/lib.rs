//! Lessons: files that a person reads, the app plays and the test suite executes.
//!
//! A **lesson** is a Markdown file with a TOML head between two lines of `+++`: title, aim, minutes, seed, the conditions it
//! starts from, and a page for the teacher. Each `##` heading begins a **step**: prose, and up to three blocks of TOML:
//!
//! ````markdown
//! +++
//! title = "The first request misses, the second hits"
//! aim = "Say what a cache is, and what happens in a miss and in a hit."
//! minutes = 6
//!
//! [teacher]
//! questions = ["Where did the answer come from?"]
//! board = ["client → server → cache? → database"]
//! +++
//!
//! What stands before the first step opens the lesson.
//!
//! ## Ask twice
//!
//! > What a quotation says stands on the presenter's cue card.
//!
//! What stands before the actions is read first.
//!
//! ```toml predict
//! question = "Which is faster?"
//! [[choices]]
//! says = "The first"
//! when = { measure = "time", of = "first", against = "second", at_most = 1.0 }
//! because = "It took {first.time}, the second {second.time}."
//! [[choices]]
//! says = "The second"
//! ```
//!
//! ```toml actions
//! [[actions]]
//! as = "first"
//! says = "Ask for product 42"
//! do = { send = { product = 42 } }
//! [[actions]]
//! as = "second"
//! says = "Ask for it again"
//! do = { send = { product = 42 } }
//! ```
//!
//! What stands behind them is read when they are done, with the numbers of the run in it: the second took {second.time},
//! the first {first.time / second.time} times as long.
//!
//! ```toml expect
//! [[expect]]
//! says = "The first request missed."
//! measure = "misses"
//! of = "first"
//! at_least = 1
//! ```
//! ````
//!
//! - An **action** is what a person would do at the Stage ([`Move`]), and names the key they would press. With `as` it has a
//!   name, and what it came to, its **reading**, can be spoken of: here and in every later step.
//! - An **expectation** is a [`Claim`](scene::Claim), in the language of scenes: a measure of one reading against a number or
//!   against another reading. Ratios and orders hold on any machine; absolute times do not.
//! - A **prediction** is a question with choices. A choice whose bound holds is the right one: the run decides. Where it has
//!   none, the file says which is right.
//! - In prose, `{name.measure}` stands for what was measured, and `{name.measure / other.measure}` for how many times one is the
//!   other. Code is left as it is.
//!
//! A lesson is hostile until it is read: [`Lesson::from_markdown`] bounds its size, its steps, how long it sends traffic, and
//! says of what makes no sense in which line it stands and what to do.
//!
//! ```text
//! lessons/*.md, a folder ── Shelf ── parse ── Lesson ── play ── Lab
//!                             │                          └─ Readings ── expectations, predictions, the words behind
//!                             └──── progress: steps done, predictions, readings; kept
//! ```
//!
//! ```
//! let shelf = lesson::Shelf::built_in();
//! let lesson = shelf.find("1")?;
//! assert_eq!(lesson.number, 1);
//! # Ok::<(), lesson::Error>(())
//! ```

mod action;
mod error;
mod lesson;
mod parse;
mod play;
mod prediction;
mod progress;
mod prose;
mod reading;
mod rehearsal;
mod shelf;

pub use action::{Action, Move};
pub use error::Error;
pub use lesson::{Lesson, Step, Teacher};
pub use play::{Course, MoveResult, Performance, Shown};
pub use prediction::{Answered, Choice, Prediction};
pub use progress::{Kept, LessonProgress, Predicted, Progress, ProgressFile, StepPrediction};
pub use prose::{Passage, Span, SpanStyle};
pub use reading::{Reading, Readings, Value};
pub use rehearsal::Rehearsal;
pub use shelf::{Faulty, Shelf};
