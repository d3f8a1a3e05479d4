//! [`STRLEN key`](https://redis.io/docs/latest/commands/strlen/): replies the length of the key's value, 0 if there is
//! none. Counts as a hit or a miss. O(1).

use super::{Arguments, Command, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "strlen",
    arity: 2,
    flags: &["readonly", "fast"],
    categories: &["string"],
    keys: Some(KeySpec::one(&["RO"])),
    group: "string",
    since: "2.2.0",
    summary: "Get the length of the value stored in a key",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Strlen<'a> {
    key: &'a [u8],
}

impl<'a> Command<'a> for Strlen<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let [key] = arguments.exactly()?;
        Ok(Self { key })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        reply.count(context.keys().read(self.key).map_or(0, |entry| entry.value().len()));
        Ok(())
    }
}
