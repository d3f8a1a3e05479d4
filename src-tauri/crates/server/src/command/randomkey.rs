//! [`RANDOMKEY`](https://redis.io/docs/latest/commands/randomkey/): replies some key, or null if there is none. O(1).

use super::{Arguments, Command, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "randomkey",
    arity: 1,
    flags: &["readonly"],
    categories: &["keyspace"],
    tips: &["request_policy:all_shards", "nondeterministic_output"],
    group: "generic",
    summary: "Return a random key from the keyspace",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Randomkey;

impl<'a> Command<'a> for Randomkey {
    fn parse(_arguments: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self)
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        reply.bulk_or_null(context.keys().random().map(|entry| entry.key()));
        Ok(())
    }
}
