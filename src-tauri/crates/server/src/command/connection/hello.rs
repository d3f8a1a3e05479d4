//! [`HELLO [2 | 3 [AUTH username password] [SETNAME name]]`](https://redis.io/docs/latest/commands/hello/): chooses the
//! protocol; replies what this server is. O(1).

use super::auth;
use crate::client::Client;
use crate::command::server::REDIS_VERSION;
use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::{Protocol, Reply};

pub(crate) const SPEC: Spec = Spec {
    name: "hello",
    arity: -1,
    flags: &["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
    categories: &["connection"],
    group: "connection",
    since: "6.0.0",
    summary: "Handshake with Redis",
    ..spec::NONE
};

pub(crate) fn hello(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let (protocol, options) = if arguments.len() == 0 {
        (None, arguments)
    } else {
        let ([version], options) = arguments.split()?;
        let protocol = match crate::request::integer(version).ok_or(Error::ProtocolVersion)? {
            2 => Protocol::Resp2,
            3 => Protocol::Resp3,
            _ => return Err(Error::UnsupportedProtocol),
        };
        (Some(protocol), options)
    };
    apply_options(options, context)?;
    if !context.client.authenticated {
        return Err(Error::HelloAuthRequired);
    }
    if let Some(protocol) = protocol {
        context.client.protocol = protocol;
        reply.set_protocol(protocol);
    }
    reply.map(7);
    for (name, value) in [("server", "redis"), ("version", REDIS_VERSION)] {
        reply.bulk(name.as_bytes());
        reply.bulk(value.as_bytes());
    }
    reply.bulk(b"proto");
    reply.integer(context.client.protocol.version());
    reply.bulk(b"id");
    reply.integer(i64::try_from(context.client.id).unwrap_or(i64::MAX));
    for (name, value) in [("mode", "standalone"), ("role", "master")] {
        reply.bulk(name.as_bytes());
        reply.bulk(value.as_bytes());
    }
    reply.bulk(b"modules");
    reply.array(0);
    Ok(())
}

/// One after the other, as in Redis: those before a wrong one have been applied.
fn apply_options(mut rest: Arguments<'_>, context: &mut Context<'_>) -> Result<(), Error> {
    while let Ok(([option], after)) = rest.split() {
        rest = if option.eq_ignore_ascii_case(b"auth")
            && let Ok(([username, password], after)) = after.split()
        {
            auth::check(context, username, password)?;
            context.client.authenticated = true;
            after
        } else if option.eq_ignore_ascii_case(b"setname")
            && let Ok(([name], after)) = after.split()
        {
            if !Client::is_name(name) {
                return Err(Error::ClientName);
            }
            context.client.name = name.to_vec();
            after
        } else {
            return Err(Error::HelloOption(option.to_vec()));
        };
    }
    Ok(())
}
