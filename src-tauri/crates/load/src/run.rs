use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use metrics::{Distribution, Meter};
use serde::{Deserialize, Serialize};
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinSet, yield_now};
use tokio::time::{Instant, sleep, timeout_at};
use trace::{Clock, Length};
use ts_rs::TS;

use crate::progress::{Due, Live};
use crate::workload::{Call, Check, Setup, Workload};

/// How long what is under way may take to end after a run was stopped.
const GRACE: Duration = Duration::from_secs(2);

/// The last stretch before a request is due is not slept through but watched, since tokio's timers tell milliseconds.
const WATCHED_NS: u64 = 2_000_000;

/// How often the books are kept while nobody reads them.
const BOOKS_EVERY: Duration = Duration::from_millis(20);

/// A run about to begin: what is sent, by what schedule, and who adds it up.
#[derive(Debug)]
pub struct Run<W> {
    /// What is done.
    pub workload: Arc<W>,
    /// As it is written down: pace, clients, length.
    pub plan: trace::Workload,
    /// What requests run on, as it is at each moment.
    pub setup: watch::Receiver<Setup>,
    /// Adds them up.
    pub meter: Arc<Meter>,
    /// The schedule for those who look on.
    pub live: Arc<Live>,
    /// The number of the last request of the app.
    pub last_id: Arc<AtomicU64>,
    /// The clock of the run.
    pub clock: Arc<dyn Clock>,
    /// Set when it is to end.
    pub stop: watch::Receiver<bool>,
}

/// What a run came to, besides its numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Verdict {
    /// True where it was stopped before its planned end.
    pub stopped: bool,
    /// Requests that were due when it was stopped and were never sent.
    #[ts(type = "number")]
    pub unsent: u64,
    /// From start to end, in nanoseconds.
    #[ts(type = "number")]
    pub elapsed_ns: u64,
    /// For how much of the run requests were late because every client waited for an answer, in percent.
    pub clients_busy_percent: f64,
    /// For how much of the run requests were late because the thread that sends them was busy throughout, in percent.
    pub cpu_bound_percent: f64,
    /// How late the generator itself was: from when each request that had a client free was due until it was sent.
    pub generator_lag: Distribution,
    /// Whether the server counted what was counted here.
    pub check: Check,
}

impl<W: Workload> Run<W> {
    /// A run that starts with its meter.
    #[must_use]
    pub fn live(plan: &trace::Workload, meter: &Meter) -> Arc<Live> {
        Arc::new(Live::new(plan, meter.started_ns()))
    }

    /// Sends everything and waits for the answers. To be run on the flow's own runtime. Where its meter starts later than now
    /// it waits until then: so two runs can start at one moment.
    ///
    /// A request that is due while no client is free is sent late, never dropped. When the run is stopped, what is under
    /// way has two seconds to end; what has not by then is given up, and counts as an error that says so.
    pub async fn run(self, before: W::Before) -> Verdict {
        let books = Books::keep(&self);
        let mut stop = self.stop.clone();
        let mut requests = JoinSet::new();
        if self.wait_until(self.meter.started_ns(), &mut stop.clone()).await {
            match Due::of(&self.plan) {
                Some(due) => self.send_when_due(due, &mut requests).await,
                None => self.send_when_answered(&mut requests).await,
            }
        }
        let sent_ns = self.clock.now_ns();
        self.live.done();

        // What is left ends by itself, unless somebody has had enough.
        tokio::select! {
            () = finish(&mut requests) => {}
            () = stopped(&mut stop) => {
                let _ = timeout_at(Instant::now() + GRACE, finish(&mut requests)).await;
                requests.shutdown().await;
            }
        }
        let elapsed_ns = self.clock.now_ns().saturating_sub(self.meter.started_ns());
        // What they left to the background ends with the run.
        let setup = self.setup.borrow().clone();
        setup.flow.shared().settle(GRACE).await;
        drop(books);
        self.meter.close();

        let stopped = *stop.borrow();
        let (clients_busy_percent, cpu_bound_percent) = self.live.late_percent();
        Verdict {
            stopped,
            unsent: if stopped { self.live.waiting(sent_ns) } else { 0 },
            elapsed_ns,
            clients_busy_percent,
            cpu_bound_percent,
            generator_lag: self.live.lag(),
            check: self.workload.verify(&setup, before, self.meter.gets()).await,
        }
    }

