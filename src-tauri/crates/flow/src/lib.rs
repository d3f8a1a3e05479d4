//! The seed: how a request is answered with a cache beside a database.
//!
//! ```text
//!    Client -> Server -> Check if the requested data exists in Redis: cache.get(key)
//!                          hit:  return the cached response to the client immediately
//!                          miss: fetch the data from the database,
//!                                store it in Redis for future requests: cache.set(key, value),
//!                                send the response to the client
//! ```
//!
//! [`Flow::read`] is that chart, [`Flow::write`] its counterpart: update the row, delete the key. This pattern is
//! cache-aside. Only this crate knows it: the cache knows no database and the database no cache. The other ways in which
//! cache and database work together stand beside it, each in a file of its own:
//!
//! ```text
//! pattern/  cache_aside    read_through  write_through  write_behind  write_around
//!     │     refresh_ahead  stale_while_revalidate  no_cache          what each promises, and what it does
//!     └──── steps         the acts they are made of: look up, fetch, store, update, delete; timed
//!             ├── single_flight   of requests that miss the same key at once, one loads it (against a stampede)
//!             ├── lock, lease     the same for all processes, by a claim in the cache (turn); a lease heeds writes too
//!             ├── early_expiry    one loads anew shortly before the end (against a stampede)
//!             ├── anew            what the cache still holds is loaded anew, by one
//!             ├── jitter          what was stored together expires apart (against an avalanche)
//!             ├── bloom           what cannot exist is not asked for (against penetration)
//!             ├── breaker         a database that fails is left alone for a while
//!             ├── births          how old a cached answer is, where that is known
//!             ├── bound           so many ask the database at once, and so many wait
//!             ├── reloads         what is loaded anew in the background, after the response
//!             └── queue           what was acknowledged and is not yet written; journal counts what a crash takes of it
//! ```
//!
//! What was served out of date is counted as it is served, and what each pattern promises is checked over whole histories:
//!
//! ```text
//! staleness  what a stale read is; the ledger of acknowledged writes (live), and History (of traces that were kept)
//! ```
//!
//! What each of them saved and cost in a request is pushed as an [`Effect`](trace::Effect).
//!
//! The flow reaches the server through a URL like any client, and pushes each step, timed, into a [`trace::Sink`].

mod anew;
mod births;
mod bloom;
mod bound;
mod breaker;
mod chance;
mod early_expiry;
mod jitter;
mod journal;
mod lease;
mod lock;
mod pattern;
mod queue;
mod reloads;
mod single_flight;
mod staleness;
mod steps;
mod turn;

use std::sync::Arc;
use std::time::Duration;

use cache::Cache;
use database::{Answer, Database, Written};
use tokio::sync::watch;
use trace::{
    Background, Circuit, Clock, Conditions, Outcome, Pattern, Protections, Request, Sink, StepKind, Stopwatch,
};

use births::Births;
use bloom::Products;
use bound::Bound;
use breaker::Breaker;
use chance::Chance;
use early_expiry::LoadTimes;
use jitter::Jitter;
use pattern::{
    cache_aside, no_cache, read_through, refresh_ahead, stale_while_revalidate, write_around, write_behind,
    write_through,
};
use queue::Queue;
use reloads::Reloads;
use single_flight::{Flights, Loaded, Unanswered};
use staleness::{Judge, Ledger};
use steps::Held;

pub use staleness::history::{Broken, History, Impossible, Report, Source, StaleRead, WentBack};

pub use births::digest;
pub use journal::{Journal, Loss};
pub use queue::{Batch, QueueState};
pub use reloads::ReloadState;

/// A cache beside a database. Cloning it shares both.
#[derive(Debug, Clone)]
pub struct Flow {
    cache: Cache,
    /// For what is done in the background: where it is another, none of it passes on the first.
    background_cache: Cache,
    database: Database,
    ttl: Duration,
    pattern: Pattern,
    protections: Protections,
    background: Background,
    shared: Arc<Common>,
    clock: Arc<dyn Clock>,
}

/// What all requests of a process have in common, whichever flow they go through. Cloning it shares it.
#[derive(Debug, Clone, Default)]
pub struct Shared(Arc<Common>);

#[derive(Debug, Default)]
struct Common {
    flights: Flights,
    jitter: Jitter,
    ledger: Ledger,
    reloads: Reloads,
    queue: Queue,
    chance: Chance,
    load_times: LoadTimes,
    products: Products,
    breaker: Breaker,
    bound: Bound,
    births: Births,
}

impl Shared {
    /// Nothing yet in common; what a crash takes of the writes that wait is counted in that journal.
    #[must_use]
    pub fn with_journal(journal: Journal) -> Self {
        Self(Arc::new(Common { queue: Queue::with_journal(journal), ..Common::default() }))
    }

    /// How the queue of write-behind stands, now and from now on.
    #[must_use]
    pub fn queue(&self) -> watch::Receiver<QueueState> {
        self.0.queue.state()
    }

    /// Has everything in the queue written, and waits for it as long as that. What is left is answered.
    pub async fn flush(&self, within: Duration) -> u64 {
        self.0.queue.flush(within).await
    }

