//! [`LMOVE source destination LEFT|RIGHT LEFT|RIGHT`](https://redis.io/docs/latest/commands/lmove/): pops an element off
//! an end of one list and pushes it at an end of another, or of the same. Replies it, or null if there is no list.
//! [`RPOPLPUSH`](https://redis.io/docs/latest/commands/rpoplpush/) does so from right to left.
//! [`BLMOVE … timeout`](https://redis.io/docs/latest/commands/blmove/) and
//! [`BRPOPLPUSH … timeout`](https://redis.io/docs/latest/commands/brpoplpush/) wait for an element so many seconds, 0
//! for ever. O(1).

use super::{end, first_list, popped, pushed};
use crate::blocking::timeout;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::keyspace::Value;
use crate::reply::Reply;
use crate::value::{End, List};

pub(crate) const BLMOVE: Spec = Spec {
    name: "blmove",
    arity: 6,
    flags: &["write", "denyoom", "noscript", "blocking"],
    summary: "Pop an element from a list, push it to another list and return it; or block until one is available",
    ..LMOVE
};

pub(crate) const BRPOPLPUSH: Spec = Spec { name: "brpoplpush", arity: 4, since: "2.2.0", ..BLMOVE };

pub(crate) const LMOVE: Spec = Spec {
    name: "lmove",
    arity: 5,
    flags: &["write", "denyoom"],
    keys: &[KeySpec::one(&["RW", "access", "delete"]), KeySpec::at(2, &["RW", "insert"])],
    since: "6.2.0",
    summary: "Pop an element from a list, push it to another list and return it",
    ..super::SPEC
};

pub(crate) const RPOPLPUSH: Spec = Spec {
    name: "rpoplpush",
    arity: 3,
    since: "1.2.0",
    summary: "Remove the last element in a list, prepend it to another list and return it",
    ..LMOVE
};

pub(crate) fn lmove(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([source, destination], ends) = arguments.split()?;
    let ends = if ends.len() == 0 { (End::Right, End::Left) } else { parse_ends(ends.exactly()?)? };
    if first_list(context, [source].into_iter())?.is_some() {
        return move_element(context, source, destination, ends, reply);
    }
    reply.null();
    Ok(())
}

pub(crate) fn blmove(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([source, destination], rest) = arguments.split()?;
    let (ends, seconds) = if arguments.name() == BRPOPLPUSH.name {
        ((End::Right, End::Left), rest.exactly::<1>()?[0])
    } else {
        let [from, to, seconds] = rest.exactly()?;
        (parse_ends([from, to])?, seconds)
    };
    let timeout = timeout(seconds)?;
    if first_list(context, [source].into_iter())?.is_some() {
        return move_element(context, source, destination, ends, reply);
    }
    // Where waiting is not allowed there is no element; who has waited in vain gets no array.
    if context.in_transaction {
        reply.null();
    } else {
        context.block([source].into_iter(), timeout, reply);
    }
    Ok(())
}

fn parse_ends([from, to]: [&[u8]; 2]) -> Result<(End, End), Error> {
    Ok((end(from)?, end(to)?))
}

fn move_element(
    context: &mut Context<'_>,
    source: &[u8],
    destination: &[u8],
    (from, to): (End, End),
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let mut keys = context.keys();
    keys.look(destination, false).map(Value::kind::<List>).transpose()?;
    let Some(Some(element)) = keys.edit(source, |list: &mut List| list.pop(from))? else {
        reply.null();
        return Ok(());
    };
    // A list that has become empty stays until that is told: the element may come back to it.
    keys.edit_or_new(destination, |list: &mut List| list.push(to, &element))?;
    pushed(&mut keys, destination, to);
    popped(&mut keys, source, from);
    reply.bulk(&element);
    Ok(())
}
