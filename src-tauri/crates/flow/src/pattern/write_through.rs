//! Write-through: a write updates the database, and then the cache, before it is acknowledged; reads are those of
//! cache-aside. (A policy of processor caches long before; for this use see "Caching Strategies" in Amazon ElastiCache's
//! documentation.)
//!
//! What is stored is the answer to the query that is asked of the catalogue; the keys of the other queries are deleted. For
//! an answer that joins several tables that takes the query once more: writing gets dearer so that the next read is a hit.
//!
//! - **Stale reads**: of two writers at once, the one whose row is older may store last, and leaves it for up to the TTL.
//!   A store that fails leaves the value of before; then the key is deleted, if the cache can be reached.
//! - **A crash** loses nothing: the database has every write that was acknowledged.

use trace::{Request, Sink, Stopwatch};

use crate::{Flow, Response, acknowledge};

pub(crate) use super::cache_aside::read;

pub(crate) async fn write<S: Sink>(flow: &Flow, mut watch: Stopwatch<'_, S>, request: &Request) -> Response {
    let written = flow.update(&mut watch, request).await;
    if let Ok(Some(_)) = written {
        let key = request.key();
        flow.take_leases_back(&mut watch, request).await;
        let stored = match flow.fetch(&mut watch, request).await {
            Ok(Some(answer)) => flow.store(&mut watch, &key, Some(&answer), flow.life()).await,
            _ => false,
        };
        let others: Vec<String> =
            request.keys_of_product().into_iter().filter(|other| !stored || *other != key).collect();
        flow.delete(&mut watch, &others).await;
    }
    acknowledge(watch, written)
}
