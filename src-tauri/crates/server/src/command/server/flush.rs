//! [`FLUSHDB [ASYNC | SYNC]`](https://redis.io/docs/latest/commands/flushdb/) and
//! [`FLUSHALL`](https://redis.io/docs/latest/commands/flushall/): delete all keys of the database, or of all of them.
//! O(n) for n keys, at once either way.

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const FLUSHALL: Spec = Spec {
    name: "flushall",
    summary: "Remove all keys from all databases",
    complexity: "O(N) where N is the total number of keys in all databases",
    ..SPEC
};

pub(crate) const FLUSHDB: Spec = Spec {
    name: "flushdb",
    summary: "Remove all keys from the current database",
    complexity: "O(N) where N is the number of keys in the selected database",
    ..SPEC
};

const SPEC: Spec = Spec {
    arity: -1,
    flags: &["write"],
    categories: &["keyspace", "dangerous"],
    tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
    group: "server",
    ..spec::NONE
};

pub(crate) fn flush(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let known = |option: &[u8]| option.eq_ignore_ascii_case(b"async") || option.eq_ignore_ascii_case(b"sync");
    if arguments.len() > 1 || !arguments.iter().all(known) {
        return Err(Error::Syntax);
    }
    let all = arguments.name() == FLUSHALL.name;
    let (own, databases, now) = (context.client.database, context.state.keyspace.databases().len(), context.now);
    let flushed: Vec<_> = (0..databases)
        .filter(|index| all || *index == own)
        .map(|index| context.state.keyspace.keys(index, now).clear())
        .collect();
    // Freeing a million keys takes a while, and nobody should wait for it, not even who said SYNC.
    std::thread::spawn(move || drop(flushed));
    reply.ok();
    Ok(())
}
