//! [`CONFIG subcommand`](https://redis.io/docs/latest/commands/config/): what the server is set to. See
//! `parameters.rs`. O(n) for n parameters.

use std::sync::atomic::Ordering;

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::glob;
use crate::parameters::{Draft, PARAMETERS, find};
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "config",
    arity: -2,
    group: "server",
    since: "2.0.0",
    summary: "A container for server configuration commands",
    complexity: "Depends on subcommand.",
    ..spec::NONE
};

pub(crate) const GET: Spec = Spec {
    name: "config|get",
    arity: -3,
    summary: "Get the values of configuration parameters",
    complexity: "O(N) when N is the number of configuration parameters provided",
    ..SUBCOMMAND
};

pub(crate) const RESETSTAT: Spec =
    Spec { name: "config|resetstat", arity: 2, summary: "Reset the stats returned by INFO", ..SUBCOMMAND };

pub(crate) const SET: Spec = Spec {
    name: "config|set",
    arity: -4,
    tips: &["request_policy:all_nodes", "response_policy:all_succeeded"],
    summary: "Set configuration parameters to the given values",
    complexity: "O(N) when N is the number of configuration parameters provided",
    ..SUBCOMMAND
};

const SUBCOMMAND: Spec =
    Spec { flags: &["admin", "noscript", "loading", "stale"], group: "server", since: "2.0.0", ..spec::NONE };

pub(crate) fn get(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let mut found: Vec<(&[u8], String)> = Vec::new();
    for parameter in PARAMETERS {
        let value = || (parameter.get)(context.state, context.shared);
        // Whoever asks by name, gets the name as it was written; an old name is one of its own.
        for name in std::iter::once(parameter.name).chain(parameter.alias).map(str::as_bytes) {
            if let Some(pattern) = arguments.iter().find(|pattern| glob::matches(pattern, name, true)) {
                found.push((if pattern.eq_ignore_ascii_case(name) { pattern } else { name }, value()));
            }
        }
    }
    reply.map(found.len());
    for (name, value) in found {
        reply.bulk(name);
        reply.bulk(value.as_bytes());
    }
    Ok(())
}

pub(crate) fn resetstat(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    context.state.keyspace.stats.reset();
    reply.ok();
    Ok(())
}

pub(crate) fn set(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    if !arguments.len().is_multiple_of(2) {
        return Err(Error::Syntax);
    }
    let state = &mut *context.state;
    let mut draft = Draft {
        settings: state.settings.clone(),
        classes: state.keyspace.changes.classes,
        port: context.shared.port.load(Ordering::Relaxed),
    };
    let pairs = || arguments.iter().step_by(2).zip(arguments.iter().skip(1).step_by(2));
    // All names first, then the values, as Redis does; and nothing is set when something is wrong.
    if let Some((name, _)) = pairs().find(|(name, _)| find(name).is_none()) {
        return Err(Error::ConfigUnknown(name.to_vec()));
    }
    for (place, (name, _)) in pairs().enumerate() {
        let parameter = find(name);
        if parameter.is_some_and(|parameter| parameter.set.is_none()) {
            return Err(failed(name, "can't set immutable config"));
        }
        if pairs().take(place).any(|(other, _)| find(other).is_some_and(|other| other.is(name))) {
            return Err(failed(name, "duplicate parameter"));
        }
    }
    for (name, value) in pairs() {
        if let Some(set) = find(name).and_then(|parameter| parameter.set) {
            set(&mut draft, value).map_err(|reason| failed(name, &reason))?;
        }
    }
    state.settings = draft.settings;
    state.keyspace.changes.classes = draft.classes;
    state.apply_settings();
    state.make_room(context.now);
    reply.ok();
    Ok(())
}

fn failed(name: &[u8], reason: &str) -> Error {
    let name = String::from_utf8_lossy(name);
    Error::Text(format!("ERR CONFIG SET failed (possibly related to argument '{name}') - {reason}"))
}
