//! The commands, and how one is found and run.
//!
//! A command is one small file in the folder of its group, always in the same order: what it does (the file's
//! documentation), its `SPEC`, and its function. Commands that differ in a unit or a sign share a file and ask
//! [`Arguments::name`]. Each group's file lists its commands; the command `COMMAND` reads all lists.

mod bitmap;
mod connection;
mod hash;
mod keys;
mod list;
mod pubsub;
pub(crate) mod server;
mod set;
mod sorted_set;
mod spec;
mod string;
pub(crate) mod transaction;

use std::collections::HashMap;
use std::sync::LazyLock;
use std::time::Instant;

use foldhash::fast::FixedState;

use crate::client::{Client, Replies};
use crate::error::Error;
use crate::keyspace::Keys;
use crate::reply::Reply;
use crate::request::Args;
use crate::server::Shared;
use crate::state::State;
use crate::stats::Stats;
use spec::{KeySpec, Spec};

/// What a command can reach while it runs.
#[derive(Debug)]
pub(crate) struct Context<'a> {
    pub(crate) state: &'a mut State,
    pub(crate) client: &'a mut Client,
    pub(crate) shared: &'a Shared,
    /// Unix milliseconds, the same for all commands of a batch.
    pub(crate) now: i64,
    /// Between `MULTI` and `EXEC` nothing waits.
    pub(crate) in_transaction: bool,
    /// The key that something came to, when the command of a client that waited runs again: it looks at no other.
    pub(crate) ready: Option<&'a [u8]>,
}

impl Context<'_> {
    /// The keys of the client's database.
    pub(crate) fn keys(&mut self) -> Keys<'_> {
        self.state.keyspace.keys(self.client.database, self.now)
    }

    /// The same for a part of a command.
    pub(crate) fn again(&mut self) -> Context<'_> {
        Context {
            state: self.state,
            client: self.client,
            shared: self.shared,
            now: self.now,
            in_transaction: self.in_transaction,
            ready: self.ready,
        }
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

/// What every command is: it reads its arguments, acts, and writes one reply unless it fails. All its errors are replies.
type Run = fn(Arguments<'_>, &mut Context<'_>, &mut Reply<'_>) -> Result<(), Error>;

/// A line of the table.
#[derive(Debug)]
struct Row {
    spec: &'static Spec,
    run: Run,
    subcommands: &'static [Self],
}

/// A line of the table: the command's description, its function, and its subcommands if it has any.
const fn row(spec: &'static Spec, run: Run) -> Row {
    Row { spec, run, subcommands: &[] }
}

/// A line for a command that has subcommands.
const fn container(spec: &'static Spec, run: Run, subcommands: &'static [Row]) -> Row {
    Row { spec, run, subcommands }
}

/// The commands, group by group.
static GROUPS: [&[Row]; 11] = [
    bitmap::COMMANDS,
    connection::COMMANDS,
    hash::COMMANDS,
    keys::COMMANDS,
    list::COMMANDS,
    pubsub::COMMANDS,
    server::COMMANDS,
    set::COMMANDS,
    sorted_set::COMMANDS,
    string::COMMANDS,
    transaction::COMMANDS,
];

/// All rows, by name.
static ROWS: LazyLock<Vec<&'static Row>> = LazyLock::new(|| {
    let mut rows: Vec<&Row> = GROUPS.into_iter().flatten().collect();
    rows.sort_by_key(|row| row.spec.name);
    rows
});

/// All rows, by name.
fn rows() -> impl Iterator<Item = &'static Row> {
    ROWS.iter().copied()
}

/// The longest name, so that lower-casing one needs no allocation.
const MAX_NAME: usize = 16;
/// How much of a client's words an error quotes.
const QUOTED: usize = 128;

/// A row of the table, and its number among all rows and subcommands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    row: &'static Row,
    number: usize,
    /// How many words name it.
    words: usize,
}

impl Found {
    /// Counts a call that failed after all.
    fn count_failure(self, stats: &mut Stats) {
        stats.command(self.number).failed += 1;
    }
}

/// The table by name; a hash of a few bytes is quicker than a binary search.
static BY_NAME: LazyLock<HashMap<&'static [u8], Found, FixedState>> = LazyLock::new(|| {
    let mut number = 0;
    let mut by_name = HashMap::default();
    for row in rows() {
        by_name.insert(row.spec.name.as_bytes(), Found { row, number, words: 1 });
        number += 1 + row.subcommands.len();
    }
    by_name
});

