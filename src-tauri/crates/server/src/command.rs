//! The commands, and how one is found and run.
//!
//! A command is one small file, always in the same order: what it does (the file's documentation), its `SPEC`, its
//! arguments as a type, and [`Command::parse`] and [`Command::execute`] for it. Commands that differ in a unit or a
//! sign share a file and ask [`Arguments::name`]. The table [`COMMANDS`] lists them all; the command `COMMAND` reads it.

mod append;
mod auth;
mod client;
mod command_info;
mod config;
mod dbsize;
mod del;
mod echo;
mod exists;
mod expire;
mod flush;
mod get;
mod getdel;
mod getex;
mod hello;
mod incr;
mod info;
mod keys;
mod mget;
mod mset;
mod persist;
mod ping;
mod quit;
mod randomkey;
mod scan;
mod select;
mod set;
mod setex;
mod setnx;
mod spec;
mod strlen;
mod time;
mod ttl;
mod type_of;

use std::collections::HashMap;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use crate::client::Client;
use crate::error::Error;
use crate::keyspace::{Keys, Keyspace};
use crate::reply::Reply;
use crate::request::Args;
use crate::server::Shared;
use spec::{KeySpec, Spec};

/// What a command can reach while it runs.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) keyspace: &'a mut Keyspace,
    pub(crate) client: &'a mut Client,
    pub(crate) shared: &'a Shared,
    /// Unix milliseconds, the same for all commands of a batch.
    pub(crate) now: i64,
}

impl Context<'_> {
    /// The keys of the client's database.
    fn keys(&mut self) -> Keys<'_> {
        self.keyspace.keys(self.client.database, self.now)
    }
}

/// A command's words behind its name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arguments<'a> {
    spec: &'static Spec,
    args: Args<'a>,
}

impl<'a> Arguments<'a> {
    /// The command's name, as in `set` or `client|id`.
    fn name(&self) -> &'static str {
        self.spec.name
    }

    fn len(&self) -> usize {
        self.args.len()
    }

    fn iter(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        self.args.iter()
    }

    /// These and no more.
    fn exactly<const N: usize>(self) -> Result<[&'a [u8]; N], Error> {
        let (first, rest) = self.split()?;
        if rest.len() == 0 { Ok(first) } else { Err(rest.wrong_arity()) }
    }

    /// The first ones, and the others.
    fn split<const N: usize>(self) -> Result<([&'a [u8]; N], Self), Error> {
        let mut first = [&b""[..]; N];
        for (index, argument) in first.iter_mut().enumerate() {
            *argument = self.args.get(index).ok_or(self.wrong_arity())?;
        }
        Ok((first, Self { args: self.args.skip(N), ..self }))
    }

    fn wrong_arity(&self) -> Error {
        Error::WrongArity(self.spec.name)
    }
}

/// What every command does: read its arguments, then act. All its errors are replies.
trait Command<'a>: Sized {
    /// Reads the arguments; looks at nothing else.
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error>;

    /// Acts, and writes one reply unless it fails.
    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error>;
}

