//! [`COMMAND [subcommand]`](https://redis.io/docs/latest/commands/command/): the table of commands, for clients.
//! O(n) for n commands asked for.

use super::{Arguments, COMMANDS, Command, Context, Row, Spec, find, find_row, find_subcommand, spec};
use crate::error::Error;
use crate::glob;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "command",
    arity: -1,
    tips: &["nondeterministic_output_order"],
    since: "2.8.13",
    summary: "Get array of Redis command details",
    complexity: "O(N) where N is the total number of Redis commands",
    ..SUBCOMMAND
};

pub(super) const COUNT: Spec = Spec {
    name: "command|count",
    arity: 2,
    since: "2.8.13",
    summary: "Get total number of Redis commands",
    ..SUBCOMMAND
};

pub(super) const DOCS: Spec = Spec {
    name: "command|docs",
    arity: -2,
    tips: &["nondeterministic_output_order"],
    since: "7.0.0",
    summary: "Get array of specific Redis command documentation",
    complexity: "O(N) where N is the number of commands to look up",
    ..SUBCOMMAND
};

pub(super) const GETKEYS: Spec = Spec {
    name: "command|getkeys",
    arity: -4,
    since: "2.8.13",
    summary: "Extract keys given a full Redis command",
    complexity: "O(N) where N is the number of arguments to the command",
    ..SUBCOMMAND
};

pub(super) const INFO: Spec = Spec {
    name: "command|info",
    arity: -2,
    tips: &["nondeterministic_output_order"],
    since: "2.8.13",
    summary: "Get array of specific Redis command details, or all when no argument is given.",
    complexity: "O(N) where N is the number of commands to look up",
    ..SUBCOMMAND
};

pub(super) const LIST: Spec = Spec {
    name: "command|list",
    arity: -2,
    tips: &["nondeterministic_output_order"],
    since: "7.0.0",
    summary: "Get an array of Redis command names",
    complexity: "O(N) where N is the total number of Redis commands",
    ..SUBCOMMAND
};

const SUBCOMMAND: Spec =
    Spec { flags: &["loading", "stale"], categories: &["connection"], group: "server", ..spec::NONE };

#[derive(Debug)]
pub(super) struct Count;

impl<'a> Command<'a> for Count {
    fn parse(_arguments: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self)
    }

    fn execute(self, _context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        reply.count(COMMANDS.len());
        Ok(())
    }
}

/// Unlike Redis's without the syntax of the arguments.
#[derive(Debug)]
pub(super) struct Docs<'a> {
    names: Arguments<'a>,
}

impl<'a> Command<'a> for Docs<'a> {
    fn parse(names: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self { names })
    }

    fn execute(self, _context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let rows: Vec<&Row> = if self.names.len() == 0 {
            COMMANDS.iter().collect()
        } else {
            self.names.iter().filter_map(find_full).collect()
        };
        reply.map(rows.len());
        rows.into_iter().for_each(|row| docs(row, reply));
        Ok(())
    }
}

fn docs(row: &Row, reply: &mut Reply<'_>) {
    let spec = row.spec;
    reply.bulk(spec.name.as_bytes());
    reply.map(4 + usize::from(!row.subcommands.is_empty()));
    for (name, text) in
        [("summary", spec.summary), ("since", spec.since), ("group", spec.group), ("complexity", spec.complexity)]
    {
        reply.bulk(name.as_bytes());
        reply.bulk(text.as_bytes());
    }
    if !row.subcommands.is_empty() {
        reply.bulk(b"subcommands");
        reply.map(row.subcommands.len());
        row.subcommands.iter().for_each(|row| docs(row, reply));
    }
}

#[derive(Debug)]
pub(super) struct Getkeys<'a> {
    command: Arguments<'a>,
}

impl<'a> Command<'a> for Getkeys<'a> {
    fn parse(command: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self { command })
    }

    fn execute(self, _context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let args = self.command.args;
        let (row, _) = find(args).map_err(|_| Error::KeysUnknown)?;
        let keys = row.spec.keys.ok_or(Error::KeysNone)?;
        if !row.spec.takes(args.len()) {
            return Err(Error::KeysArity);
        }
        // An odd MSET: its last key has no value.
        if !(args.len() - 1).is_multiple_of(keys.step) {
            return Err(Error::KeysArguments);
        }
        let places = keys.places(args.len());
        reply.array(places.len());
        places.filter_map(|place| args.get(place)).for_each(|key| reply.bulk(key));
        Ok(())
    }
}

#[derive(Debug)]
pub(super) struct Info<'a> {
    names: Arguments<'a>,
}

