//! [`HSETNX key field value`](https://redis.io/docs/latest/commands/hsetnx/): stores a value in a field that is not
//! there yet. Replies 1, or 0 if it is. O(1).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Hash;

pub(crate) const SPEC: Spec = Spec {
    name: "hsetnx",
    arity: 4,
    flags: &["write", "denyoom", "fast"],
    categories: &["hash"],
    keys: &[KeySpec::one(&["RW", "insert"])],
    group: "hash",
    since: "2.0.0",
    summary: "Set the value of a hash field, only if the field does not exist",
    ..spec::NONE
};

pub(crate) fn hsetnx(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, field, value] = arguments.exactly()?;
    let mut keys = context.keys();
    let is_new = keys.edit_or_new(key, |hash: &mut Hash| hash.get(field).is_none() && hash.set(field, value))?;
    if is_new {
        keys.changed(Classes::HASH, "hset", key);
    }
    reply.integer(is_new.into());
    Ok(())
}
