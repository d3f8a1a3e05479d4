//! [`SETBIT key offset 0|1`](https://redis.io/docs/latest/commands/setbit/): sets or clears a bit, behind zeros if the
//! string was shorter; replies the bit that was there. O(1), or O(n) when the string grows.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "setbit",
    arity: 4,
    flags: &["write", "denyoom"],
    categories: &["bitmap"],
    keys: &[KeySpec::one(&["RW", "access", "update"])],
    group: "bitmap",
    since: "2.2.0",
    summary: "Sets or clears the bit at offset in the string value stored at key",
    ..spec::NONE
};

pub(crate) fn setbit(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, place, on] = arguments.exactly()?;
    let place = super::offset(place, None, context.state.settings.limits.max_bulk)?;
    let on = match integer(on) {
        Ok(0) => false,
        Ok(1) => true,
        _ => return Err(Error::Message("ERR bit is not an integer or out of range")),
    };
    let length = place / 8 + 1;
    let mut keys = context.keys();
    let grows = keys.peek_string(key)?.is_none_or(|bytes| bytes.len() < length);
    let bytes = keys.grow(key, length)?;
    let old = super::bit(bytes, place);
    if grows || old != on {
        super::set_bit(bytes, place, on);
        keys.changed(Classes::STRING, "setbit", key);
    }
    reply.integer(old.into());
    Ok(())
}
