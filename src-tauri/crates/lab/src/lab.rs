use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Weak};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use cache::Dialect;
use database::{Database, Size};
use flow::Flow;
use tokio::sync::watch;
use trace::{
    Circuit, Conditions, Effect, Engine, Faults, MonotonicClock, Operation, Pattern, ProductId, Protection, Query,
    Request, StepKind, Trace, Workload,
};

use crate::archive::Archive;
use crate::background::shared_in;
use crate::click::Click;
use crate::core::{Connections, Core, EngineSlot};
use crate::data_dir::DataDir;
use crate::database::Databases;
use crate::engine::RunningEngine;
use crate::engine::upkeep::nowhere;
use crate::events::Notices;
use crate::faults::Broken;
use crate::guide::Guide;
use crate::inside::Inside;
use crate::passwords::Passwords;
use crate::runtime::Runtime;
use crate::settings_file::SettingsFile;
use crate::split::Split;
use crate::traffic::Traffic;
use crate::visits::Visits;
use crate::{
    BackgroundWork, CatalogueState, Cleared, DoorState, EngineState, Error, Events, Excerpt, Frame, Held, Launcher,
    RunSummary, Settings, SplitState, Status, StepSql, StudyState, TraceDetail, TrafficState,
};

/// How much of a value is shown, in bytes.
const VALUE_SHOWN: usize = 64 * 1024;

/// What a laboratory is opened with.
#[derive(Debug, Clone)]
pub struct Options {
    /// The folder for the catalogue and the settings. Where it cannot be written, a temporary one is used.
    pub data_dir: PathBuf,
    /// How large a catalogue.
    pub size: Size,
    /// How to start mini-redis in a process of its own.
    pub launcher: Launcher,
    /// Settings to begin with instead of those kept; then none are kept.
    pub settings: Option<Settings>,
    /// Where the bundled server is to listen on loopback; 0 for any port that is free.
    pub port: u16,
    /// Whether a schema may be created on the server of a database that has none of ours yet.
    pub create_schema: bool,
}

/// What the sides of a split have in common.
pub(crate) struct Common {
    pub(crate) clock: Arc<MonotonicClock>,
    pub(crate) archive: Arc<Archive>,
    pub(crate) passwords: Arc<Passwords>,
    /// The first side, where it is the second that is opened.
    pub(crate) first: Option<Weak<Core>>,
}

/// The running laboratory. Cloning it shares it; the last one dropped ends everything it started.
#[derive(Debug, Clone)]
pub struct Lab {
    pub(crate) core: Arc<Core>,
}

impl Lab {
    /// Opens the laboratory. The engine is started and the catalogue opened, or built, meanwhile: see [`Lab::events`]
    /// and [`Lab::ready`].
    ///
    /// # Errors
    /// [`Error::Start`] when no thread or no temporary folder can be had, [`Error::Invalid`] when the settings given make no
    /// sense.
    pub fn open(options: Options) -> Result<Self, Error> {
        let (data_dir, notice) = DataDir::prepare(&options.data_dir).map_err(Error::Start)?;
        let archive = Arc::new(Archive::in_folder(data_dir.path()).map_err(Error::Start)?);
        let common =
            Common { clock: Arc::new(MonotonicClock::start()), archive, passwords: Arc::default(), first: None };
        Self::open_in(data_dir, notice, options, common)
    }

    /// Opens one side of a split.
    pub(crate) fn open_with(options: Options, common: Common) -> Result<Self, Error> {
        let (data_dir, notice) = DataDir::prepare(&options.data_dir).map_err(Error::Start)?;
        Self::open_in(data_dir, notice, options, common)
    }

