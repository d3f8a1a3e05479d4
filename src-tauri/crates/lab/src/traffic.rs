//! Traffic: one run at a time, what can be read off it, and the traces that are held to be looked at.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use load::{Check, Live, Run, Setup, Shop, Stage, Verdict, Workload as _};
use metrics::{Counts, Meter};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{interval, timeout};
use trace::{Clock, Conditions, Outcome, Trace};

use crate::core::Core;
use crate::readings::{Frame, Held, RunSummary};
use crate::{CatalogueState, Error, TrafficState};

/// How often the engine's state is made true to what the traffic meets.
const OBSERVE_EVERY: Duration = Duration::from_millis(250);

/// How long a run may take to end when the laboratory closes: its own grace, and some.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);

/// From which lag of its own on the generator says so, in nanoseconds.
const LAG_TOLD_NS: u64 = 1_000_000;

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
    run: Option<Arc<CurrentRun>>,
    stop: Option<watch::Sender<bool>>,
    setup: Option<watch::Sender<Setup>>,
    task: Option<JoinHandle<()>>,
    held: Vec<Arc<Trace>>,
}

/// A run, while it goes on and until the next one begins.
#[derive(Debug)]
struct CurrentRun {
    number: u32,
    workload: trace::Workload,
    conditions: Conditions,
    meter: Arc<Meter>,
    live: Arc<Live>,
    verdict: OnceLock<Verdict>,
}

impl Traffic {
    pub(crate) fn new() -> Self {
        Self { busy: AtomicBool::new(false), slot: Mutex::default() }
    }

    fn slot(&self) -> MutexGuard<'_, Slot> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Core {
    /// Cache, database and conditions as they are now; `None` before the catalogue is open.
    fn setup(&self) -> Option<Setup> {
        let database = self.database.get()?.clone();
        let cache = self.connections().cache.clone();
        let (ttl, query) = {
            let settings = self.settings();
            (Duration::from_millis(settings.conditions.ttl_ms.into()), settings.conditions.query)
        };
        Some(Setup { flow: flow::Flow::new(cache, database, ttl, Arc::clone(&self.clock) as _), query })
    }

    /// Lets the traffic that is on know that the engine or the conditions are others now.
    pub(crate) fn setup_changed(&self) {
        if let (Some(sender), Some(setup)) = (&self.traffic.slot().setup, self.setup()) {
            sender.send_replace(setup);
        }
    }

