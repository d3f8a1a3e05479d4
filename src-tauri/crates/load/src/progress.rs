use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use metrics::{Distribution, Latencies};
use serde::{Deserialize, Serialize};
use trace::{Length, Pace};
use ts_rs::TS;

use crate::lateness::{Lateness, Record};
use crate::schedule::Schedule;

/// Nothing is due: `next_due_ns` while no request is waited with.
const NEVER: u64 = u64::MAX;

/// How often the thread that sends is looked at, in nanoseconds.
const LOOK_EVERY_NS: u64 = 200_000_000;

/// How a run stands to its schedule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct Progress {
    /// Requests that are due and not yet sent: they wait for a free client.
    #[ts(type = "number")]
    pub waiting: u64,
    /// For how long the first of them has been due, in nanoseconds.
    #[ts(type = "number")]
    pub late_ns: u64,
    /// How many requests a second the schedule has at this moment; absent in a closed loop.
    pub planned_per_second: Option<f64>,
    /// Whether requests are sent when they are due, and if not, why.
    pub lateness: Lateness,
}

/// A run's schedule against the clock, for those who look on.
#[derive(Debug)]
pub struct Live {
    pace: Pace,
    started_ns: u64,
    /// When the request that the generator has in hand is due, on the clock of the run.
    next_due_ns: AtomicU64,
    /// It is due, and waits for a client.
    waits_for_client: AtomicBool,
    /// How many were taken from the schedule.
    taken: AtomicU64,
    /// A second reader of the schedule, that counts what has become due.
    arrivals: Mutex<Option<Arrivals>>,
    /// How late the generator itself was, with a client free.
    lag: Mutex<Latencies>,
    watch: Mutex<Watch>,
}

#[derive(Debug)]
struct Watch {
    record: Record,
    lateness: Lateness,
    /// When the thread was last looked at, and how long it had been busy by then.
    last_look: (u64, Duration),
}

#[derive(Debug)]
struct Arrivals {
    schedule: std::iter::Peekable<Due>,
    due: u64,
}

/// The schedule as far as the workload's length lets it go: when each request is due, in nanoseconds since the start.
#[derive(Debug, Clone)]
pub(crate) struct Due {
    schedule: Schedule,
    length: Length,
    given: u64,
}

impl Due {
    /// `None` in a closed loop, where nothing is due before it is sent.
    pub(crate) fn of(workload: &trace::Workload) -> Option<Self> {
        let Pace::Open { rate, spacing } = workload.pace else { return None };
        let schedule = Schedule::new(rate, spacing, workload.seed);
        Some(Self { schedule, length: workload.length, given: 0 })
    }
}

impl Iterator for Due {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let due = self.schedule.next()?;
        let within = match self.length {
            Length::Time { ms } => due < u64::from(ms) * 1_000_000,
            Length::Count { requests } => self.given < requests,
            Length::UntilStopped => true,
        };
        self.given += 1;
        within.then_some(due)
    }
}

impl Live {
    pub(crate) fn new(workload: &trace::Workload, started_ns: u64) -> Self {
        Self {
            pace: workload.pace,
            started_ns,
            next_due_ns: AtomicU64::new(NEVER),
            waits_for_client: AtomicBool::new(false),
            taken: AtomicU64::new(0),
            arrivals: Mutex::new(Due::of(workload).map(|due| Arrivals { schedule: due.peekable(), due: 0 })),
            lag: Mutex::default(),
            watch: Mutex::new(Watch {
                record: Record::default(),
                lateness: Lateness::default(),
                last_look: (started_ns, Duration::ZERO),
            }),
        }
    }

    /// The generator has taken a request from the schedule and waits until it is due, and then for a client.
    pub(crate) fn took(&self, due_ns: u64) {
        self.next_due_ns.store(due_ns, Ordering::Relaxed);
    }

    /// The request in hand is due, and no client is free.
    pub(crate) fn waits_for_client(&self) {
        self.waits_for_client.store(true, Ordering::Relaxed);
    }

    /// The request in hand was sent; `lag_ns` after it was due, where nobody but the generator was to blame.
    pub(crate) fn sent(&self, lag_ns: Option<u64>) {
        self.waits_for_client.store(false, Ordering::Relaxed);
        self.taken.fetch_add(1, Ordering::Relaxed);
        if let Some(lag_ns) = lag_ns {
            locked(&self.lag).record(lag_ns);
        }
    }

    /// The schedule is at its end, or given up.
    pub(crate) fn done(&self) {
        self.next_due_ns.store(NEVER, Ordering::Relaxed);
    }

    /// Looks whether the generator keeps up; `busy` is how long its thread has been busy in all.
    pub(crate) fn look(&self, now_ns: u64, busy: Duration) {
        let mut watch = locked(&self.watch);
        let (last_ns, last_busy) = watch.last_look;
        if now_ns < last_ns + LOOK_EVERY_NS {
            return;
        }
        // The first look has no earlier one to compare with.
        let before = if last_busy.is_zero() { busy } else { last_busy };
        watch.last_look = (now_ns, busy);
        let share = busy.saturating_sub(before).as_nanos() as f64 / (now_ns - last_ns) as f64;
        watch.lateness = watch.record.look(self.late_ns(now_ns), self.waits_for_client.load(Ordering::Relaxed), share);
        drop(watch);
        // So that counting never has much to catch up on.
        self.waiting(now_ns);
    }

    /// How the run stands to its schedule now.
    #[must_use]
    pub fn progress(&self, now_ns: u64) -> Progress {
        let since_ns = now_ns.saturating_sub(self.started_ns);
        Progress {
            waiting: self.waiting(now_ns),
            late_ns: self.late_ns(now_ns),
            planned_per_second: match self.pace {
                Pace::Open { rate, .. } => Some(Schedule::planned(rate, since_ns as f64 / 1e9)),
                Pace::Closed | Pace::Visitors => None,
            },
            lateness: locked(&self.watch).lateness,
        }
    }

    pub(crate) fn waiting(&self, now_ns: u64) -> u64 {
        let since_ns = now_ns.saturating_sub(self.started_ns);
        let taken = self.taken.load(Ordering::Relaxed);
        let mut arrivals = locked(&self.arrivals);
        let Some(arrivals) = &mut *arrivals else { return 0 };
        while arrivals.schedule.next_if(|due| *due <= since_ns).is_some() {
            arrivals.due += 1;
        }
        arrivals.due.saturating_sub(taken)
    }

    /// How late the generator itself was, for the requests that had a client free.
    pub(crate) fn lag(&self) -> Distribution {
        locked(&self.lag).distribution()
    }

    /// For which share of the run requests were late because of busy clients, and because of a busy thread, in percent.
    pub(crate) fn late_percent(&self) -> (f64, f64) {
        let record = locked(&self.watch).record;
        (record.clients_busy_percent(), record.cpu_bound_percent())
    }

    fn late_ns(&self, now_ns: u64) -> u64 {
        now_ns.saturating_sub(self.next_due_ns.load(Ordering::Relaxed))
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
