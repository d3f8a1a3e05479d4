//! [`GET key`](https://redis.io/docs/latest/commands/get/): replies the key's value, or null. Counts as a hit or a
//! miss. O(1).

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "get",
    arity: 2,
    flags: &["readonly", "fast"],
    categories: &["string"],
    keys: &[KeySpec::one(&["RO", "access"])],
    group: "string",
    summary: "Get the value of a key",
    ..spec::NONE
};

pub(crate) fn get(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    reply.bulk_or_null(context.keys().read_string(key)?);
    Ok(())
}
