//! [`LSET key index element`](https://redis.io/docs/latest/commands/lset/): puts an element where another is; there has
//! to be one. Reply `OK`. O(1) here.

use super::place;
use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::List;

pub(crate) const SPEC: Spec = Spec {
    name: "lset",
    arity: 4,
    flags: &["write", "denyoom"],
    keys: &[KeySpec::one(&["RW", "update"])],
    summary: "Set the value of an element in a list by its index",
    complexity: "O(N) where N is the length of the list. Setting either the first or the last element of the list is \
                 O(1).",
    ..super::SPEC
};

pub(crate) fn lset(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, index, element] = arguments.exactly()?;
    let mut keys = context.keys();
    let set = keys.edit(key, |list: &mut List| {
        let place = place(integer(index)?, list.len()).ok_or(Error::Message("ERR index out of range"))?;
        list.set(place, element);
        Ok::<(), Error>(())
    });
    set?.ok_or(Error::NoSuchKey)??;
    keys.changed(Classes::LIST, "lset", key);
    reply.ok();
    Ok(())
}