/// A line of the table.
#[derive(Debug)]
struct Row {
    spec: &'static Spec,
    run: fn(Arguments<'_>, &mut Context<'_>, &mut Reply<'_>) -> Result<(), Error>,
    subcommands: &'static [Self],
}

macro_rules! row {
    ($spec:expr, $command:ty) => {
        row!($spec, $command, &[])
    };
    ($spec:expr, $command:ty, $subcommands:expr) => {
        Row {
            spec: &$spec,
            run: |arguments, context, reply| <$command>::parse(arguments)?.execute(context, reply),
            subcommands: $subcommands,
        }
    };
}

/// All commands, by name.
static COMMANDS: &[Row] = &[
    row!(append::SPEC, append::Append<'_>),
    row!(auth::SPEC, auth::Auth<'_>),
    row!(client::SPEC, spec::Container, CLIENT),
    row!(command_info::SPEC, command_info::Info<'_>, COMMAND),
    row!(config::SPEC, spec::Container, CONFIG),
    row!(dbsize::SPEC, dbsize::Dbsize),
    row!(incr::DECR, incr::Incr<'_>),
    row!(incr::DECRBY, incr::Incr<'_>),
    row!(del::DEL, del::Del<'_>),
    row!(echo::SPEC, echo::Echo<'_>),
    row!(exists::SPEC, exists::Exists<'_>),
    row!(expire::EXPIRE, expire::Expire<'_>),
    row!(expire::EXPIREAT, expire::Expire<'_>),
    row!(ttl::EXPIRETIME, ttl::Ttl<'_>),
    row!(flush::FLUSHALL, flush::Flush),
    row!(flush::FLUSHDB, flush::Flush),
    row!(get::SPEC, get::Get<'_>),
    row!(getdel::SPEC, getdel::Getdel<'_>),
    row!(getex::SPEC, getex::Getex<'_>),
    row!(hello::SPEC, hello::Hello<'_>),
    row!(incr::INCR, incr::Incr<'_>),
    row!(incr::INCRBY, incr::Incr<'_>),
    row!(info::SPEC, info::Info<'_>),
    row!(keys::SPEC, keys::KeysCommand<'_>),
    row!(mget::SPEC, mget::Mget<'_>),
    row!(mset::SPEC, mset::Mset<'_>),
    row!(persist::SPEC, persist::Persist<'_>),
    row!(expire::PEXPIRE, expire::Expire<'_>),
    row!(expire::PEXPIREAT, expire::Expire<'_>),
    row!(ttl::PEXPIRETIME, ttl::Ttl<'_>),
    row!(ping::SPEC, ping::Ping<'_>),
    row!(setex::PSETEX, setex::Setex<'_>),
    row!(ttl::PTTL, ttl::Ttl<'_>),
    row!(quit::SPEC, quit::Quit),
    row!(randomkey::SPEC, randomkey::Randomkey),
    row!(scan::SPEC, scan::Scan<'_>),
    row!(select::SPEC, select::Select),
    row!(set::SPEC, set::Set<'_>),
    row!(setex::SETEX, setex::Setex<'_>),
    row!(setnx::SPEC, setnx::Setnx<'_>),
    row!(strlen::SPEC, strlen::Strlen<'_>),
    row!(time::SPEC, time::Time),
    row!(ttl::TTL, ttl::Ttl<'_>),
    row!(type_of::SPEC, type_of::Type<'_>),
    row!(del::UNLINK, del::Del<'_>),
];

static CLIENT: &[Row] = &[
    row!(client::GETNAME, client::Getname),
    row!(client::ID, client::Id),
    row!(client::INFO, client::Info),
    row!(client::NO_EVICT, client::NoEvict),
    row!(client::SETINFO, client::Setinfo),
    row!(client::SETNAME, client::Setname<'_>),
];

static COMMAND: &[Row] = &[
    row!(command_info::COUNT, command_info::Count),
    row!(command_info::DOCS, command_info::Docs<'_>),
    row!(command_info::GETKEYS, command_info::Getkeys<'_>),
    row!(command_info::INFO, command_info::Info<'_>),
    row!(command_info::LIST, command_info::List<'_>),
];

static CONFIG: &[Row] = &[
    row!(config::GET, config::Get<'_>),
    row!(config::RESETSTAT, config::Resetstat),
    row!(config::SET, config::Set<'_>),
];

/// The longest name, so that lower-casing one needs no allocation.
const MAX_NAME: usize = 16;
/// How much of a client's words an error quotes.
const QUOTED: usize = 128;

/// The table by name; a hash of a few bytes is quicker than a binary search.
static BY_NAME: LazyLock<HashMap<&'static [u8], &'static Row, FixedState>> =
    LazyLock::new(|| COMMANDS.iter().map(|row| (row.spec.name.as_bytes(), row)).collect());

/// Runs one command and writes its reply, whatever happens.
pub(crate) fn execute(args: Args<'_>, mut context: Context<'_>, reply: &mut Reply<'_>) {
    if let Err(error) = try_execute(args, &mut context, reply) {
        context.keyspace.stats.error_replies += 1;
        reply.error(&error);
    }
}

fn try_execute(args: Args<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let (row, words) = match find(args) {
        Ok(found) => found,
        // A browser made to speak to us (cross-protocol scripting): its request must not go on as inline commands.
        Err(Error::UnknownCommand { name, .. }) if is_http(&name) => {
            context.client.closing = true;
            return Ok(());
        }
        Err(error) => return Err(error),
    };
    if !row.spec.takes(args.len()) {
        return Err(Error::WrongArity(row.spec.name));
    }
    if !context.client.authenticated && !row.spec.flags.contains(&"no_auth") {
        return Err(Error::AuthRequired);
    }
    context.keyspace.stats.commands_processed += 1;
    (row.run)(Arguments { spec: row.spec, args: args.skip(words) }, context, reply)
}

/// The command the words ask for, and how many of them name it.
fn find(args: Args<'_>) -> Result<(&'static Row, usize), Error> {
    let name = args.get(0).unwrap_or_default();
    let Some(row) = find_row(name) else { return Err(unknown(args)) };
    match args.get(1) {
        Some(subcommand) if !row.subcommands.is_empty() => match find_subcommand(row, subcommand) {
            Some(row) => Ok((row, 2)),
            None => Err(Error::UnknownSubcommand {
                name: quoted(subcommand, QUOTED).to_vec(),
                container: row.spec.name.to_ascii_uppercase(),
            }),
        },
        _ => Ok((row, 1)),
    }
}

fn find_row(name: &[u8]) -> Option<&'static Row> {
    let mut lower = [0; MAX_NAME];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    BY_NAME.get(&*lower).copied()
}

fn find_subcommand(row: &Row, name: &[u8]) -> Option<&'static Row> {
    row.subcommands
        .iter()
        .find(|row| row.spec.name.split_once('|').is_some_and(|(_, own)| own.as_bytes().eq_ignore_ascii_case(name)))
}

fn unknown(args: Args<'_>) -> Error {
    let mut arguments = Vec::new();
    for argument in args.iter().skip(1) {
        if arguments.len() >= QUOTED {
            break;
        }
        let room = QUOTED - arguments.len();
        arguments.push(b'\'');
        arguments.extend_from_slice(quoted(argument, room));
        arguments.extend_from_slice(b"' ");
    }
    Error::UnknownCommand { name: quoted(args.get(0).unwrap_or_default(), QUOTED).to_vec(), arguments }
}

/// As much of a word as C would print of it in `length` bytes: not beyond a zero byte.
fn quoted(word: &[u8], length: usize) -> &[u8] {
    let word = &word[..word.len().min(length)];
    word.split(|byte| *byte == 0).next().unwrap_or_default()
}

fn is_http(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"post") || name.eq_ignore_ascii_case(b"host:")
}

/// An argument that has to be a number.
fn integer(argument: &[u8]) -> Result<i64, Error> {
    crate::request::integer(argument).ok_or(Error::NotAnInteger)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_its_names_fit() {
        let names: Vec<&str> = COMMANDS.iter().map(|row| row.spec.name).collect();
        assert!(names.is_sorted());
        assert!(names.iter().all(|name| name.len() <= MAX_NAME));
        for container in COMMANDS {
            assert!(container.subcommands.iter().all(|row| row.spec.name.starts_with(container.spec.name)));
        }
    }

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(find_row(b"GeT").unwrap().spec.name, "get");
        assert!(find_row(b"").is_none());
        assert!(find_row(&[b'g'; 100]).is_none());
    }
}
