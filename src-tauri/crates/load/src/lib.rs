//! Workloads, their schedules, and what runs them.
//!
//! - A [`Workload`] gets ready, generates what is to be done, does it and checks the books afterwards; [`Shop`] is the one
//!   that [`trace::Workload`] writes down.
//! - A **schedule** says when requests are due. In an open loop they come whether or not earlier ones were answered; in a
//!   closed loop each client waits for its answer first.
//! - A [`Run`] sends them and measures. Latency counts from when a request was *due* ([`trace::Trace::response_ns`]);
//!   from when it was sent is kept beside it ([`trace::Trace::service_ns`]). Whether the generator itself kept up is part
//!   of the result ([`Lateness`], [`Verdict`]): what it could not send in time it does not hide.
//!
//! ```text
//!   Shop ── requests: which product, read or write ──┐
//!   Schedule ── when each is due ────────────────────┴─▶ Run ── a free client ──▶ flow ──▶ Probe ──▶ Meter
//! ```

mod error;
mod lateness;
mod progress;
mod requests;
mod run;
mod schedule;
mod shop;
mod workload;

pub use error::Error;
pub use lateness::Lateness;
pub use progress::{Live, Progress};
pub use run::{Run, Verdict};
pub use shop::Shop;
pub use workload::{Call, Check, Setup, Stage, Workload};
