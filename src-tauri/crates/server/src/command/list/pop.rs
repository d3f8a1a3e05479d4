//! [`LPOP key [count]`](https://redis.io/docs/latest/commands/lpop/) and
//! [`RPOP`](https://redis.io/docs/latest/commands/rpop/): take the first or the last element off a list. Reply it, or
//! null; with a count an array of so many, fewer if there are not so many, or no array. O(n) for n elements.

use super::popped;
use crate::command::{Arguments, Context, KeySpec, Spec, count};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::{End, List};

pub(crate) const LPOP: Spec = Spec { name: "lpop", summary: "Remove and get the first elements in a list", ..SPEC };

pub(crate) const RPOP: Spec = Spec { name: "rpop", summary: "Remove and get the last elements in a list", ..SPEC };

const SPEC: Spec = Spec {
    arity: -2,
    flags: &["write", "fast"],
    keys: &[KeySpec::one(&["RW", "access", "delete"])],
    complexity: "O(N) where N is the number of elements returned",
    ..super::SPEC
};

pub(crate) fn pop(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], rest) = arguments.split()?;
    let end = if arguments.name() == LPOP.name { End::Left } else { End::Right };
    let most = match rest.len() {
        0 => None,
        _ => Some(count(rest.exactly::<1>()?[0], Error::NotPositive)?),
    };
    let mut keys = context.keys();
    match most {
        None => {
            let element = keys.edit(key, |list: &mut List| list.pop(end))?.flatten();
            reply.bulk_or_null(element.as_deref());
            if element.is_some() {
                popped(&mut keys, key, end);
            }
        }
        Some(0) if keys.peek_as::<List>(key)?.is_some() => reply.array(0),
        Some(most) => {
            if !pop_all(context, key, end, most, reply)? {
                reply.null_array();
            }
        }
    }
    Ok(())
}

/// Pops so many elements, all if there are not so many, and writes them in an array. Says whether there is a list.
pub(crate) fn pop_all(
    context: &mut Context<'_>,
    key: &[u8],
    end: End,
    most: usize,
    reply: &mut Reply<'_>,
) -> Result<bool, Error> {
    let mut keys = context.keys();
    let there = keys.edit(key, |list: &mut List| {
        let number = most.min(list.len());
        reply.array(number);
        for element in (0..number).map_while(|_| list.pop(end)) {
            reply.bulk(&element);
        }
    })?;
    if there.is_some() {
        popped(&mut keys, key, end);
    }
    Ok(there.is_some())
}
