//! [`DUMP key`](https://redis.io/docs/latest/commands/dump/): the key's value in a form that
//! [`RESTORE`](https://redis.io/docs/latest/commands/restore/) takes, here or on a redis-server; null if there is no such
//! key. O(n) for n elements.

use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::dump;
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "dump",
    arity: 2,
    flags: &["readonly"],
    categories: &["keyspace"],
    keys: &[KeySpec::one(&["RO", "access"])],
    tips: &["nondeterministic_output"],
    group: "generic",
    since: "2.6.0",
    summary: "Return a serialized version of the value stored at the specified key.",
    complexity: "O(1) to access the key and additional O(N*M) to serialize it, where N is the number of Redis objects \
                 composing the value and M their average size. For small string values the time complexity is thus \
                 O(1)+O(1*M) where M is small, so simply O(1).",
};

pub(crate) fn dump(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    let dumped = context.keys().read(key).map(dump::write);
    reply.bulk_or_null(dumped.as_deref());
    Ok(())
}
