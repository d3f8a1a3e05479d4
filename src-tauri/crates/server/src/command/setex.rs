//! [`SETEX key seconds value`](https://redis.io/docs/latest/commands/setex/) and
//! [`PSETEX`](https://redis.io/docs/latest/commands/psetex/) in milliseconds: store a value with a time-out. O(1).

use super::set::{Deadline, Kind};
use super::{Arguments, Command, Context, KeySpec, Spec, spec};
use crate::dict::Expiry;
use crate::error::Error;
use crate::reply::Reply;

pub(super) const PSETEX: Spec =
    Spec { name: "psetex", since: "2.6.0", summary: "Set the value and expiration in milliseconds of a key", ..SPEC };

pub(super) const SETEX: Spec =
    Spec { name: "setex", since: "2.0.0", summary: "Set the value and expiration of a key", ..SPEC };

const SPEC: Spec = Spec {
    arity: 4,
    flags: &["write", "denyoom"],
    categories: &["string"],
    keys: Some(KeySpec::one(&["OW", "update"])),
    group: "string",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Setex<'a> {
    command: &'static str,
    key: &'a [u8],
    deadline: Deadline<'a>,
    value: &'a [u8],
}

impl<'a> Command<'a> for Setex<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let command = arguments.name();
        let kind = if command == SETEX.name { Kind::Ex } else { Kind::Px };
        let [key, number, value] = arguments.exactly()?;
        Ok(Self { command, key, deadline: Deadline { kind, number }, value })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let at = self.deadline.unix_ms(self.command, context.now)?;
        context.keys().set(self.key, self.value, Expiry::At(at));
        reply.ok();
        Ok(())
    }
}
