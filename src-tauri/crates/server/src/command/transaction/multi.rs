//! [`MULTI`](https://redis.io/docs/latest/commands/multi/), [`EXEC`](https://redis.io/docs/latest/commands/exec/) and
//! [`DISCARD`](https://redis.io/docs/latest/commands/discard/): commands that run together, or not at all.

use crate::client::Client;
use crate::command::{Arguments, Context, Spec, call, find, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::state::State;
use crate::transaction::Transaction;

pub(crate) const DISCARD: Spec = Spec {
    name: "discard",
    arity: 1,
    flags: &["noscript", "loading", "stale", "fast", "allow_busy"],
    categories: &["transaction"],
    group: "transactions",
    since: "2.0.0",
    summary: "Discard all commands issued after MULTI",
    complexity: "O(N), when N is the number of queued commands",
    ..spec::NONE
};

pub(crate) const EXEC: Spec = Spec {
    name: "exec",
    arity: 1,
    flags: &["noscript", "loading", "stale", "skip_slowlog"],
    categories: &["transaction"],
    group: "transactions",
    since: "1.2.0",
    summary: "Execute all commands issued after MULTI",
    complexity: "Depends on commands in the transaction",
    ..spec::NONE
};

pub(crate) const MULTI: Spec = Spec {
    name: "multi",
    arity: 1,
    flags: &["noscript", "loading", "stale", "fast", "allow_busy"],
    categories: &["transaction"],
    group: "transactions",
    since: "1.2.0",
    summary: "Mark the start of a transaction block",
    ..spec::NONE
};

pub(crate) fn discard(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    if context.client.transaction.is_none() {
        return Err(Error::Message("ERR DISCARD without MULTI"));
    }
    end(context.state, context.client);
    reply.ok();
    Ok(())
}

pub(crate) fn exec(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let Some(transaction) = context.client.transaction.take() else {
        return Err(Error::Message("ERR EXEC without MULTI"));
    };
    let touched = context.client.is_touched() || watched_key_expired(context);
    end(context.state, context.client);
    if transaction.spoilt {
        return Err(Error::Message("EXECABORT Transaction discarded because of previous errors."));
    }
    if touched {
        reply.null_array();
        return Ok(());
    }
    reply.array(transaction.len());
    let mut inside = Context { in_transaction: true, ..context.again() };
    for args in transaction.commands() {
        // It was found when it was queued.
        if let Ok(found) = find(args) {
            call(found, args, &mut inside, reply);
        }
    }
    Ok(())
}

pub(crate) fn multi(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    if context.client.transaction.is_some() {
        return Err(Error::Message("ERR MULTI calls can not be nested"));
    }
    context.client.transaction = Some(Transaction::default());
    reply.ok();
    Ok(())
}

/// A watched key may have expired without anybody noticing.
fn watched_key_expired(context: &mut Context<'_>) -> bool {
    let (watched, now) = (std::mem::take(&mut context.client.watched), context.now);
    for (database, key) in &watched {
        // Looking removes it, and that touches it.
        context.state.keyspace.keys(*database, now).contains(key);
    }
    context.client.watched = watched;
    context.client.is_touched()
}

/// Forgets the queue and the watched keys.
pub(crate) fn end(state: &mut State, client: &mut Client) {
    client.transaction = None;
    super::watch::forget(state, client);
}
