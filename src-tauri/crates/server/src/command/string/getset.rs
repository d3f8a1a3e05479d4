//! [`GETSET key value`](https://redis.io/docs/latest/commands/getset/): stores a value and replies the one that was
//! there, or null. The time-out goes. Counts as a hit or a miss. O(1). (`SET` with `GET` does the same.)

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::dict::Expiry;
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "getset",
    arity: 3,
    flags: &["write", "denyoom", "fast"],
    categories: &["string"],
    keys: &[KeySpec::one(&["RW", "access", "update"])],
    group: "string",
    summary: "Set the string value of a key and return its old value",
    ..spec::NONE
};

pub(crate) fn getset(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, value] = arguments.exactly()?;
    let mut keys = context.keys();
    reply.bulk_or_null(keys.read_string(key)?);
    keys.set(key, value, Expiry::Never);
    keys.changed(Classes::STRING, "set", key);
    Ok(())
}
