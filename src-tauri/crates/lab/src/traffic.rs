//! Traffic: one run at a time.

mod shown;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use load::{Live, Run, Setup, Shop, Stage, Verdict, Workload as _};
use metrics::{Counts, Meter};
use recording::Writer;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{interval, timeout};
use trace::{Clock, Conditions, Outcome, Protection, Trace};

use crate::core::{Connections, Core};
use crate::ending::Ending;
use crate::recordings::Kept;
use crate::replay::Replay;
use crate::split::StartingLine;
use crate::visits::Visit;
use crate::{CatalogueState, Error, TrafficState};

/// How often the engine's state is made true to what the traffic meets.
const OBSERVE_EVERY: Duration = Duration::from_millis(250);

/// How long a run may take to end when the laboratory closes: its own grace, and some.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);

/// What can be said of a run that was, or is.
#[derive(Debug)]
pub(crate) struct Traffic {
    /// True from when a run is asked for until it has ended.
    busy: AtomicBool,
    slot: Mutex<Slot>,
}

#[derive(Debug, Default)]
struct Slot {
    last_number: u32,
    shown: Option<Shown>,
    stop: Option<watch::Sender<bool>>,
    setup: Option<watch::Sender<Setup>>,
    task: Option<JoinHandle<()>>,
    /// How the last run ended.
    ended: Option<TrafficState>,
    held: Vec<Arc<Trace>>,
}

/// What is read off.
#[derive(Debug, Clone)]
enum Shown {
    Run(Arc<CurrentRun>),
    Replay(Arc<Replay>),
    Visit(Arc<Visit>),
}

/// A run, while it goes on and until the next one begins.
#[derive(Debug)]
pub(crate) struct CurrentRun {
    pub(crate) number: u32,
    pub(crate) workload: trace::Workload,
    /// Those it began under.
    pub(crate) conditions: Conditions,
    /// Those that came later, and since when on the lab's clock.
    changes: Changes,
    pub(crate) meter: Arc<Meter>,
    live: Arc<Live>,
    pub(crate) verdict: OnceLock<Verdict>,
}

/// How many changes of conditions are remembered, the last ones.
const CHANGES: usize = 1_000;

/// Which conditions came later than those that something began under, and since when on the lab's clock.
#[derive(Debug, Default)]
pub(crate) struct Changes(Mutex<Vec<(u64, Conditions)>>);

impl Changes {
    /// From now on it goes on under these conditions.
    pub(crate) fn change(&self, now_ns: u64, began: &Conditions, conditions: Conditions) {
        let mut changes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if changes.last().map_or(began, |(_, last)| last) != &conditions {
            if changes.len() == CHANGES {
                changes.remove(0);
            }
            changes.push((now_ns, conditions));
        }
    }

    /// The conditions under which a request went that was sent at that moment.
    fn at(&self, at_ns: u64, began: &Conditions) -> Conditions {
        let changes = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let later = changes.iter().rev().find(|(since, _)| *since <= at_ns);
        later.map_or_else(|| began.clone(), |(_, conditions)| conditions.clone())
    }
}

/// A run that has ended.
pub(crate) struct Sent {
    number: u32,
    ending: Ending,
    /// What became of its recording, if it was recorded.
    pub(crate) kept: Option<Kept>,
}

/// What a recording is to be called; absent: by its conditions and workload.
pub(crate) struct Naming(pub(crate) Option<String>);

/// Where a run is recorded: the open round of a writer, what the recording is called, and whether it ends with the run.
pub(crate) type Recorded = (Writer, String, bool);

/// What was last seen of the engine, by what requests met.
#[derive(Debug, Default)]
pub(crate) struct Observed {
    before: Counts,
    filtered_before: u64,
}

impl Observed {
    /// Makes the engine's state true to what requests have met since the last time.
    pub(crate) async fn look(&mut self, core: &Core, meter: &Meter) {
        let generation = core.connections().generation;
        // In this order: whoever ends in between is among the bypasses later.
        let now = meter.counts();
        // What the Bloom filter has answered says nothing about the engine.
        let filtered = meter.effects(Protection::BloomFilter).queries_avoided;
        let before = self.before;
        if now.found() + now.misses > before.found() + before.misses {
            core.observe(generation, Outcome::Hit).await;
        } else if now.bypasses - before.bypasses > filtered - self.filtered_before {
            core.observe(generation, Outcome::Bypass).await;
        }
        (self.before, self.filtered_before) = (now, filtered);
    }
}

