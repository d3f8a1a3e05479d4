//! [`HLEN key`](https://redis.io/docs/latest/commands/hlen/): replies how many fields the hash has, 0 if there is none.
//! Counts as a hit or a miss. O(1).

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Hash;

pub(crate) const SPEC: Spec = Spec {
    name: "hlen",
    arity: 2,
    flags: &["readonly", "fast"],
    categories: &["hash"],
    keys: &[KeySpec::one(&["RO"])],
    group: "hash",
    since: "2.0.0",
    summary: "Get the number of fields in a hash",
    ..spec::NONE
};

pub(crate) fn hlen(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    reply.count(context.keys().read_as(key)?.map_or(0, Hash::len));
    Ok(())
}
