//! [`QUIT`](https://redis.io/docs/latest/commands/quit/): replies `OK` and closes the connection. O(1).

use super::{Arguments, Command, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "quit",
    arity: -1,
    flags: &["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
    categories: &["connection"],
    group: "connection",
    summary: "Close the connection",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Quit;

impl<'a> Command<'a> for Quit {
    fn parse(_arguments: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self)
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        context.client.closing = true;
        reply.ok();
        Ok(())
    }
}
