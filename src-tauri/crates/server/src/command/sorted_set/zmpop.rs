//! [`ZMPOP numkeys key … MIN | MAX [COUNT count]`](https://redis.io/docs/latest/commands/zmpop/): takes members with the
//! lowest or highest scores out of the first of the keys that has any; replies the key and the members with their
//! scores, or null. [`BZMPOP timeout …`](https://redis.io/docs/latest/commands/bzmpop/) waits if there is none, at most so
//! many seconds, 0 for ever. O(k + m · log(n)) for k keys.

use super::SPEC;
use super::zpop::{Extreme, pop_ready};
use crate::blocking::timeout;
use crate::command::{Arguments, Context, KeySpec, Spec, integer};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const BZMPOP: Spec = Spec {
    name: "bzmpop",
    arity: -5,
    flags: &["write", "blocking", "movablekeys"],
    keys: &[KeySpec::counted(2, &["RW", "access", "delete"])],
    since: "7.0.0",
    summary: "Remove and return members with scores in a sorted set or block until one is available",
    complexity: "O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the \
                 sorted set, and M being the number of elements popped.",
    ..SPEC
};

pub(crate) const ZMPOP: Spec = Spec {
    name: "zmpop",
    arity: -4,
    flags: &["write", "movablekeys"],
    keys: &[KeySpec::counted(1, &["RW", "access", "delete"])],
    since: "7.0.0",
    summary: "Remove and return members with scores in a sorted set",
    complexity: "O(K) + O(M*log(N)) where K is the number of provided keys, N being the number of elements in the \
                 sorted set, and M being the number of elements popped.",
    ..SPEC
};

pub(crate) fn zmpop(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let query = Query::parse(arguments)?;
    if !query.pop(context, reply)? {
        reply.null_array();
    }
    Ok(())
}

pub(crate) fn bzmpop(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([seconds], rest) = arguments.split()?;
    let query = Query::parse(rest)?;
    let timeout = timeout(seconds)?;
    if !query.pop(context, reply)? {
        context.block(query.keys(), timeout, reply);
    }
    Ok(())
}

/// What both ask for.
#[derive(Debug)]
struct Query<'a> {
    words: Arguments<'a>,
    /// How many of the words are keys.
    numkeys: usize,
    end: Extreme,
    count: usize,
}

impl<'a> Query<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let ([numkeys], words) = arguments.split()?;
        let numkeys = positive(numkeys).ok_or(Error::Message("ERR numkeys should be greater than 0"))?;
        let mut options = words.iter().skip(numkeys);
        let end = match options.next().unwrap_or_default().to_ascii_lowercase().as_slice() {
            b"min" => Extreme::Min,
            b"max" => Extreme::Max,
            _ => return Err(Error::Syntax),
        };
        let mut count = None;
        while let Some(option) = options.next() {
            if count.is_some() || !option.eq_ignore_ascii_case(b"count") {
                return Err(Error::Syntax);
            }
            let number = options.next().ok_or(Error::Syntax)?;
            count = Some(positive(number).ok_or(Error::Message("ERR count should be greater than 0"))?);
        }
        Ok(Self { words, numkeys, end, count: count.unwrap_or(1) })
    }

    fn keys(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.words.iter().take(self.numkeys)
    }

    /// Whether there was something to pop.
    fn pop(&self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<bool, Error> {
        for key in self.keys() {
            let popped = pop_ready(context, key, self.end, self.count)?;
            if popped.is_empty() {
                continue;
            }
            reply.array(2);
            reply.bulk(key);
            reply.array(popped.len());
            for (member, score) in &popped {
                reply.array(2);
                reply.bulk(member);
                reply.double(*score);
            }
            return Ok(true);
        }
        Ok(false)
    }
}

/// A number greater than 0.
fn positive(argument: &[u8]) -> Option<usize> {
    usize::try_from(integer(argument).ok()?).ok().filter(|number| *number > 0)
}
