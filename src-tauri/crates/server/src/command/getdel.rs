//! [`GETDEL key`](https://redis.io/docs/latest/commands/getdel/): replies the key's value, or null, and deletes the
//! key. O(1).

use super::{Arguments, Command, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "getdel",
    arity: 2,
    flags: &["write", "fast"],
    categories: &["string"],
    keys: Some(KeySpec::one(&["RW", "access", "delete"])),
    group: "string",
    since: "6.2.0",
    summary: "Get the value of a key and delete the key",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Getdel<'a> {
    key: &'a [u8],
}

impl<'a> Command<'a> for Getdel<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let [key] = arguments.exactly()?;
        Ok(Self { key })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let mut keys = context.keys();
        reply.bulk_or_null(keys.read(self.key).map(|entry| entry.value()));
        keys.remove(self.key);
        Ok(())
    }
}
