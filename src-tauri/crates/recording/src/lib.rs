//! Runs kept: their store, comparison and export.

mod block;
mod environment;
mod recording;

pub use block::{Block, BlockKind, Spread};
pub use environment::{Busy, Environment};
pub use recording::{About, Conduct, RecordedSecond, RecordedTrace, Recording, Round, State, StudyPart};
