//! [`PERSIST key`](https://redis.io/docs/latest/commands/persist/): takes a key's time-out away. Replies 1 if it had
//! one. O(1).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "persist",
    arity: 2,
    flags: &["write", "fast"],
    categories: &["keyspace"],
    keys: &[KeySpec::one(&["RW", "update"])],
    group: "generic",
    since: "2.2.0",
    summary: "Remove the expiration from a key",
    ..spec::NONE
};

pub(crate) fn persist(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    let mut keys = context.keys();
    let expires = keys.expires_at(key).is_some();
    if expires {
        keys.set_expiry(key, None);
        keys.changed(Classes::GENERIC, "persist", key);
    }
    reply.count(usize::from(expires));
    Ok(())
}
