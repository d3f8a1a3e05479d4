//! [`MGET key [key …]`](https://redis.io/docs/latest/commands/mget/): replies the keys' values, null for those there are
//! not. Each counts as a hit or a miss. O(n) for n keys.

use super::{Arguments, Command, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "mget",
    arity: -2,
    flags: &["readonly", "fast"],
    categories: &["string"],
    keys: Some(KeySpec::all(1, &["RO", "access"])),
    tips: &["request_policy:multi_shard"],
    group: "string",
    summary: "Get the values of all the given keys",
    complexity: "O(N) where N is the number of keys to retrieve.",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Mget<'a> {
    names: Arguments<'a>,
}

impl<'a> Command<'a> for Mget<'a> {
    fn parse(names: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self { names })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let mut keys = context.keys();
        reply.array(self.names.len());
        for name in self.names.iter() {
            reply.bulk_or_null(keys.read(name).map(|entry| entry.value()));
        }
        Ok(())
    }
}
