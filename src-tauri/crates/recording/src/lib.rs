//! Runs kept: their store, comparison and export.

mod block;
pub mod chart;
pub mod comparison;
mod environment;
pub mod export;
mod recording;
#[cfg(test)]
mod specimens;
pub mod units;
pub mod statistics;

pub use block::{Block, BlockKind, Spread};
pub use environment::{Busy, Environment};
pub use recording::{About, Conduct, RecordedSecond, RecordedTrace, Recording, Round, State, StudyPart};
