//! [`LMPOP numkeys key [key ...] LEFT|RIGHT [COUNT count]`](https://redis.io/docs/latest/commands/lmpop/): pops elements,
//! one if nothing is said, off the first of the lists that there is. Replies its key and the elements, or no array.
//! [`BLMPOP timeout …`](https://redis.io/docs/latest/commands/blmpop/) waits for one so many seconds, 0 for ever.
//! O(n + m) for n keys and m elements.

use super::pop::pop_all;
use super::{end, first_list};
use crate::blocking::timeout;
use crate::command::{Arguments, Context, KeySpec, Spec, count};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::End;

pub(crate) const BLMPOP: Spec = Spec {
    name: "blmpop",
    arity: -5,
    flags: &["write", "blocking", "movablekeys"],
    keys: &[KeySpec::counted(2, &["RW", "access", "delete"])],
    summary: "Pop elements from a list, or block until one is available",
    ..LMPOP
};

pub(crate) const LMPOP: Spec = Spec {
    name: "lmpop",
    arity: -4,
    flags: &["write", "movablekeys"],
    keys: &[KeySpec::counted(1, &["RW", "access", "delete"])],
    since: "7.0.0",
    summary: "Pop elements from a list",
    complexity: "O(N+M) where N is the number of provided keys and M is the number of elements returned.",
    ..super::SPEC
};

pub(crate) fn lmpop(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let what = What::parse(arguments)?;
    if !what.pop(context, reply)? {
        reply.null_array();
    }
    Ok(())
}

pub(crate) fn blmpop(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([seconds], rest) = arguments.split()?;
    let what = What::parse(rest)?;
    let timeout = timeout(seconds)?;
    if !what.pop(context, reply)? {
        context.block(what.keys(), timeout, reply);
    }
    Ok(())
}

/// What to pop.
#[derive(Debug)]
struct What<'a> {
    /// The keys, with more behind them.
    keys: Arguments<'a>,
    number: usize,
    end: End,
    most: usize,
}

impl<'a> What<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let ([number], keys) = arguments.split()?;
        let number = positive(number, "ERR numkeys should be greater than 0")?;
        let mut words = keys.iter().skip(number);
        let end = end(words.next().ok_or(Error::Syntax)?)?;
        let mut most = None;
        while let Some(word) = words.next() {
            match words.next() {
                Some(value) if most.is_none() && word.eq_ignore_ascii_case(b"count") => {
                    most = Some(positive(value, "ERR count should be greater than 0")?);
                }
                _ => return Err(Error::Syntax),
            }
        }
        Ok(Self { keys, number, end, most: most.unwrap_or(1) })
    }

    fn keys(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.keys.iter().take(self.number)
    }

    /// Whether there was something to pop.
    fn pop(&self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<bool, Error> {
        let Some(key) = first_list(context, self.keys())? else { return Ok(false) };
        reply.array(2);
        reply.bulk(key);
        pop_all(context, key, self.end, self.most, reply)
    }
}

fn positive(argument: &[u8], error: &'static str) -> Result<usize, Error> {
    match count(argument, Error::Message(error))? {
        0 => Err(Error::Message(error)),
        number => Ok(number),
    }
}
