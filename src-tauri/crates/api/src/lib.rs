//! What a face may ask of the laboratory.
//!
//! Every command is declared once, in [`requests`]; the TypeScript that the UI is checked against is written from
//! there ([`typescript`]). An [`Error`] crosses as `{code, message}`, and a code exists only if a face branches on it.

mod bindings;
mod error;
mod requests;

pub use bindings::typescript;
pub use error::{Error, ErrorCode};
pub use requests::{Read, Write};
