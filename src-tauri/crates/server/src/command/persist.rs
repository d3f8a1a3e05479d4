//! [`PERSIST key`](https://redis.io/docs/latest/commands/persist/): takes a key's time-out away. Replies 1 if it had
//! one. O(1).

use super::{Arguments, Command, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "persist",
    arity: 2,
    flags: &["write", "fast"],
    categories: &["keyspace"],
    keys: Some(KeySpec::one(&["RW", "update"])),
    group: "generic",
    since: "2.2.0",
    summary: "Remove the expiration from a key",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Persist<'a> {
    key: &'a [u8],
}

impl<'a> Command<'a> for Persist<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let [key] = arguments.exactly()?;
        Ok(Self { key })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let mut keys = context.keys();
        let expires = keys.peek(self.key).is_some_and(|entry| entry.expires_at().is_some());
        if expires {
            keys.set_expiry(self.key, None);
        }
        reply.count(usize::from(expires));
        Ok(())
    }
}
