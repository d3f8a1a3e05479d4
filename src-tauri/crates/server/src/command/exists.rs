//! [`EXISTS key [key …]`](https://redis.io/docs/latest/commands/exists/): how many of the keys there are; one named
//! twice counts twice. Each counts as a hit or a miss. O(n) for n keys.

use super::{Arguments, Command, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "exists",
    arity: -2,
    flags: &["readonly", "fast"],
    categories: &["keyspace"],
    keys: Some(KeySpec::all(1, &["RO"])),
    tips: &["request_policy:multi_shard", "response_policy:agg_sum"],
    group: "generic",
    summary: "Determine if a key exists",
    complexity: "O(N) where N is the number of keys to check.",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Exists<'a> {
    names: Arguments<'a>,
}

impl<'a> Command<'a> for Exists<'a> {
    fn parse(names: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self { names })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let mut keys = context.keys();
        reply.count(self.names.iter().filter(|name| keys.read(name).is_some()).count());
        Ok(())
    }
}
