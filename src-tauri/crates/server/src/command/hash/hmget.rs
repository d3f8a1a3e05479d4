//! [`HMGET key field [field …]`](https://redis.io/docs/latest/commands/hmget/): replies each field's value, or null.
//! Counts as a hit or a miss of the key. O(1) a field.

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Hash;

pub(crate) const SPEC: Spec = Spec {
    name: "hmget",
    arity: -3,
    flags: &["readonly", "fast"],
    categories: &["hash"],
    keys: &[KeySpec::one(&["RO", "access"])],
    group: "hash",
    since: "2.0.0",
    summary: "Get the values of all the given hash fields",
    complexity: "O(N) where N is the number of fields being requested.",
    ..spec::NONE
};

pub(crate) fn hmget(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], fields) = arguments.split()?;
    let mut keys = context.keys();
    let hash: Option<&Hash> = keys.read_as(key)?;
    reply.array(fields.len());
    for field in fields.iter() {
        reply.bulk_or_null(hash.and_then(|hash| hash.get(field)));
        if reply.overflowed() {
            break;
        }
    }
    Ok(())
}
