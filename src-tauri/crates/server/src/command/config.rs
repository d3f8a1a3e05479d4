//! [`CONFIG subcommand`](https://redis.io/docs/latest/commands/config/): what the server is set to. Nothing can be set
//! while it runs. O(n) for n parameters.

use std::sync::atomic::Ordering;

use super::{Arguments, Command, Context, Spec, spec};
use crate::error::Error;
use crate::glob;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "config",
    arity: -2,
    group: "server",
    since: "2.0.0",
    summary: "A container for server configuration commands",
    complexity: "Depends on subcommand.",
    ..spec::NONE
};

pub(super) const GET: Spec = Spec {
    name: "config|get",
    arity: -3,
    summary: "Get the values of configuration parameters",
    complexity: "O(N) when N is the number of configuration parameters provided",
    ..SUBCOMMAND
};

pub(super) const RESETSTAT: Spec =
    Spec { name: "config|resetstat", arity: 2, summary: "Reset the stats returned by INFO", ..SUBCOMMAND };

pub(super) const SET: Spec = Spec {
    name: "config|set",
    arity: -4,
    tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
    summary: "Set configuration parameters to the given values",
    complexity: "O(N) when N is the number of configuration parameters provided",
    ..SUBCOMMAND
};

const SUBCOMMAND: Spec =
    Spec { flags: &["admin", "noscript", "loading", "stale"], group: "server", since: "2.0.0", ..spec::NONE };

/// The parameters this server has an honest value for.
fn parameters(context: &Context<'_>) -> Vec<(&'static str, String)> {
    let config = &context.shared.config;
    let own = |text: &str| text.to_owned();
    vec![
        ("active-expire-effort", own("1")),
        ("appendonly", own("no")),
        ("client-query-buffer-limit", config.limits.max_buffer.to_string()),
        ("cluster-enabled", own("no")),
        ("daemonize", own("no")),
        ("databases", config.databases.to_string()),
        ("hz", own("10")),
        ("maxclients", config.max_clients.to_string()),
        ("maxmemory", own("0")),
        ("maxmemory-policy", own("noeviction")),
        ("port", context.shared.port.load(Ordering::Relaxed).to_string()),
        ("proto-max-bulk-len", config.limits.max_bulk.to_string()),
        ("requirepass", config.password.clone().unwrap_or_default()),
        ("save", own("")),
        ("timeout", own("0")),
    ]
}

#[derive(Debug)]
pub(super) struct Get<'a> {
    patterns: Arguments<'a>,
}

impl<'a> Command<'a> for Get<'a> {
    fn parse(patterns: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self { patterns })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let mut found = Vec::new();
        for (name, value) in parameters(context) {
            let name = name.as_bytes();
            if let Some(pattern) = self.patterns.iter().find(|pattern| glob::matches(pattern, name, true)) {
                // Whoever asks by name, gets the name as it was written.
                found.push((if pattern.eq_ignore_ascii_case(name) { pattern } else { name }, value));
            }
        }
        reply.map(found.len());
        for (name, value) in found {
            reply.bulk(name);
            reply.bulk(value.as_bytes());
        }
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct Resetstat;

impl<'a> Command<'a> for Resetstat {
    fn parse(_arguments: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self)
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        context.keyspace.stats.reset();
        reply.ok();
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct Set<'a> {
    pairs: Arguments<'a>,
}

impl<'a> Command<'a> for Set<'a> {
    fn parse(pairs: Arguments<'a>) -> Result<Self, Error> {
        if pairs.len().is_multiple_of(2) { Ok(Self { pairs }) } else { Err(Error::Syntax) }
    }

    fn execute(self, context: &mut Context<'_>, _reply: &mut Reply<'_>) -> Result<(), Error> {
        let known = parameters(context);
        let names = || self.pairs.iter().step_by(2);
        let unknown = names().find(|name| !known.iter().any(|(own, _)| own.as_bytes().eq_ignore_ascii_case(name)));
        match unknown {
            Some(name) => Err(Error::ConfigUnknown(name.to_vec())),
            None => Err(Error::ConfigImmutable(names().next().unwrap_or_default().to_vec())),
        }
    }
}
