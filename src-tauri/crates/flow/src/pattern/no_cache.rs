//! No cache: every request goes to the database alone. What a cache is to be compared with.
//!
//! - **Stale reads**: none.
//! - **A crash** loses nothing.

use trace::{Outcome, Request, Sink, Stopwatch};

use crate::{Flow, Response, acknowledge, answer};

pub(crate) async fn read<S: Sink>(flow: &Flow, mut watch: Stopwatch<'_, S>, request: &Request) -> Response {
    let loaded = Box::pin(flow.fetch(&mut watch, request)).await;
    answer(watch, Outcome::Bypass, loaded)
}

pub(crate) async fn write<S: Sink>(flow: &Flow, mut watch: Stopwatch<'_, S>, request: &Request) -> Response {
    let written = flow.update(&mut watch, request).await;
    acknowledge(watch, written)
}
