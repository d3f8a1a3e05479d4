//! [`ZPOPMIN key [count]`](https://redis.io/docs/latest/commands/zpopmin/) and
//! [`ZPOPMAX`](https://redis.io/docs/latest/commands/zpopmax/): take out the members with the lowest or highest scores, and
//! reply them with their scores. O(m · log(n)).

use super::SPEC;
use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer};
use crate::error::Error;
use crate::keyspace::Keys;
use crate::reply::Reply;
use crate::value::SortedSet;

pub(crate) const ZPOPMAX: Spec = Spec {
    name: "zpopmax",
    arity: -2,
    flags: &["write", "fast"],
    keys: &[KeySpec::one(&["RW", "access", "delete"])],
    since: "5.0.0",
    summary: "Remove and return members with the highest scores in a sorted set",
    complexity: "O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements \
                 popped.",
    ..SPEC
};

pub(crate) const ZPOPMIN: Spec = Spec {
    name: "zpopmin",
    arity: -2,
    flags: &["write", "fast"],
    keys: &[KeySpec::one(&["RW", "access", "delete"])],
    since: "5.0.0",
    summary: "Remove and return members with the lowest scores in a sorted set",
    complexity: "O(log(N)*M) with N being the number of elements in the sorted set, and M being the number of elements \
                 popped.",
    ..SPEC
};

pub(crate) fn zpop(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let end = if arguments.name() == ZPOPMIN.name { Extreme::Min } else { Extreme::Max };
    let ([key], options) = arguments.split()?;
    let mut options = options.iter();
    let count = options.next();
    if options.next().is_some() {
        return Err(Error::Syntax);
    }
    let wanted = count.map_or(Ok(1), |count| {
        integer(count).ok().and_then(|count| usize::try_from(count).ok()).ok_or(Error::NotPositive)
    })?;
    let popped = pop(&mut context.keys(), key, end, wanted)?;
    // Only where several were asked for are they in pairs.
    if count.is_some() {
        reply.pairs(popped.len());
    } else {
        reply.array(popped.len() * 2);
    }
    for (member, score) in &popped {
        if count.is_some() {
            reply.pair();
        }
        reply.bulk(member);
        reply.double(*score);
    }
    Ok(())
}

/// An end of a sorted set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extreme {
    Min,
    Max,
}

/// Takes up to so many members out, the outermost first; none if there is no such key.
pub(super) fn pop(keys: &mut Keys<'_>, key: &[u8], end: Extreme, count: usize) -> Result<Vec<(Box<[u8]>, f64)>, Error> {
    let popped = keys.edit(key, |sorted: &mut SortedSet| {
        let len = sorted.len();
        let ranks = match end {
            Extreme::Min => 0..count.min(len),
            Extreme::Max => len - count.min(len)..len,
        };
        let mut popped: Vec<(Box<[u8]>, f64)> =
            sorted.range(ranks).map(|(member, score)| (member.into(), score)).collect();
        if end == Extreme::Max {
            popped.reverse();
        }
        popped.iter().for_each(|(member, _)| {
            sorted.remove(member);
        });
        popped
    })?;
    let popped = popped.unwrap_or_default();
    if !popped.is_empty() {
        keys.changed(Classes::SORTED_SET, if end == Extreme::Min { "zpopmin" } else { "zpopmax" }, key);
    }
    Ok(popped)
}

/// The same for a command that may have waited: then only the key counts that something came to, and only if that is a
/// sorted set.
pub(super) fn pop_ready(
    context: &mut Context<'_>,
    key: &[u8],
    end: Extreme,
    count: usize,
) -> Result<Vec<(Box<[u8]>, f64)>, Error> {
    match context.ready {
        Some(ready) if ready != key => Ok(Vec::new()),
        Some(_) => Ok(pop(&mut context.keys(), key, end, count).unwrap_or_default()),
        None => pop(&mut context.keys(), key, end, count),
    }
}
