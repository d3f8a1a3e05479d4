//! [`PING [message]`](https://redis.io/docs/latest/commands/ping/): replies `PONG`, or the message. O(1).

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "ping",
    arity: -1,
    flags: &["fast"],
    categories: &["connection"],
    tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
    group: "connection",
    summary: "Ping the server",
    ..spec::NONE
};

pub(crate) fn ping(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let message = match arguments.len() {
        0 => None,
        _ => Some(arguments.exactly::<1>()?[0]),
    };
    if context.client.listens() {
        // Old clients in this state understand nothing but messages.
        reply.array(2);
        reply.bulk(b"pong");
        reply.bulk(message.unwrap_or_default());
        return Ok(());
    }
    match message {
        Some(message) => reply.bulk(message),
        None => reply.simple("PONG"),
    }
    Ok(())
}
