//! Adds up traces: what a frame, a summary and a recording are made of.
//!
//! - A [`Meter`] belongs to one run. Each of its requests is given a [`Probe`], the sink that hands its trace over.
//! - [`Latencies`] is an HdrHistogram: percentiles to three significant digits, never averages of averages, and none
//!   from too small a sample.
//! - A [`Tally`] is what was added up of a second, a round or a run; tallies add up. A recording keeps them ([`KeptSecond`]).
//! - A [`Sample`] is what a window draws in one frame; a [`Summary`] holds the distributions. Both are pulled by whoever
//!   draws, and are of bounded size: a window that stops reading costs nothing and loses only what it did not look at.
//!
//! ```text
//!   request ── Probe ── inbox ──▶ books: counts, histograms per outcome and step, seconds, samples, latest traces
//!                         └ added up by the reader, on its own thread
//! ```
//!
//! ```
//! use std::sync::Arc;
//!
//! use metrics::{Meter, Probe};
//! use trace::{ManualClock, Outcome, Query, Request, StepKind, Stopwatch};
//!
//! let clock = Arc::new(ManualClock::default());
//! let meter = Arc::new(Meter::start(clock.clone()));
//! for id in 1..=20 {
//!     let due = id * 1_000_000;
//!     clock.advance_ns(1_000_000 + 2_000); // each starts 2 µs later than the one before
//!     let probe = Probe::new(Arc::clone(&meter), id, Request::read(42, Query::Page), Some(due));
//!     let mut watch = Stopwatch::start(&*clock, probe);
//!     watch.time(StepKind::CacheGet, || ());
//!     watch.finish(Outcome::Hit);
//! }
//! let summary = meter.summary(0);
//! assert_eq!((summary.counts.sent, summary.counts.hits), (20, 20));
//! assert_eq!(summary.all.response.max_ns, Some(40_000));
//! assert_eq!(summary.all.service.max_ns, Some(0));
//! assert_eq!(summary.all.response.p99_ns, None, "nobody knows a p99 from 20 requests");
//! ```

mod books;
mod counts;
mod effects;
mod latencies;
mod meter;
mod probe;
mod readings;
mod sampler;
mod series;
mod tally;
#[cfg(test)]
mod tests;

pub use counts::Counts;
pub use effects::{Effects, ProtectionEffects};
pub use latencies::{BINS_PER_DECADE, Bins, Distribution, Latencies, Plot};
pub use meter::{Gets, Meter};
pub use probe::Probe;
pub use readings::{Inside, Latency, OutcomeLatency, Point, Sample, StaleReads, StepLatency, Summary};
pub use series::{KeptSecond, Second};
pub use tally::{Injected, StepTimes, Tally, Times};
