//! [`APPEND key value`](https://redis.io/docs/latest/commands/append/): puts the value behind the key's; replies the
//! new length. O(n) here: values have no spare room.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "append",
    arity: 3,
    flags: &["write", "denyoom", "fast"],
    categories: &["string"],
    keys: &[KeySpec::one(&["RW", "insert"])],
    group: "string",
    since: "2.0.0",
    summary: "Append a value to a key",
    complexity: "O(N) where N is the length of the resulting value",
    ..spec::NONE
};

pub(crate) fn append(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, value] = arguments.exactly()?;
    let longest = context.state.settings.limits.max_bulk;
    let mut keys = context.keys();
    let length = keys.peek_string(key)?.map_or(0, <[u8]>::len);
    if length + value.len() > longest {
        return Err(Error::StringTooLong);
    }
    keys.grow(key, length + value.len())?[length..].copy_from_slice(value);
    keys.changed(Classes::STRING, "append", key);
    reply.count(length + value.len());
    Ok(())
}
