//! [`HEXISTS key field`](https://redis.io/docs/latest/commands/hexists/): replies 1 if the hash has the field, 0 if not.
//! Counts as a hit or a miss. O(1).

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Hash;

pub(crate) const SPEC: Spec = Spec {
    name: "hexists",
    arity: 3,
    flags: &["readonly", "fast"],
    categories: &["hash"],
    keys: &[KeySpec::one(&["RO"])],
    group: "hash",
    since: "2.0.0",
    summary: "Determine if a hash field exists",
    ..spec::NONE
};

pub(crate) fn hexists(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, field] = arguments.exactly()?;
    let mut keys = context.keys();
    let hash: Option<&Hash> = keys.read_as(key)?;
    reply.integer(hash.is_some_and(|hash| hash.get(field).is_some()).into());
    Ok(())
}