    fn open_in(
        data_dir: DataDir,
        data_dir_notice: Option<String>,
        options: Options,
        common: Common,
    ) -> Result<Self, Error> {
        let Options { data_dir: _, size, launcher, settings, port, create_schema } = options;
        let Common { clock, archive, passwords, first } = common;
        let flow_thread = if first.is_none() { "cachescope-flow" } else { "cachescope-b" };
        let runtime = Runtime::start(flow_thread).map_err(Error::Start)?;
        let (settings, settings_file, settings_notice) = if let Some(settings) = settings {
            settings.check().map_err(Error::Invalid)?;
            (settings, None, None)
        } else {
            let file = SettingsFile::in_folder(data_dir.path());
            let (settings, notice) = file.read();
            (settings, Some(file), notice)
        };
        passwords.remember(&settings.conditions);
        // Faults are never kept: those of a file are nobody's wish of now.
        let chosen = if settings_file.is_some() { Faults::default() } else { settings.conditions.faults };
        let settings = without_faults(settings);
        let broken = Broken::chosen(chosen);
        let conditions = broken.with_chosen(settings.conditions.clone());
        let status = Status {
            catalogue: CatalogueState::Opening,
            engine: EngineState::Starting,
            traffic: TrafficState::Idle,
            recording: None,
            study: StudyState::Idle,
            scene: None,
            recordings: 0,
            split: if first.is_none() { SplitState::Closed } else { SplitState::Open },
            conditions: conditions.clone(),
            faults: Faults::default(),
            background: BackgroundWork::default(),
            circuit: Circuit::default(),
            filter: None,
            data_dir: data_dir.path().display().to_string(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            door: DoorState::Closed,
            engine_facts: None,
        };
        let door_settings = watch::Sender::new(settings.door);
        let (shared, losses) = shared_in(data_dir.path());
        let connections = Connections::to(nowhere(), settings.conditions.engine.clone(), 0);
        let core = Arc::new(Core {
            runtime,
            clock,
            data_dir,
            settings_file,
            size,
            launcher,
            conditions: Mutex::new(conditions),
            settings: Mutex::new(settings),
            engine: tokio::sync::Mutex::new(EngineSlot {
                running: None,
                target: None,
                detour: None,
                port,
                generation: 0,
                started: Instant::now(),
                short_lives: 0,
            }),
            connections: Mutex::new(connections),
            broken,
            databases: Databases::default(),
            may_create_schema: create_schema,
            passwords,
            shared,
            clicks: tokio::sync::Mutex::default(),
            last_id: Arc::new(AtomicU64::new(0)),
            traffic: Traffic::new(),
            guide: Guide::default(),
            visits: Visits::default(),
            inside: Inside::default(),
            door_settings,
            archive,
            recording: Mutex::new(None),
            split: Split::default(),
            first,
            status: watch::Sender::new(status),
            notices: watch::Sender::new(Notices::default()),
        });
        for notice in [data_dir_notice, settings_notice].into_iter().flatten().chain(losses) {
            core.notice(notice);
        }
        core.watch_background();
        core.keep_visits();
        let engine = Arc::clone(&core);
        core.runtime.handle().spawn(async move { engine.start_engine(&mut *engine.engine.lock().await).await });
        core.open_database(core.conditions().database, create_schema);
        core.runtime.handle().spawn(tell_of_circuit(core.shared.circuit(), Arc::downgrade(&core)));
        Ok(Self { core })
    }

    /// How the laboratory is.
    #[must_use]
    pub fn status(&self) -> Status {
        self.core.status.borrow().clone()
    }

    /// What the laboratory says of its own accord, beginning with how it is.
    #[must_use]
    pub fn events(&self) -> Events {
        Events::new(self.core.status.subscribe(), self.core.notices.subscribe())
    }

    /// Waits until the catalogue is open and the engine has been started.
    ///
    /// # Errors
    /// [`Error::NotReady`] when the catalogue cannot be opened, or has to be agreed to first.
    pub async fn ready(&self) -> Result<(), Error> {
        let mut status = self.core.status.subscribe();
        let settled = status.wait_for(|status| status.catalogue.is_settled() && status.engine != EngineState::Starting);
        match &settled.await.map_err(|_| Error::Closing)?.catalogue {
            CatalogueState::Failed { message } | CatalogueState::Asking { message } => {
                Err(Error::NotReady(message.clone()))
            }
            _ => Ok(()),
        }
    }

    /// What is kept from one start to the next.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.core.settings().clone()
    }

