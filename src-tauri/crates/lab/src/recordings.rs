//! Recording what runs, and what can be done with recordings.

use std::sync::{Arc, Weak};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use load::{Check, Verdict};
use metrics::Meter;
use recording::comparison::MOST_RECORDINGS;
use recording::export::RecordingFile;
use recording::export::report::{Made, Section};
use recording::{
    About, Change, Conduct, Environment, Imported, NewRecording, Recorder, SideBySide, State, Store, StudyPart, Writer,
    sections_of, side_by_side,
};
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::interval;
use trace::{Conditions, Engine, Length, Workload};
use ts_rs::TS;

use crate::core::Core;
use crate::traffic::{CurrentRun, Naming};
use crate::visits::Visit;
use crate::{Error, Lab, Status};

/// How often a recording looks for seconds that have ended.
const WRITE_EVERY: Duration = Duration::from_millis(250);

/// What is being recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecordingNow {
    /// The recording's number in the store.
    #[ts(type = "number")]
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// The run it records.
    pub run: u32,
}

/// What is recorded: a run, or a visit.
#[derive(Debug)]
pub(crate) struct Subject {
    /// The number of the run, or what stands in for it.
    run: u32,
    workload: Workload,
    meter: Arc<Meter>,
}

impl From<&CurrentRun> for Subject {
    fn from(run: &CurrentRun) -> Self {
        Self { run: run.number, workload: run.workload, meter: Arc::clone(&run.meter) }
    }
}

impl From<&Visit> for Subject {
    fn from(visit: &Visit) -> Self {
        Self { run: visit.number, workload: Workload::visitors(), meter: Arc::clone(&visit.meter) }
    }
}

/// A recording that goes on.
#[derive(Debug)]
pub(crate) struct Under {
    now: RecordingNow,
    workload: Workload,
    /// Whether it ends with its run; else it is a round of a study.
    lone: bool,
    end: oneshot::Sender<End>,
    task: JoinHandle<Option<Writer>>,
}

/// What became of the recording of a run that has ended.
#[derive(Debug)]
pub(crate) enum Kept {
    /// It is complete: its number in the store.
    Whole(i64),
    /// It is a round of a study, which goes on with this.
    Round(Box<Writer>),
}

impl Kept {
    pub(crate) fn whole(&self) -> Option<i64> {
        match self {
            Self::Whole(id) => Some(*id),
            Self::Round(_) => None,
        }
    }
}

/// How a round ends.
#[derive(Debug)]
enum End {
    WithTheRun(u64, Conduct),
    BeforeIt,
}

impl Core {
    /// The recordings of the data folder.
    pub(crate) async fn store(&self) -> Result<Store, Error> {
        self.archive.store(|notice| self.notice(notice)).await
    }

    /// Asks the store, apart from what is measured.
    pub(crate) async fn with_store<T, Asked>(
        &self,
        ask: impl FnOnce(Store) -> Asked + Send + 'static,
    ) -> Result<T, Error>
    where
        T: Send + 'static,
        Asked: Future<Output = Result<T, recording::Error>> + Send + 'static,
    {
        let store = self.store().await?;
        Ok(self.archive.runtime.run(ask(store)).await??)
    }

    /// Says so, on the first side for both: there is one list.
    fn recordings_changed(&self) {
        let first = self.first.as_ref().and_then(Weak::upgrade);
        let core = first.as_deref().unwrap_or(self);
        core.status.send_modify(|status| status.recordings += 1);
    }

    /// Begins a recording in the store.
    pub(crate) async fn begin_recording(
        &self,
        name: String,
        note: String,
        study: Option<StudyPart>,
        conditions: &Conditions,
        workload: Workload,
    ) -> Result<Writer, Error> {
        let store = self.store().await?;
        let cache = self.connections().direct.clone();
        let info_before = self.runtime.run(async move { cache.info().await.ok() }).await?;
        let database = match self.database() {
            Some(database) => self.runtime.run(async move { database.version().await.unwrap_or_default() }).await?,
            None => String::new(),
        };
        let engine = engine_in_words(conditions, info_before.as_deref());
        let new = NewRecording {
            name,
            note,
            tags: Vec::new(),
            began_unix_ms: unix_ms(),
            study,
            conditions: conditions.clone(),
            workload,
            environment: Environment::here(env!("CARGO_PKG_VERSION"), engine, database),
            info_before,
        };
        Ok(self.archive.runtime.run(async move { store.begin(new).await }).await??)
    }