    /// Forgets what waits in the queue, and answers how many acknowledged writes are lost by that: for where their database is left
    /// and does not take them.
    #[must_use]
    pub fn give_up(&self) -> Loss {
        self.0.queue.give_up()
    }

    /// How the reloads in the background stand, now and from now on.
    #[must_use]
    pub fn reloads(&self) -> watch::Receiver<ReloadState> {
        self.0.reloads.state()
    }

    /// Waits until no reload is under way in the background, and calls off what is after that time.
    pub async fn settle(&self, within: Duration) {
        self.0.reloads.settle(within).await;
    }

    /// Ends what is under way in the background, and lets nothing begin any more: reloads are called off, and the queue is written as
    /// far as that time allows. How many acknowledged writes are lost is answered; the journal keeps it.
    pub async fn close(&self, within: Duration) -> Loss {
        self.0.reloads.close().await;
        self.0.queue.close(within).await
    }

    /// Another database is behind the requests from now on: what was acknowledged of the one before says nothing of this one, nor
    /// does how it failed.
    pub fn forget_database(&self) {
        self.0.ledger.forget();
        self.0.breaker.close();
    }

    /// How the circuit breaker stands, now and whenever that changes.
    #[must_use]
    pub fn circuit(&self) -> watch::Receiver<Circuit> {
        self.0.breaker.circuit()
    }

    /// The Bloom filter of the products that exist; `None` before it was built.
    #[must_use]
    pub fn filter(&self) -> Option<Filter> {
        self.0.products.filter()
    }
}

/// A Bloom filter in numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Filter {
    /// How much memory it takes.
    pub bytes: u64,
    /// How many products are in it.
    pub products: u64,
    /// Of what does not exist, the share of which it says that it might, in percent.
    pub false_positive_percent: f64,
}

/// What the client is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// Which way the request went.
    pub outcome: Outcome,
    /// The answer as JSON; absent where there is no such product or no answer.
    pub body: Option<Vec<u8>>,
}

impl Flow {
    /// The flow under these conditions (its TTL, its pattern, its protections), timed on that clock. The engine and the
    /// query among them are the caller's, who brings the cache and the requests.
    #[must_use]
    pub fn new(cache: Cache, database: Database, conditions: &Conditions, clock: Arc<dyn Clock>) -> Self {
        let Conditions { pattern, protections, background, .. } = *conditions;
        let background_cache = cache.clone();
        Self {
            cache,
            background_cache,
            database,
            ttl: conditions.ttl(),
            pattern,
            protections,
            background,
            shared: Arc::default(),
            clock,
        }
    }

    /// The same flow, whose requests have this in common with those of others.
    #[must_use]
    pub fn sharing(self, shared: &Shared) -> Self {
        Self { shared: Arc::clone(&shared.0), ..self }
    }

    /// The same flow over another cache: another server, or another connection to the same one.
    #[must_use]
    pub fn with_cache(&self, cache: Cache) -> Self {
        Self { background_cache: cache.clone(), cache, ..self.clone() }
    }

    /// The same flow, whose work in the background goes over another connection than its requests.
    #[must_use]
    pub fn with_background_cache(self, background_cache: Cache) -> Self {
        Self { background_cache, ..self }
    }

    /// Answers a read: from the cache if it holds the value, otherwise from the database, storing it in the cache for
    /// future requests.
    ///
    /// - A product that does not exist is an answer, not an error: the response has no body. Nothing is stored, unless by
    ///   [negative caching](trace::Protections::negative_ttl_ms), where it is a hit the next time.
    /// - A cached value that cannot be decoded is a miss; it is replaced, and a note says why.
    /// - If the cache cannot be reached the database answers, nothing is stored, and the outcome is [`Outcome::Bypass`].
    /// - By [single-flight](trace::Protections::single_flight), a request that waited for another's load has the outcome
    ///   [`Outcome::Coalesced`], and its wait is a step.
    /// - Without a cache the database answers, and the outcome is [`Outcome::Bypass`] too.
    /// - By the [Bloom filter](trace::Protections::bloom_filter), who asks for what cannot exist is answered without asking
    ///   anybody, and the outcome is [`Outcome::Bypass`] as well.
    /// - If the database cannot answer, the outcome is [`Outcome::Error`] and a note says why; if it is not to be asked, it is
    ///   [`Outcome::Shed`].
    pub async fn read(&self, request: &Request, sink: impl Sink) -> Response {
        let mut watch = self.watch(request, sink);
        if self.protections.bloom_filter && Box::pin(self.rules_out(&mut watch, request)).await {
            return respond(watch, Outcome::Bypass, None);
        }
        match self.pattern {
            Pattern::CacheAside => cache_aside::read(self, watch, request).await,
            Pattern::WriteThrough => write_through::read(self, watch, request).await,
            Pattern::WriteAround => write_around::read(self, watch, request).await,
            Pattern::NoCache => no_cache::read(self, watch, request).await,
            Pattern::ReadThrough => read_through::read(self, watch, request).await,
            Pattern::RefreshAhead => refresh_ahead::read(self, watch, request).await,
            Pattern::StaleWhileRevalidate => stale_while_revalidate::read(self, watch, request).await,
            Pattern::WriteBehind => write_behind::read(self, watch, request).await,
        }
    }

