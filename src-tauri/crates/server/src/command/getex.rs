//! [`GETEX key [EX s | PX ms | EXAT s | PXAT ms | PERSIST]`](https://redis.io/docs/latest/commands/getex/): replies the
//! key's value, or null, and sets or removes its time-out. O(1).

use super::set::{Deadline, Options};
use super::{Arguments, Command, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "getex",
    arity: -2,
    flags: &["write", "fast"],
    categories: &["string"],
    keys: Some(KeySpec {
        notes: "RW and UPDATE because it changes the TTL",
        ..KeySpec::one(&["RW", "access", "update"])
    }),
    group: "string",
    since: "6.2.0",
    summary: "Get the value of a key and optionally set its expiration",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Getex<'a> {
    key: &'a [u8],
    deadline: Option<Deadline<'a>>,
    persist: bool,
}

impl<'a> Command<'a> for Getex<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let ([key], options) = arguments.split()?;
        let Options { deadline, persist, .. } = Options::parse(options, false)?;
        Ok(Self { key, deadline, persist })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let now = context.now;
        let mut keys = context.keys();
        let Some(entry) = keys.read(self.key) else {
            reply.null();
            return Ok(());
        };
        // Only now: without a key, Redis does not look at the number.
        let at = self.deadline.map(|deadline| deadline.unix_ms(SPEC.name, now)).transpose()?;
        reply.bulk(entry.value());
        if self.persist || at.is_some() {
            keys.set_expiry(self.key, at);
        }
        Ok(())
    }
}
