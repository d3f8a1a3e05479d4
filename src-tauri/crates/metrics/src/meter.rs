use std::mem;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use trace::{Clock, Effect, Protection, StepKind, Trace};

use crate::books::Books;
use crate::{Counts, Effects, Inside, KeptSecond, Point, Sample, Summary, Tally};

/// How many traces may lie in the inbox before whoever puts in the next has to add them up.
const INBOX: usize = 8_192;

/// How many samples a reader is given at once.
const POINTS: usize = 600;

/// How many of them whole.
const WHOLE: usize = 4;

/// Adds up the traces of one run.
///
/// Requests put their finished traces into an inbox, which costs them next to nothing. They are added up by whoever
/// reads, on the reader's own thread; where nobody reads for long, [`Meter::settle`] should be called now and then.
#[derive(Debug)]
pub struct Meter {
    clock: Arc<dyn Clock>,
    started_ns: u64,
    sent: AtomicU64,
    inside: [AtomicU32; StepKind::ALL.len()],
    inbox: Mutex<Vec<Ended>>,
    books: Mutex<Books>,
}

/// What has ended.
#[derive(Debug)]
enum Ended {
    Request(Trace),
    Reload(Reloaded),
}

/// A reload in the background that has ended.
#[derive(Debug)]
pub(crate) struct Reloaded {
    pub(crate) ended_ns: u64,
    /// It asked the database.
    pub(crate) asked: bool,
    /// What protections saved and cost in it.
    pub(crate) effects: Vec<Effect>,
    /// Of its steps that may have looked up a key, those that failed.
    pub(crate) failed: u64,
}

/// What the requests of a run asked of the cache.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Gets {
    /// GETs that were answered, with a value or without.
    pub answered: u64,
    /// Look-ups that failed; whether the server has seen one of these nobody knows.
    pub failed: u64,
    /// Keys that protections looked up besides, each of which the server counts as a hit or a miss.
    pub besides: u64,
}

impl Meter {
    /// A meter for a run that starts now.
    #[must_use]
    pub fn start(clock: Arc<dyn Clock>) -> Self {
        let started_ns = clock.now_ns();
        Self::starting_at(started_ns, clock)
    }

    /// A meter for a run that starts at that moment of its clock: two that start at the same one count the same seconds.
    #[must_use]
    pub fn starting_at(started_ns: u64, clock: Arc<dyn Clock>) -> Self {
        Self {
            clock,
            started_ns,
            sent: AtomicU64::new(0),
            inside: Default::default(),
            inbox: Mutex::default(),
            books: Mutex::new(Books::new(started_ns)),
        }
    }

    /// When the run started, in nanoseconds on its clock.
    #[must_use]
    pub fn started_ns(&self) -> u64 {
        self.started_ns
    }

    pub(crate) fn now_ns(&self) -> u64 {
        self.clock.now_ns()
    }

    pub(crate) fn sent(&self) {
        self.sent.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn entered(&self, kind: StepKind) {
        self.inside[kind as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn left(&self, kind: StepKind) {
        self.inside[kind as usize].fetch_sub(1, Ordering::Relaxed);
    }

    pub(crate) fn record(&self, trace: Trace) {
        self.put(Ended::Request(trace));
    }

    /// A reload in the background has ended.
    pub(crate) fn record_reload(&self, reloaded: Reloaded) {
        self.put(Ended::Reload(reloaded));
    }

    fn put(&self, ended: Ended) {
        let mut inbox = self.inbox.lock().unwrap_or_else(PoisonError::into_inner);
        inbox.push(ended);
        if inbox.len() >= INBOX {
            let full = mem::take(&mut *inbox);
            drop(inbox);
            enter(&mut self.books(), full);
        }
    }

    /// Adds up what lies in the inbox.
    pub fn settle(&self) {
        drop(self.settled());
    }

    /// How many requests were sent, and which way they went.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.counts_of(&self.settled())
    }

    /// What the reads asked of the cache.
    #[must_use]
    pub fn gets(&self) -> Gets {
        self.settled().gets()
    }

    /// What a protection saved and cost so far.
    #[must_use]
    pub fn effects(&self, protection: Protection) -> Effects {
        self.settled().effects(protection)
    }

    /// How things stand, and the samples from `cursor` on (0: from the beginning).
    #[must_use]
    pub fn sample(&self, cursor: u64) -> Sample {
        let books = self.settled();
        let (traces, cursor, skipped) = books.sampler.since(cursor, POINTS);
        Sample {
            counts: self.counts_of(&books),
            inside: self.inside(),
            cursor,
            skipped,
            points: traces.iter().map(|trace| Point::from(&**trace)).collect(),
            traces: traces.iter().rev().take(WHOLE).rev().map(|trace| Trace::clone(trace)).collect(),
        }
    }

    /// The distributions so far, and the seconds from `first_second` on.
    #[must_use]
    pub fn summary(&self, first_second: u32) -> Summary {
        let books = self.settled();
        Summary { counts: self.counts_of(&books), ..books.summary(first_second) }
    }

    /// Everything that was added up so far.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.settled().tally()
    }

    /// How many requests were sent so far. Costs nothing, unlike [`Meter::counts`].
    #[must_use]
    pub fn requests_sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Closes the last slot and the last second, since nothing more will come.
    pub fn close(&self) {
        self.settled().close();
    }

    /// Begins to keep seconds whole, for [`Meter::take_seconds`]: from this one on if nothing has ended in it yet, else from
    /// the next; but not before second `from` of the run.
    pub fn keep_seconds(&self, from: u32) {
        self.settled().keep_seconds(from);
    }

    /// The seconds that are over, kept whole, since the last time. They should be taken about once a second: of more than
    /// two minutes the newest become one.
    #[must_use]
    pub fn take_seconds(&self) -> Vec<KeptSecond> {
        self.settled().take_seconds()
    }

    /// No longer keeps them; those not taken are let go.
    pub fn stop_keeping_seconds(&self) {
        self.settled().stop_keeping_seconds();
    }

    /// The traces that are kept now, the one that started first coming first: the newest 10,000, and the samples.
    #[must_use]
    pub fn kept(&self) -> Vec<Arc<Trace>> {
        self.settled().kept()
    }

    /// The trace of a request, if it is still kept.
    #[must_use]
    pub fn trace(&self, id: u64) -> Option<Arc<Trace>> {
        self.settled().trace(id)
    }

    fn inside(&self) -> Inside {
        let inside = |kind: StepKind| self.inside[kind as usize].load(Ordering::Relaxed);
        Inside {
            cache_get: inside(StepKind::CacheGet),
            cache_lock: inside(StepKind::CacheLock),
            wait: inside(StepKind::Wait),
            db_query: inside(StepKind::DbQuery),
            cache_set: inside(StepKind::CacheSet),
            cache_del: inside(StepKind::CacheDel),
            db_write: inside(StepKind::DbWrite),
        }
    }

    /// What has ended is never more than what was sent.
    fn counts_of(&self, books: &Books) -> Counts {
        Counts { sent: self.sent.load(Ordering::Relaxed), ..books.counts() }
    }

    /// The books with everything in them that ended before now.
    fn settled(&self) -> MutexGuard<'_, Books> {
        let mut books = self.books();
        let ended = mem::take(&mut *self.inbox.lock().unwrap_or_else(PoisonError::into_inner));
        enter(&mut books, ended);
        books.roll(self.now_ns());
        books
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn enter(books: &mut Books, all: Vec<Ended>) {
    for ended in all {
        match ended {
            Ended::Request(trace) => books.enter(trace),
            Ended::Reload(reloaded) => books.enter_reload(&reloaded),
        }
    }
}
