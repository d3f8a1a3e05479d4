//! [`SCARD key`](https://redis.io/docs/latest/commands/scard/): replies how many members a set has, 0 if there is none.
//! O(1).

use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Set;

pub(crate) const SPEC: Spec = Spec {
    name: "scard",
    arity: 2,
    flags: &["readonly", "fast"],
    keys: &[KeySpec::one(&["RO"])],
    summary: "Get the number of members in a set",
    ..super::SPEC
};

pub(crate) fn scard(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    reply.count(context.keys().read_as(key)?.map_or(0, Set::len));
    Ok(())
}