    /// Opens a round of a recording. Before the run begins, so that it is not kept waiting.
    pub(crate) async fn begin_round(&self, mut writer: Writer, round: u32, seed: u64) -> Result<Writer, Error> {
        let begun = self.archive.runtime.run(async move {
            writer.begin_round(round, seed).await?;
            Ok::<_, recording::Error>(writer)
        });
        Ok(begun.await??)
    }

    /// Records a run or a visit into the open round of a writer: from that second of it on, or else from the next that begins.
    pub(crate) fn record(
        self: &Arc<Self>,
        writer: Writer,
        name: String,
        subject: impl Into<Subject>,
        lone: bool,
        from: Option<u32>,
    ) {
        let Subject { run, workload, meter } = subject.into();
        let now = RecordingNow { id: writer.id(), name, run };
        let recorder = Recorder::begin(writer, meter, from.unwrap_or(0));
        let (end, ended) = oneshot::channel();
        let core = Arc::clone(self);
        let task = self.archive.runtime.handle().spawn(async move {
            match write_until(recorder, ended).await {
                Ok(writer) => Some(writer),
                Err(error) => {
                    core.notice(format!("The recording ended early. {error}"));
                    core.status.send_modify(|status| status.recording = None);
                    None
                }
            }
        });
        self.status.send_modify(|status| status.recording = Some(now.clone()));
        *self.under() = Some(Under { now, workload, lone, end, task });
    }

    /// Ends the recording of a run that has ended, if it is recorded. A lone recording is complete then.
    pub(crate) async fn end_with_run(&self, run: u32, verdict: &Verdict) -> Option<Kept> {
        let under = self.under().take_if(|under| under.now.run == run)?;
        let stopped = verdict.stopped && under.workload.length != Length::UntilStopped;
        let state = if stopped { State::Stopped } else { State::Whole };
        let (lone, name) = (under.lone, under.now.name.clone());
        let writer = self.finish(under, End::WithTheRun(verdict.elapsed_ns, conduct(verdict))).await?;
        if !lone {
            return Some(Kept::Round(Box::new(writer)));
        }
        let id = writer.id();
        self.complete(writer, state, &name).await;
        Some(Kept::Whole(id))
    }

    /// Records a visit from the next second on, until that is ended by hand.
    async fn record_visit(self: &Arc<Self>, visit: &Visit, name: Option<String>) -> Result<(), Error> {
        let (conditions, workload) = (self.conditions(), Workload::visitors());
        let name = name.unwrap_or_else(|| Self::usual_name(&conditions, &workload));
        let writer = self.begin_recording(name.clone(), String::new(), None, &conditions, workload).await?;
        let writer = self.begin_round(writer, 0, workload.seed).await?;
        self.record(writer, name, visit, true, None);
        Ok(())
    }

    /// Ends the recording of a run that ended while it was begun.
    pub(crate) async fn end_if_over(&self, run: &CurrentRun) {
        if let Some(verdict) = run.verdict.get() {
            self.end_with_run(run.number, verdict).await;
        }
    }

    /// Ends the recording after its last whole second, while its run goes on. False where there is none by itself.
    pub(crate) async fn end_before_run(&self) -> bool {
        let Some(under) = self.under().take_if(|under| under.lone) else { return false };
        let name = under.now.name.clone();
        let planned = under.workload.length == Length::UntilStopped;
        if let Some(writer) = self.finish(under, End::BeforeIt).await {
            self.complete(writer, if planned { State::Whole } else { State::Stopped }, &name).await;
        }
        true
    }

    async fn finish(&self, under: Under, end: End) -> Option<Writer> {
        // It may have ended by itself: the disk is full.
        let _ = under.end.send(end);
        let writer = under.task.await.ok().flatten();
        self.status.send_modify(|status| status.recording = None);
        writer
    }

    /// Marks a recording as ended.
    pub(crate) async fn complete(&self, writer: Writer, state: State, name: &str) {
        let cache = self.connections().direct.clone();
        let info_after = self.runtime.run(async move { cache.info().await.ok() }).await.ok().flatten();
        let ended = self.archive.runtime.run(async move { writer.end(state, info_after).await }).await;
        match ended {
            Ok(Ok(_)) => self.recordings_changed(),
            Ok(Err(error)) => self.notice(format!("The recording \"{name}\" could not be completed. {error}")),
            Err(_closing) => {}
        }
    }

