//! [`SISMEMBER key member`](https://redis.io/docs/latest/commands/sismember/): replies 1 if a set has this member, or 0;
//! [`SMISMEMBER key member [member ...]`](https://redis.io/docs/latest/commands/smismember/): one such reply for each
//! member. O(1) a member.

use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Set;

pub(crate) const SISMEMBER: Spec = Spec {
    name: "sismember",
    arity: 3,
    flags: &["readonly", "fast"],
    keys: &[KeySpec::one(&["RO"])],
    summary: "Determine if a given value is a member of a set",
    ..super::SPEC
};

pub(crate) const SMISMEMBER: Spec = Spec {
    name: "smismember",
    arity: -3,
    flags: &["readonly", "fast"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "6.2.0",
    summary: "Returns the membership associated with the given elements for a set",
    complexity: "O(N) where N is the number of elements being checked for membership",
    ..super::SPEC
};

pub(crate) fn sismember(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let [key, member] = arguments.exactly()?;
    let mut keys = context.keys();
    let set = keys.read_as::<Set>(key)?;
    reply.count(usize::from(set.is_some_and(|set| set.contains(member))));
    Ok(())
}

pub(crate) fn smismember(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let ([key], members) = arguments.split()?;
    let mut keys = context.keys();
    let set = keys.read_as::<Set>(key)?;
    reply.array(members.len());
    for member in members.iter() {
        reply.count(usize::from(set.is_some_and(|set| set.contains(member))));
    }
    Ok(())
}
