//! [`LRANGE key start stop`](https://redis.io/docs/latest/commands/lrange/): replies the elements from one index to
//! another, with it; -1 is the last. O(n) for n elements.

use super::places;
use crate::command::{Arguments, Context, KeySpec, Spec, integer};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::List;

pub(crate) const SPEC: Spec = Spec {
    name: "lrange",
    arity: 4,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    summary: "Get a range of elements from a list",
    complexity: "O(S+N) where S is the distance of start offset from HEAD for small lists, from nearest end (HEAD or \
                 TAIL) for large lists; and N is the number of elements in the specified range.",
    ..super::SPEC
};

pub(crate) fn lrange(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, start, stop] = arguments.exactly()?;
    let (start, stop) = (integer(start)?, integer(stop)?);
    let mut keys = context.keys();
    match keys.read_as::<List>(key)? {
        Some(list) => {
            let elements = list.range(places(start, stop, list.len()));
            reply.array(elements.len());
            elements.for_each(|element| reply.bulk(element));
        }
        None => reply.array(0),
    }
    Ok(())
}
