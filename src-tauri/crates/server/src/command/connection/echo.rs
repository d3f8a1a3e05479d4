//! [`ECHO message`](https://redis.io/docs/latest/commands/echo/): replies the message. O(1).

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "echo",
    arity: 2,
    flags: &["loading", "stale", "fast"],
    categories: &["connection"],
    group: "connection",
    summary: "Echo the given string",
    ..spec::NONE
};

pub(crate) fn echo(arguments: Arguments<'_>, _: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [message] = arguments.exactly()?;
    reply.bulk(message);
    Ok(())
}
