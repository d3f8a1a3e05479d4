//! Requests from outside: what other programs send through a door goes through the same flow as a button's, and each is a
//! trace like any other.
//!
//! They come as fast as traffic does, so they are kept as traffic is: a [`Meter`] takes what has ended, and adding up is done
//! apart from the thread that is measured. Nothing a request meets here waits for anybody: the flow it goes through is made when
//! the conditions change, not when it comes, and of the Stage it only asks whether somebody is awake.
//!
//! A **visit** is what comes without a long pause. It has a number and a meter of its own, as a run has, and takes the
//! Stage when nobody else has it: a run that is on stays there, and the end of one until somebody comes after it. What a run
//! measures is never mixed with what others send meanwhile. On a split Stage nobody is let in: both sides are given the same
//! requests. A visit that is recorded goes on until the recording is ended, however long nobody comes.

use std::mem;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, Weak};
use std::time::Duration;

use flow::Flow;
use metrics::{Meter, Probe, Tally};
use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::time::sleep;
use trace::{Clock, Conditions, Door, Operation, Outcome, ProductId, Request, Sink, Stopwatch};

use crate::core::Core;
use crate::settings::DoorSettings;
use crate::traffic::{Changes, Observed};
use crate::{CatalogueState, DoorState, Error, Lab, TrafficState};

/// How often the books are kept while somebody comes.
const BOOKS_EVERY: Duration = Duration::from_millis(20);

/// How many times that it is between two looks at the engine's state.
const OBSERVE_EVERY: u32 = 12;

/// After so many times without a request nothing on the Stage moves any more: two seconds.
const QUIET_AFTER: u32 = 100;

/// After a pause of so many nanoseconds the next request begins another visit: what was drawn before has left the Stage by then.
const PAUSE_NS: u64 = 30_000_000_000;

/// What comes from outside.
#[derive(Debug, Default)]
pub(crate) struct Visits {
    /// What requests go through; absent before the catalogue is open.
    flow: RwLock<Option<Arc<Flow>>>,
    present: RwLock<Option<Arc<Visit>>>,
    /// Whether the present visit goes on: its books are kept, and a window may follow it.
    awake: AtomicBool,
    /// When the last one went quiet, on the lab's clock.
    quiet_since_ns: AtomicU64,
    somebody_came: Arc<Notify>,
    past: Mutex<Past>,
}

/// A visit, while it goes on and until the next one begins.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) number: u32,
    /// Those it began under.
    pub(crate) conditions: Conditions,
    pub(crate) changes: Changes,
    pub(crate) meter: Arc<Meter>,
}

/// Visits that are over.
#[derive(Debug, Default)]
struct Past {
    tally: Tally,
    sent: u64,
    /// Those of which a request may still be under way.
    ending: Vec<Arc<Meter>>,
}

/// What a request from outside was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// Number of the request.
    pub id: u64,
    /// Which way it went.
    pub outcome: Outcome,
    /// The answer as JSON; absent where there is no such product or no answer.
    pub body: Option<Vec<u8>>,
    /// A [digest](flow::digest) of the answer; 0 of none.
    pub digest: u64,
    /// For how long the cache has held it, in nanoseconds; absent where it came from elsewhere, and where nobody knows.
    pub age_ns: Option<u64>,
}

/// Everything that came from outside since the start.
#[derive(Debug, Clone, Default)]
pub struct Visited {
    /// Requests that came.
    pub sent: u64,
    /// What was added up of those that have ended.
    pub tally: Tally,
}

impl Lab {
    /// Answers a request of another program. What happens is pushed into the sink too. To be called on
    /// [the flow's runtime](Lab::flow_runtime), where no other thread has to be woken for an answer.
    ///
    /// # Errors
    /// [`Error::NotReady`] before the catalogue is open, [`Error::Invalid`] for product 0, during a planned comparison and on a
    /// split Stage. Whatever goes wrong inside the flow is part of the trace.
    pub async fn let_in(&self, request: Request, sink: impl Sink) -> Result<Answered, Error> {
        let (flow, id, probe) = self.let_visitor_in(request)?;
        let sink = trace::Both(probe, sink);
        let response = match request.operation {
            Operation::Read => flow.read(&request, sink).await,
            // Boxed: most who come read, and a future is as large as its largest way.
            Operation::Write => Box::pin(flow.write(&request, sink)).await,
        };
        let flow::Response { outcome, body } = response;
        let digest = body.as_deref().map_or(0, flow::digest);
        let cached = matches!(outcome, Outcome::Hit | Outcome::Stale) && body.is_some();
        let age_ns = if cached { flow.age_ns(&request, digest) } else { None };
        Ok(Answered { id, outcome, body, digest, age_ns })
    }

