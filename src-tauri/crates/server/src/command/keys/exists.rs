//! [`EXISTS key [key …]`](https://redis.io/docs/latest/commands/exists/): how many of the keys there are; one named
//! twice counts twice. Each counts as a hit or a miss. O(n) for n keys.

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "exists",
    arity: -2,
    flags: &["readonly", "fast"],
    categories: &["keyspace"],
    keys: &[KeySpec::all(1, &["RO"])],
    tips: &["request_policy:multi_shard", "response_policy:agg_sum"],
    group: "generic",
    summary: "Determine if a key exists",
    complexity: "O(N) where N is the number of keys to check.",
    ..spec::NONE
};

pub(crate) fn exists(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let mut keys = context.keys();
    reply.count(arguments.iter().filter(|name| keys.look(name, true).is_some()).count());
    Ok(())
}
