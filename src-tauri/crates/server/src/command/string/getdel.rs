//! [`GETDEL key`](https://redis.io/docs/latest/commands/getdel/): replies the key's value, or null, and deletes the
//! key. O(1).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "getdel",
    arity: 2,
    flags: &["write", "fast"],
    categories: &["string"],
    keys: &[KeySpec::one(&["RW", "access", "delete"])],
    group: "string",
    since: "6.2.0",
    summary: "Get the value of a key and delete the key",
    ..spec::NONE
};

pub(crate) fn getdel(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    let mut keys = context.keys();
    let value = keys.read_string(key)?;
    reply.bulk_or_null(value);
    if value.is_some() {
        keys.remove(key);
        keys.changed(Classes::GENERIC, "del", key);
    }
    Ok(())
}
