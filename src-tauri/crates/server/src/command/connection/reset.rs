//! [`RESET`](https://redis.io/docs/latest/commands/reset/): the connection is as if it had just been made.

use crate::client::Replies;
use crate::clients::Topic;
use crate::command::{Arguments, Context, Spec, spec, transaction};
use crate::error::Error;
use crate::reply::{Protocol, Reply};

pub(crate) const SPEC: Spec = Spec {
    name: "reset",
    arity: 1,
    flags: &["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
    categories: &["connection"],
    group: "connection",
    since: "6.2.0",
    summary: "Reset the connection",
    ..spec::NONE
};

pub(crate) fn reset(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    reset_client(context);
    reply.set_protocol(Protocol::Resp2);
    reply.simple("RESET");
    Ok(())
}

fn reset_client(context: &mut Context<'_>) {
    transaction::end(context.state, context.client);
    for topic in [Topic::Channel, Topic::Pattern] {
        let names = match topic {
            Topic::Channel => context.client.channels.clone(),
            Topic::Pattern => context.client.patterns.clone(),
        };
        names.iter().for_each(|name| context.state.clients.unsubscribe(context.client, topic, name));
    }
    context.state.clients.end_monitor(context.client);
    let client = &mut *context.client;
    client.authenticated = context.state.settings.password.is_none();
    client.database = 0;
    client.name = Vec::new();
    client.no_evict = false;
    client.protocol = Protocol::Resp2;
    client.replies = Replies::All;
}
