//! Taking recordings away, and taking them in.
//!
//! - A [`RecordingFile`] is a whole recording as JSON; `schema/recording-1.schema.json` is its JSON Schema.
//! - [`seconds_csv`], [`percentiles_csv`] and [`traces_csv`] are tables for a spreadsheet or a notebook.
//! - [`hgrm`] and [`histogram_log`] are for the tools of HdrHistogram.
//! - [`trace_events`] opens in Perfetto and in Chrome's own tracing.
//! - A [`report`] is one HTML file to be read, printed and attached.

mod check;
mod file;
mod format;
mod hdr;
mod hgrm;
mod import;
mod limits;
pub mod report;
mod secrets;
mod tables;
mod tally_record;
#[cfg(test)]
mod tests;
mod trace_events;

pub use file::{AboutRecord, BlockRecord, FORMAT, RecordingFile, RoundRecord, SecondRecord, TraceRecord, VERSION};
pub use format::Format;
pub use hgrm::{hgrm, histogram_log};
pub use import::ImportError;
pub use limits::{MAX_BLOCKS, MAX_FILE};
pub use secrets::without_secrets;
pub use tables::{percentiles_csv, seconds_csv, traces_csv};
pub use tally_record::{EffectsRecord, LatenciesRecord, OutcomeRecord, RecordError, StepRecord, TallyRecord};
pub use trace_events::trace_events;
