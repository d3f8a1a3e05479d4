//! [`KEYS pattern`](https://redis.io/docs/latest/commands/keys/): all keys that match. O(n) for n keys in the database,
//! with the server at a halt: `SCAN` is kinder.

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::glob;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "keys",
    arity: 2,
    flags: &["readonly"],
    categories: &["keyspace", "dangerous"],
    tips: &["request_policy:all_shards", "nondeterministic_output_order"],
    group: "generic",
    summary: "Find all keys matching the given pattern",
    complexity: "O(N) with N being the number of keys in the database, under the assumption that the key names in the \
                 database and the given pattern have limited length.",
    ..spec::NONE
};

pub(crate) fn keys(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [pattern] = arguments.exactly()?;
    let keys = context.keys();
    let found: Vec<&[u8]> =
        keys.iter().map(|entry| entry.key()).filter(|key| glob::matches(pattern, key, false)).collect();
    reply.array(found.len());
    found.into_iter().for_each(|key| reply.bulk(key));
    Ok(())
}
