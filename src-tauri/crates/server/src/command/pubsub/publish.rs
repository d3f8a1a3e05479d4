//! [`PUBLISH channel message`](https://redis.io/docs/latest/commands/publish/): to all who listen; replies how many they are.
//! O(n) for n listeners and patterns.

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "publish",
    arity: 3,
    flags: &["pubsub", "loading", "stale", "fast"],
    group: "pubsub",
    since: "2.0.0",
    summary: "Post a message to a channel",
    complexity: "O(N+M) where N is the number of clients subscribed to the receiving channel and M is the total number of subscribed patterns (by any client).",
    ..spec::NONE
};

pub(crate) fn publish(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [channel, message] = arguments.exactly()?;
    reply.count(context.state.clients.publish(channel, message, Some(context.client)));
    Ok(())
}