    /// Changes the settings, and with them the conditions. Another engine, or one with another memory, is started at once,
    /// empty; the one before it is stopped if it is ours. Another database is opened meanwhile, over a cache that is emptied. Faults are no settings: those in force stay, whatever these say.
    ///
    /// # Errors
    /// [`Error::Invalid`] when they make no sense: then nothing changes. [`Error::SettingsNotKept`] when they hold but
    /// could not be written.
    pub async fn change_settings(&self, settings: Settings) -> Result<Status, Error> {
        let core = &self.core;
        let mut settings = without_faults(settings);
        core.passwords.tell(&mut settings.conditions)?;
        settings.check().map_err(Error::Invalid)?;
        let conditions = core.broken.with_chosen(settings.conditions.clone());
        conditions.check().map_err(Error::Invalid)?;
        let mut slot = core.engine.lock().await;
        if core.studies() && settings.conditions != core.settings().conditions {
            let message = "A planned comparison goes on under conditions of its own. Wait for its end, or cancel it.";
            return Err(Error::Invalid(message.to_owned()));
        }
        if settings.conditions.engine != core.settings().conditions.engine {
            core.keep_apart(&settings.conditions)?;
        }
        let another_database = !settings.conditions.database.is_same(&core.settings().conditions.database);
        if another_database {
            core.may_change_database(&settings.conditions).await?;
        }
        let before = std::mem::replace(&mut *core.settings(), settings.clone());
        core.door_settings.send_if_modified(|door| std::mem::replace(door, settings.door) != settings.door);
        // While a scene is on, or somebody leads through a lesson, what is not about conditions leaves theirs in force.
        let others_stay = (core.has_scene() || core.is_guided()) && settings.conditions == before.conditions;
        if !core.studies() && !others_stay {
            core.set_conditions(conditions);
        }
        let server = |settings: &Settings| (settings.conditions.engine.clone(), settings.conditions.memory);
        let others_left = settings.conditions != before.conditions && (core.forget_scene() | core.guide.forget());
        if server(&before) != server(&settings) || others_left || another_database {
            if let Some(running) = slot.running.take() {
                running.stop().await;
            }
            slot.short_lives = 0;
            core.start_engine(&mut slot).await;
        }
        if another_database {
            core.empty_external(&slot).await;
            core.shared.forget_database();
            core.open_database(settings.conditions.database.clone(), false);
        } else if settings.conditions.database != before.conditions.database {
            // Another password was given for the address that is in the settings already: this one may be let in.
            core.take_other_password(&settings.conditions.database);
            self.retry_catalogue();
        }
        // Also where nothing changed: the last time it may have failed.
        if let Some(file) = &core.settings_file {
            file.write(&settings)?;
        }
        Ok(self.status())
    }

    /// Sends a read through the flow.
    ///
    /// # Errors
    /// [`Error::Invalid`] for product 0 and during a planned comparison, [`Error::NotReady`] before the catalogue is open. Whatever goes wrong inside the
    /// flow is part of the trace.
    pub async fn read(&self, product: ProductId, query: Query) -> Result<TraceDetail, Error> {
        self.click(Request::read(product, query)).await
    }

    /// Sends a write through the flow: the product's price goes up by a cent, and its keys are deleted.
    ///
    /// # Errors
    /// As [`Lab::read`].
    pub async fn write(&self, product: ProductId) -> Result<TraceDetail, Error> {
        let query = self.core.conditions().query;
        self.click(Request { query, ..Request::write(product) }).await
    }

