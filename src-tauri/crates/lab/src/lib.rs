//! The running laboratory: engine, database, conditions and flow.

mod detail;
mod settings;
mod status;

pub use detail::{Excerpt, Statement, StepSql, StepWire, TraceDetail};
pub use settings::{Appearance, Motion, Settings, Theme};
pub use status::{CatalogueState, Cleared, EngineState, Event, Status};
