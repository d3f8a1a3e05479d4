//! [`SLOWLOG subcommand`](https://redis.io/docs/latest/commands/slowlog/): the commands that took longest. O(n) for n of
//! them.

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "slowlog",
    arity: -2,
    group: "server",
    since: "2.2.12",
    summary: "A container for slow log commands",
    complexity: "Depends on subcommand.",
    ..spec::NONE
};

pub(crate) const GET: Spec = Spec {
    name: "slowlog|get",
    arity: -2,
    flags: &["admin", "loading", "stale"],
    tips: &["request_policy:all_nodes", "nondeterministic_output"],
    group: "server",
    since: "2.2.12",
    summary: "Get the slow log's entries",
    complexity: "O(N) where N is the number of entries returned",
    ..spec::NONE
};

pub(crate) const LEN: Spec = Spec {
    name: "slowlog|len",
    arity: 2,
    flags: &["admin", "loading", "stale"],
    tips: &["request_policy:all_nodes", "response_policy:agg_sum", "nondeterministic_output"],
    group: "server",
    since: "2.2.12",
    summary: "Get the slow log's length",
    ..spec::NONE
};

pub(crate) const RESET: Spec = Spec {
    name: "slowlog|reset",
    arity: 2,
    flags: &["admin", "loading", "stale"],
    tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
    group: "server",
    since: "2.2.12",
    summary: "Clear all entries from the slow log",
    complexity: "O(N) where N is the number of entries in the slowlog",
    ..spec::NONE
};

pub(crate) fn get(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let count = if arguments.len() == 0 {
        10
    } else {
        let count = crate::request::integer(arguments.exactly::<1>()?[0]).filter(|count| *count >= -1);
        count.ok_or(Error::Message("ERR count should be greater than or equal to -1"))?
    };
    let log = &context.state.slowlog;
    // -1 is all of them.
    let count = usize::try_from(count).unwrap_or(usize::MAX).min(log.len());
    reply.array(count);
    for entry in log.iter().take(count) {
        reply.array(6);
        reply.integer(entry.id);
        reply.integer(entry.at);
        reply.integer(entry.took);
        reply.array(entry.words.len());
        entry.words.iter().for_each(|word| reply.bulk(word));
        reply.bulk(entry.address.as_bytes());
        reply.bulk(&entry.client_name);
    }
    Ok(())
}

pub(crate) fn len(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    reply.count(context.state.slowlog.len());
    Ok(())
}

pub(crate) fn reset(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    context.state.slowlog.clear();
    reply.ok();
    Ok(())
}
