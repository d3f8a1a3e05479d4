//! [`COPY source destination [DB index] [REPLACE]`](https://redis.io/docs/latest/commands/copy/): copies a value with its
//! time-out. Reply 1 if it was copied, 0 if there is no source or already a destination. O(n) for n elements.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, connection, spec};
use crate::error::Error;
use crate::keyspace::Value;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "copy",
    arity: -3,
    flags: &["write", "denyoom"],
    categories: &["keyspace"],
    keys: &[KeySpec::one(&["RO", "access"]), KeySpec::at(2, &["OW", "update"])],
    group: "generic",
    since: "6.2.0",
    summary: "Copy a key",
    complexity: "O(N) worst case for collections, where N is the number of nested items. O(1) for string values.",
    ..spec::NONE
};

pub(crate) fn copy(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([source, destination], options) = arguments.split()?;
    let own = context.client.database;
    let (mut database, mut replace) = (own, false);
    let mut words = options.iter();
    while let Some(word) = words.next() {
        match word.to_ascii_lowercase().as_slice() {
            b"replace" => replace = true,
            b"db" => database = connection::database(words.next().ok_or(Error::Syntax)?, context)?,
            _ => return Err(Error::Syntax),
        }
    }
    if database == own && source == destination {
        return Err(Error::Message("ERR source and destination objects are the same"));
    }
    let now = context.now;
    let mut keys = context.keys();
    let Some(value) = keys.read(source).map(Value::to_owned) else {
        reply.count(0);
        return Ok(());
    };
    let expires_at = keys.expires_at(source);
    let mut keys = context.state.keyspace.keys(database, now);
    if keys.contains(destination) && !replace {
        reply.count(0);
        return Ok(());
    }
    keys.put(destination, value, expires_at);
    keys.changed(Classes::GENERIC, "copy_to", destination);
    reply.count(1);
    Ok(())
}
