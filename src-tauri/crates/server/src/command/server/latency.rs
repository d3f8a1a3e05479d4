//! [`LATENCY subcommand`](https://redis.io/docs/latest/commands/latency-histogram/): how often each command took how long,
//! and what took too long. O(n) for n commands.

use crate::command::{self, Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::stats::CommandStats;

pub(crate) const SPEC: Spec = Spec {
    name: "latency",
    arity: -2,
    group: "server",
    since: "2.8.13",
    summary: "A container for latency diagnostics commands",
    complexity: "Depends on subcommand.",
    ..spec::NONE
};

pub(crate) const HISTOGRAM: Spec = Spec {
    name: "latency|histogram",
    arity: -2,
    flags: &["admin", "noscript", "loading", "stale"],
    tips: &["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"],
    group: "server",
    since: "7.0.0",
    summary: "Return the cumulative distribution of latencies of a subset of commands or all.",
    complexity: "O(N) where N is the number of commands with latency information being retrieved.",
    ..spec::NONE
};

pub(crate) const HISTORY: Spec = Spec {
    name: "latency|history",
    arity: 3,
    flags: &["admin", "noscript", "loading", "stale"],
    tips: &["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"],
    group: "server",
    since: "2.8.13",
    summary: "Return timestamp-latency samples for the event.",
    ..spec::NONE
};

pub(crate) const LATEST: Spec = Spec {
    name: "latency|latest",
    arity: 2,
    flags: &["admin", "noscript", "loading", "stale"],
    tips: &["nondeterministic_output", "request_policy:all_nodes", "response_policy:special"],
    group: "server",
    since: "2.8.13",
    summary: "Return the latest latency samples for all events.",
    ..spec::NONE
};

pub(crate) const RESET: Spec = Spec {
    name: "latency|reset",
    arity: -2,
    flags: &["admin", "noscript", "loading", "stale"],
    tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
    group: "server",
    since: "2.8.13",
    summary: "Reset latency data for one or more events.",
    ..spec::NONE
};

pub(crate) fn history(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [event] = arguments.exactly()?;
    let event = context.state.spikes.get(event);
    reply.array(event.map_or(0, |event| event.spikes.len()));
    for spike in event.iter().flat_map(|event| &event.spikes) {
        reply.array(2);
        reply.integer(spike.at);
        reply.integer(spike.took.cast_signed());
    }
    Ok(())
}

pub(crate) fn latest(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let events = context.state.spikes.iter();
    reply.array(events.len());
    for (name, event) in events {
        let last = event.spikes.back();
        reply.array(4);
        reply.bulk(name.as_bytes());
        reply.integer(last.map_or(0, |last| last.at));
        reply.integer(last.map_or(0, |last| last.took).cast_signed());
        reply.integer(event.longest.cast_signed());
    }
    Ok(())
}

pub(crate) fn reset(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let spikes = &mut context.state.spikes;
    let gone = match arguments.len() {
        0 => spikes.reset(None),
        _ => arguments.iter().map(|event| spikes.reset(Some(event))).sum(),
    };
    reply.count(gone);
    Ok(())
}

pub(crate) fn histogram(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let wanted = |name: &str| {
        arguments.len() == 0
            || arguments.iter().any(|word| {
                // A command's name means its subcommands too.
                let container = name.split('|').next().unwrap_or_default();
                word.eq_ignore_ascii_case(name.as_bytes()) || word.eq_ignore_ascii_case(container.as_bytes())
            })
    };
    let stats = &context.state.keyspace.stats.commands;
    let found: Vec<(&str, &CommandStats)> =
        command::names().zip(stats).filter(|(name, stats)| stats.latency.is_some() && wanted(name)).collect();
    reply.map(found.len());
    for (name, stats) in found {
        reply.bulk(name.as_bytes());
        reply.map(2);
        reply.bulk(b"calls");
        reply.integer(i64::try_from(stats.calls).unwrap_or(i64::MAX));
        reply.bulk(b"histogram_usec");
        let buckets = buckets(stats);
        reply.map(buckets.len());
        for (micros, count) in buckets {
            reply.integer(micros);
            reply.integer(count);
        }
    }
    Ok(())
}

/// How many calls took at most so many microseconds, for powers of two; only where the count rises.
fn buckets(stats: &CommandStats) -> Vec<(i64, i64)> {
    let Some(latency) = &stats.latency else { return Vec::new() };
    let mut buckets = Vec::new();
    let (mut nanoseconds, mut before) = (1024, 0);
    while before < latency.len() && nanoseconds <= 2 * latency.high() {
        let count = latency.count_between(0, nanoseconds);
        if count > before {
            buckets.push((
                i64::try_from(nanoseconds / 1000).unwrap_or(i64::MAX),
                i64::try_from(count).unwrap_or(i64::MAX),
            ));
            before = count;
        }
        nanoseconds *= 2;
    }
    buckets
}
