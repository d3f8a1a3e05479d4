use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Instant;

use cache::{Cache, Tap, Target};
use database::{Database, Size};
use flow::Flow;
use tokio::sync::watch;
use trace::{Conditions, Engine, MonotonicClock};

use crate::archive::Archive;
use crate::data_dir::DataDir;
use crate::database::Databases;
use crate::engine::RunningEngine;
use crate::engine::facts::EngineFacts;
use crate::events::Notices;
use crate::faults::{Broken, Detour};
use crate::guide::Guide;
use crate::inside::Inside;
use crate::passwords::Passwords;
use crate::recordings::Under;
use crate::runtime::Runtime;
use crate::settings::DoorSettings;
use crate::settings_file::SettingsFile;
use crate::split::Split;
use crate::traffic::Traffic;
use crate::visits::Visits;
use crate::{CatalogueState, EngineState, Launcher, Settings, Status};

/// What all handles of a laboratory share.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) runtime: Runtime,
    pub(crate) clock: Arc<MonotonicClock>,
    pub(crate) data_dir: DataDir,
    pub(crate) settings_file: Option<SettingsFile>,
    pub(crate) size: Size,
    pub(crate) launcher: Launcher,
    pub(crate) settings: Mutex<Settings>,
    /// What requests are sent under: those of the settings, or while a planned comparison goes on its own.
    pub(crate) conditions: Mutex<Conditions>,
    /// Held while an engine is started or stopped, so that two never overlap.
    pub(crate) engine: tokio::sync::Mutex<EngineSlot>,
    pub(crate) connections: Mutex<Connections>,
    pub(crate) broken: Broken,
    pub(crate) databases: Databases,
    /// Whether a schema may be created on the server of a database without asking.
    pub(crate) may_create_schema: bool,
    pub(crate) passwords: Arc<Passwords>,
    /// What the requests of clicks and of traffic have in common.
    pub(crate) shared: flow::Shared,
    /// Held during a single click: the tap shows one request at a time.
    pub(crate) clicks: tokio::sync::Mutex<()>,
    pub(crate) last_id: Arc<AtomicU64>,
    pub(crate) traffic: Traffic,
    /// Whoever leads through it.
    pub(crate) guide: Guide,
    /// What others send.
    pub(crate) visits: Visits,
    /// What looking into it all needs.
    pub(crate) inside: Inside,
    pub(crate) door_settings: watch::Sender<DoorSettings>,
    /// Where recordings are kept.
    pub(crate) archive: Arc<Archive>,
    pub(crate) recording: Mutex<Option<Under>>,
    /// The second side, where the Stage is split.
    pub(crate) split: Split,
    /// The first side, where this is the second.
    pub(crate) first: Option<Weak<Self>>,
    pub(crate) status: watch::Sender<Status>,
    pub(crate) notices: watch::Sender<Notices>,
}

#[derive(Debug)]
pub(crate) struct EngineSlot {
    pub(crate) running: Option<RunningEngine>,
    /// How it is reached, while it runs.
    pub(crate) target: Option<Target>,
    /// What stands before it, while something is wrong with the cache on purpose.
    pub(crate) detour: Option<Detour>,
    /// Where ours was last, to come back there.
    pub(crate) port: u16,
    /// Counts starts, so that the death of one long stopped is not taken for the death of the present one.
    pub(crate) generation: u64,
    pub(crate) started: Instant,
    pub(crate) short_lives: u32,
}

/// The ways to the engine: one for everybody, one whose bytes are seen.
#[derive(Debug, Clone)]
pub(crate) struct Connections {
    /// Which engine they lead to.
    pub(crate) engine: Engine,
    /// Of which start. What a request met on an older one says nothing about the engine of now.
    pub(crate) generation: u64,
    /// Past whatever is in the way on purpose: for what is no request.
    pub(crate) direct: Cache,
    pub(crate) cache: Cache,
    pub(crate) tapped: Cache,
    pub(crate) tap: Tap,
}

impl Connections {
    pub(crate) fn to(target: Target, engine: Engine, generation: u64) -> Self {
        let cache = Cache::new(target);
        let (tapped, tap) = cache.tapped();
        Self { engine, generation, direct: cache.clone(), cache, tapped, tap }
    }
}

impl Core {
    pub(crate) fn settings(&self) -> MutexGuard<'_, Settings> {
        self.settings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn conditions(&self) -> Conditions {
        self.conditions.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends requests under other conditions from now on. What that means for the engine is the caller's to do.
    pub(crate) fn set_conditions(&self, conditions: Conditions) {
        *self.conditions.lock().unwrap_or_else(PoisonError::into_inner) = conditions.clone();
        self.status.send_if_modified(|status| {
            let changed = status.conditions != conditions;
            status.conditions = conditions;
            changed
        });
        self.setup_changed();
        self.build_filter();
    }

    /// Builds the Bloom filter where it is asked for and the catalogue is open, so that no request has to wait for it.
    pub(crate) fn build_filter(&self) {
        let (conditions, Some(database)) = (self.conditions(), self.database()) else { return };
        if !conditions.protections.bloom_filter || self.shared.filter().is_some() {
            return;
        }
        let flow = self.flow(self.connections().cache.clone(), database, &conditions);
        let (shared, status) = (self.shared.clone(), self.status.clone());
        self.runtime.handle().spawn(async move {
            // Should it fail, the first request tries again, and says why it failed.
            if flow.build_filter().await.is_ok() {
                status.send_modify(|status| status.filter = shared.filter().map(Into::into));
            }
        });
    }

    /// The flow over that cache and database under these conditions.
    pub(crate) fn flow(&self, cache: Cache, database: Database, conditions: &Conditions) -> Flow {
        Flow::new(cache, database, conditions, Arc::clone(&self.clock) as _).sharing(&self.shared)
    }

    pub(crate) fn connections(&self) -> MutexGuard<'_, Connections> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set_engine(&self, engine: EngineState) {
        self.status.send_if_modified(|status| {
            let answers = matches!(engine, EngineState::Running { .. });
            let changed = status.engine != engine || (!answers && status.engine_facts.is_some());
            status.engine = engine;
            // What is not there is nothing in particular.
            status.engine_facts = status.engine_facts.take().filter(|_| answers);
            changed
        });
    }

    /// The same for an engine that answers, with what was found out about it, unless its connections have been superseded.
    pub(crate) fn set_examined(&self, generation: u64, address: String, facts: EngineFacts) {
        let connections = self.connections();
        if connections.generation == generation {
            self.status.send_if_modified(|status| {
                let engine = EngineState::Running { address };
                let changed = status.engine != engine || status.engine_facts.as_ref() != Some(&facts);
                status.engine = engine;
                status.engine_facts = Some(facts);
                changed
            });
        }
    }

    /// Sets the engine's state as seen over connections of that generation, unless they have been superseded.
    pub(crate) fn set_engine_as_of(&self, generation: u64, engine: EngineState) {
        // Held until it is set, so that nobody supersedes them in between.
        let connections = self.connections();
        if connections.generation == generation {
            self.set_engine(engine);
        }
    }

    /// Begins a new generation: from here on, what is still under way on the old one is not heard.
    pub(crate) fn supersede(&self, slot: &mut EngineSlot) {
        slot.generation += 1;
        self.connections().generation = slot.generation;
    }

    pub(crate) fn set_catalogue(&self, catalogue: CatalogueState) {
        self.status.send_modify(|status| status.catalogue = catalogue);
    }

    pub(crate) fn notice(&self, notice: String) {
        self.notices.send_modify(|notices| notices.push(notice));
    }
}