    /// Removes our own keys from the cache. mini-redis cannot list its keys, so it is started anew.
    ///
    /// # Errors
    /// [`Error::Cache`] when the cache cannot be reached or refuses, [`Error::Invalid`] during a planned comparison.
    pub async fn clear_cache(&self) -> Result<Cleared, Error> {
        let core = &self.core;
        core.leave_studies_alone()?;
        let cache = core.connections().direct.clone();
        if cache.target().dialect() == Dialect::MiniRedis {
            let mut slot = core.engine.lock().await;
            let Some(running) = slot.running.take() else {
                return Err(Error::Invalid("mini-redis is stopped; what it held is gone already.".to_owned()));
            };
            running.stop().await;
            core.start_engine(&mut slot).await;
            return Ok(Cleared { keys: None });
        }
        let keys = core.runtime.run(async move { cache.clear().await }).await??;
        Ok(Cleared { keys: Some(keys) })
    }

    /// Stops the server behind the cache. What it held is gone: it was in memory.
    ///
    /// # Errors
    /// [`Error::Invalid`] when it is not ours to stop, and during a planned comparison.
    pub async fn stop_engine(&self) -> Result<Status, Error> {
        self.core.leave_studies_alone()?;
        let mut slot = self.core.engine.lock().await;
        if let Some(RunningEngine::External(target)) = &slot.running {
            let address = target.address();
            return Err(Error::Invalid(format!("The server at {address} is not Cachescope's to stop.")));
        }
        if let Some(running) = slot.running.take() {
            let address = running.own_address().map(|address| address.to_string()).unwrap_or_default();
            self.core.supersede(&mut slot);
            running.stop().await;
            self.core.set_engine(EngineState::Stopped { address });
        }
        Ok(self.status())
    }

    /// Starts the server behind the cache again, empty, on the port it had if that is still free. An external one is
    /// connected to anew.
    ///
    /// # Errors
    /// None today; what goes wrong is in the status.
    pub async fn revive_engine(&self) -> Result<Status, Error> {
        let mut slot = self.core.engine.lock().await;
        let answering = matches!(self.core.status.borrow().engine, EngineState::Running { .. });
        if slot.running.is_none() || !answering {
            if let Some(running) = slot.running.take() {
                running.stop().await;
            }
            slot.short_lives = 0;
            self.core.start_engine(&mut slot).await;
        }
        Ok(self.status())
    }

    /// Sends traffic: one run at a time; on a split Stage the same on both sides, in step. What it meets is read by [`Lab::frame`] and [`Lab::summary`]; how it ends is in the
    /// status.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the workload makes no sense, or traffic is being sent already; [`Error::NotReady`] before the
    /// catalogue is open.
    pub async fn start_traffic(&self, workload: Workload) -> Result<Status, Error> {
        self.core.leave_to_first_side()?;
        match self.core.second_side() {
            Some(second) => self.core.start_in_step(&second, workload, None).await?,
            None => self.core.start_traffic(workload, None).await?,
        }
        Ok(self.status())
    }

    /// Stops the traffic, of a split on both sides. What is under way has two seconds to end; what is left then is given up and counts as an error.
    #[must_use]
    pub fn stop_traffic(&self) -> Status {
        for side in self.core.sides() {
            side.stop_traffic();
        }
        self.status()
    }

    /// Waits until no traffic is sent any more, and says how the last run ended.
    ///
    /// # Errors
    /// [`Error::Closing`] when the laboratory closes meanwhile.
    pub async fn traffic_ended(&self) -> Result<TrafficState, Error> {
        let mut status = self.core.status.subscribe();
        let ended = |status: &Status| {
            let under_way = matches!(
                status.traffic,
                TrafficState::Warming { .. } | TrafficState::Running { .. } | TrafficState::Stopping { .. }
            );
            !under_way && !self.core.traffic_is_on()
        };
        let traffic = status.wait_for(ended).await.map_err(|_| Error::Closing)?.traffic.clone();
        // Visitors may have taken the Stage since.
        let visited = matches!(traffic, TrafficState::Visited { .. });
        Ok(self.core.last_ended().filter(|_| visited).unwrap_or(traffic))
    }

