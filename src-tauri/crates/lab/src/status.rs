use serde::{Deserialize, Serialize};
use trace::{Circuit, Conditions, Faults, Trace, Workload};
use ts_rs::TS;

use crate::engine::facts::EngineFacts;
use crate::recordings::RecordingNow;
use crate::scene::SceneState;
use crate::split::SplitState;
use crate::study::StudyState;

/// How the laboratory is at this moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Status {
    /// The catalogue the database holds.
    pub catalogue: CatalogueState,
    /// The server behind the cache.
    pub engine: EngineState,
    /// The traffic that is sent.
    pub traffic: TrafficState,
    /// What is being recorded.
    pub recording: Option<RecordingNow>,
    /// The planned comparison.
    pub study: StudyState,
    /// The scene that is played, or was last; absent once it was left.
    pub scene: Option<SceneState>,
    /// Counts up whenever the list of recordings has changed.
    pub recordings: u32,
    /// Whether there is a second side.
    pub split: SplitState,
    /// What shapes the requests now.
    pub conditions: Conditions,
    /// What is broken on purpose at this moment: of the conditions' faults those whose time it is.
    pub faults: Faults,
    /// What is done behind the requests' backs.
    pub background: BackgroundWork,
    /// How the circuit breaker before the database stands.
    pub circuit: Circuit,
    /// The Bloom filter of the products; absent before it was first asked for.
    pub filter: Option<FilterFacts>,
    /// The folder that holds the catalogue and the settings.
    pub data_dir: String,
    /// The version of Cachescope.
    pub version: String,
    /// The HTTP front door.
    pub door: DoorState,
    /// What the server behind the cache is, as found out when it was connected to; absent while it is not.
    pub engine_facts: Option<EngineFacts>,
}

/// How the HTTP front door is.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum DoorState {
    /// Nobody comes in.
    #[default]
    Closed,
    /// Other programs may come in.
    Open {
        /// `host:port`, where they reach it.
        address: String,
        /// Whether the settings open and close it. Else it was opened on the command line, and is open until that ends.
        by_settings: bool,
    },
    /// It could not be opened.
    Failed {
        /// What happened and what to do.
        message: String,
    },
}

/// A Bloom filter in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, TS)]
pub struct FilterFacts {
    /// How much memory it takes.
    #[ts(type = "number")]
    pub bytes: u64,
    /// How many products are in it.
    #[ts(type = "number")]
    pub products: u64,
    /// Of the products that do not exist, the share that it lets through, in percent.
    pub false_positive_percent: f64,
}

impl From<flow::Filter> for FilterFacts {
    fn from(filter: flow::Filter) -> Self {
        let flow::Filter { bytes, products, false_positive_percent } = filter;
        Self { bytes, products, false_positive_percent }
    }
}

/// How far the catalogue is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CatalogueState {
    /// Being opened.
    Opening,
    /// First start: being built.
    Building {
        /// The table being filled.
        table: String,
        /// Rows written so far, of all tables.
        #[ts(type = "number")]
        done_rows: u64,
        /// Rows to be written, of all tables.
        #[ts(type = "number")]
        total_rows: u64,
    },
    /// Open for requests.
    Ready {
        /// The SQLite file, or the schema and its server.
        path: String,
        /// How many products it holds; they are numbered from 1.
        products: u32,
        /// How many reviews it holds.
        #[ts(type = "number")]
        reviews: u64,
        /// Size of the file, or of the tables and their indexes, in bytes.
        #[ts(type = "number")]
        bytes: u64,
        /// The database's name and version, as it says itself.
        version: String,
    },
    /// There is none on that server yet; it is built once its user agrees.
    Asking {
        /// What would be created, and where.
        message: String,
    },
    /// Could not be opened or built.
    Failed {
        /// What happened, what was kept and what to do.
        message: String,
    },
}

impl CatalogueState {
    /// Whether it is known how it is: nothing changes until somebody asks for it.
    pub(crate) fn is_settled(&self) -> bool {
        !matches!(self, Self::Opening | Self::Building { .. })
    }
}

