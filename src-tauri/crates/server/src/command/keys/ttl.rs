//! [`TTL key`](https://redis.io/docs/latest/commands/ttl/) in seconds,
//! [`PTTL`](https://redis.io/docs/latest/commands/pttl/) in milliseconds,
//! [`EXPIRETIME`](https://redis.io/docs/latest/commands/expiretime/) and
//! [`PEXPIRETIME`](https://redis.io/docs/latest/commands/pexpiretime/) as Unix time: when a key expires; -1 if never,
//! -2 if there is no such key. Counts as a hit or a miss. O(1).

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const EXPIRETIME: Spec =
    Spec { name: "expiretime", since: "7.0.0", summary: "Get the expiration Unix timestamp for a key", ..SPEC };

pub(crate) const PEXPIRETIME: Spec = Spec {
    name: "pexpiretime",
    since: "7.0.0",
    summary: "Get the expiration Unix timestamp for a key in milliseconds",
    ..SPEC
};

pub(crate) const PTTL: Spec = Spec {
    name: "pttl",
    tips: &["nondeterministic_output"],
    since: "2.6.0",
    summary: "Get the time to live for a key in milliseconds",
    ..SPEC
};

pub(crate) const TTL: Spec = Spec {
    name: "ttl",
    tips: &["nondeterministic_output"],
    summary: "Get the time to live for a key in seconds",
    ..SPEC
};

const SPEC: Spec = Spec {
    arity: 2,
    flags: &["readonly", "fast"],
    categories: &["keyspace"],
    keys: &[KeySpec::one(&["RO", "access"])],
    group: "generic",
    ..spec::NONE
};

pub(crate) fn ttl(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let (seconds, from_now) = match arguments.name() {
        "ttl" => (true, true),
        "pttl" => (false, true),
        "expiretime" => (true, false),
        _ => (false, false),
    };
    let [key] = arguments.exactly()?;
    let base = if from_now { context.now } else { 0 };
    let mut keys = context.keys();
    let there = keys.look(key, true).is_some();
    reply.integer(match keys.expires_at(key) {
        _ if !there => -2,
        None => -1,
        // Rounded, so that a time-out just set shows as it was given.
        Some(at) if seconds => (at - base).saturating_add(500) / 1000,
        Some(at) => at - base,
    });
    Ok(())
}