    /// How the present run is, or the last one was, and its samples from `cursor` on; `None` before the first.
    #[must_use]
    pub fn frame(&self, cursor: u64) -> Option<Frame> {
        self.core.frame(cursor)
    }

    /// The distributions of the present run, or the last one, and its seconds from `first_second` on; `None` before the
    /// first.
    #[must_use]
    pub fn summary(&self, first_second: u32) -> Option<RunSummary> {
        self.core.summary(first_second)
    }

    /// Holds the traces that are kept of the present run, or the last one, so that they stay while one looks at them.
    #[must_use]
    pub fn hold_traces(&self) -> Held {
        self.core.hold_traces()
    }

    /// Lets go of them.
    pub fn release_traces(&self) {
        self.core.release_traces();
    }

    /// The trace of a request of the traffic, if it is held or still kept. Its bytes and its value were not.
    ///
    /// # Errors
    /// [`Error::Closing`] when the laboratory is being closed.
    pub async fn kept_trace(&self, id: u64) -> Result<Option<TraceDetail>, Error> {
        let core = &self.core;
        let (Some(kept), Some(database)) = (core.kept_trace(id), core.database()) else {
            return Ok(None);
        };
        let (trace, conditions, at_unix_ms) = kept;
        core.runtime.run(async move { Some(detail_of_traffic(trace, &conditions, at_unix_ms, &database).await) }).await
    }

    /// Stops what was started, has what waits in the queue of write-behind written, and closes the database. Says what was lost,
    /// if the database did not take all of it in time.
    pub async fn close(self) -> Option<String> {
        self.core.close_second().await;
        self.core.close_traffic().await;
        // That of a run has ended with it; that of visitors ends here.
        self.core.end_before_run().await;
        // A database that is broken on purpose would not take the queue.
        self.core.lift_faults(&mut *self.core.engine.lock().await).await;
        let lost = self.core.close_background().await;
        // The second side's is the first one's.
        if self.core.first.is_none() {
            self.core.archive.close().await;
        }
        let mut slot = self.core.engine.lock().await;
        if let Some(running) = slot.running.take() {
            running.stop().await;
        }
        if let Some(database) = self.core.databases.take() {
            let _ = self.core.runtime.run(database.close()).await;
        }
        self.core.data_dir.discard_temporary();
        lost
    }

    async fn click(&self, request: Request) -> Result<TraceDetail, Error> {
        let core = &self.core;
        core.leave_studies_alone()?;
        if request.product == 0 {
            return Err(Error::Invalid("Products are numbered from 1.".to_owned()));
        }
        let Some(database) = core.database() else {
            return Err(Error::NotReady(match &core.status.borrow().catalogue {
                CatalogueState::Failed { message } | CatalogueState::Asking { message } => message.clone(),
                _ => "The catalogue is being prepared; send the request when it is there.".to_owned(),
            }));
        };
        let _turn = core.clicks.lock().await;
        let id = core.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let Connections { engine, generation, cache, tapped, tap, .. } = core.connections().clone();
        // The engine that answers, which may not be the one that was asked for last.
        let conditions = Conditions { engine, ..core.conditions() };
        let database = core.broken.database(&database);
        let flow = core.flow(tapped, database, &conditions).with_background_cache(cache);
        let click = Click::new(id, request, tap, core.on_reload());
        let detail = core.runtime.run(record(request, conditions, flow, click)).await?;
        self.remember(&detail.trace);
        // What the Bloom filter has answered says nothing about the engine.
        let filtered = |effect: &Effect| effect.protection == Protection::BloomFilter && effect.queries_avoided > 0;
        if !detail.trace.effects.iter().any(filtered) {
            core.observe(generation, detail.trace.outcome).await;
        }
        Ok(detail)
    }
}

/// What is kept: without what is broken on purpose.
fn without_faults(settings: Settings) -> Settings {
    let conditions = Conditions { faults: Faults::default(), ..settings.conditions };
    Settings { conditions, ..settings }
}

