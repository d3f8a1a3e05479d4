//! Leases (Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013, section 3.2.1): who misses a key is given a token, one
//! a key and for some seconds; it may store what it loads only as long as that token is still the key's. A write deletes
//! the token with the key. Who misses meanwhile waits a little and asks again.
//!
//! - **Against a stale set**: a reader that asked the database before a write cannot store after it, as it can by plain
//!   cache-aside, where the old value then stays for up to its TTL.
//! - **Against a stampede**: one loads, like under a lock.
//! - **What it costs**: a miss makes two round trips more, one for the token and one to look at it before storing. What was
//!   loaded in vain is not stored, so the next read misses once more.
//!
//! memcached gives the token out with the miss and checks it with the set, both in one command; here it is a key of its
//! own, taken by SET NX and checked by WATCH, which any Redis has.

use std::sync::Arc;

use cache::Claim;
use database::Answer;
use trace::{Effect, KEY_PREFIX, Outcome, Protection, Request, Sink, StepKind, Stopwatch};

use crate::Flow;
use crate::single_flight::Loaded;
use crate::steps::Storing;
use crate::turn::{self, LIFE, Turn};

pub(crate) const NAME: &str = "lease";

/// The key of the token of that key.
pub(crate) fn key_of(key: &str) -> String {
    format!("{KEY_PREFIX}lease:{}", key.trim_start_matches(KEY_PREFIX))
}

/// Loads what was missed, or waits for it.
pub(crate) async fn load<S: Sink>(
    flow: &Flow,
    watch: &mut Stopwatch<'_, S>,
    request: &Request,
    key: &str,
) -> (Outcome, Loaded) {
    let lease = turn::claim_on(key_of(key));
    let mut effect = Effect::of(Protection::Lease);
    let came_to = match turn::take(flow, watch, request, (key, &lease, NAME), &mut effect).await {
        Turn::Found(answer) => (Outcome::Coalesced, Ok(answer.map(Arc::new))),
        Turn::Ours => {
            let storing = Storing::Leased(&lease, &mut effect);
            (Outcome::Miss, flow.fetch_and_store(watch, request, key, storing).await)
        }
        // Without a token nothing may be stored.
        Turn::Nobodys => (Outcome::Miss, flow.fetch(watch, request).await),
    };
    watch.effect(effect);
    came_to
}

/// Stores the answer if the lease is still ours, and gives it back; without an answer it only gives it back.
pub(crate) async fn store<S: Sink>(
    flow: &Flow,
    watch: &mut Stopwatch<'_, S>,
    (key, lease): (&str, &Claim),
    answer: Option<&Answer>,
    effect: &mut Effect,
) {
    let life = if answer.is_some() { Some(flow.life()) } else { flow.protections.negative_ttl() };
    let Some(life) = life else { return give_back(flow, watch, lease, effect).await };
    let Some(value) = Flow::encode(watch, answer) else { return };
    let set = async {
        let stored = flow.cache.set_and_release(lease, key, &value, life).await.map_err(|error| error.to_string())?;
        // One more than without a lease, which looks first.
        effect.round_trips += 1;
        effect.lookups += 1;
        if stored {
            return Ok(());
        }
        effect.in_vain = true;
        Err(format!("the product was written meanwhile, or the lease ran out after its {} s", LIFE.as_secs()))
    };
    match watch.wait_through(StepKind::CacheSet, flow.cache.injector(), set).await {
        Ok(()) => flow.shared.births.note(key, &value, flow.clock.now_ns()),
        Err(why) => watch.note(format!("The answer was not stored: {why}.")),
    }
}

/// Gives the lease back, since nothing was loaded.
pub(crate) async fn give_back<S: Sink>(flow: &Flow, watch: &mut Stopwatch<'_, S>, lease: &Claim, effect: &mut Effect) {
    turn::give_back(flow, watch, (lease, NAME), effect).await;
}
