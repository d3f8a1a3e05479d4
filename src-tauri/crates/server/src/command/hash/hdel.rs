//! [`HDEL key field [field …]`](https://redis.io/docs/latest/commands/hdel/): removes fields; replies how many there
//! were. The key goes with the last one. O(1) a field.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Hash;

pub(crate) const SPEC: Spec = Spec {
    name: "hdel",
    arity: -3,
    flags: &["write", "fast"],
    categories: &["hash"],
    keys: &[KeySpec::one(&["RW", "delete"])],
    group: "hash",
    since: "2.0.0",
    summary: "Delete one or more hash fields",
    complexity: "O(N) where N is the number of fields to be removed.",
    ..spec::NONE
};

pub(crate) fn hdel(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], fields) = arguments.split()?;
    let mut keys = context.keys();
    let removed = keys.edit(key, |hash: &mut Hash| fields.iter().filter(|field| hash.remove(field)).count())?;
    let removed = removed.unwrap_or(0);
    if removed > 0 {
        keys.changed(Classes::HASH, "hdel", key);
    }
    reply.count(removed);
    Ok(())
}
