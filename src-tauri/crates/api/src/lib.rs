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
    COMMANDS, Read, Write, change_settings, clear_cache, retry_catalogue, revive_engine, send, settings, status,
    stop_engine, watch, write,
};
