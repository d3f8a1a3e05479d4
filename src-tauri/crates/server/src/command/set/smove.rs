//! [`SMOVE source destination member`](https://redis.io/docs/latest/commands/smove/): takes a member out of one set and
//! puts it into another. Replies 1, or 0 if there is no such member. O(1).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Set;

pub(crate) const SPEC: Spec = Spec {
    name: "smove",
    arity: 4,
    flags: &["write", "fast"],
    keys: &[KeySpec::one(&["RW", "access", "delete"]), KeySpec::at(2, &["RW", "insert"])],
    summary: "Move a member from one set to another",
    ..super::SPEC
};

pub(crate) fn smove(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [source, destination, member] = arguments.exactly()?;
    let mut keys = context.keys();
    let Some(found) = keys.peek_as::<Set>(source)?.map(|set| set.contains(member)) else {
        reply.count(0);
        return Ok(());
    };
    let there = keys.peek_as::<Set>(destination)?.is_some_and(|set| set.contains(member));
    if found && source != destination {
        keys.edit(source, |set: &mut Set| set.remove(member))?;
        keys.changed(Classes::SET, "srem", source);
        if !there {
            keys.edit_or_new(destination, |set: &mut Set| set.add(member))?;
            keys.changed(Classes::SET, "sadd", destination);
        }
    }
    reply.count(usize::from(found));
    Ok(())
}
