//! [`QUIT`](https://redis.io/docs/latest/commands/quit/): replies `OK` and closes the connection. O(1).

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "quit",
    arity: -1,
    flags: &["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
    categories: &["connection"],
    group: "connection",
    summary: "Close the connection",
    ..spec::NONE
};

pub(crate) fn quit(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    context.client.closing = true;
    reply.ok();
    Ok(())
}
