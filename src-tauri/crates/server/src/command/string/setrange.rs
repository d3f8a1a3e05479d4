//! [`SETRANGE key offset value`](https://redis.io/docs/latest/commands/setrange/): writes over a part of the string,
//! behind zeros if it was shorter; replies the length. O(n) for the n bytes of the value, or of the string when it grows.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "setrange",
    arity: 4,
    flags: &["write", "denyoom"],
    categories: &["string"],
    keys: &[KeySpec::one(&["RW", "update"])],
    group: "string",
    since: "2.2.0",
    summary: "Overwrite part of a string at key starting at the specified offset",
    complexity: "O(1), not counting the time taken to copy the new string in place. Usually, this string is very small so \
                 the amortized complexity is O(1). Otherwise, complexity is O(M) with M being the length of the value \
                 argument.",
    ..spec::NONE
};

pub(crate) fn setrange(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let [key, offset, value] = arguments.exactly()?;
    let offset = usize::try_from(integer(offset)?).map_err(|_| Error::Message("ERR offset is out of range"))?;
    let longest = context.state.settings.limits.max_bulk;
    let mut keys = context.keys();
    let length = keys.peek_string(key)?.map_or(0, <[u8]>::len);
    if value.is_empty() {
        reply.count(length);
        return Ok(());
    }
    let end = offset.checked_add(value.len()).filter(|end| *end <= longest).ok_or(Error::StringTooLong)?;
    if let Some(part) = keys.grow(key, end)?.get_mut(offset..end) {
        part.copy_from_slice(value);
    }
    keys.changed(Classes::STRING, "setrange", key);
    reply.count(length.max(end));
    Ok(())
}
