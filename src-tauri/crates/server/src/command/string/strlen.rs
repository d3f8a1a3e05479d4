//! [`STRLEN key`](https://redis.io/docs/latest/commands/strlen/): replies the length of the key's value, 0 if there is
//! none. Counts as a hit or a miss. O(1).

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "strlen",
    arity: 2,
    flags: &["readonly", "fast"],
    categories: &["string"],
    keys: &[KeySpec::one(&["RO"])],
    group: "string",
    since: "2.2.0",
    summary: "Get the length of the value stored in a key",
    ..spec::NONE
};

pub(crate) fn strlen(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    reply.count(context.keys().read_string(key)?.map_or(0, <[u8]>::len));
    Ok(())
}
