//! [`TYPE key`](https://redis.io/docs/latest/commands/type/): replies `string`, or `none` if there is no such key. Counts
//! as a hit or a miss. O(1).

use super::{Arguments, Command, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "type",
    arity: 2,
    flags: &["readonly", "fast"],
    categories: &["keyspace"],
    keys: Some(KeySpec::one(&["RO"])),
    group: "generic",
    summary: "Determine the type stored at key",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Type<'a> {
    key: &'a [u8],
}

impl<'a> Command<'a> for Type<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let [key] = arguments.exactly()?;
        Ok(Self { key })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        reply.simple(if context.keys().read(self.key).is_some() { "string" } else { "none" });
        Ok(())
    }
}
