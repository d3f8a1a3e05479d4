//! [`WATCH key …`](https://redis.io/docs/latest/commands/watch/) and [`UNWATCH`](https://redis.io/docs/latest/commands/unwatch/):
//! keys that must not change before `EXEC`. O(n) for n keys.

use std::sync::atomic::Ordering;

use crate::client::Client;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::state::State;

pub(crate) const UNWATCH: Spec = Spec {
    name: "unwatch",
    arity: 1,
    flags: &["noscript", "loading", "stale", "fast", "allow_busy"],
    categories: &["transaction"],
    group: "transactions",
    since: "2.2.0",
    summary: "Forget about all watched keys",
    ..spec::NONE
};

pub(crate) const WATCH: Spec = Spec {
    name: "watch",
    arity: -2,
    flags: &["noscript", "loading", "stale", "fast", "allow_busy"],
    categories: &["transaction"],
    keys: &[KeySpec::all(1, &["RO"])],
    group: "transactions",
    since: "2.2.0",
    summary: "Watch the given keys to determine execution of the MULTI/EXEC block",
    complexity: "O(1) for every key.",
    ..spec::NONE
};

pub(crate) fn unwatch(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    forget(context.state, context.client);
    reply.ok();
    Ok(())
}

pub(crate) fn watch(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    if context.client.transaction.is_some() {
        return Err(Error::Message("ERR WATCH inside MULTI is not allowed"));
    }
    let database = context.client.database;
    for key in arguments.iter() {
        // What has expired already cannot expire before EXEC.
        context.keys().contains(key);
        if let Some(audience) = context.state.keyspace.audience(database) {
            audience.watch(key, &context.client.touched);
        }
        let watched = (database, Box::from(key));
        if !context.client.watched.contains(&watched) {
            context.client.watched.push(watched);
        }
    }
    reply.ok();
    Ok(())
}

/// Watches no key any more.
pub(crate) fn forget(state: &mut State, client: &mut Client) {
    for (database, key) in std::mem::take(&mut client.watched) {
        if let Some(audience) = state.keyspace.audience(database) {
            audience.unwatch(&key, &client.touched);
        }
    }
    client.touched.store(false, Ordering::Relaxed);
}
