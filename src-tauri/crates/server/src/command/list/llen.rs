//! [`LLEN key`](https://redis.io/docs/latest/commands/llen/): replies how many elements a list has, 0 if there is none.
//! O(1).

use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::List;

pub(crate) const SPEC: Spec = Spec {
    name: "llen",
    arity: 2,
    flags: &["readonly", "fast"],
    keys: &[KeySpec::one(&["RO"])],
    summary: "Get the length of a list",
    ..super::SPEC
};

pub(crate) fn llen(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    reply.count(context.keys().read_as(key)?.map_or(0, List::len));
    Ok(())
}