    fn under(&self) -> std::sync::MutexGuard<'_, Option<Under>> {
        self.recording.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn records(&self) -> bool {
        self.under().is_some()
    }

    /// Whether that run, or visit, is being recorded.
    pub(crate) fn records_run(&self, run: u32) -> bool {
        self.under().as_ref().is_some_and(|under| under.now.run == run)
    }

    /// What to call a recording nobody has named.
    pub(crate) fn usual_name(conditions: &Conditions, workload: &Workload) -> String {
        format!("{}, {}, {workload}", conditions.short_name(), conditions.query)
    }
}

impl Lab {
    /// Records what runs, or what visitors send, from the next second on; where nothing runs and nobody comes, starts the traffic
    /// of the settings and records all of it. On a split Stage both sides are recorded, as one comparison.
    ///
    /// # Errors
    /// [`Error::Invalid`] while something is recorded already, or where the traffic cannot be started;
    /// [`Error::Recording`] where the store cannot be written.
    pub async fn start_recording(&self, name: Option<String>) -> Result<Status, Error> {
        let core = &self.core;
        core.leave_to_first_side()?;
        if core.sides().iter().any(|side| side.records()) || core.studies() {
            return Err(Error::Invalid("Something is being recorded already; stop that first.".to_owned()));
        }
        if let Some(second) = core.second_side() {
            core.record_in_step(&second, name).await?;
            return Ok(self.status());
        }
        let Some(run) = core.run_that_is_on() else {
            if let Some(visit) = core.visit_that_goes_on() {
                core.record_visit(&visit, name).await?;
                return Ok(self.status());
            }
            let workload = core.settings().workload;
            core.start_traffic(workload, Some(Naming(name))).await?;
            return Ok(self.status());
        };
        let name = name.unwrap_or_else(|| Core::usual_name(&run.conditions, &run.workload));
        let writer = core.begin_recording(name.clone(), String::new(), None, &run.conditions, run.workload).await?;
        let writer = core.begin_round(writer, 0, run.workload.seed).await?;
        core.record(writer, name, run.as_ref(), true, None);
        core.end_if_over(&run).await;
        Ok(self.status())
    }

    /// Ends the recording after its last whole second. The traffic goes on.
    ///
    /// # Errors
    /// [`Error::Invalid`] where nothing is recorded, or a study is: that is cancelled instead.
    pub async fn stop_recording(&self) -> Result<Status, Error> {
        let sides = self.core.sides();
        let ended = match sides.as_slice() {
            // At once: else one would be recorded for longer than the other.
            [one, other] => {
                let (one, other) = tokio::join!(one.end_before_run(), other.end_before_run());
                one || other
            }
            alone => {
                let mut ended = false;
                for side in alone {
                    ended |= side.end_before_run().await;
                }
                ended
            }
        };
        if !ended {
            return Err(Error::Invalid("Nothing is being recorded by itself.".to_owned()));
        }
        Ok(self.status())
    }
}

impl Lab {
    /// Every recording, the newest first.
    ///
    /// # Errors
    /// [`Error::Recording`] where they cannot be read.
    pub async fn recordings(&self) -> Result<Vec<About>, Error> {
        self.core.with_store(|store| async move { store.list().await }).await
    }

    /// Changes what a recording is called, what is written beside it, and its tags.
    ///
    /// # Errors
    /// [`Error::Recording`]; then nothing is changed.
    pub async fn change_recording(&self, id: i64, change: Change) -> Result<About, Error> {
        let about = self.core.with_store(move |store| async move { store.change(id, change).await }).await?;
        self.core.recordings_changed();
        Ok(about)
    }

    /// A recording as a file, with everything that is in one.
    ///
    /// # Errors
    /// [`Error::Recording`] where there is none, or it cannot be read.
    pub async fn recording_file(&self, id: i64) -> Result<RecordingFile, Error> {
        self.core.with_store(move |store| async move { store.file(id).await }).await
    }

