//! [`PUBSUB subcommand`](https://redis.io/docs/latest/commands/pubsub/): who listens to what. O(n) for n channels.

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::glob;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "pubsub",
    arity: -2,
    group: "pubsub",
    since: "2.8.0",
    summary: "A container for Pub/Sub commands",
    complexity: "Depends on subcommand.",
    ..spec::NONE
};

pub(crate) const CHANNELS: Spec = Spec {
    name: "pubsub|channels",
    arity: -2,
    flags: &["pubsub", "loading", "stale"],
    group: "pubsub",
    since: "2.8.0",
    summary: "List active channels",
    complexity: "O(N) where N is the number of active channels, and assuming constant time pattern matching (relatively short channels and patterns)",
    ..spec::NONE
};

pub(crate) const NUMPAT: Spec = Spec {
    name: "pubsub|numpat",
    arity: 2,
    flags: &["pubsub", "loading", "stale"],
    group: "pubsub",
    since: "2.8.0",
    summary: "Get the count of unique patterns pattern subscriptions",
    ..spec::NONE
};

pub(crate) const NUMSUB: Spec = Spec {
    name: "pubsub|numsub",
    arity: -2,
    flags: &["pubsub", "loading", "stale"],
    group: "pubsub",
    since: "2.8.0",
    summary: "Get the count of subscribers for channels",
    complexity: "O(N) for the NUMSUB subcommand, where N is the number of requested channels",
    ..spec::NONE
};

pub(crate) fn channels(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let pattern = match arguments.len() {
        0 => None,
        _ => Some(arguments.exactly::<1>()?[0]),
    };
    let wanted = |name: &[u8]| pattern.is_none_or(|pattern| glob::matches(pattern, name, false));
    let names: Vec<&[u8]> =
        context.state.clients.channels().map(|(name, _)| name).filter(|name| wanted(name)).collect();
    reply.array(names.len());
    names.into_iter().for_each(|name| reply.bulk(name));
    Ok(())
}

pub(crate) fn numpat(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    reply.count(context.state.clients.patterns());
    Ok(())
}

pub(crate) fn numsub(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    reply.array(arguments.len() * 2);
    for name in arguments.iter() {
        reply.bulk(name);
        reply.count(context.state.clients.listeners(name));
    }
    Ok(())
}