/// The full names of all commands and subcommands, by their numbers.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    rows().flat_map(|row| std::iter::once(row).chain(row.subcommands)).map(|row| row.spec.name)
}

/// Runs one command and writes its reply, whatever happens.
pub(crate) fn execute(args: Args<'_>, mut context: Context<'_>, reply: &mut Reply<'_>) {
    let written = reply.written();
    match check(args, &mut context) {
        Ok(Some(found)) => call(found, args, &mut context, reply),
        Ok(None) => {
            if let Some(transaction) = &mut context.client.transaction {
                transaction.queue(args);
                reply.simple("QUEUED");
            }
        }
        Err(error) => {
            if let Some(transaction) = &mut context.client.transaction {
                transaction.spoilt = true;
            }
            fail(&refused(error, args, &mut context), &mut context, reply);
        }
    }
    // That one is subscribed is told as a message, and messages come in any case.
    let told = context.client.last_command.ends_with("subscribe");
    match context.client.replies {
        Replies::All => {}
        Replies::None if told => {}
        Replies::None => reply.truncate(written),
        Replies::AfterNext => {
            // `CLIENT REPLY SKIP` itself has no reply, and the next command has none.
            if reply.written() > written || context.client.last_command != "client|reply" {
                context.client.replies = Replies::All;
            }
            if !told {
                reply.truncate(written);
            }
        }
    }
}

/// Runs the command of a client that waited, without the checks it has passed before.
pub(crate) fn again(args: Args<'_>, mut context: Context<'_>, reply: &mut Reply<'_>) {
    if let Ok(found) = find(args)
        && let Err(error) = run(found, args, &mut context, reply)
    {
        fail(&error, &mut context, reply);
    }
}

/// Whether the command must wait while that pause lasts.
pub(crate) fn is_paused(args: Args<'_>, client: &Client, writes_only: bool) -> bool {
    // What is wrong is told at once.
    let Some(found) = find(args).ok().filter(|found| found.row.spec.takes(args.len())) else { return false };
    let may_write = |found: Found| found.row.spec.has("write") || matches!(found.row.spec.name, "publish");
    match found.row.spec.name {
        // It could not be ended.
        "client|unpause" | "client|pause" | "client|reply" => false,
        "exec" if writes_only => client
            .transaction
            .as_ref()
            .is_some_and(|transaction| transaction.commands().any(|args| find(args).is_ok_and(may_write))),
        _ => !writes_only || client.transaction.is_none() && may_write(found),
    }
}

/// An `EXEC` that is refused ends the transaction all the same.
fn refused(error: Error, args: Args<'_>, context: &mut Context<'_>) -> Error {
    if find(args).is_ok_and(|found| found.row.spec.name == "exec") {
        transaction::end(context.state, context.client);
        let reason = error.to_string();
        let reason = reason.strip_prefix("ERR ").unwrap_or(&reason);
        return Error::Text(format!("EXECABORT Transaction discarded because of: {reason}"));
    }
    error
}

/// Whether the command may run: if not, it is to be queued, or there is an error.
fn check(args: Args<'_>, context: &mut Context<'_>) -> Result<Option<Found>, Error> {
    let found = match find(args) {
        // A browser made to speak to us (cross-protocol scripting): its request must not go on as inline commands.
        Err(Error::UnknownCommand { name, .. }) if is_http(&name) => {
            context.client.closing = true;
            return Ok(None);
        }
        found => found?,
    };
    let spec = found.row.spec;
    let reject = |context: &mut Context<'_>, error| {
        context.state.keyspace.stats.command(found.number).rejected += 1;
        Err(error)
    };
    if !spec.takes(args.len()) {
        return reject(context, Error::WrongArity(spec.name));
    }
    if !context.client.authenticated && !spec.has("no_auth") {
        return reject(context, Error::AuthRequired);
    }
    if context.state.settings.max_memory > 0 && !context.state.make_room(context.now) && denied(found, context.client) {
        return reject(context, Error::OutOfMemory);
    }
    if context.client.listens() && !spec.is_for_listeners() {
        let name = spec.name.split('|').next().unwrap_or_default();
        return reject(context, Error::Listening(name));
    }
    if context.client.transaction.is_some() {
        if spec.has("no_multi") {
            return reject(context, Error::Message("ERR Command not allowed inside a transaction"));
        }
        if !matches!(spec.name, "exec" | "discard" | "multi" | "watch" | "quit" | "reset") {
            return Ok(None);
        }
    }
    Ok(Some(found))
}

