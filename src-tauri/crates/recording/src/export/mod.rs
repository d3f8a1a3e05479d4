//! Taking recordings away, and taking them in.
//!
//! - A [`RecordingFile`] is a whole recording as JSON; `schema/recording-1.schema.json` is its JSON Schema.
//! - A [`report`] is one HTML file to be read, printed and attached.

mod check;
mod file;
mod hdr;
mod import;
mod limits;
pub mod report;
mod secrets;
mod tally_record;
#[cfg(test)]
mod tests;

pub use file::{AboutRecord, BlockRecord, FORMAT, RecordingFile, RoundRecord, SecondRecord, TraceRecord, VERSION};
pub use import::ImportError;
pub use limits::{MAX_BLOCKS, MAX_FILE};
pub use secrets::without_secrets;
pub use tally_record::{LatenciesRecord, OutcomeRecord, RecordError, StepRecord, TallyRecord};
