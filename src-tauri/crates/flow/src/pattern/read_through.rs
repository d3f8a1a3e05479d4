//! Read-through: the application asks the cache alone, and the cache loads what it does not hold, by a loader in front of the
//! database. ("Read-Through Caching" in the chapter "Caching Data Sources" of "Developing Applications with Oracle Coherence".)
//!
//! Redis has no loader, so the cache layer is here: to the server it is one thing that always answers. What differs from
//! cache-aside is who loads, and so how often: a cache that loads by itself loads a key once for all who miss it at once,
//! which cache-aside does only with [single-flight](trace::Protections::single_flight). A write is that of cache-aside: it
//! updates the database and deletes the keys.
//!
//! - **Stale reads**: as by cache-aside. A load that began before a write and stores after its delete leaves the old value,
//!   for up to the TTL. So does a delete that fails.
//! - **A crash** loses nothing: the database has every write that was acknowledged.

use trace::{Outcome, Request, Sink, Stopwatch};

use crate::steps::Found;
use crate::{Flow, Response, answer, early_expiry, hand_on};

pub(crate) use super::cache_aside::write;

pub(crate) async fn read<S: Sink>(flow: &Flow, mut watch: Stopwatch<'_, S>, request: &Request) -> Response {
    let key = request.key();
    let outcome = match flow.look_up(&mut watch, request, &key).await {
        Found::Answer(held) => return hand_on(watch, Outcome::Hit, held),
        Found::AboutToExpire(held, left) => {
            return Box::pin(early_expiry::load(flow, watch, request, &key, (held, left))).await;
        }
        Found::Nothing => Outcome::Miss,
        Found::Silence => Outcome::Bypass,
    };
    let (outcome, loaded) = flow.load_once(&mut watch, request, &key, outcome).await;
    answer(watch, outcome, loaded)
}
