//! [`ZCARD key`](https://redis.io/docs/latest/commands/zcard/): how many members there are. O(1).

use super::SPEC;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::SortedSet;

pub(crate) const ZCARD: Spec = Spec {
    name: "zcard",
    arity: 2,
    flags: &["readonly", "fast"],
    keys: &[KeySpec::one(&["RO"])],
    since: "1.2.0",
    summary: "Get the number of members in a sorted set",
    ..SPEC
};

pub(crate) fn zcard(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    reply.count(context.keys().read_as::<SortedSet>(key)?.map_or(0, SortedSet::len));
    Ok(())
}