impl Slot {
    fn shows(&self, visit: &Visit) -> bool {
        matches!(&self.shown, Some(Shown::Visit(shown)) if shown.number == visit.number)
    }
}

impl Sent {
    /// How it ended.
    pub(crate) fn told(self) -> TrafficState {
        let Self { number, ending: Ending { messages, good }, kept } = self;
        let recording = kept.as_ref().and_then(Kept::whole);
        TrafficState::Ended { run: number, messages, good, recording }
    }
}

impl Traffic {
    pub(crate) fn new() -> Self {
        Self { busy: AtomicBool::new(false), slot: Mutex::default() }
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waited for when the laboratory closes.
    pub(crate) fn keep_task(&self, task: JoinHandle<()>) {
        self.slot().task = Some(task);
    }
}

impl Core {
    /// Cache, database and conditions as they are now; `None` before the catalogue is open.
    fn setup(&self) -> Option<Setup> {
        let database = self.database()?;
        let Connections { cache, direct, .. } = self.connections().clone();
        let conditions = self.conditions();
        let unhindered =
            self.broken.in_force().any().then(|| Arc::new(self.flow(direct, database.clone(), &conditions)));
        let flow = self.flow(cache, self.broken.database(&database), &conditions);
        Some(Setup { flow, query: conditions.query, unhindered })
    }

    /// Lets the traffic that is on know that the engine or the conditions are others now.
    pub(crate) fn setup_changed(&self) {
        let setup = self.setup();
        self.lead_visitors(setup.as_ref());
        if let (Some(sender), Some(setup)) = (&self.traffic.slot().setup, setup) {
            sender.send_replace(setup);
        }
        if let Some(run) = self.run_that_is_on() {
            run.changes.change(self.clock.now_ns(), &run.conditions, self.conditions());
        }
        self.visits.conditions_changed(self.clock.now_ns(), self.conditions());
    }

    /// Leads visitors through the flow of now, or nowhere: on a split Stage both sides are given the same requests, and one
    /// that comes to a side alone would make them differ.
    fn lead_visitors(&self, setup: Option<&Setup>) {
        let alone = self.other_side().is_none();
        self.visits.lead_through(setup.filter(|_| alone).map(|setup| setup.flow.clone()));
    }

    /// A second side has come, or gone.
    pub(crate) fn sides_changed(&self) {
        self.lead_visitors(self.setup().as_ref());
    }

    /// The workload on the catalogue that is open.
    pub(crate) fn shop(&self, plan: trace::Workload) -> Result<Shop, Error> {
        let products = match &self.status.borrow().catalogue {
            CatalogueState::Ready { products, .. } => *products,
            CatalogueState::Failed { message } | CatalogueState::Asking { message } => {
                return Err(Error::NotReady(message.clone()));
            }
            CatalogueState::Opening | CatalogueState::Building { .. } => {
                let message = "The catalogue is being prepared; start the traffic when it is there.";
                return Err(Error::NotReady(message.to_owned()));
            }
        };
        Shop::new(plan, products).map_err(|error| Error::Invalid(error.to_string()))
    }

    /// Makes sure that nobody else sends; what is handed back tells when to stop.
    pub(crate) fn claim_traffic(&self) -> Result<watch::Receiver<bool>, Error> {
        if self.traffic.busy.swap(true, Ordering::SeqCst) {
            return Err(Error::Invalid("Traffic is being sent already; stop it first.".to_owned()));
        }
        let (sender, stop) = watch::channel(false);
        self.traffic.slot().stop = Some(sender);
        Ok(stop)
    }

    /// Lets others send again.
    pub(crate) fn release_traffic(&self, state: Option<TrafficState>) {
        self.traffic.busy.store(false, Ordering::SeqCst);
        self.count_on_alike();
        if let Some(state) = state {
            self.traffic.slot().ended = Some(state.clone());
            self.set_traffic(state);
        }
    }

