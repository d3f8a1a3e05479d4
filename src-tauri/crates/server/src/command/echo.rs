//! [`ECHO message`](https://redis.io/docs/latest/commands/echo/): replies the message. O(1).

use super::{Arguments, Command, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "echo",
    arity: 2,
    flags: &["loading", "stale", "fast"],
    categories: &["connection"],
    group: "connection",
    summary: "Echo the given string",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Echo<'a> {
    message: &'a [u8],
}

impl<'a> Command<'a> for Echo<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let [message] = arguments.exactly()?;
        Ok(Self { message })
    }

    fn execute(self, _context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        reply.bulk(self.message);
        Ok(())
    }
}
