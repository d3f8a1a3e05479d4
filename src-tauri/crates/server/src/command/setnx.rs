//! [`SETNX key value`](https://redis.io/docs/latest/commands/setnx/): stores a value if there is no such key. Replies 1
//! if it did. O(1).

use super::{Arguments, Command, Context, KeySpec, Spec, spec};
use crate::dict::Expiry;
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "setnx",
    arity: 3,
    flags: &["write", "denyoom", "fast"],
    categories: &["string"],
    keys: Some(KeySpec::one(&["OW", "insert"])),
    group: "string",
    summary: "Set the value of a key, only if the key does not exist",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Setnx<'a> {
    key: &'a [u8],
    value: &'a [u8],
}

impl<'a> Command<'a> for Setnx<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let [key, value] = arguments.exactly()?;
        Ok(Self { key, value })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let mut keys = context.keys();
        let free = !keys.contains(self.key);
        if free {
            keys.set(self.key, self.value, Expiry::Never);
        }
        reply.count(usize::from(free));
        Ok(())
    }
}
