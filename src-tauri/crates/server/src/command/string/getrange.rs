//! [`GETRANGE key start end`](https://redis.io/docs/latest/commands/getrange/) and, its old name,
//! [`SUBSTR`](https://redis.io/docs/latest/commands/substr/): reply a part of the string, its end included; negative
//! places count from the end. Count as a hit or a miss. O(n) for n bytes of reply.

use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec, string};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const GETRANGE: Spec = Spec { name: "getrange", since: "2.4.0", ..SPEC };

pub(crate) const SUBSTR: Spec = Spec { name: "substr", ..SPEC };

const SPEC: Spec = Spec {
    arity: 4,
    flags: &["readonly"],
    categories: &["string"],
    keys: &[KeySpec::one(&["RO", "access"])],
    group: "string",
    summary: "Get a substring of the string stored at a key",
    complexity: "O(N) where N is the length of the returned string. The complexity is ultimately determined by the \
                 returned length, but because creating a substring from an existing string is very cheap, it can be \
                 considered O(1) for small strings.",
    ..spec::NONE
};

pub(crate) fn getrange(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let [key, start, end] = arguments.exactly()?;
    let (start, end) = (integer(start)?, integer(end)?);
    let mut keys = context.keys();
    let string = keys.read_string(key)?.unwrap_or_default();
    let range = string::places(start, end, string.len()).filter(|_| !(start < 0 && end < start));
    reply.bulk(range.and_then(|range| string.get(range)).unwrap_or_default());
    Ok(())
}
