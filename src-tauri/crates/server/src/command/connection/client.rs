//! [`CLIENT subcommand`](https://redis.io/docs/latest/commands/client/): what a connection can say about itself and
//! ask. All O(1).

use std::time::Duration;

use tokio::time::Instant;

use crate::blocking;
use crate::client::{Client, Replies};
use crate::clients::Seat;
use crate::command::{Arguments, Context, Spec, find, integer, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::state::Pause;

pub(crate) const SPEC: Spec = Spec {
    name: "client",
    arity: -2,
    group: "connection",
    since: "2.4.0",
    summary: "A container for client connection commands",
    complexity: "Depends on subcommand.",
    ..spec::NONE
};

pub(crate) const GETNAME: Spec =
    Spec { name: "client|getname", arity: 2, since: "2.6.9", summary: "Get the current connection name", ..SUBCOMMAND };

pub(crate) const ID: Spec = Spec {
    name: "client|id",
    arity: 2,
    since: "5.0.0",
    summary: "Returns the client ID for the current connection",
    ..SUBCOMMAND
};

pub(crate) const INFO: Spec = Spec {
    name: "client|info",
    arity: 2,
    tips: &["nondeterministic_output"],
    since: "6.2.0",
    summary: "Returns information about the current client connection.",
    ..SUBCOMMAND
};

/// Of Redis 7.2: clients of today send it as they connect.
pub(crate) const SETINFO: Spec = Spec {
    name: "client|setinfo",
    arity: 4,
    since: "7.2.0",
    summary: "Set information specific to the client or connection",
    ..SUBCOMMAND
};

pub(crate) const SETNAME: Spec =
    Spec { name: "client|setname", arity: 3, since: "2.6.9", summary: "Set the current connection name", ..SUBCOMMAND };

pub(crate) const KILL: Spec = Spec {
    name: "client|kill",
    arity: -3,
    flags: &["admin", "noscript", "loading", "stale"],
    since: "2.4.0",
    summary: "Kill the connection of a client",
    complexity: "O(N) where N is the number of client connections",
    ..SUBCOMMAND
};

pub(crate) const LIST: Spec = Spec {
    name: "client|list",
    arity: -2,
    flags: &["admin", "noscript", "loading", "stale"],
    tips: &["nondeterministic_output"],
    since: "2.4.0",
    summary: "Get the list of client connections",
    complexity: "O(N) where N is the number of client connections",
    ..SUBCOMMAND
};

pub(crate) const NO_EVICT: Spec = Spec {
    name: "client|no-evict",
    arity: 3,
    flags: &["admin", "noscript", "loading", "stale"],
    since: "7.0.0",
    summary: "Set client eviction mode for the current connection",
    ..SUBCOMMAND
};

pub(crate) const PAUSE: Spec = Spec {
    name: "client|pause",
    arity: -3,
    flags: &["admin", "noscript", "loading", "stale"],
    since: "2.9.50",
    summary: "Stop processing commands from clients for some time",
    ..SUBCOMMAND
};

pub(crate) const UNPAUSE: Spec = Spec {
    name: "client|unpause",
    arity: 2,
    flags: &["admin", "noscript", "loading", "stale"],
    since: "6.2.0",
    summary: "Resume processing of clients that were paused",
    complexity: "O(N) Where N is the number of paused clients",
    ..SUBCOMMAND
};

pub(crate) const REPLY: Spec = Spec {
    name: "client|reply",
    arity: 3,
    flags: &["noscript", "loading", "stale"],
    since: "3.2.0",
    summary: "Instruct the server whether to reply to commands",
    ..SUBCOMMAND
};

pub(crate) const UNBLOCK: Spec = Spec {
    name: "client|unblock",
    arity: -3,
    flags: &["admin", "noscript", "loading", "stale"],
    since: "5.0.0",
    summary: "Unblock a client blocked in a blocking command from a different connection",
    complexity: "O(log N) where N is the number of client connections",
    ..SUBCOMMAND
};

pub(crate) const GETREDIR: Spec = Spec {
    name: "client|getredir",
    arity: 2,
    flags: &["noscript", "loading", "stale"],
    since: "6.0.0",
    summary: "Get tracking notifications redirection client ID if any",
    ..SUBCOMMAND
};

const SUBCOMMAND: Spec =
    Spec { flags: &["noscript", "loading", "stale"], categories: &["connection"], group: "connection", ..spec::NONE };

pub(crate) fn getname(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let name = &context.client.name;
    reply.bulk_or_null((!name.is_empty()).then_some(name));
    Ok(())
}

/// Nobody's messages are redirected: there is no tracking.
pub(crate) fn getredir(_: Arguments<'_>, _: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    reply.integer(-1);
    Ok(())
}

pub(crate) fn id(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    reply.integer(i64::try_from(context.client.id).unwrap_or(i64::MAX));
    Ok(())
}

pub(crate) fn info(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    reply.text(&format!("{}\n", context.client.line(context.now)));
    Ok(())
}

pub(crate) fn kill(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let old_style = arguments.len() == 1;
    let filter = if old_style { Filter::address(arguments.exactly::<1>()?[0]) } else { Filter::parse(arguments)? };
    let skip_own = filter.skip_own.unwrap_or(!old_style);
    let others: Vec<Seat> =
        context.state.clients.others().filter(|client| filter.holds(client)).map(|client| client.seat).collect();
    let mut killed = others.len();
    others.into_iter().for_each(|seat| context.state.let_go(seat));
    if !skip_own && filter.holds(context.client) {
        // It still gets this reply.
        context.client.closing = true;
        killed += 1;
    }
    match (old_style, killed) {
        (true, 0) => return Err(Error::Message("ERR No such client")),
        (true, _) => reply.ok(),
        (false, _) => reply.count(killed),
    }
    Ok(())
}

/// Which clients `CLIENT KILL` and `CLIENT LIST` mean.
#[derive(Debug, Default)]
struct Filter {
    ids: Option<Vec<u64>>,
    address: Option<Vec<u8>>,
    local_address: Option<Vec<u8>>,
    class: Option<Vec<u8>>,
    user: Option<Vec<u8>>,
    skip_own: Option<bool>,
}

/// The classes clients can be of; of some there are none here.
const CLASSES: [&[u8]; 5] = [b"normal", b"master", b"slave", b"replica", b"pubsub"];

impl Filter {
    fn address(address: &[u8]) -> Self {
        Self { address: Some(address.to_vec()), ..Self::default() }
    }

    fn parse(arguments: Arguments<'_>) -> Result<Self, Error> {
        let mut filter = Self::default();
        let mut rest = arguments;
        while rest.len() > 0 {
            let ([name, value], after) = rest.split().map_err(|_| Error::Syntax)?;
            match name.to_ascii_lowercase().as_slice() {
                b"id" => filter.ids = Some(vec![client_id(value)?]),
                b"addr" => filter.address = Some(value.to_vec()),
                b"laddr" => filter.local_address = Some(value.to_vec()),
                b"type" => filter.class = Some(client_class(value)?),
                b"user" if value == b"default" => filter.user = Some(value.to_vec()),
                b"user" => return Err(Error::Text(format!("ERR No such user '{}'", String::from_utf8_lossy(value)))),
                b"skipme" => {
                    filter.skip_own = Some(match value.to_ascii_lowercase().as_slice() {
                        b"yes" => true,
                        b"no" => false,
                        _ => return Err(Error::Syntax),
                    });
                }
                _ => return Err(Error::Syntax),
            }
            rest = after;
        }
        Ok(filter)
    }

    fn holds(&self, client: &Client) -> bool {
        let is = |wanted: &Option<Vec<u8>>, own: Option<std::net::SocketAddr>| {
            wanted.as_ref().is_none_or(|wanted| own.is_some_and(|own| own.to_string().as_bytes() == wanted))
        };
        self.ids.as_ref().is_none_or(|ids| ids.contains(&client.id))
            && is(&self.address, client.address)
            && is(&self.local_address, client.local_address)
            && self.class.as_ref().is_none_or(|class| class == client.class().as_bytes())
            && self.user.as_ref().is_none_or(|_| client.authenticated)
    }
}

fn client_id(argument: &[u8]) -> Result<u64, Error> {
    let id = integer(argument).ok().and_then(|id| u64::try_from(id).ok()).filter(|id| *id > 0);
    id.ok_or(Error::Message("ERR client-id should be greater than 0"))
}

fn client_class(argument: &[u8]) -> Result<Vec<u8>, Error> {
    let class = argument.to_ascii_lowercase();
    if CLASSES.contains(&&*class) {
        return Ok(class);
    }
    Err(Error::Text(format!("ERR Unknown client type '{}'", String::from_utf8_lossy(argument))))
}

pub(crate) fn list(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let mut filter = Filter::default();
    if arguments.len() > 0 {
        let ([option], rest) = arguments.split()?;
        match option.to_ascii_lowercase().as_slice() {
            b"type" => filter.class = Some(client_class(rest.exactly::<1>().map_err(|_| Error::Syntax)?[0])?),
            b"id" if rest.len() > 0 => {
                let invalid = |_| Error::Message("ERR Invalid client ID");
                filter.ids = Some(rest.iter().map(client_id).collect::<Result<_, _>>().map_err(invalid)?);
            }
            _ => return Err(Error::Syntax),
        }
    }
    let own = std::iter::once(&*context.client);
    let mut clients: Vec<&Client> =
        context.state.clients.others().chain(own).filter(|client| filter.holds(client)).collect();
    clients.sort_by_key(|client| client.id);
    let lines: String = clients.iter().map(|client| client.line(context.now) + "\n").collect();
    reply.text(&lines);
    Ok(())
}

/// Kept and shown in the list; clients are not evicted here.
pub(crate) fn no_evict(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let [switch] = arguments.exactly()?;
    context.client.no_evict = switch_value(switch)?;
    reply.ok();
    Ok(())
}

fn switch_value(word: &[u8]) -> Result<bool, Error> {
    match word.to_ascii_lowercase().as_slice() {
        b"on" => Ok(true),
        b"off" => Ok(false),
        _ => Err(Error::Syntax),
    }
}

pub(crate) fn pause(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([milliseconds], rest) = arguments.split()?;
    let writes_only = match rest.len() {
        0 => false,
        _ => match rest.exactly::<1>()?[0].to_ascii_lowercase().as_slice() {
            b"write" => true,
            b"all" => false,
            _ => return Err(Error::Message("ERR CLIENT PAUSE mode must be WRITE or ALL")),
        },
    };
    let milliseconds =
        crate::request::integer(milliseconds).ok_or(Error::Message("ERR timeout is not an integer or out of range"))?;
    let milliseconds = u64::try_from(milliseconds).map_err(|_| Error::Message("ERR timeout is negative"))?;
    let until = Instant::now()
        .checked_add(Duration::from_millis(milliseconds))
        .ok_or(Error::Message("ERR timeout is out of range"))?;
    // The longer of two pauses holds, and the stricter.
    context.state.pause = Some(match context.state.pause() {
        Some(pause) => Pause { until: pause.until.max(until), writes_only: pause.writes_only && writes_only },
        None => Pause { until, writes_only },
    });
    reply.ok();
    Ok(())
}

pub(crate) fn unpause(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    context.state.pause = None;
    context.state.clients.others().for_each(|client| client.link.wake.notify_one());
    reply.ok();
    Ok(())
}

pub(crate) fn reply(arguments: Arguments<'_>, context: &mut Context<'_>, out: &mut Reply<'_>) -> Result<(), Error> {
    let [mode] = arguments.exactly()?;
    match mode.to_ascii_lowercase().as_slice() {
        b"on" => {
            context.client.replies = Replies::All;
            out.ok();
        }
        b"off" => context.client.replies = Replies::None,
        b"skip" if context.client.replies == Replies::All => context.client.replies = Replies::AfterNext,
        b"skip" => {}
        _ => return Err(Error::Syntax),
    }
    Ok(())
}

/// Looked at and forgotten.
pub(crate) fn setinfo(arguments: Arguments<'_>, _: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [attribute, value] = arguments.exactly()?;
    if ![&b"lib-name"[..], b"lib-ver"].iter().any(|known| attribute.eq_ignore_ascii_case(known)) {
        return Err(Error::ClientOption(attribute.to_vec()));
    }
    if !Client::is_name(value) {
        return Err(Error::ClientAttribute(attribute.to_ascii_lowercase()));
    }
    reply.ok();
    Ok(())
}

pub(crate) fn setname(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [name] = arguments.exactly()?;
    if !Client::is_name(name) {
        return Err(Error::ClientName);
    }
    context.client.name = name.to_vec();
    reply.ok();
    Ok(())
}

/// Ends the waiting of a client: as if its time were over, or with an error.
pub(crate) fn unblock(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([id], rest) = arguments.split()?;
    let with_error = match rest.len() {
        0 => false,
        _ => match rest.exactly::<1>()?[0].to_ascii_lowercase().as_slice() {
            b"timeout" => false,
            b"error" => true,
            _ => return Err(Error::Message("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")),
        },
    };
    let id = integer(id)?;
    let waiting = context
        .state
        .clients
        .others()
        .find(|client| i64::try_from(client.id) == Ok(id) && client.blocked.is_some())
        .map(|client| client.seat);
    if let Some(mut client) = waiting.and_then(|seat| context.state.clients.rise(seat)) {
        if let Some(blocked) = blocking::leave(context.state, &mut client) {
            if with_error {
                let error = Error::Message("UNBLOCKED client unblocked via CLIENT UNBLOCK");
                let stats = &mut context.state.keyspace.stats;
                stats.count_error(&error.to_string());
                if let Some(found) = blocked.command.and_then(|command| find(command.args()).ok()) {
                    found.count_failure(stats);
                }
                client.push(|reply| reply.error(&error));
            } else {
                client.push(|reply| reply.null_array());
            }
        }
        context.state.clients.sit(client);
    }
    reply.count(usize::from(waiting.is_some()));
    Ok(())
}
