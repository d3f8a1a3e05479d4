//! [`CLIENT subcommand`](https://redis.io/docs/latest/commands/client/): what a connection can say about itself and
//! ask. All O(1).

use super::{Arguments, Command, Context, Spec, spec};
use crate::client::Client;
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "client",
    arity: -2,
    group: "connection",
    since: "2.4.0",
    summary: "A container for client connection commands",
    complexity: "Depends on subcommand.",
    ..spec::NONE
};

pub(super) const GETNAME: Spec =
    Spec { name: "client|getname", arity: 2, since: "2.6.9", summary: "Get the current connection name", ..SUBCOMMAND };

pub(super) const ID: Spec = Spec {
    name: "client|id",
    arity: 2,
    since: "5.0.0",
    summary: "Returns the client ID for the current connection",
    ..SUBCOMMAND
};

pub(super) const INFO: Spec = Spec {
    name: "client|info",
    arity: 2,
    tips: &["nondeterministic_output"],
    since: "6.2.0",
    summary: "Returns information about the current client connection.",
    ..SUBCOMMAND
};

pub(super) const NO_EVICT: Spec = Spec {
    name: "client|no-evict",
    arity: 3,
    flags: &["admin", "noscript", "loading", "stale"],
    since: "7.0.0",
    summary: "Set client eviction mode for the current connection",
    ..SUBCOMMAND
};

/// Of Redis 7.2: clients of today send it as they connect.
pub(super) const SETINFO: Spec = Spec {
    name: "client|setinfo",
    arity: 4,
    since: "7.2.0",
    summary: "Set information specific to the client or connection",
    ..SUBCOMMAND
};

pub(super) const SETNAME: Spec =
    Spec { name: "client|setname", arity: 3, since: "2.6.9", summary: "Set the current connection name", ..SUBCOMMAND };

const SUBCOMMAND: Spec =
    Spec { flags: &["noscript", "loading", "stale"], categories: &["connection"], group: "connection", ..spec::NONE };

#[derive(Debug)]
pub(super) struct Getname;

impl<'a> Command<'a> for Getname {
    fn parse(_arguments: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self)
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let name = &context.client.name;
        reply.bulk_or_null((!name.is_empty()).then_some(name));
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct Id;

impl<'a> Command<'a> for Id {
    fn parse(_arguments: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self)
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        reply.integer(i64::try_from(context.client.id).unwrap_or(i64::MAX));
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct Info;

impl<'a> Command<'a> for Info {
    fn parse(_arguments: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self)
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        reply.text(&format!("{}\n", context.client.line(context.now, INFO.name)));
        Ok(())
    }
}

/// Nothing is ever evicted here: both answers are true already.
#[derive(Debug)]
pub(super) struct NoEvict;

impl<'a> Command<'a> for NoEvict {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let [switch] = arguments.exactly()?;
        let known = switch.eq_ignore_ascii_case(b"on") || switch.eq_ignore_ascii_case(b"off");
        if known { Ok(Self) } else { Err(Error::Syntax) }
    }

    fn execute(self, _context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        reply.ok();
        Ok(())
    }
}

/// Looked at and forgotten.
#[derive(Debug)]
pub(super) struct Setinfo;

impl<'a> Command<'a> for Setinfo {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let [attribute, value] = arguments.exactly()?;
        if ![&b"lib-name"[..], b"lib-ver"].iter().any(|known| attribute.eq_ignore_ascii_case(known)) {
            return Err(Error::ClientOption(attribute.to_vec()));
        }
        if Client::is_name(value) { Ok(Self) } else { Err(Error::ClientAttribute(attribute.to_ascii_lowercase())) }
    }

    fn execute(self, _context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        reply.ok();
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct Setname<'a> {
    name: &'a [u8],
}

impl<'a> Command<'a> for Setname<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let [name] = arguments.exactly()?;
        if Client::is_name(name) { Ok(Self { name }) } else { Err(Error::ClientName) }
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        context.client.name = self.name.to_vec();
        reply.ok();
        Ok(())
    }
}
