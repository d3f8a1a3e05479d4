//! The HTTP front door: any client may walk in.
//!
//! In the seed the client is "browser / API request" and the server is an HTTP server. This is it: `GET /api/products/42` takes
//! the same flow as the window's Send, is a trace like any other, and shows on the Stage.
//!
//! ```text
//!   client ── Door ── connection ── guard ── router ── products ── api ── lab ── flow
//!              │          │           │                   └── seen, head: what the flow did, as headers
//!              │          │           └ whose page asks? by which name?
//!              │          └ who sends nothing for long is cut off
//!              └ so many connections, and no more
//! ```
//!
//! - The door runs on the thread of the flow, where no other has to be woken for an answer: a hit passes client, door, flow and
//!   bundled server without a hand-off.
//! - What the cache holds is handed on as it is; headers are written into one small buffer.
//! - It is for programs on this machine unless somebody says otherwise in words; it answers to names of this machine only, and to
//!   no other site's page.
//! - Under more load than it can bear it refuses, with 503 and `Retry-After`, and goes on serving the others.
//!
//! A [`Keeper`] opens and closes it as the settings say; [`Door::open`] opens one by hand.

// For the document, which is one large piece of JSON.
#![recursion_limit = "256"]

mod address;
mod cache;
mod connection;
mod door;
mod error;
mod etag;
mod farewell;
mod guard;
mod head;
mod health;
mod keeper;
mod limits;
mod openapi;
mod page;
mod problem;
mod process;
mod products;
mod prometheus;
mod router;
mod seen;
mod socket;
mod stats;
mod tally;
mod wire;

pub use address::{Address, Invitation};
pub use door::{Door, Options};
pub use error::Error;
pub use keeper::Keeper;
pub use limits::Limits;
pub use openapi::document;
pub use page::Page;
