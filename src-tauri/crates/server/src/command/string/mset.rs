//! [`MSET key value [key value …]`](https://redis.io/docs/latest/commands/mset/): stores values, all or none. O(n) for n
//! keys.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::dict::Expiry;
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const MSET: Spec = Spec {
    name: "mset",
    arity: -3,
    flags: &["write", "denyoom"],
    categories: &["string"],
    keys: &[KeySpec::all(2, &["OW", "update"])],
    tips: &["request_policy:multi_shard", "response_policy:all_succeeded"],
    group: "string",
    since: "1.0.1",
    summary: "Set multiple keys to multiple values",
    complexity: "O(N) where N is the number of keys to set.",
};

pub(crate) const MSETNX: Spec = Spec {
    name: "msetnx",
    arity: -3,
    flags: &["write", "denyoom"],
    categories: &["string"],
    keys: &[KeySpec::all(2, &["OW", "insert"])],
    tips: &["request_policy:multi_shard", "response_policy:agg_min"],
    group: "string",
    since: "1.0.1",
    summary: "Set multiple keys to multiple values, only if none of the keys exist",
    complexity: "O(N) where N is the number of keys to set.",
};

pub(crate) fn mset(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    if !arguments.len().is_multiple_of(2) {
        return Err(arguments.wrong_arity());
    }
    let mut keys = context.keys();
    let only_new = arguments.name() == MSETNX.name;
    if only_new && arguments.iter().step_by(2).any(|key| keys.contains(key)) {
        reply.count(0);
        return Ok(());
    }
    let mut words = arguments.iter();
    while let (Some(key), Some(value)) = (words.next(), words.next()) {
        keys.set(key, value, Expiry::Never);
        keys.changed(Classes::STRING, "set", key);
    }
    if only_new {
        reply.count(1)
    } else {
        reply.ok()
    }
    Ok(())
}
