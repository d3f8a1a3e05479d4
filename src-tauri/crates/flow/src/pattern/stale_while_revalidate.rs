//! Stale-while-revalidate: a value is fresh for its TTL; for [a stated time](trace::Background::stale_ms) after that it is
//! still served, stale, while it is reloaded in the background; all else is as in cache-aside. (RFC 5861, "HTTP Cache-Control
//! Extensions for Stale Content", section 3.)
//!
//! It is stored for the TTL and that time together, so that one with no more left than that time is stale: the cache itself
//! says so, and no clock but the cache's is asked. Of a key that is asked for at least once in that time only the first read
//! ever waits for the database.
//!
//! - **Stale reads**: by design. Whoever asks after the TTL may read a value as old as the TTL and that time together; the
//!   outcome says so. Besides, as by cache-aside: a load that began before a write and stores after its delete leaves the
//!   old value for as long; a write through this process calls off the reloads of its keys.
//! - **A crash** loses nothing: the database has every write that was acknowledged.

use trace::{Outcome, Request, Sink, Stopwatch};

use crate::steps::{Found, seconds};
use crate::{Flow, Response, answer, hand_on};

pub(crate) use super::cache_aside::write;

pub(crate) async fn read<S: Sink>(flow: &Flow, mut watch: Stopwatch<'_, S>, request: &Request) -> Response {
    let key = request.key();
    let outcome = match flow.look_up_with_life(&mut watch, request, &key).await {
        (Found::Answer(held) | Found::AboutToExpire(held, _), left) => {
            // That there is no such product has a TTL of its own, and is never stale.
            let stale_for = held.answer.as_ref().and_then(|_| flow.stale_window().checked_sub(left));
            let Some(stale_for) = stale_for else { return hand_on(watch, Outcome::Hit, held) };
            let why = format!("Its TTL was over for {}, and it was served stale", seconds(stale_for));
            flow.reload(&mut watch, request, &key, &why);
            return hand_on(watch, Outcome::Stale, held);
        }
        (Found::Nothing, _) => Outcome::Miss,
        (Found::Silence, _) => Outcome::Bypass,
    };
    let (outcome, loaded) = flow.load(&mut watch, request, &key, outcome).await;
    answer(watch, outcome, loaded)
}
