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
//! The flow reaches the server through a URL like any client, and pushes each step, timed, into a [`trace::Sink`].

mod read;
mod write;

use std::sync::Arc;
use std::time::Duration;

use cache::Cache;
use database::{Answer, Database};
use trace::{Clock, Outcome, Pattern, Sink, StepKind, Stopwatch};

/// A cache beside a database. Cloning it shares both.
#[derive(Debug, Clone)]
pub struct Flow {
    cache: Cache,
    database: Database,
    ttl: Duration,
    pattern: Pattern,
    clock: Arc<dyn Clock>,
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
    /// A cache-aside flow whose stored values live for `ttl`, timed on that clock.
    #[must_use]
    pub fn new(cache: Cache, database: Database, ttl: Duration, clock: Arc<dyn Clock>) -> Self {
        Self { cache, database, ttl, pattern: Pattern::default(), clock }
    }

    /// The same flow by another pattern.
    #[must_use]
    pub fn with_pattern(self, pattern: Pattern) -> Self {
        Self { pattern, ..self }
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