    /// Carries out a write: updates the product's row, and then does with the cache what the pattern says. By cache-aside it
    /// deletes the product's keys, so that the next read of each takes the miss path and finds the new row.
    ///
    /// If the cache cannot be reached the row is updated all the same, and a note says for how long the cache may go on
    /// serving the old value. If the row cannot be updated, the outcome is [`Outcome::Error`] and a note says why.
    pub async fn write(&self, request: &Request, sink: impl Sink) -> Response {
        let watch = self.watch(request, sink);
        match self.pattern {
            Pattern::CacheAside => cache_aside::write(self, watch, request).await,
            Pattern::WriteThrough => write_through::write(self, watch, request).await,
            Pattern::WriteAround => write_around::write(self, watch, request).await,
            Pattern::NoCache => no_cache::write(self, watch, request).await,
            Pattern::ReadThrough => read_through::write(self, watch, request).await,
            Pattern::RefreshAhead => refresh_ahead::write(self, watch, request).await,
            Pattern::StaleWhileRevalidate => stale_while_revalidate::write(self, watch, request).await,
            Pattern::WriteBehind => write_behind::write(self, watch, request).await,
        }
    }

    /// Starts a request, which is judged at its end.
    fn watch<'a, S: Sink>(&'a self, request: &Request, sink: S) -> Stopwatch<'a, Judge<'a, S>> {
        Stopwatch::start(&*self.clock, Judge::of(request, &self.shared.ledger, sink))
    }

    /// How old a cached answer is, told by its [`digest`]: since it was stored, in nanoseconds. `None` where that is not known: this process
    /// has not stored it, or that was too many keys ago.
    #[must_use]
    pub fn age_ns(&self, request: &Request, answer: u64) -> Option<u64> {
        let stored_ns = self.shared.births.of(&request.key(), answer)?;
        Some(self.clock.now_ns().saturating_sub(stored_ns))
    }

    /// What its requests have in common with those of others.
    #[must_use]
    pub fn shared(&self) -> Shared {
        Shared(Arc::clone(&self.shared))
    }

    /// How many keys the server looks up for each GET that is counted here: PTTL is one too.
    #[must_use]
    pub fn lookups_per_get(&self) -> u64 {
        if self.pattern.looks_at_lives() { 2 } else { 1 }
    }

    /// Refresh-ahead: a value with less than this left is reloaded.
    fn refresh_before_end(&self) -> Duration {
        self.background.refresh_before_end(u32::try_from(self.ttl.as_millis()).unwrap_or(u32::MAX))
    }

    /// The cache.
    #[must_use]
    pub fn cache(&self) -> &Cache {
        &self.cache
    }

    /// The database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }
}

/// Responds with what was loaded, or without an answer.
fn answer<S: Sink>(watch: Stopwatch<'_, S>, outcome: Outcome, loaded: Loaded) -> Response {
    match loaded {
        Ok(answer) => respond(watch, outcome, answer.as_deref()),
        Err(unanswered) => respond(watch, unanswered.outcome(), None),
    }
}

impl Unanswered {
    fn outcome(&self) -> Outcome {
        if self.refused { Outcome::Shed } else { Outcome::Error }
    }
}

/// Tells the client that its write is done, or that it is not.
fn acknowledge<S: Sink>(mut watch: Stopwatch<'_, S>, written: Result<Option<Written>, Unanswered>) -> Response {
    let row = match written {
        Ok(row) => row,
        Err(unanswered) => {
            let outcome = unanswered.outcome();
            watch.finish(outcome);
            return Response { outcome, body: None };
        }
    };
    let body = watch.time(StepKind::Respond, || row.as_ref().and_then(|row| serde_json::to_vec(row).ok()));
    if let Some(row) = row {
        watch.version(row.version);
    }
    watch.finish(Outcome::Written);
    Response { outcome: Outcome::Written, body }
}

/// Returns the cached response to the client: the very bytes, since they were just read back as an answer.
fn hand_on<S: Sink>(mut watch: Stopwatch<'_, S>, outcome: Outcome, held: Held) -> Response {
    let Held { answer, bytes } = held;
    let body = watch.time(StepKind::Respond, || answer.is_some().then_some(bytes));
    if let Some(version) = answer.as_ref().and_then(Answer::version) {
        watch.version(version);
    }
    watch.finish(outcome);
    Response { outcome, body }
}

/// Sends the response to the client: the last step of every path.
fn respond<S: Sink>(mut watch: Stopwatch<'_, S>, outcome: Outcome, answer: Option<&Answer>) -> Response {
    let body = watch.time(StepKind::Respond, || answer.map(to_json));
    if let Some(version) = answer.and_then(Answer::version) {
        watch.version(version);
    }
    watch.finish(outcome);
    Response { outcome, body: body.flatten() }
}

/// An answer as JSON. Plain data of strings, numbers and lists: there is none that JSON cannot hold.
fn to_json(answer: &Answer) -> Option<Vec<u8>> {
    serde_json::to_vec(answer).ok()
}
