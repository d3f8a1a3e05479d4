//! Refresh-ahead: a value that is asked for in the last part of its TTL is served, and reloaded in the background before it
//! expires; all else is as in cache-aside. ("Refresh-Ahead Caching" in the chapter "Caching Data Sources" of "Developing
//! Applications with Oracle Coherence". Its refresh-ahead factor is the share of the TTL after which this begins; here it
//! is said how large [the last part](trace::Background::refresh_percent) is.)
//!
//! A key that is asked for often is never missed: nobody waits for the database. One that is not asked for in that last
//! part expires like any other. The price are reloads of values that nobody may ask for again.
//!
//! - **Stale reads**: as by cache-aside. A load or a reload that began before a write and stores after its delete leaves the
//!   old value, for up to the TTL; a write through this process calls off the reloads of its keys.
//! - **A crash** loses nothing: the database has every write that was acknowledged.

use trace::{Outcome, Request, Sink, Stopwatch};

use crate::steps::{Found, seconds};
use crate::{Flow, Response, answer, hand_on};

pub(crate) use super::cache_aside::write;

pub(crate) async fn read<S: Sink>(flow: &Flow, mut watch: Stopwatch<'_, S>, request: &Request) -> Response {
    let key = request.key();
    let outcome = match flow.look_up_with_life(&mut watch, request, &key).await {
        (Found::Answer(held) | Found::AboutToExpire(held, _), left) => {
            // That there is no such product has a TTL of its own.
            if held.answer.is_some() && left < flow.refresh_before_end() {
                let why = format!("It had {} of its TTL left", seconds(left));
                flow.reload(&mut watch, request, &key, &why);
            }
            return hand_on(watch, Outcome::Hit, held);
        }
        (Found::Nothing, _) => Outcome::Miss,
        (Found::Silence, _) => Outcome::Bypass,
    };
    let (outcome, loaded) = flow.load(&mut watch, request, &key, outcome).await;
    answer(watch, outcome, loaded)
}