    /// How the last run ended, or why it did not begin, whatever the Stage shows since.
    pub(crate) fn last_ended(&self) -> Option<TrafficState> {
        self.traffic.slot().ended.clone()
    }

    /// Starts a run, and records it if it is given a name, or leave to find one.
    pub(crate) async fn start_traffic(
        self: &Arc<Self>,
        plan: trace::Workload,
        recorded: Option<Naming>,
    ) -> Result<(), Error> {
        self.shop(plan)?;
        let stop = self.claim_traffic()?;
        self.set_traffic(TrafficState::Warming { done: 0, total: 0 });
        let recorded = match recorded {
            Some(Naming(name)) => match self.begin_lone_recording(name, plan).await {
                Ok(recorded) => Some(recorded),
                Err(error) => {
                    self.release_traffic(Some(TrafficState::Failed { message: error.to_string() }));
                    return Err(error);
                }
            },
            None => None,
        };
        self.begin_run(plan, stop, recorded, None);
        Ok(())
    }

    /// Carries out a run as a task of its own; at its line, where there is one, it waits for another.
    pub(crate) fn begin_run(
        self: &Arc<Self>,
        plan: trace::Workload,
        stop: watch::Receiver<bool>,
        recorded: Option<Recorded>,
        line: Option<StartingLine>,
    ) {
        let core = Arc::clone(self);
        self.traffic.keep_task(self.runtime.handle().spawn(async move {
            let state = match core.send_traffic(plan, stop, recorded, line).await {
                Ok(sent) => sent.told(),
                Err(error) => TrafficState::Failed { message: error.to_string() },
            };
            core.release_traffic(Some(state));
        }));
    }

    async fn begin_lone_recording(&self, name: Option<String>, plan: trace::Workload) -> Result<Recorded, Error> {
        let conditions = self.conditions();
        let name = name.unwrap_or_else(|| Self::usual_name(&conditions, &plan));
        let writer = self.begin_recording(name.clone(), String::new(), None, &conditions, plan).await?;
        Ok((self.begin_round(writer, 0, plan.seed).await?, name, true))
    }

    /// Tells the run to end. True where there was one.
    pub(crate) fn stop_traffic(&self) -> bool {
        if !self.traffic.busy.load(Ordering::SeqCst) {
            return false;
        }
        self.status.send_if_modified(|status| {
            let TrafficState::Running { run, .. } = status.traffic else { return false };
            status.traffic = TrafficState::Stopping { run };
            true
        });
        self.traffic.slot().stop.as_ref().is_some_and(|stop| stop.send(true).is_ok())
    }

    /// True from when a run is asked for until its end is in the status.
    pub(crate) fn traffic_is_on(&self) -> bool {
        self.traffic.busy.load(Ordering::SeqCst)
    }

    /// Ends the run, if there is one, and waits for that.
    pub(crate) async fn close_traffic(&self) {
        self.stop_traffic();
        let task = self.traffic.slot().task.take();
        if let Some(task) = task {
            let _ = timeout(CLOSE_WITHIN, task).await;
        }
    }

    /// Carries out one run: gets ready, sends, and says how it went.
    pub(crate) async fn send_traffic(
        self: &Arc<Self>,
        plan: trace::Workload,
        stop: watch::Receiver<bool>,
        recorded: Option<Recorded>,
        line: Option<StartingLine>,
    ) -> Result<Sent, Error> {
        let shop = self.shop(plan)?;
        let setup = self.setup().ok_or_else(|| Error::NotReady("The catalogue is not open.".to_owned()))?;
        let (setup_sender, setup) = watch::channel(setup);
        let (prepared, _) = watch::channel((0, 0));
        self.traffic.slot().setup = Some(setup_sender);
        let stage = Stage { setup, stop, prepared };
        let sent = self.send_from(&stage, shop, recorded, line).await;
        self.traffic.slot().setup = None;
        sent
    }

