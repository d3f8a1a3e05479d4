//! [`RANDOMKEY`](https://redis.io/docs/latest/commands/randomkey/): replies some key, or null if there is none. O(1).

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "randomkey",
    arity: 1,
    flags: &["readonly"],
    categories: &["keyspace"],
    tips: &["request_policy:all_shards", "nondeterministic_output"],
    group: "generic",
    summary: "Return a random key from the keyspace",
    ..spec::NONE
};

pub(crate) fn randomkey(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    reply.bulk_or_null(context.keys().random());
    Ok(())
}
