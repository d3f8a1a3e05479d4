//! [`DEL key [key …]`](https://redis.io/docs/latest/commands/del/) and
//! [`UNLINK`](https://redis.io/docs/latest/commands/unlink/): delete keys; reply how many there were. O(n) for n keys.
//!
//! They do the same: `UNLINK` frees large values in the background, and a string is one block of memory.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const DEL: Spec = Spec {
    name: "del",
    flags: &["write"],
    summary: "Delete a key",
    complexity: "O(N) where N is the number of keys that will be removed.",
    ..SPEC
};

pub(crate) const UNLINK: Spec = Spec {
    name: "unlink",
    flags: &["write", "fast"],
    since: "4.0.0",
    summary: "Delete a key asynchronously in another thread. Otherwise it is just as DEL, but non blocking.",
    complexity: "O(1) for each key removed regardless of its size.",
    ..SPEC
};

const SPEC: Spec = Spec {
    arity: -2,
    categories: &["keyspace"],
    keys: &[KeySpec::all(1, &["RM", "delete"])],
    tips: &["request_policy:multi_shard", "response_policy:agg_sum"],
    group: "generic",
    ..spec::NONE
};

pub(crate) fn del(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let mut keys = context.keys();
    let mut removed = 0;
    for name in arguments.iter() {
        if keys.remove(name) {
            keys.changed(Classes::GENERIC, "del", name);
            removed += 1;
        }
    }
    reply.count(removed);
    Ok(())
}