    fn let_visitor_in(&self, request: Request) -> Result<(Arc<Flow>, u64, Probe), Error> {
        self.core.leave_studies_alone()?;
        if request.product == 0 {
            return Err(Error::Invalid("Products are numbered from 1.".to_owned()));
        }
        if let Some(flow) = self.core.visits.flow() {
            let (id, probe) = self.core.let_in(request);
            return Ok((flow, id, probe));
        }
        self.admits_visitors()?;
        Err(Error::NotReady(match &self.core.status.borrow().catalogue {
            CatalogueState::Failed { message } => message.clone(),
            _ => "The catalogue is being prepared; ask again when it is there.".to_owned(),
        }))
    }

    /// Counts a request of another program that is refused at the door, and answers its number.
    ///
    /// # Errors
    /// As [`Lab::let_in`].
    pub fn turn_away(&self, request: Request, why: &str) -> Result<u64, Error> {
        let (_, id, probe) = self.let_visitor_in(request)?;
        let mut watch = Stopwatch::start(&*self.core.clock, probe);
        watch.note(why.to_owned());
        watch.finish(Outcome::Shed);
        Ok(id)
    }

    /// Whether another program may ask for anything now.
    ///
    /// # Errors
    /// [`Error::Invalid`] during a planned comparison and on a split Stage.
    pub fn admits_visitors(&self) -> Result<(), Error> {
        self.core.leave_studies_alone()?;
        if self.core.other_side().is_none() {
            return Ok(());
        }
        let message = "The Stage is split: both sides are given the same requests, and nobody else is let in until the split \
                       is closed.";
        Err(Error::Invalid(message.to_owned()))
    }

    /// Deletes the keys of one product from the cache.
    ///
    /// # Errors
    /// [`Error::Cache`] when the cache cannot be reached or refuses, and as [`Lab::admits_visitors`].
    pub async fn clear_product(&self, product: ProductId) -> Result<(), Error> {
        self.admits_visitors()?;
        let core = &self.core;
        let cache = core.connections().direct.clone();
        let keys = Request::write(product).keys_of_product();
        core.runtime.run(async move { cache.delete(&keys).await }).await??;
        Ok(())
    }

    /// Everything that came from outside since the start.
    #[must_use]
    pub fn visited(&self) -> Visited {
        self.core.visits.visited()
    }

    /// Where requests from outside are best served: on the thread of the flow.
    #[must_use]
    pub fn flow_runtime(&self) -> Handle {
        self.core.runtime.handle().clone()
    }

    /// What the settings say of the HTTP front door, now and whenever that changes.
    #[must_use]
    pub fn door_settings(&self) -> watch::Receiver<DoorSettings> {
        self.core.door_settings.subscribe()
    }

    /// Says how the HTTP front door is; for whoever keeps it.
    pub fn set_door(&self, door: DoorState) {
        self.core.status.send_if_modified(|status| {
            let changed = status.door != door;
            status.door = door;
            changed
        });
    }
}

impl Visits {
    /// Requests go through that from now on.
    pub(crate) fn lead_through(&self, flow: Option<Flow>) {
        *self.flow.write().unwrap_or_else(PoisonError::into_inner) = flow.map(Arc::new);
    }

    /// The present visit goes on under these conditions.
    pub(crate) fn conditions_changed(&self, now_ns: u64, conditions: Conditions) {
        if let Some(visit) = self.present() {
            visit.changes.change(now_ns, &visit.conditions, conditions);
        }
    }