impl<'a> Command<'a> for Info<'a> {
    fn parse(names: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self { names })
    }

    fn execute(self, _context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        if self.names.len() == 0 {
            reply.array(COMMANDS.len());
            COMMANDS.iter().for_each(|row| info(row, reply));
            return Ok(());
        }
        reply.array(self.names.len());
        for name in self.names.iter() {
            match find_full(name) {
                Some(row) => info(row, reply),
                None => reply.null(),
            }
        }
        Ok(())
    }
}

fn info(row: &Row, reply: &mut Reply<'_>) {
    let spec = row.spec;
    let (first, last, step) = match spec.keys {
        Some(keys) => (1, if keys.last < 0 { keys.last } else { 1 }, keys.step),
        None => (0, 0, 0),
    };
    reply.array(10);
    reply.bulk(spec.name.as_bytes());
    reply.integer(spec.arity.into());
    reply.set(spec.flags.len());
    spec.flags.iter().for_each(|flag| reply.simple(flag));
    reply.integer(first);
    reply.integer(last);
    reply.count(step);
    let categories = spec.all_categories();
    reply.set(categories.clone().count());
    categories.for_each(|category| reply.simple(&format!("@{category}")));
    reply.set(spec.tips.len());
    spec.tips.iter().for_each(|tip| reply.bulk(tip.as_bytes()));
    key_specs(spec, reply);
    match row.subcommands.len() {
        0 => reply.set(0),
        // Redis says so itself: an array where there are any, an empty set where not.
        count => reply.array(count),
    }
    row.subcommands.iter().for_each(|row| info(row, reply));
}

fn key_specs(spec: &Spec, reply: &mut Reply<'_>) {
    let Some(keys) = spec.keys else { return reply.set(0) };
    reply.set(1);
    reply.map(3 + usize::from(!keys.notes.is_empty()));
    if !keys.notes.is_empty() {
        reply.bulk(b"notes");
        reply.bulk(keys.notes.as_bytes());
    }
    reply.bulk(b"flags");
    reply.set(keys.flags.len());
    keys.flags.iter().for_each(|flag| reply.simple(flag));
    reply.bulk(b"begin_search");
    typed(reply, b"index");
    reply.map(1);
    reply.bulk(b"index");
    reply.integer(1);
    reply.bulk(b"find_keys");
    typed(reply, b"range");
    reply.map(3);
    reply.bulk(b"lastkey");
    reply.integer(keys.last);
    reply.bulk(b"keystep");
    reply.count(keys.step);
    reply.bulk(b"limit");
    reply.integer(0);
}

/// The front of a `{type, spec}` map; the spec follows.
fn typed(reply: &mut Reply<'_>, kind: &[u8]) {
    reply.map(2);
    reply.bulk(b"type");
    reply.bulk(kind);
    reply.bulk(b"spec");
}

#[derive(Debug)]
pub(super) enum List<'a> {
    All,
    Category(&'a [u8]),
    Pattern(&'a [u8]),
    /// There are none.
    Module,
}

impl<'a> Command<'a> for List<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        if arguments.len() == 0 {
            return Ok(Self::All);
        }
        let [filter, kind, value] = arguments.exactly().map_err(|_| Error::Syntax)?;
        if !filter.eq_ignore_ascii_case(b"filterby") {
            return Err(Error::Syntax);
        }
        match kind.to_ascii_lowercase().as_slice() {
            b"aclcat" => Ok(Self::Category(value)),
            b"pattern" => Ok(Self::Pattern(value)),
            b"module" => Ok(Self::Module),
            _ => Err(Error::Syntax),
        }
    }

    fn execute(self, _context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let rows = COMMANDS.iter().flat_map(|row| std::iter::once(row).chain(row.subcommands));
        let names: Vec<&str> = rows
            .filter(|row| match self {
                Self::All => true,
                Self::Category(name) => {
                    row.spec.all_categories().any(|category| category.as_bytes().eq_ignore_ascii_case(name))
                }
                Self::Pattern(pattern) => glob::matches(pattern, row.spec.name.as_bytes(), true),
                Self::Module => false,
            })
            .map(|row| row.spec.name)
            .collect();
        reply.array(names.len());
        names.into_iter().for_each(|name| reply.bulk(name.as_bytes()));
        Ok(())
    }
}

/// Finds `get` as well as `client|id`.
fn find_full(name: &[u8]) -> Option<&'static Row> {
    match memchr::memchr(b'|', name) {
        None => find_row(name),
        Some(bar) => find_subcommand(find_row(&name[..bar])?, &name[bar + 1..]),
    }
}