/// Whether a command is refused while there is no memory.
fn denied(found: Found, client: &Client) -> bool {
    match &client.transaction {
        // What is queued is held in memory too.
        Some(transaction) if found.row.spec.name == "exec" => {
            transaction.commands().any(|args| find(args).is_ok_and(|found| found.row.spec.has("denyoom")))
        }
        Some(_) => !matches!(found.row.spec.name, "discard" | "quit" | "reset"),
        None => found.row.spec.has("denyoom"),
    }
}

/// Runs a command that may run, and keeps the books: time, statistics, slow log, monitors, notifications.
pub(crate) fn call(found: Found, args: Args<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) {
    let spec = found.row.spec;
    let start = Instant::now();
    context.client.last_command = spec.name;
    let result = run(found, args, context, reply);
    let took = start.elapsed();
    if let Err(error) = &result {
        fail(error, context, reply);
    }
    // Behind what it did: a transaction's commands come before its EXEC.
    if context.state.clients.is_monitored() && !spec.has("skip_monitor") && !spec.has("admin") {
        server::show_to_monitors(args, context);
    }
    if let Some(blocked) = &mut context.client.blocked {
        blocked.command = Some(args.into());
    }
    let state = &mut *context.state;
    let event = if spec.has("fast") { "fast-command" } else { "command" };
    state.spikes.note(event, context.now / 1000, took);
    let took = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
    state.keyspace.stats.commands_processed += 1;
    let track = state.settings.latency_tracking;
    let stats = state.keyspace.stats.command(found.number);
    stats.record(took, track);
    stats.failed += u64::from(result.is_err());
    if state.settings.slow_after >= 0 && !spec.has("skip_slowlog") {
        let micros = i64::try_from(took / 1000).unwrap_or(i64::MAX);
        if micros >= state.settings.slow_after {
            let address = context.client.address.map_or_else(String::new, |address| address.to_string());
            let (name, most) = (&context.client.name, state.settings.slow_most);
            state.slowlog.add(context.now / 1000, micros, args, address, name, most);
        }
    }
    if !context.in_transaction {
        state.tell(Some(context.client), context.shared, context.now);
    }
}

fn run(found: Found, args: Args<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    (found.row.run)(Arguments { spec: found.row.spec, args: args.skip(found.words) }, context, reply)
}

fn fail(error: &Error, context: &mut Context<'_>, reply: &mut Reply<'_>) {
    context.state.keyspace.stats.count_error(&error.to_string());
    reply.error(error);
}

/// The command the words ask for.
pub(crate) fn find(args: Args<'_>) -> Result<Found, Error> {
    let name = args.get(0).unwrap_or_default();
    let Some(found) = find_row(name) else { return Err(unknown(args)) };
    match args.get(1) {
        Some(subcommand) if !found.row.subcommands.is_empty() => {
            find_subcommand(found, subcommand).ok_or_else(|| Error::UnknownSubcommand {
                name: quoted(subcommand, QUOTED).to_vec(),
                container: found.row.spec.name.to_ascii_uppercase(),
            })
        }
        _ => Ok(found),
    }
}

fn find_row(name: &[u8]) -> Option<Found> {
    let mut lower = [0; MAX_NAME];
    let lower = lower.get_mut(..name.len())?;
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    BY_NAME.get(&*lower).copied()
}

fn find_subcommand(found: Found, name: &[u8]) -> Option<Found> {
    let own =
        |row: &Row| row.spec.name.split_once('|').is_some_and(|(_, own)| own.as_bytes().eq_ignore_ascii_case(name));
    let place = found.row.subcommands.iter().position(own)?;
    Some(Found { row: &found.row.subcommands[place], number: found.number + 1 + place, words: 2 })
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

/// An argument that has to be a number of things, none perhaps.
fn count(argument: &[u8], error: Error) -> Result<usize, Error> {
    let count = crate::request::integer(argument).and_then(|count| usize::try_from(count).ok());
    count.ok_or(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order_and_its_names_fit() {
        let names: Vec<&str> = rows().map(|row| row.spec.name).collect();
        assert!(names.is_sorted());
        assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "no name is there twice");
        assert!(names.iter().all(|name| name.len() <= MAX_NAME));
        for container in rows() {
            assert!(container.subcommands.iter().all(|row| row.spec.name.starts_with(container.spec.name)));
        }
    }

    #[test]
    fn names_are_found_in_any_case() {
        assert_eq!(find_row(b"GeT").unwrap().row.spec.name, "get");
        assert!(find_row(b"").is_none());
        assert!(find_row(&[b'g'; 100]).is_none());
    }
}
