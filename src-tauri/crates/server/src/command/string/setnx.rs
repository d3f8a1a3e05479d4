//! [`SETNX key value`](https://redis.io/docs/latest/commands/setnx/): stores a value if there is no such key. Replies 1
//! if it did. O(1).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::dict::Expiry;
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "setnx",
    arity: 3,
    flags: &["write", "denyoom", "fast"],
    categories: &["string"],
    keys: &[KeySpec::one(&["OW", "insert"])],
    group: "string",
    summary: "Set the value of a key, only if the key does not exist",
    ..spec::NONE
};

pub(crate) fn setnx(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, value] = arguments.exactly()?;
    let mut keys = context.keys();
    let free = !keys.contains(key);
    if free {
        keys.set(key, value, Expiry::Never);
        keys.changed(Classes::STRING, "set", key);
    }
    reply.count(usize::from(free));
    Ok(())
}
