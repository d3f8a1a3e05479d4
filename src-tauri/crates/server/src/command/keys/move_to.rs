//! [`MOVE key database`](https://redis.io/docs/latest/commands/move/): takes a key into another database. Reply 1 if it was
//! moved, 0 if there is no such key or already one there. O(1).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, connection, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "move",
    arity: 3,
    flags: &["write", "fast"],
    categories: &["keyspace"],
    keys: &[KeySpec::one(&["RW", "access", "update"])],
    group: "generic",
    summary: "Move a key to another database",
    ..spec::NONE
};

pub(crate) fn move_to(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, index] = arguments.exactly()?;
    let database = connection::database(index, context)?;
    if database == context.client.database {
        return Err(Error::Message("ERR source and destination objects are the same"));
    }
    let now = context.now;
    let there = context.keys().contains(key);
    if !there || context.state.keyspace.keys(database, now).contains(key) {
        reply.count(0);
        return Ok(());
    }
    if let Some((value, expires_at)) = context.keys().take(key) {
        context.keys().changed(Classes::GENERIC, "move_from", key);
        let mut keys = context.state.keyspace.keys(database, now);
        keys.put(key, value, expires_at);
        keys.changed(Classes::GENERIC, "move_to", key);
    }
    reply.count(1);
    Ok(())
}
