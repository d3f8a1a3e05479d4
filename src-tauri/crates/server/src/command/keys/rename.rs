//! [`RENAME key newkey`](https://redis.io/docs/latest/commands/rename/) and
//! [`RENAMENX`](https://redis.io/docs/latest/commands/renamenx/), which leaves a key alone that is already there. The
//! time-out goes along. O(1).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const RENAME: Spec = Spec {
    name: "rename",
    arity: 3,
    flags: &["write"],
    categories: &["keyspace"],
    keys: &[KeySpec::one(&["RW", "access", "delete"]), KeySpec::at(2, &["OW", "update"])],
    group: "generic",
    summary: "Rename a key",
    ..spec::NONE
};

pub(crate) const RENAMENX: Spec = Spec {
    name: "renamenx",
    arity: 3,
    flags: &["write", "fast"],
    categories: &["keyspace"],
    keys: &[KeySpec::one(&["RW", "access", "delete"]), KeySpec::at(2, &["OW", "insert"])],
    group: "generic",
    summary: "Rename a key, only if the new key does not exist",
    ..spec::NONE
};

pub(crate) fn rename(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let only_new = arguments.name() == RENAMENX.name;
    let [source, destination] = arguments.exactly()?;
    let mut keys = context.keys();
    if keys.peek(source).is_none() {
        return Err(Error::NoSuchKey);
    }
    if source == destination {
        if only_new {
            reply.count(0)
        } else {
            reply.ok()
        }
        return Ok(());
    }
    if only_new && keys.contains(destination) {
        reply.count(0);
        return Ok(());
    }
    if let Some((value, expires_at)) = keys.take(source) {
        keys.put(destination, value, expires_at);
        keys.changed(Classes::GENERIC, "rename_from", source);
        keys.changed(Classes::GENERIC, "rename_to", destination);
    }
    if only_new {
        reply.count(1)
    } else {
        reply.ok()
    }
    Ok(())
}