    /// Open loop: each request when it is due, or as soon after that as a client is free.
    async fn send_when_due(&self, due: Due, requests: &mut JoinSet<()>) {
        let clients = Arc::new(Semaphore::new(self.plan.clients as usize));
        let started_ns = self.meter.started_ns();
        let mut stop = self.stop.clone();
        // What was due before the clients were last all busy is late because of them, not of the generator.
        let mut clients_free_since_ns = started_ns;
        for (due_ns, item) in due.zip(self.workload.generate()) {
            let due_ns = started_ns + due_ns;
            self.live.took(due_ns);
            if !self.wait_until(due_ns, &mut stop).await {
                return;
            }
            let client = if let Ok(client) = Arc::clone(&clients).try_acquire_owned() {
                let timely = due_ns >= clients_free_since_ns;
                self.live.sent(timely.then(|| self.clock.now_ns().saturating_sub(due_ns)));
                client
            } else {
                self.live.waits_for_client();
                let client = tokio::select! {
                    client = Arc::clone(&clients).acquire_owned() => client,
                    () = stopped(&mut stop) => return,
                };
                // Nobody closes the semaphore.
                let Ok(client) = client else { return };
                clients_free_since_ns = self.clock.now_ns();
                self.live.sent(None);
                client
            };
            let (setup, call) = (self.setup.borrow().clone(), self.call(Some(due_ns)));
            requests.spawn(async move {
                W::execute(&setup, item, call).await;
                drop(client);
            });
            while requests.try_join_next().is_some() {}
        }
    }

    /// Closed loop: every client sends its next request when its last was answered.
    async fn send_when_answered(&self, clients: &mut JoinSet<()>) {
        let most = match self.plan.length {
            Length::Count { requests } => usize::try_from(requests).unwrap_or(usize::MAX),
            Length::Time { .. } | Length::UntilStopped => usize::MAX,
        };
        let end_ns = match self.plan.length {
            Length::Time { ms } => self.meter.started_ns() + u64::from(ms) * 1_000_000,
            Length::Count { .. } | Length::UntilStopped => u64::MAX,
        };
        let items = Arc::new(Mutex::new(self.workload.generate().take(most)));
        for _ in 0..self.plan.clients {
            let (items, setup, stop) = (Arc::clone(&items), self.setup.clone(), self.stop.clone());
            let (meter, last_id, clock) = (Arc::clone(&self.meter), Arc::clone(&self.last_id), Arc::clone(&self.clock));
            clients.spawn(async move {
                while clock.now_ns() < end_ns && !*stop.borrow() {
                    let item = items.lock().unwrap_or_else(PoisonError::into_inner).next();
                    let Some(item) = item else { return };
                    let setup = setup.borrow().clone();
                    W::execute(&setup, item, call(&meter, &last_id, None)).await;
                }
            });
        }
    }

    fn call(&self, due_ns: Option<u64>) -> Call {
        call(&self.meter, &self.last_id, due_ns)
    }

    /// Waits until a moment; false where the run was stopped meanwhile.
    async fn wait_until(&self, due_ns: u64, stop: &mut watch::Receiver<bool>) -> bool {
        loop {
            if *stop.borrow() {
                return false;
            }
            match due_ns.saturating_sub(self.clock.now_ns()) {
                0 => return true,
                1..=WATCHED_NS => yield_now().await,
                left => {
                    tokio::select! {
                        () = sleep(Duration::from_nanos(left - WATCHED_NS)) => {}
                        () = stopped(stop) => return false,
                    }
                }
            }
        }
    }
}

fn call(meter: &Arc<Meter>, last_id: &AtomicU64, due_ns: Option<u64>) -> Call {
    Call { meter: Arc::clone(meter), id: last_id.fetch_add(1, Ordering::Relaxed) + 1, due_ns }
}

/// Waits until the run is stopped, or forgotten by whoever could stop it.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn finish(requests: &mut JoinSet<()>) {
    while requests.join_next().await.is_some() {}
}

/// A thread that adds up what lies in the meter's inbox while nobody reads, and looks whether the generator keeps up: apart
/// from the one that is measured.
#[derive(Debug)]
struct Books {
    end: Arc<AtomicBool>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Books {
    fn keep<W: Workload>(run: &Run<W>) -> Self {
        let end = Arc::new(AtomicBool::new(false));
        let (ended, meter, live, clock) =
            (Arc::clone(&end), Arc::clone(&run.meter), Arc::clone(&run.live), Arc::clone(&run.clock));
        let metrics = Handle::current().metrics();
        let work = move || {
            while !ended.load(Ordering::Relaxed) {
                thread::park_timeout(BOOKS_EVERY);
                meter.settle();
                live.look(clock.now_ns(), metrics.worker_total_busy_duration(0));
            }
        };
        // Without it the readers and a full inbox do the work.
        let thread = thread::Builder::new().name("cachescope-books".to_owned()).spawn(work).ok();
        Self { end, thread }
    }
}

impl Drop for Books {
    fn drop(&mut self) {
        self.end.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            let _ = thread.join();
        }
    }
}
