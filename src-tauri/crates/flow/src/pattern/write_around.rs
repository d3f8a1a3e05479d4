//! Write-around: a write goes to the database and past the cache; reads are those of cache-aside. For what is written often
//! and seldom read. (So named among the write policies that Jouppi compares, "Cache Write Policies and Performance", 1993.)
//!
//! - **Stale reads**: whoever finds the key reads what was stored before the write, for up to the TTL. That is the price.
//! - **A crash** loses nothing: the database has every write that was acknowledged.

use trace::{Request, Sink, Stopwatch};

use super::no_cache;
use crate::{Flow, Response};

pub(crate) use super::cache_aside::read;

pub(crate) async fn write<S: Sink>(flow: &Flow, watch: Stopwatch<'_, S>, request: &Request) -> Response {
    no_cache::write(flow, watch, request).await
}
