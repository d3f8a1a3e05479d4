//! What happens to a request, and under what conditions it happens.
//!
//! This crate is the vocabulary of Cachescope. It is plain data: it opens nothing, spawns nothing and reads no clock
//! that was not handed to it.
//!
//! - A **request** is one read or write, by a client, of one key ([`Request`]).
//! - A **step** is one timed act inside it ([`Step`], [`StepKind`]).
//! - Its **outcome** says which way it went: hit, miss, bypass, … ([`Outcome`]).
//! - An **effect** is what a protection saved and cost in it ([`Effect`]).
//! - A **trace** is the request, its outcome, its steps and effects ([`Trace`]).
//! - A **workload** is which keys, which operations, when, how many, and from what seed ([`Workload`]).
//! - **Conditions** are everything that shapes a run besides the requests themselves ([`Conditions`]).
//! - A **promise** is what a pattern says of stale reads and of crashes ([`Promise`]).
//!
//! The flow times each step with a [`Stopwatch`] and pushes it into a [`Sink`]. Recording and display are sinks; the
//! flow knows neither. All times are nanoseconds on one monotonic [`Clock`]; the steps of a trace and what is left
//! over ([`Trace::other_ns`]) add up to its total exactly.
//!
//! ```
//! use trace::{Collector, ManualClock, Outcome, Query, Request, StepKind, Stopwatch};
//!
//! let clock = ManualClock::default();
//! let mut collector = Collector::new(1, Request::read(42, Query::Page));
//!
//! let mut watch = Stopwatch::start(&clock, &mut collector);
//! let cached = watch.time(StepKind::CacheGet, || {
//!     clock.advance_ns(48_200);
//!     Some("{}")
//! });
//! clock.advance_ns(1_800);
//! watch.finish(if cached.is_some() { Outcome::Hit } else { Outcome::Miss });
//!
//! let trace = collector.into_trace();
//! assert_eq!((trace.total_ns, trace.steps[0].duration_ns, trace.other_ns), (50_000, 48_200, 1_800));
//! ```

mod background;
mod clock;
mod conditions;
mod database;
mod door;
mod effect;
mod faults;
mod injector;
mod keys;
mod memory;
mod misread;
mod mix;
mod outcome;
mod pace;
mod promise;
mod protections;
mod request;
mod server_url;
mod sink;
mod step;
mod stopwatch;
mod trace;
mod workload;

pub use background::Background;
pub use clock::{Clock, ManualClock, MonotonicClock};
pub use conditions::{Conditions, Engine, Pattern, Placement};
pub use database::DatabaseKind;
pub use door::Door;
pub use effect::{Effect, Protection};
pub use faults::{CacheFault, DatabaseFault, During, Faults};
pub use injector::Injector;
pub use keys::Keys;
pub use memory::{Eviction, Memory};
pub use misread::misread;
pub use mix::Mix;
pub use outcome::Outcome;
pub use pace::{MAX_RATE, Pace, Rate, Spacing};
pub use promise::{Promise, StaleAfter};
pub use protections::{Circuit, Protections};
pub use request::{KEY_PREFIX, Operation, ProductId, Query, Request};
pub use server_url::{ServerUrl, hide_passwords};
pub use sink::{Both, Collector, Discard, Sink};
pub use step::{Step, StepKind};
pub use stopwatch::Stopwatch;
pub use trace::Trace;
pub use workload::{Length, MAX_CLIENTS, Preset, Workload};