    fn flow(&self) -> Option<Arc<Flow>> {
        self.flow.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn present(&self) -> Option<Arc<Visit>> {
        self.present.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn past(&self) -> MutexGuard<'_, Past> {
        self.past.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn visited(&self) -> Visited {
        let mut past = self.past();
        past.settle();
        let mut all = Visited { sent: past.sent, tally: past.tally.clone() };
        let present = self.present().map(|visit| Arc::clone(&visit.meter));
        for meter in past.ending.iter().cloned().chain(present) {
            // In this order: what has ended is never more than what was sent.
            all.tally.add(&meter.tally());
            all.sent += meter.requests_sent();
        }
        all
    }
}

impl Past {
    /// Adds those of which no request is under way any more.
    fn settle(&mut self) {
        for meter in mem::take(&mut self.ending) {
            if Arc::strong_count(&meter) > 1 {
                self.ending.push(meter);
            } else {
                self.tally.add(&meter.tally());
                self.sent += meter.requests_sent();
            }
        }
    }
}

impl Core {
    /// A number, and what the request is told to.
    fn let_in(self: &Arc<Self>, request: Request) -> (u64, Probe) {
        let awake = self.visits.awake.load(Ordering::Relaxed);
        let visit = self.visits.present().filter(|_| awake).unwrap_or_else(|| self.welcome());
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        (id, Probe::new(Arc::clone(&visit.meter), id, request, None).through(Door::Http))
    }

    /// Somebody came after it had been quiet: goes on with the visit, or begins another, and shows it if the Stage is free.
    fn welcome(self: &Arc<Self>) -> Arc<Visit> {
        let mut present = self.visits.present.write().unwrap_or_else(PoisonError::into_inner);
        let awake = self.visits.awake.load(Ordering::Relaxed);
        if let (true, Some(visit)) = (awake, &*present) {
            return Arc::clone(visit);
        }
        let quiet_ns = self.clock.now_ns().saturating_sub(self.visits.quiet_since_ns.load(Ordering::Relaxed));
        let goes_on = |visit: &&Arc<Visit>| {
            self.records_run(visit.number)
                || (quiet_ns < PAUSE_NS && (self.shows_visit(visit) || !self.stage_is_free()))
        };
        let visit = if let Some(visit) = present.as_ref().filter(goes_on) {
            Arc::clone(visit)
        } else {
            let meter = Arc::new(Meter::start(Arc::clone(&self.clock) as Arc<dyn Clock>));
            let visit = Arc::new(Visit {
                number: self.next_run_number(),
                conditions: self.conditions(),
                changes: Changes::default(),
                meter,
            });
            if let Some(over) = present.replace(Arc::clone(&visit)) {
                over.meter.close();
                let mut past = self.visits.past();
                past.settle();
                past.ending.push(Arc::clone(&over.meter));
            }
            visit
        };
        self.show_visit(&visit);
        self.visits.awake.store(true, Ordering::Relaxed);
        self.visits.somebody_came.notify_one();
        visit
    }

    /// Takes the Stage for a visit, if it is free.
    fn show_visit(&self, visit: &Arc<Visit>) {
        if self.take_stage(visit) {
            self.tell_of_visit(visit, true);
        }
    }

    fn tell_of_visit(&self, visit: &Visit, live: bool) {
        let told = TrafficState::Visited { run: visit.number, live };
        self.status.send_if_modified(|status| {
            // Whoever sends traffic has the word.
            let ours = !self.traffic_is_on() && status.traffic != told;
            if ours {
                status.traffic = told;
            }
            ours
        });
    }

    /// Keeps the books of visits from now on, for as long as there is a laboratory.
    pub(crate) fn keep_visits(self: &Arc<Self>) {
        let (core, somebody_came) = (Arc::downgrade(self), Arc::clone(&self.visits.somebody_came));
        self.archive.runtime.handle().spawn(async move {
            loop {
                somebody_came.notified().await;
                let mut books = Books::default();
                loop {
                    sleep(BOOKS_EVERY).await;
                    let Some(core) = Weak::upgrade(&core) else { return };
                    if !books.keep(&core).await {
                        break;
                    }
                }
            }
        });
    }
}

/// The books of the present visit, and how long it has been quiet.
#[derive(Debug, Default)]
struct Books {
    visit: u32,
    sent: u64,
    quiet: u32,
    looks: u32,
    /// How many had come at the last look at the Stage.
    sent_before: u64,
    observed: Observed,
}

impl Books {
    /// Adds up what has ended. False when nobody has come for a while.
    async fn keep(&mut self, core: &Core) -> bool {
        let Some(visit) = core.visits.present() else { return false };
        if visit.number != self.visit {
            *self = Self { visit: visit.number, ..Self::default() };
        }
        visit.meter.settle();
        let sent = visit.meter.requests_sent();
        self.looks += 1;
        if self.looks.is_multiple_of(OBSERVE_EVERY) {
            self.observed.look(core, &visit.meter).await;
            let came = mem::replace(&mut self.sent_before, sent) != sent;
            // A recording that was played back, or a split, may have left the Stage meanwhile; or a run has ended, and somebody
            // came after it.
            let free = match core.status.borrow().traffic {
                TrafficState::Idle => true,
                TrafficState::Ended { .. } | TrafficState::Failed { .. } => came,
                _ => false,
            };
            if free {
                core.show_visit(&visit);
            }
        }
        if sent != self.sent || visit.meter.counts().ended() < sent {
            (self.sent, self.quiet) = (sent, 0);
            return true;
        }
        self.quiet += 1;
        self.quiet < QUIET_AFTER || core.records_run(visit.number) || !self.rest(core, &visit)
    }

    /// Lets it be quiet, unless somebody comes at this very moment.
    fn rest(&self, core: &Core, visit: &Arc<Visit>) -> bool {
        core.visits.quiet_since_ns.store(core.clock.now_ns(), Ordering::Relaxed);
        core.visits.awake.store(false, Ordering::SeqCst);
        if visit.meter.requests_sent() != self.sent {
            core.visits.awake.store(true, Ordering::SeqCst);
            return false;
        }
        if core.shows_visit(visit) {
            core.tell_of_visit(visit, false);
        }
        true
    }
}
