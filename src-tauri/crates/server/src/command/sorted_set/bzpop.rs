//! [`BZPOPMIN key … timeout`](https://redis.io/docs/latest/commands/bzpopmin/) and
//! [`BZPOPMAX`](https://redis.io/docs/latest/commands/bzpopmax/): take the member with the lowest or highest score out of
//! the first of the keys that has any, and reply key, member and score; wait for one if there is none, at most so many
//! seconds, 0 for ever, then reply null. O(log(n)).

use super::SPEC;
use super::zpop::{Extreme, pop_ready};
use crate::blocking::timeout;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const BZPOPMAX: Spec = Spec {
    name: "bzpopmax",
    arity: -3,
    flags: &["write", "noscript", "blocking", "fast"],
    keys: &[KeySpec::until(1, -2, 1, &["RW", "access", "delete"])],
    since: "5.0.0",
    summary: "Remove and return the member with the highest score from one or more sorted sets, or block until one is \
              available",
    complexity: "O(log(N)) with N being the number of elements in the sorted set.",
    ..SPEC
};

pub(crate) const BZPOPMIN: Spec = Spec {
    name: "bzpopmin",
    arity: -3,
    flags: &["write", "noscript", "blocking", "fast"],
    keys: &[KeySpec::until(1, -2, 1, &["RW", "access", "delete"])],
    since: "5.0.0",
    summary: "Remove and return the member with the lowest score from one or more sorted sets, or block until one is \
              available",
    complexity: "O(log(N)) with N being the number of elements in the sorted set.",
    ..SPEC
};

pub(crate) fn bzpop(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let end = if arguments.name() == BZPOPMIN.name { Extreme::Min } else { Extreme::Max };
    let keys = || arguments.iter().take(arguments.len().saturating_sub(1));
    let timeout = timeout(arguments.iter().last().unwrap_or_default())?;
    for key in keys() {
        if let Some((member, score)) = pop_ready(context, key, end, 1)?.pop() {
            reply.array(3);
            reply.bulk(key);
            reply.bulk(&member);
            reply.double(score);
            return Ok(());
        }
    }
    context.block(keys(), timeout, reply);
    Ok(())
}
