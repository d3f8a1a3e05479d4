//! [`MGET key [key …]`](https://redis.io/docs/latest/commands/mget/): replies the keys' values, null for those there are
//! not. Each counts as a hit or a miss. O(n) for n keys.

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "mget",
    arity: -2,
    flags: &["readonly", "fast"],
    categories: &["string"],
    keys: &[KeySpec::all(1, &["RO", "access"])],
    tips: &["request_policy:multi_shard"],
    group: "string",
    summary: "Get the values of all the given keys",
    complexity: "O(N) where N is the number of keys to retrieve.",
    ..spec::NONE
};

pub(crate) fn mget(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let mut keys = context.keys();
    reply.array(arguments.len());
    for name in arguments.iter() {
        // Other types count as missing here.
        reply.bulk_or_null(keys.read(name).and_then(|value| value.string().ok()));
    }
    Ok(())
}
