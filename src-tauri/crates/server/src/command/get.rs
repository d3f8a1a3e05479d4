//! [`GET key`](https://redis.io/docs/latest/commands/get/): replies the key's value, or null. Counts as a hit or a
//! miss. O(1).

use super::{Arguments, Command, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "get",
    arity: 2,
    flags: &["readonly", "fast"],
    categories: &["string"],
    keys: Some(KeySpec::one(&["RO", "access"])),
    group: "string",
    summary: "Get the value of a key",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Get<'a> {
    key: &'a [u8],
}

impl<'a> Command<'a> for Get<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let [key] = arguments.exactly()?;
        Ok(Self { key })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        reply.bulk_or_null(context.keys().read(self.key).map(|entry| entry.value()));
        Ok(())
    }
}
