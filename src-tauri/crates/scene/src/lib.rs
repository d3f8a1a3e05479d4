//! Scenes: what goes wrong with a cache, and what helps, at one press.
//!
//! A **scene** is a workload that is sent under several conditions in turn, its **takes**: one in which it goes wrong, and
//! one or more with a remedy. While a take goes on, **acts** happen at their times: every key expires, the server starts cold,
//! a fault comes and goes. What each take came to is **measured**, and the scene's **claims** about that are checked, as in
//! "with single-flight the database sees 1 query instead of one for each request".
//!
//! ```text
//! scenes/*.toml ── Scene ── takes (Conditions) ── Workload ── acts
//!                     └──── claims ── Measured ── does it hold?
//! ```
//!
//! This crate is the script and the judge: plain data, and arithmetic on it. The laboratory plays it.

mod act;
mod claim;
mod measure;
mod script;

pub use act::{Act, Deed};
pub use claim::{Bound, Claim, Judged};
pub use measure::{Measure, MeasureKind, Measured};
pub use script::{Error, Scene, Take};
