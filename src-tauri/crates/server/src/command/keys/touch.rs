//! [`TOUCH key …`](https://redis.io/docs/latest/commands/touch/): counts as a use of the keys. Replies how many there are.
//! O(n) for n keys.

use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "touch",
    arity: -2,
    flags: &["readonly", "fast"],
    categories: &["keyspace"],
    keys: &[KeySpec::all(1, &["RO"])],
    tips: &["request_policy:multi_shard", "response_policy:agg_sum"],
    group: "generic",
    since: "3.2.1",
    summary: "Alters the last access time of a key(s). Returns the number of existing keys specified.",
    complexity: "O(N) where N is the number of keys that will be touched.",
};

pub(crate) fn touch(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let mut keys = context.keys();
    reply.count(arguments.iter().filter(|key| keys.read(key).is_some()).count());
    Ok(())
}
