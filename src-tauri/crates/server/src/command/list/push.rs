//! [`LPUSH key element [element ...]`](https://redis.io/docs/latest/commands/lpush/) and
//! [`RPUSH`](https://redis.io/docs/latest/commands/rpush/): put elements before or behind those of a list, one after the
//! other; [`LPUSHX`](https://redis.io/docs/latest/commands/lpushx/) and
//! [`RPUSHX`](https://redis.io/docs/latest/commands/rpushx/) only if there is one. Reply the length. O(1) an element.

use super::pushed;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::{End, List};

pub(crate) const LPUSH: Spec = Spec { name: "lpush", summary: "Prepend one or multiple elements to a list", ..SPEC };

pub(crate) const LPUSHX: Spec =
    Spec { name: "lpushx", since: "2.2.0", summary: "Prepend an element to a list, only if the list exists", ..SPEC };

pub(crate) const RPUSH: Spec = Spec { name: "rpush", summary: "Append one or multiple elements to a list", ..SPEC };

pub(crate) const RPUSHX: Spec =
    Spec { name: "rpushx", since: "2.2.0", summary: "Append an element to a list, only if the list exists", ..SPEC };

const SPEC: Spec = Spec {
    arity: -3,
    flags: &["write", "denyoom", "fast"],
    keys: &[KeySpec::one(&["RW", "insert"])],
    complexity: "O(1) for each element added, so O(N) to add N elements when the command is called with multiple \
                 arguments.",
    ..super::SPEC
};

pub(crate) fn push(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], elements) = arguments.split()?;
    let name = arguments.name();
    let end = if name == LPUSH.name || name == LPUSHX.name { End::Left } else { End::Right };
    let mut keys = context.keys();
    if (name == LPUSHX.name || name == RPUSHX.name) && keys.peek_as::<List>(key)?.is_none() {
        reply.count(0);
        return Ok(());
    }
    let length = keys.edit_or_new(key, |list: &mut List| {
        elements.iter().for_each(|element| list.push(end, element));
        list.len()
    })?;
    pushed(&mut keys, key, end);
    reply.count(length);
    Ok(())
}
