//! [`SPOP key [count]`](https://redis.io/docs/latest/commands/spop/): takes a random member out of a set. Replies it, or
//! null; with a count so many, all if there are not so many. O(n) for n members.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, count};
use crate::error::Error;
use crate::random::Random;
use crate::reply::Reply;
use crate::value::Set;

pub(crate) const SPEC: Spec = Spec {
    name: "spop",
    arity: -2,
    flags: &["write", "fast"],
    keys: &[KeySpec::one(&["RW", "access", "delete"])],
    tips: &["nondeterministic_output"],
    summary: "Remove and return one or multiple random members from a set",
    complexity: "Without the count argument O(1), otherwise O(N) where N is the value of the passed count.",
    ..super::SPEC
};

pub(crate) fn spop(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], rest) = arguments.split()?;
    let most = match rest.len() {
        0 => None,
        1 => Some(count(rest.exactly::<1>()?[0], Error::NotPositive)?),
        _ => return Err(Error::Syntax),
    };
    let mut random = Random(context.state.keyspace.random().next());
    let mut keys = context.keys();
    let popped = keys.edit(key, |set: &mut Set| {
        let number = most.unwrap_or(1).min(set.len());
        if most.is_some() {
            reply.set(number);
        }
        for _ in 0..number {
            if let Some(member) = random.below(set.len()).and_then(|place| set.take(place)) {
                reply.bulk(&member);
            }
        }
        number
    })?;
    match (popped, most) {
        (None, None) => reply.null(),
        (None, Some(_)) => reply.set(0),
        (Some(0), _) => {}
        (Some(_), _) => keys.changed(Classes::SET, "spop", key),
    }
    Ok(())
}
