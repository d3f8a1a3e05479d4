//! [`TTL key`](https://redis.io/docs/latest/commands/ttl/) in seconds,
//! [`PTTL`](https://redis.io/docs/latest/commands/pttl/) in milliseconds,
//! [`EXPIRETIME`](https://redis.io/docs/latest/commands/expiretime/) and
//! [`PEXPIRETIME`](https://redis.io/docs/latest/commands/pexpiretime/) as Unix time: when a key expires; -1 if never,
//! -2 if there is no such key. Counts as a hit or a miss. O(1).

use super::{Arguments, Command, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const EXPIRETIME: Spec =
    Spec { name: "expiretime", since: "7.0.0", summary: "Get the expiration Unix timestamp for a key", ..SPEC };

pub(super) const PEXPIRETIME: Spec = Spec {
    name: "pexpiretime",
    since: "7.0.0",
    summary: "Get the expiration Unix timestamp for a key in milliseconds",
    ..SPEC
};

pub(super) const PTTL: Spec = Spec {
    name: "pttl",
    tips: &["nondeterministic_output"],
    since: "2.6.0",
    summary: "Get the time to live for a key in milliseconds",
    ..SPEC
};

pub(super) const TTL: Spec = Spec {
    name: "ttl",
    tips: &["nondeterministic_output"],
    summary: "Get the time to live for a key in seconds",
    ..SPEC
};

const SPEC: Spec = Spec {
    arity: 2,
    flags: &["readonly", "fast"],
    categories: &["keyspace"],
    keys: Some(KeySpec::one(&["RO", "access"])),
    group: "generic",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Ttl<'a> {
    key: &'a [u8],
    seconds: bool,
    from_now: bool,
}

impl<'a> Command<'a> for Ttl<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let (seconds, from_now) = match arguments.name() {
            "ttl" => (true, true),
            "pttl" => (false, true),
            "expiretime" => (true, false),
            _ => (false, false),
        };
        let [key] = arguments.exactly()?;
        Ok(Self { key, seconds, from_now })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let base = if self.from_now { context.now } else { 0 };
        reply.integer(match context.keys().read(self.key).map(|entry| entry.expires_at()) {
            None => -2,
            Some(None) => -1,
            // Rounded, so that a time-out just set shows as it was given.
            Some(Some(at)) if self.seconds => (at - base).saturating_add(500) / 1000,
            Some(Some(at)) => at - base,
        });
        Ok(())
    }
}