    async fn send_from(
        self: &Arc<Self>,
        stage: &Stage,
        shop: Shop,
        recorded: Option<Recorded>,
        line: Option<StartingLine>,
    ) -> Result<Sent, Error> {
        self.set_traffic(TrafficState::Warming { done: 0, total: 0 });
        let plan = *shop.workload();
        let warming = self.tell_of_warming(stage.prepared.subscribe());
        let prepared = tokio::select! {
            prepared = shop.prepare(stage) => prepared,
            () = warming => unreachable!("it tells for as long as the stage stands"),
        };
        if prepared.is_ok() {
            self.run_is_on(Some(self.clock.now_ns())).await;
        }
        let ready = match (prepared, line) {
            (Ok(before), None) => Ok((before, self.clock.now_ns())),
            (Ok(before), Some(line)) => {
                let started_ns = line.start().await;
                started_ns.map(|ns| (before, ns)).ok_or_else(|| "The other side of the split did not begin.".to_owned())
            }
            (Err(error), _) => Err(error.to_string()),
        };
        let (before, started_ns) = match ready {
            Ok(ready) => ready,
            Err(message) => {
                self.run_is_on(None).await;
                if let Some((writer, ..)) = recorded {
                    let _ = self.archive.runtime.run(async move { writer.discard().await }).await;
                }
                return Err(Error::Invalid(message));
            }
        };

        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let meter = Arc::new(Meter::starting_at(started_ns, Arc::clone(&clock)));
        let live = Run::<Shop>::live(&plan, &meter);
        let conditions = self.conditions();
        let current = {
            let mut slot = self.traffic.slot();
            slot.last_number += 1;
            let current = Arc::new(CurrentRun {
                number: slot.last_number,
                workload: plan,
                conditions,
                changes: Changes::default(),
                meter: Arc::clone(&meter),
                live: Arc::clone(&live),
                verdict: OnceLock::new(),
            });
            slot.shown = Some(Shown::Run(Arc::clone(&current)));
            slot.held.clear();
            current
        };
        let number = current.number;
        if let Some((writer, name, lone)) = recorded {
            self.record(writer, name, current.as_ref(), lone, None);
        }
        self.set_traffic(TrafficState::Running { run: number, workload: plan });
        let run = Run {
            workload: Arc::new(shop),
            plan,
            setup: stage.setup.clone(),
            meter: Arc::clone(&meter),
            live,
            last_id: Arc::clone(&self.last_id),
            clock,
            stop: stage.stop.clone(),
        };
        let verdict = tokio::select! {
            verdict = run.run(before) => verdict,
            () = self.observe_traffic(&meter) => unreachable!("it looks on for as long as the run goes on"),
            () = self.follow_faults(meter.started_ns()) => unreachable!("they come and go for as long as the run goes on"),
        };
        self.run_is_on(None).await;
        let waiting = self.shared.queue().borrow().waiting;
        let filtered = meter.effects(Protection::BloomFilter).queries_avoided;
        let ending = Ending::of(&verdict, meter.counts(), filtered, &current.conditions, waiting)
            .with_injected(&meter.summary(u32::MAX).steps);
        let kept = self.end_with_run(number, &verdict).await;
        let _ = current.verdict.set(verdict);
        Ok(Sent { number, ending, kept })
    }

    /// Says how far the warming is, ten times a second at most. Never ends.
    async fn tell_of_warming(&self, mut prepared: watch::Receiver<(u64, u64)>) {
        let mut tick = interval(Duration::from_millis(100));
        loop {
            tick.tick().await;
            if prepared.has_changed().unwrap_or(false) {
                let (done, total) = *prepared.borrow_and_update();
                self.set_traffic(TrafficState::Warming { done, total });
            }
        }
    }

    /// Keeps the engine's state true to what the traffic meets. Never ends.
    async fn observe_traffic(&self, meter: &Meter) {
        let mut tick = interval(OBSERVE_EVERY);
        let mut observed = Observed::default();
        loop {
            tick.tick().await;
            observed.look(self, meter).await;
        }
    }

    pub(crate) fn set_traffic(&self, traffic: TrafficState) {
        self.status.send_modify(|status| status.traffic = traffic);
    }
}
