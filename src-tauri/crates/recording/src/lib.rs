//! Runs kept: their store, comparison and export.
//!
//! - A [`Recording`] is a run that was kept, with its conditions, its workload, its machine and its histograms. A
//!   [`Recorder`] writes one second by second while it goes on, so that `kill -9` costs no more than the second under way.
//! - A [`Store`] is the SQLite file they are kept in; a [`RecordingFile`](export::RecordingFile) carries one elsewhere.
//! - A [`Plan`] is a study: several conditions in turn, round by round.
//! - [`side_by_side`] compares: ratios of percentiles with their intervals ([`comparison`]), by a method that
//!   [`statistics`] states.
//! - [`chart`] and [`export`] are what a reader is shown and takes away.
//!
//! ```text
//!   metrics::Meter ── KeptSecond ──▶ Recorder ──▶ Store ──▶ Recording ──┬─▶ comparison ──▶ sections ──▶ window, terminal, report
//!                                                   ▲                   └─▶ export: JSON, CSV, .hgrm, log, trace, SVG, PNG
//!                                                   └── RecordingFile (import)
//! ```
//!
//! A recording is a row, its rounds are rows, and so are their seconds; histograms stand in HdrHistogram's own compressed
//! form. Of a lone recording chance is told from its seconds, of a study from its rounds.

mod block;
pub mod chart;
pub mod comparison;
mod environment;
mod error;
pub mod export;
mod plan;
mod recorder;
mod recording;
mod side_by_side;
#[cfg(test)]
mod specimens;
pub mod statistics;
mod store;
pub mod units;

pub use block::{Block, BlockKind, Spread};
pub use environment::{Busy, Environment};
pub use error::Error;
pub use plan::{Contender, Plan, not_understood};
pub use recorder::Recorder;
pub use recording::{About, Conduct, RecordedSecond, RecordedTrace, Recording, Round, State, StudyPart};
pub use side_by_side::{Loaded, SideBySide, charts_in, sections_of, side_by_side};
pub use store::{Change, Imported, NewRecording, Opened, Store, Stretch, Writer};
