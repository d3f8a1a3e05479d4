//! What a face may ask of the laboratory.
//!
//! Every command is declared once, in `requests.rs`; the TypeScript that the UI is checked against is written from
//! there ([`typescript`]). An [`Error`] crosses as `{code, message}`, and a code exists only if a face branches on it.

mod bindings;
mod error;
mod requests;

pub use bindings::typescript;
pub use error::{Error, ErrorCode};
pub use requests::{
    COMMANDS, FrameRequest, HoldRequest, Read, SummaryRequest, TraceRequest, Write, change_settings, clear_cache,
    frame, hold_traces, kept_trace, retry_catalogue, revive_engine, send, settings, start_traffic, status, stop_engine,
    stop_traffic, summary, watch, write,
};
