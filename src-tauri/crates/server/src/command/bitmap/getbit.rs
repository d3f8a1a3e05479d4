//! [`GETBIT key offset`](https://redis.io/docs/latest/commands/getbit/): replies a bit, 0 behind the string's end.
//! Counts as a hit or a miss. O(1).

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "getbit",
    arity: 3,
    flags: &["readonly", "fast"],
    categories: &["bitmap"],
    keys: &[KeySpec::one(&["RO", "access"])],
    group: "bitmap",
    since: "2.2.0",
    summary: "Returns the bit value at offset in the string value stored at key",
    ..spec::NONE
};

pub(crate) fn getbit(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, place] = arguments.exactly()?;
    let place = super::offset(place, None, context.state.settings.limits.max_bulk)?;
    let mut keys = context.keys();
    reply.integer(keys.read_string(key)?.is_some_and(|bytes| super::bit(bytes, place)).into());
    Ok(())
}