    /// What there is to be read of one recording.
    ///
    /// # Errors
    /// [`Error::Recording`] where there is none, or it cannot be read.
    pub async fn open_recording(&self, id: i64) -> Result<(About, Vec<Section>), Error> {
        let open = move |store: Store| async move {
            let recording = store.open_recording(id).await?;
            let sections = sections_of(&recording);
            Ok((recording.about, sections))
        };
        self.core.with_store(open).await
    }

    /// Recordings side by side, held against the one of that place in the list.
    ///
    /// # Errors
    /// [`Error::Invalid`] where they cannot be compared, [`Error::Recording`] where one cannot be read.
    pub async fn compare(&self, ids: Vec<i64>, baseline: usize) -> Result<SideBySide, Error> {
        if ids.len() > MOST_RECORDINGS {
            return Err(Error::Invalid(format!("At most {MOST_RECORDINGS} recordings can be compared at once.")));
        }
        let compare = move |store: Store| async move {
            let mut loaded = Vec::new();
            for id in ids {
                loaded.push(store.load(id).await?);
            }
            side_by_side(&loaded, baseline).map_err(|error| recording::Error::Invalid(error.to_string()))
        };
        self.core.with_store(compare).await
    }

    /// Keeps a recording from the bytes of a file.
    ///
    /// # Errors
    /// [`Error::Recording`] where they make no sense, or it cannot be written.
    pub async fn import_recording(&self, bytes: Vec<u8>) -> Result<Imported, Error> {
        let import = move |store: Store| async move { store.import(&RecordingFile::read(&bytes)?).await };
        let imported = self.core.with_store(import).await?;
        self.core.recordings_changed();
        Ok(imported)
    }

    /// That this version writes a report, now.
    #[must_use]
    pub fn made(&self) -> Made {
        Made { app: env!("CARGO_PKG_VERSION").to_owned(), at_unix_ms: unix_ms() }
    }

    /// Deletes a recording. Until the app is started the next time it can be had back.
    ///
    /// # Errors
    /// [`Error::Recording`]; then nothing is changed.
    pub async fn delete_recording(&self, id: i64) -> Result<Status, Error> {
        self.core.with_store(move |store| async move { store.delete(id).await }).await?;
        self.core.recordings_changed();
        Ok(self.status())
    }

    /// Takes a deletion back.
    ///
    /// # Errors
    /// [`Error::Recording`] where it is gone for good.
    pub async fn restore_recording(&self, id: i64) -> Result<About, Error> {
        let about = self.core.with_store(move |store| async move { store.restore(id).await }).await?;
        self.core.recordings_changed();
        Ok(about)
    }
}

/// Writes second by second until the round is to end.
async fn write_until(mut recorder: Recorder, mut ended: oneshot::Receiver<End>) -> Result<Writer, recording::Error> {
    let mut tick = interval(WRITE_EVERY);
    loop {
        tokio::select! {
            _ = tick.tick() => recorder.write().await?,
            end = &mut ended => return match end {
                Ok(End::WithTheRun(elapsed_ns, conduct)) => recorder.end(Some(elapsed_ns), Some(&conduct)).await,
                Ok(End::BeforeIt) | Err(_) => recorder.end(None, None).await,
            },
        }
    }
}

fn conduct(verdict: &Verdict) -> Conduct {
    Conduct {
        clients_busy_percent: verdict.clients_busy_percent,
        cpu_bound_percent: verdict.cpu_bound_percent,
        generator_lag_p99_ns: verdict.generator_lag.p99_ns,
        unsent: verdict.unsent,
        check: match &verdict.check {
            Check::Agrees { .. } => None,
            Check::Differs { message } | Check::Unchecked { message } => Some(message.clone()),
        },
    }
}

/// The server's name and version, as it says itself.
fn engine_in_words(conditions: &Conditions, info: Option<&str>) -> String {
    let version =
        info.and_then(|info| info.lines().find_map(|line| line.strip_prefix("redis_version:"))).map(str::trim);
    match (&conditions.engine, version) {
        (Engine::Bundled { .. }, _) => format!("bundled, Cachescope {}", env!("CARGO_PKG_VERSION")),
        (Engine::MiniRedis { .. }, _) => "mini-redis 0.4".to_owned(),
        (Engine::External { .. }, Some(version)) => format!("external, Redis {version}"),
        (Engine::External { .. }, None) => "external".to_owned(),
    }
}

pub(crate) fn unix_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis() as u64
}