/// How the server behind the cache is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum EngineState {
    /// Being started or connected to.
    Starting,
    /// Answering.
    Running {
        /// `host:port`, where `redis-cli` reaches it too.
        address: String,
    },
    /// Stopped on purpose; what it held is gone.
    Stopped {
        /// Where it was and, if the port is still free, will be again.
        address: String,
    },
    /// Not to be reached.
    Unreachable {
        /// What happened and what to do.
        message: String,
    },
}

/// How the traffic is. Runs are numbered from 1.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum TrafficState {
    /// None was sent yet.
    Idle,
    /// A run gets ready. Where the workload says so every product is read once, untimed, so that it begins with a full
    /// cache.
    Warming {
        /// Products read so far.
        #[ts(type = "number")]
        done: u64,
        /// Products to be read; 0 where none are.
        #[ts(type = "number")]
        total: u64,
    },
    /// A run is on.
    Running {
        /// Its number.
        run: u32,
        /// What it sends.
        workload: Workload,
    },
    /// No more is sent; what is under way has two seconds to end.
    Stopping {
        /// The run's number.
        run: u32,
    },
    /// The run has ended; its numbers can be read until the next one begins.
    Ended {
        /// The run's number.
        run: u32,
        /// What happened, in sentences; the first says how it ended.
        messages: Vec<String>,
        /// True where nothing went wrong: no request failed, and the counts agree.
        good: bool,
        /// The recording it was kept in: its number in the store.
        #[ts(type = "number | null")]
        recording: Option<i64>,
    },
    /// A recording is played back as if it were live.
    Replaying {
        /// What stands in for the number of a run; another one after each leap in time.
        run: u32,
        /// The recording's number in the store.
        #[ts(type = "number")]
        recording: i64,
        /// What it is called.
        name: String,
        /// How far it is, in milliseconds, when this was said.
        position_ms: u32,
        /// How long it is.
        length_ms: u32,
        /// Whether it stands still.
        paused: bool,
    },
    /// Cachescope sends none; others send requests through the HTTP front door, and those are shown.
    Visited {
        /// What stands in for the number of a run.
        run: u32,
        /// Whether somebody comes now; false once it has been quiet for a while.
        live: bool,
    },
    /// It was stopped, or failed, before it began. Nothing that counts was sent.
    Failed {
        /// What happened.
        message: String,
    },
}

/// What is done in the background, since the start: reloads by refresh-ahead and stale-while-revalidate, and the queue of
/// write-behind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BackgroundWork {
    /// Reloads under way.
    #[ts(type = "number")]
    pub reloading: u64,
    /// Reloads that brought a value.
    #[ts(type = "number")]
    pub reloads: u64,
    /// Reloads that did not, or were called off.
    #[ts(type = "number")]
    pub reloads_failed: u64,
    /// What the last reload did that a single request began; it has the number of that request.
    pub last_reload: Option<Trace>,
    /// Writes that are acknowledged and not yet in the database: what a crash would take now.
    #[ts(type = "number")]
    pub waiting: u64,
    /// Writes that came from the queue to the database.
    #[ts(type = "number")]
    pub written: u64,
    /// The last transaction that brought some there.
    pub last_batch: Option<WrittenBatch>,
    /// Why the database takes none, in a sentence; they are kept and tried again.
    pub trouble: Option<String>,
}

/// A transaction that wrote what had waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct WrittenBatch {
    /// How many writes it brought.
    #[ts(type = "number")]
    pub writes: u64,
    /// Of how many rows: several writes of one product are one statement.
    #[ts(type = "number")]
    pub rows: u64,
    /// How long it took, in nanoseconds.
    #[ts(type = "number")]
    pub took_ns: u64,
}

/// What a cleared cache held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Cleared {
    /// Keys removed; absent where the server cannot count them (mini-redis is restarted instead).
    #[ts(type = "number | null")]
    pub keys: Option<u64>,
}

/// Something the laboratory says of its own accord.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "event", content = "value", rename_all = "snake_case")]
pub enum Event {
    /// Something about it has changed.
    Status(Box<Status>),
    /// Something its user should know, in a sentence.
    Notice(String),
}
