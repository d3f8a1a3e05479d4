//! [`APPEND key value`](https://redis.io/docs/latest/commands/append/): puts the value behind the key's; replies the
//! new length. O(n) here: values have no spare room.

use super::{Arguments, Command, Context, KeySpec, Spec, spec};
use crate::dict::Expiry;
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "append",
    arity: 3,
    flags: &["write", "denyoom", "fast"],
    categories: &["string"],
    keys: Some(KeySpec::one(&["RW", "insert"])),
    group: "string",
    since: "2.0.0",
    summary: "Append a value to a key",
    complexity: "O(N) where N is the length of the resulting value",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Append<'a> {
    key: &'a [u8],
    value: &'a [u8],
}

impl<'a> Command<'a> for Append<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let [key, value] = arguments.exactly()?;
        Ok(Self { key, value })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let longest = context.shared.config.limits.max_bulk;
        let mut keys = context.keys();
        let mut value = keys.peek(self.key).map_or_else(Vec::new, |entry| entry.value().to_vec());
        if value.len() + self.value.len() > longest {
            return Err(Error::StringTooLong);
        }
        value.extend_from_slice(self.value);
        keys.set(self.key, &value, Expiry::Keep);
        reply.count(value.len());
        Ok(())
    }
}
