//! [`SREM key member [member ...]`](https://redis.io/docs/latest/commands/srem/): takes members out of a set. Replies how
//! many there were. O(1) a member.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Set;

pub(crate) const SPEC: Spec = Spec {
    name: "srem",
    arity: -3,
    flags: &["write", "fast"],
    keys: &[KeySpec::one(&["RW", "delete"])],
    summary: "Remove one or more members from a set",
    complexity: "O(N) where N is the number of members to be removed.",
    ..super::SPEC
};

pub(crate) fn srem(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], members) = arguments.split()?;
    let mut keys = context.keys();
    let removed = keys.edit(key, |set: &mut Set| members.iter().filter(|member| set.remove(member)).count())?;
    let removed = removed.unwrap_or(0);
    if removed > 0 {
        keys.changed(Classes::SET, "srem", key);
    }
    reply.count(removed);
    Ok(())
}
