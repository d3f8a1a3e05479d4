//! [`LTRIM key start stop`](https://redis.io/docs/latest/commands/ltrim/): leaves the elements from one index to
//! another, with it, and removes all others. Reply `OK`. O(n) for n elements that go.

use super::places;
use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::List;

pub(crate) const SPEC: Spec = Spec {
    name: "ltrim",
    arity: 4,
    flags: &["write"],
    keys: &[KeySpec::one(&["RW", "delete"])],
    summary: "Trim a list to the specified range",
    complexity: "O(N) where N is the number of elements to be removed by the operation.",
    ..super::SPEC
};

pub(crate) fn ltrim(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, start, stop] = arguments.exactly()?;
    let (start, stop) = (integer(start)?, integer(stop)?);
    let mut keys = context.keys();
    if keys.edit(key, |list: &mut List| list.keep(places(start, stop, list.len())))?.is_some() {
        keys.changed(Classes::LIST, "ltrim", key);
    }
    reply.ok();
    Ok(())
}