/// Sends one request through the flow and gathers all there is to see of it. What is looked up afterwards is not timed.
async fn record(request: Request, conditions: Conditions, flow: Flow, mut click: Click) -> TraceDetail {
    let at_unix_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as u64);
    let response = match request.operation {
        Operation::Read => flow.read(&request, &mut click).await,
        Operation::Write => flow.write(&request, &mut click).await,
    };
    let (mut trace, wire, wire_note) = click.into_parts(flow.cache().not_captured());
    let sql = complete(&mut trace, &conditions, flow.database()).await;
    TraceDetail {
        keys: keys_of(&request),
        engine: conditions.engine.to_string(),
        pattern: conditions.pattern,
        at_unix_ms,
        trace,
        wire,
        wire_note,
        sql,
        value: response.body.map(|body| Excerpt::of_text(&body, VALUE_SHOWN)),
        value_note: None,
        database: conditions.database.to_string(),
    }
}

/// Says how the circuit breaker stands whenever that changes, for as long as there is a laboratory.
async fn tell_of_circuit(mut circuit: watch::Receiver<Circuit>, core: Weak<Core>) {
    while circuit.changed().await.is_ok() {
        let Some(core) = core.upgrade() else { return };
        let circuit = *circuit.borrow_and_update();
        core.status.send_modify(|status| status.circuit = circuit);
    }
}

/// What can be said of a request of the traffic: its trace, and the SQL it must have run.
async fn detail_of_traffic(
    mut trace: Trace,
    conditions: &Conditions,
    at_unix_ms: u64,
    database: &Database,
) -> TraceDetail {
    let sql = complete(&mut trace, conditions, database).await;
    let not_kept =
        |what: &str| Some(format!("Of traffic, {what} not kept. Send the same request by itself to see it."));
    TraceDetail {
        keys: keys_of(&trace.request),
        engine: conditions.engine.to_string(),
        pattern: conditions.pattern,
        at_unix_ms,
        wire: Vec::new(),
        wire_note: not_kept("the bytes on the wire are"),
        sql,
        value: None,
        value_note: not_kept("the values are"),
        database: conditions.database.to_string(),
        trace,
    }
}

/// Looks up what is not timed: the statements of a trace, and what the engine made of a delete.
async fn complete(trace: &mut Trace, conditions: &Conditions, database: &Database) -> Vec<StepSql> {
    let deleted = trace.steps.iter().any(|step| step.kind == StepKind::CacheDel && !step.failed);
    if let (true, Engine::MiniRedis { .. }) = (deleted, &conditions.engine) {
        trace.notes.push("mini-redis has no DEL: each delete was written as a SET that expires in 1 ms.".to_owned());
    }
    let mut sql = Vec::new();
    for (step, kind) in (0..).zip(trace.steps.iter().map(|step| step.kind)) {
        if matches!(kind, StepKind::DbQuery | StepKind::DbWrite) {
            match database.explain(&asked_in(kind, trace.request, conditions.pattern)).await {
                Ok(statements) => {
                    sql.push(StepSql { step, statements: statements.into_iter().map(Into::into).collect() });
                }
                Err(error) => trace.notes.push(format!("The query plan could not be had: {error}")),
            }
        }
    }
    sql
}

/// The request whose statement a step runs: a write that stores the new answer asks for it too.
fn asked_in(step: StepKind, request: Request, pattern: Pattern) -> Request {
    match (step, pattern) {
        (StepKind::DbQuery, Pattern::WriteBehind)
            if request.operation == Operation::Write && !request.query.holds_row() =>
        {
            Request::read(request.product, Query::Lookup)
        }
        (StepKind::DbQuery, _) => Request::read(request.product, request.query),
        _ => request,
    }
}

/// The keys a request reads or deletes.
fn keys_of(request: &Request) -> Vec<String> {
    match request.operation {
        Operation::Read => vec![request.key()],
        Operation::Write => request.keys_of_product().into(),
    }
}
