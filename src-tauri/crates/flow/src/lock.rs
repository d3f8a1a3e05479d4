//! A lock in the cache: of the requests of all processes that miss the same key, one loads it.
//!
//! The lock for a single instance of "Distributed Locks with Redis" (Redis's documentation): `SET lock token NX PX life`
//! takes it; whoever took it loads, stores, and gives it back, which only the owner of the token can. Single-flight does
//! the same within a process, without a round trip; this does it for as many processes as ask the same cache.
//!
//! - **What it costs**: a miss makes three round trips more, one to take the lock and two to give it back. Who waits asks
//!   again and again, and gets its answer a pause too late.
//! - **What it does not promise**: an owner that takes longer than the lock holds loads beside the next one. It gives
//!   nothing back then, and what it stores is stored all the same (a lease would refuse it).
//! - **What is reloaded in the background** takes no lock: it is no miss, and of the reloads of a key one is under way at a
//!   time in each process.
//! - **Of what is not stored nobody who waits can hear**: a product that does not exist, without negative caching, is
//!   loaded by each in turn.

use std::sync::Arc;

use trace::{Effect, KEY_PREFIX, Outcome, Protection, Request, Sink, Stopwatch};

use crate::Flow;
use crate::single_flight::Loaded;
use crate::steps::Storing;
use crate::turn::{self, Turn};

pub(crate) const NAME: &str = "lock";

/// The key of the lock of that key.
pub(crate) fn key_of(key: &str) -> String {
    format!("{KEY_PREFIX}lock:{}", key.trim_start_matches(KEY_PREFIX))
}

/// Loads what was missed, or waits for it.
pub(crate) async fn load<S: Sink>(
    flow: &Flow,
    watch: &mut Stopwatch<'_, S>,
    request: &Request,
    key: &str,
) -> (Outcome, Loaded) {
    let lock = turn::claim_on(key_of(key));
    let mut effect = Effect::of(Protection::CacheLock);
    let came_to = match turn::take(flow, watch, request, (key, &lock, NAME), &mut effect).await {
        Turn::Found(answer) => (Outcome::Coalesced, Ok(answer.map(Arc::new))),
        Turn::Ours => {
            let loaded = flow.fetch_and_store(watch, request, key, Storing::Freely).await;
            turn::give_back(flow, watch, (&lock, NAME), &mut effect).await;
            (Outcome::Miss, loaded)
        }
        Turn::Nobodys => (Outcome::Miss, flow.fetch_and_store(watch, request, key, Storing::Freely).await),
    };
    watch.effect(effect);
    came_to
}
