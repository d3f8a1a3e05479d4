//! [`LINDEX key index`](https://redis.io/docs/latest/commands/lindex/): replies the element at an index, -1 being the
//! last, or null. O(1) here.

use super::place;
use crate::command::{Arguments, Context, KeySpec, Spec, integer};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::List;

pub(crate) const SPEC: Spec = Spec {
    name: "lindex",
    arity: 3,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    summary: "Get an element from a list by its index",
    complexity: "O(N) where N is the number of elements to traverse to get to the element at index. This makes asking \
                 for the first or the last element of the list O(1).",
    ..super::SPEC
};

pub(crate) fn lindex(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, index] = arguments.exactly()?;
    let mut keys = context.keys();
    match keys.read_as::<List>(key)? {
        Some(list) => reply.bulk_or_null(place(integer(index)?, list.len()).and_then(|place| list.at(place))),
        None => reply.null(),
    }
    Ok(())
}
