//! The running laboratory: engine, database, conditions and flow.
//!
//! A [`Lab`] is the only one that starts and stops things. It owns the runtime of the flow (a thread of its own, so that
//! neither the window nor the command line shares a core's run queue with what is measured), the server behind the
//! cache, the catalogue and the settings. Faces (a window, a terminal) ask it through the `api` crate.
//!
//! ```text
//!   Lab ── runtime ──┬── engine: bundled | mini-redis (a child process) | external
//!                    ├── database: a SQLite file, opened, or built at first start; or a schema on a PostgreSQL server
//!                    ├── faults: a proxy before the engine, a lock on the database; only while one is in force
//!                    ├── flow: cache + database + TTL, made anew for each single click
//!                    ├── traffic: one run at a time, and what is read off it
//!                    ├── visits: what other programs send through a door
//!                    ├── scenes: what goes wrong and what helps, at one press
//!                    ├── guide: conditions for a while, and whole runs, for whoever leads through a lesson
//!                    ├── recordings: what is kept of runs, planned comparisons, and playing back
//!                    ├── inside: looking into the server and the database, on a thread of its own
//!                    └── split: a second Lab beside this one, given the same traffic in step
//! ```

mod archive;
mod background;
mod click;
mod core;
mod data_dir;
mod database;
mod detail;
mod ending;
mod engine;
mod error;
mod events;
mod faults;
mod guide;
mod inside;
mod kept_file;
mod lab;
mod passwords;
mod readings;
mod recordings;
mod replay;
mod runtime;
mod scene;
mod settings;
mod settings_file;
mod split;
mod start;
mod status;
mod study;
mod traffic;
mod visits;

pub use detail::{Excerpt, Statement, StepSql, StepWire, TraceDetail};
pub use engine::facts::EngineFacts;
pub use engine::mini_redis::{self, Launcher};
pub use error::Error;
pub use events::Events;
pub use flow::digest;
pub use inside::{
    CommandDocs, CommandTable, ConsoleAnswer, InfoLine, InfoSection, KeyFacts, KeysPage, LookAt, Passed, Passing,
    RespEntry, RespReply, RowFacts, ServerInfo, TableAt, TableName, TablePage, Watch,
};
pub use kept_file::KeptFile;
pub use lab::{Lab, Options};
pub use readings::{Frame, Held, RunSummary};
pub use recordings::RecordingNow;
pub use scene::SceneState;
pub use settings::{Appearance, DoorSettings, Motion, Settings, Theme};
pub use split::{Side, SplitState};
pub use status::{
    BackgroundWork, CatalogueState, Cleared, DoorState, EngineState, Event, FilterFacts, Status, TrafficState,
    WrittenBatch,
};
pub use study::StudyState;
pub use visits::{Answered, Visited};
