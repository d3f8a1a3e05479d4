//! [`HGET key field`](https://redis.io/docs/latest/commands/hget/): replies the field's value, or null. Counts as a hit
//! or a miss of the key. O(1).

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Hash;

pub(crate) const SPEC: Spec = Spec {
    name: "hget",
    arity: 3,
    flags: &["readonly", "fast"],
    categories: &["hash"],
    keys: &[KeySpec::one(&["RO", "access"])],
    group: "hash",
    since: "2.0.0",
    summary: "Get the value of a hash field",
    ..spec::NONE
};

pub(crate) fn hget(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, field] = arguments.exactly()?;
    let mut keys = context.keys();
    let hash: Option<&Hash> = keys.read_as(key)?;
    reply.bulk_or_null(hash.and_then(|hash| hash.get(field)));
    Ok(())
}
