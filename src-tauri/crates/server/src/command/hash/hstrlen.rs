//! [`HSTRLEN key field`](https://redis.io/docs/latest/commands/hstrlen/): replies the length of the field's value, 0 if
//! there is none. Counts as a hit or a miss of the key. O(1).

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Hash;

pub(crate) const SPEC: Spec = Spec {
    name: "hstrlen",
    arity: 3,
    flags: &["readonly", "fast"],
    categories: &["hash"],
    keys: &[KeySpec::one(&["RO"])],
    group: "hash",
    since: "3.2.0",
    summary: "Get the length of the value of a hash field",
    ..spec::NONE
};

pub(crate) fn hstrlen(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, field] = arguments.exactly()?;
    let mut keys = context.keys();
    let hash: Option<&Hash> = keys.read_as(key)?;
    reply.count(hash.and_then(|hash| hash.get(field)).map_or(0, <[u8]>::len));
    Ok(())
}
