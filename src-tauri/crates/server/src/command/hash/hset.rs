//! [`HSET key field value [field value …]`](https://redis.io/docs/latest/commands/hset/) and
//! [`HMSET`](https://redis.io/docs/latest/commands/hmset/): store values in fields. `HSET` replies how many fields are
//! new, `HMSET` `OK`. O(1) a field.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Hash;

pub(crate) const HSET: Spec = Spec {
    name: "hset",
    summary: "Set the string value of a hash field",
    complexity: "O(1) for each field/value pair added, so O(N) to add N field/value pairs when the command is called with \
                 multiple field/value pairs.",
    ..SPEC
};

pub(crate) const HMSET: Spec = Spec {
    name: "hmset",
    summary: "Set multiple hash fields to multiple values",
    complexity: "O(N) where N is the number of fields being set.",
    ..SPEC
};

const SPEC: Spec = Spec {
    arity: -4,
    flags: &["write", "denyoom", "fast"],
    categories: &["hash"],
    keys: &[KeySpec::one(&["RW", "update"])],
    group: "hash",
    since: "2.0.0",
    ..spec::NONE
};

pub(crate) fn hset(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], pairs) = arguments.split()?;
    if !pairs.len().is_multiple_of(2) {
        return Err(arguments.wrong_arity());
    }
    let mut keys = context.keys();
    let new = keys.edit_or_new(key, |hash: &mut Hash| {
        let mut words = pairs.iter();
        let mut new = 0;
        while let (Some(field), Some(value)) = (words.next(), words.next()) {
            new += usize::from(hash.set(field, value));
        }
        new
    })?;
    keys.changed(Classes::HASH, "hset", key);
    if arguments.name() == HSET.name {
        reply.count(new);
    } else {
        reply.ok();
    }
    Ok(())
}