    pub(crate) fn start_traffic(self: &Arc<Self>, plan: trace::Workload) -> Result<(), Error> {
        let products = match &self.status.borrow().catalogue {
            CatalogueState::Ready { products, .. } => *products,
            CatalogueState::Failed { message } => return Err(Error::NotReady(message.clone())),
            CatalogueState::Opening | CatalogueState::Building { .. } => {
                let message = "The catalogue is being prepared; start the traffic when it is there.";
                return Err(Error::NotReady(message.to_owned()));
            }
        };
        let shop = Shop::new(plan, products).map_err(|error| Error::Invalid(error.to_string()))?;
        let setup = self.setup().ok_or_else(|| Error::NotReady("The catalogue is not open.".to_owned()))?;
        if self.traffic.busy.swap(true, Ordering::SeqCst) {
            return Err(Error::Invalid("Traffic is being sent already; stop it first.".to_owned()));
        }
        let (setup_sender, setup) = watch::channel(setup);
        let (stop_sender, stop) = watch::channel(false);
        let (prepared, _) = watch::channel((0, 0));
        let stage = Stage { setup, stop, prepared };
        let mut slot = self.traffic.slot();
        slot.setup = Some(setup_sender);
        slot.stop = Some(stop_sender);
        self.set_traffic(TrafficState::Warming { done: 0, total: 0 });
        let core = Arc::clone(self);
        slot.task = Some(self.runtime.handle().spawn(async move {
            let state = core.run_traffic(shop, stage).await;
            core.traffic.slot().setup = None;
            core.traffic.busy.store(false, Ordering::SeqCst);
            core.set_traffic(state);
        }));
        Ok(())
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

    async fn run_traffic(self: &Arc<Self>, shop: Shop, stage: Stage) -> TrafficState {
        let plan = *shop.workload();
        let warming = self.tell_of_warming(stage.prepared.subscribe());
        let prepared = tokio::select! {
            prepared = shop.prepare(&stage) => prepared,
            () = warming => unreachable!("it tells for as long as the stage stands"),
        };
        let before = match prepared {
            Ok(before) => before,
            Err(error) => return TrafficState::Failed { message: error.to_string() },
        };

        let clock = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let meter = Arc::new(Meter::start(Arc::clone(&clock)));
        let live = Run::<Shop>::live(&plan, &meter);
        let conditions = self.settings().conditions.clone();
        let current = {
            let mut slot = self.traffic.slot();
            slot.last_number += 1;
            let current = Arc::new(CurrentRun {
                number: slot.last_number,
                workload: plan,
                conditions,
                meter: Arc::clone(&meter),
                live: Arc::clone(&live),
                verdict: OnceLock::new(),
            });
            slot.run = Some(Arc::clone(&current));
            slot.held.clear();
            current
        };
        let number = current.number;
        self.set_traffic(TrafficState::Running { run: number, workload: plan });
        let run = Run {
            workload: Arc::new(shop),
            plan,
            setup: stage.setup,
            meter: Arc::clone(&meter),
            live,
            last_id: Arc::clone(&self.last_id),
            clock,
            stop: stage.stop,
        };
        let verdict = tokio::select! {
            verdict = run.run(before) => verdict,
            () = self.observe_traffic(&meter) => unreachable!("it looks on for as long as the run goes on"),
        };
        let counts = meter.counts();
        let good = counts.errors == 0 && !matches!(verdict.check, Check::Differs { .. });
        let messages = in_words(&verdict, counts);
        let _ = current.verdict.set(verdict);
        TrafficState::Ended { run: number, messages, good }
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
        let mut before = Counts::default();
        loop {
            tick.tick().await;
            let generation = self.connections().generation;
            let now = meter.counts();
            if now.hits + now.misses > before.hits + before.misses {
                self.observe(generation, Outcome::Hit).await;
            } else if now.bypasses > before.bypasses {
                self.observe(generation, Outcome::Bypass).await;
            }
            before = now;
        }
    }

    fn set_traffic(&self, traffic: TrafficState) {
        self.status.send_modify(|status| status.traffic = traffic);
    }

    fn current_run(&self) -> Option<Arc<CurrentRun>> {
        self.traffic.slot().run.clone()
    }

    pub(crate) fn frame(&self, cursor: u64) -> Option<Frame> {
        let run = self.current_run()?;
        let sample = run.meter.sample(cursor);
        let now_ns = self.clock.now_ns();
        let progress = if run.verdict.get().is_some() { load::Progress::default() } else { run.live.progress(now_ns) };
        Some(Frame { run: run.number, now_ns, started_ns: run.meter.started_ns(), progress, sample })
    }

    pub(crate) fn summary(&self, first_second: u32) -> Option<RunSummary> {
        let run = self.current_run()?;
        let verdict = run.verdict.get().cloned();
        let elapsed_ns = match &verdict {
            Some(verdict) => verdict.elapsed_ns,
            None => self.clock.now_ns() - run.meter.started_ns(),
        };
        Some(RunSummary {
            run: run.number,
            workload: run.workload,
            conditions: run.conditions.clone(),
            elapsed_ns,
            summary: run.meter.summary(first_second),
            verdict,
        })
    }

    pub(crate) fn hold_traces(&self) -> Held {
        let Some(run) = self.current_run() else { return Held::default() };
        let held = run.meter.kept();
        let ids = held.iter().map(|trace| trace.id).collect();
        self.traffic.slot().held = held;
        Held { ids }
    }

    pub(crate) fn release_traces(&self) {
        self.traffic.slot().held = Vec::new();
    }

    /// The trace of that number, among those held or still kept, and the engine of its run.
    pub(crate) fn kept_trace(&self, id: u64) -> Option<(Trace, Conditions)> {
        let run = self.current_run()?;
        let held = self.traffic.slot().held.iter().find(|trace| trace.id == id).cloned();
        let trace = held.or_else(|| run.meter.trace(id))?;
        Some((Trace::clone(&trace), run.conditions.clone()))
    }

    /// When a moment of the run's clock was, in milliseconds since 1970.
    pub(crate) fn unix_ms(&self, at_ns: u64) -> u64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let ago = Duration::from_nanos(self.clock.now_ns().saturating_sub(at_ns));
        now.saturating_sub(ago).as_millis() as u64
    }
}

/// What a run came to, in sentences.
fn in_words(verdict: &Verdict, counts: Counts) -> Vec<String> {
    let seconds = verdict.elapsed_ns as f64 / 1e9;
    let mut messages = vec![match (verdict.stopped, verdict.unsent) {
        (false, _) => format!("The run ended as planned: {} requests in {seconds:.1} s.", grouped(counts.sent)),
        (true, 0) => format!("The run was stopped: {} requests in {seconds:.1} s.", grouped(counts.sent)),
        (true, unsent) => format!(
            "The run was stopped: {} requests in {seconds:.1} s; {} more were due and were not sent.",
            grouped(counts.sent),
            grouped(unsent)
        ),
    }];
    if counts.errors > 0 {
        messages.push(format!("{} requests failed; open one of them to see why.", grouped(counts.errors)));
    }
    if counts.bypasses > 0 {
        messages.push(format!(
            "{} requests went to the database alone, since the cache did not answer.",
            grouped(counts.bypasses)
        ));
    }
    if verdict.clients_busy_percent >= 1.0 {
        messages.push(format!(
            "For {:.0} % of the run requests were sent late, since every client waited for an answer. Response times \
             include that wait.",
            verdict.clients_busy_percent
        ));
    }
    if verdict.cpu_bound_percent >= 1.0 {
        messages.push(format!(
            "For {:.0} % of the run requests were sent late, since the processor had no time left: the response times are \
             as much the generator's as the cache's. Lower the rate.",
            verdict.cpu_bound_percent
        ));
    }
    if let Some(p99) = verdict.generator_lag.p99_ns.filter(|lag| *lag > LAG_TOLD_NS) {
        messages.push(format!(
            "The generator itself was up to {:.1} ms late for 99 of 100 requests that had a client free, since other programs \
             needed the processor: response times include that, service times do not.",
            p99 as f64 / 1e6
        ));
    }
    if let Check::Differs { message } = &verdict.check {
        messages.push(message.clone());
    }
    messages
}

/// A count with a comma before each group of three digits.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn counts_are_grouped_by_three_digits() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(super::grouped), ["0", "999", "1,000", "1,234,567"]);
    }
}
