//! Cache-aside (look-aside in Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013): the application asks the cache
//! first; on a miss it asks the database and stores the answer; a write updates the database and deletes the keys.
//!
//! - **Stale reads**: a reader that missed before a write and stores after its delete leaves the old value, for up to the TTL.
//!   So does a delete that fails. A [lease](crate::lease) prevents the former.
//! - **A crash** loses nothing: the database has every write that was acknowledged.

use trace::{Outcome, Request, Sink, Stopwatch};

use crate::steps::Found;
use crate::{Flow, Response, acknowledge, answer, early_expiry, hand_on};

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
    let (outcome, loaded) = flow.load(&mut watch, request, &key, outcome).await;
    answer(watch, outcome, loaded)
}

pub(crate) async fn write<S: Sink>(flow: &Flow, mut watch: Stopwatch<'_, S>, request: &Request) -> Response {
    let written = flow.update(&mut watch, request).await;
    if written.is_ok() {
        flow.delete(&mut watch, &request.keys_of_product()).await;
    }
    acknowledge(watch, written)
}
