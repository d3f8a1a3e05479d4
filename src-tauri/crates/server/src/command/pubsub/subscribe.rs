//! [`SUBSCRIBE channel …`](https://redis.io/docs/latest/commands/subscribe/), `PSUBSCRIBE pattern …`, `UNSUBSCRIBE [channel …]`
//! and `PUNSUBSCRIBE [pattern …]`: which channels a client listens to. One reply for each. O(n) for n of them.

use crate::clients::Topic;
use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const PSUBSCRIBE: Spec = Spec {
    name: "psubscribe",
    arity: -2,
    flags: &["pubsub", "noscript", "loading", "stale"],
    group: "pubsub",
    since: "2.0.0",
    summary: "Listen for messages published to channels matching the given patterns",
    complexity: "O(N) where N is the number of patterns the client is already subscribed to.",
    ..spec::NONE
};

pub(crate) const PUNSUBSCRIBE: Spec = Spec {
    name: "punsubscribe",
    arity: -1,
    flags: &["pubsub", "noscript", "loading", "stale"],
    group: "pubsub",
    since: "2.0.0",
    summary: "Stop listening for messages posted to channels matching the given patterns",
    complexity: "O(N+M) where N is the number of patterns the client is already subscribed and M is the number of total patterns subscribed in the system (by any client).",
    ..spec::NONE
};

pub(crate) const SUBSCRIBE: Spec = Spec {
    name: "subscribe",
    arity: -2,
    flags: &["pubsub", "noscript", "loading", "stale"],
    group: "pubsub",
    since: "2.0.0",
    summary: "Listen for messages published to the given channels",
    complexity: "O(N) where N is the number of channels to subscribe to.",
    ..spec::NONE
};

pub(crate) const UNSUBSCRIBE: Spec = Spec {
    name: "unsubscribe",
    arity: -1,
    flags: &["pubsub", "noscript", "loading", "stale"],
    group: "pubsub",
    since: "2.0.0",
    summary: "Stop listening for messages posted to the given channels",
    complexity: "O(N) where N is the number of clients already subscribed to a channel.",
    ..spec::NONE
};

pub(crate) fn subscribe(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let (topic, word): (_, &[u8]) = match arguments.name() {
        "subscribe" => (Topic::Channel, b"subscribe"),
        _ => (Topic::Pattern, b"psubscribe"),
    };
    for name in arguments.iter() {
        context.state.clients.subscribe(context.client, topic, name);
        confirm(reply, word, Some(name), context.client.subscriptions());
    }
    Ok(())
}

pub(crate) fn unsubscribe(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let (topic, word): (_, &[u8]) = match arguments.name() {
        "unsubscribe" => (Topic::Channel, b"unsubscribe"),
        _ => (Topic::Pattern, b"punsubscribe"),
    };
    let names: Vec<Box<[u8]>> = if arguments.len() > 0 {
        arguments.iter().map(Into::into).collect()
    } else {
        match topic {
            Topic::Channel => context.client.channels.iter().cloned().collect(),
            Topic::Pattern => context.client.patterns.iter().cloned().collect(),
        }
    };
    for name in &names {
        context.state.clients.unsubscribe(context.client, topic, name);
        confirm(reply, word, Some(name), context.client.subscriptions());
    }
    if names.is_empty() {
        confirm(reply, word, None, context.client.subscriptions());
    }
    Ok(())
}

fn confirm(reply: &mut Reply<'_>, word: &[u8], name: Option<&[u8]>, subscriptions: usize) {
    reply.push(3);
    reply.bulk(word);
    reply.bulk_or_null(name);
    reply.count(subscriptions);
}
