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
//! cache-aside (look-aside in Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013). Only this crate knows it: the
//! cache knows no database and the database no cache. By the pattern [`Pattern::NoCache`] both ask the database alone: what
//! a cache is to be compared with.
//!
//! What goes wrong with misses has its remedies, each in a file of its own and each switched on by
//! [`trace::Protections`]: [`single_flight`] against stampedes, [`jitter`] against avalanches, and remembering what does not
//! exist against penetration (in [`read`](mod@read)).
//!
//! The flow reaches the server through a URL like any client, and pushes each step, timed, into a [`trace::Sink`].

mod jitter;
mod read;
mod single_flight;
mod write;

use std::sync::Arc;
use std::time::Duration;

use cache::Cache;
use database::{Answer, Database};
use trace::{Clock, Conditions, Outcome, Pattern, Protections, Sink, StepKind, Stopwatch};

use jitter::Jitter;
use single_flight::Flights;

/// A cache beside a database. Cloning it shares both.
#[derive(Debug, Clone)]
pub struct Flow {
    cache: Cache,
    database: Database,
    ttl: Duration,
    pattern: Pattern,
    protections: Protections,
    shared: Shared,
    clock: Arc<dyn Clock>,
}

/// What all requests of a process have in common, whichever flow they go through. Cloning it shares it.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    flights: Flights,
    jitter: Jitter,
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
        let Conditions { pattern, protections, .. } = *conditions;
        Self { cache, database, ttl: conditions.ttl(), pattern, protections, shared: Shared::default(), clock }
    }

    /// The same flow, whose requests have this in common with those of others.
    #[must_use]
    pub fn sharing(self, shared: &Shared) -> Self {
        Self { shared: shared.clone(), ..self }
    }

    /// The same flow over another cache: another server, or another connection to the same one.
    #[must_use]
    pub fn with_cache(&self, cache: Cache) -> Self {
        Self { cache, ..self.clone() }
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

/// Sends the response to the client: the last step of every path.
fn respond<S: Sink>(mut watch: Stopwatch<'_, S>, outcome: Outcome, answer: Option<&Answer>) -> Response {
    let body = watch.time(StepKind::Respond, || answer.map(to_json));
    watch.finish(outcome);
    Response { outcome, body: body.flatten() }
}

/// An answer as JSON. Plain data of strings, numbers and lists: there is none that JSON cannot hold.
fn to_json(answer: &Answer) -> Option<Vec<u8>> {
    serde_json::to_vec(answer).ok()
}
