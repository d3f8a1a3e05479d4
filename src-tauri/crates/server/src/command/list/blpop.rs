//! [`BLPOP key [key ...] timeout`](https://redis.io/docs/latest/commands/blpop/) and
//! [`BRPOP`](https://redis.io/docs/latest/commands/brpop/): pop an element off the first of the lists that there is, and
//! wait for one if there is none, so many seconds or for ever if that is 0. Reply its key and the element, or no array
//! when the time is over. O(n) for n keys.

use super::{first_list, popped};
use crate::blocking::timeout;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::{End, List};

pub(crate) const BLPOP: Spec = Spec {
    name: "blpop",
    summary: "Remove and get the first element in a list, or block until one is available",
    ..SPEC
};

pub(crate) const BRPOP: Spec = Spec {
    name: "brpop",
    summary: "Remove and get the last element in a list, or block until one is available",
    ..SPEC
};

const SPEC: Spec = Spec {
    arity: -3,
    flags: &["write", "noscript", "blocking"],
    keys: &[KeySpec::until(1, -2, 1, &["RW", "access", "delete"])],
    since: "2.0.0",
    complexity: "O(N) where N is the number of provided keys.",
    ..super::SPEC
};

pub(crate) fn blpop(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let end = if arguments.name() == BLPOP.name { End::Left } else { End::Right };
    let number = arguments.len().saturating_sub(1);
    let keys = || arguments.iter().take(number);
    let timeout = timeout(arguments.iter().last().unwrap_or_default())?;
    let Some(key) = first_list(context, keys())? else {
        context.block(keys(), timeout, reply);
        return Ok(());
    };
    let mut keys = context.keys();
    let element = keys.edit(key, |list: &mut List| list.pop(end))?.flatten();
    reply.array(2);
    reply.bulk(key);
    reply.bulk(element.as_deref().unwrap_or_default());
    popped(&mut keys, key, end);
    Ok(())
}
