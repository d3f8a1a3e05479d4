//! [`COMMAND [subcommand]`](https://redis.io/docs/latest/commands/command/): the table of commands, for clients.
//! O(n) for n commands asked for.

use crate::command::keys::sort_destination;
use crate::command::spec::{Find, KeySpec};
use crate::command::{Arguments, Context, Found, Row, Spec, find, find_row, find_subcommand, rows, spec};
use crate::error::Error;
use crate::glob;
use crate::reply::Reply;
use crate::request::Args;

pub(crate) const SPEC: Spec = Spec {
    name: "command",
    arity: -1,
    tips: &["nondeterministic_output_order"],
    since: "2.8.13",
    summary: "Get array of Redis command details",
    complexity: "O(N) where N is the total number of Redis commands",
    ..SUBCOMMAND
};

pub(crate) const COUNT: Spec = Spec {
    name: "command|count",
    arity: 2,
    since: "2.8.13",
    summary: "Get total number of Redis commands",
    ..SUBCOMMAND
};

pub(crate) const DOCS: Spec = Spec {
    name: "command|docs",
    arity: -2,
    tips: &["nondeterministic_output_order"],
    since: "7.0.0",
    summary: "Get array of specific Redis command documentation",
    complexity: "O(N) where N is the number of commands to look up",
    ..SUBCOMMAND
};

pub(crate) const GETKEYS: Spec = Spec {
    name: "command|getkeys",
    arity: -4,
    since: "2.8.13",
    summary: "Extract keys given a full Redis command",
    complexity: "O(N) where N is the number of arguments to the command",
    ..SUBCOMMAND
};

pub(crate) const GETKEYSANDFLAGS: Spec = Spec {
    name: "command|getkeysandflags",
    arity: -4,
    flags: &["loading", "stale"],
    group: "server",
    since: "7.0.0",
    summary: "Extract keys and access flags given a full Redis command",
    complexity: "O(N) where N is the number of arguments to the command",
    ..spec::NONE
};

pub(crate) const INFO: Spec = Spec {
    name: "command|info",
    arity: -2,
    tips: &["nondeterministic_output_order"],
    since: "2.8.13",
    summary: "Get array of specific Redis command details, or all when no argument is given.",
    complexity: "O(N) where N is the number of commands to look up",
    ..SUBCOMMAND
};

pub(crate) const LIST: Spec = Spec {
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

pub(crate) fn count(_: Arguments<'_>, _: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    reply.count(rows().count());
    Ok(())
}

/// Unlike Redis's without the syntax of the arguments.
pub(crate) fn docs(names: Arguments<'_>, _: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let rows: Vec<&Row> =
        if names.len() == 0 { rows().collect() } else { names.iter().filter_map(find_full).collect() };
    reply.map(rows.len());
    rows.into_iter().for_each(|row| write_docs(row, reply));
    Ok(())
}

fn write_docs(row: &Row, reply: &mut Reply<'_>) {
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
        row.subcommands.iter().for_each(|row| write_docs(row, reply));
    }
}

/// How this very command uses a key: where the specification says `variable_flags`, its options decide.
fn flags(spec: &Spec, key_spec: &KeySpec, args: Args<'_>) -> &'static [&'static str] {
    let is = |word: &[u8], name: &str| word.eq_ignore_ascii_case(name.as_bytes());
    match spec.name {
        "set" if !args.iter().skip(3).any(|word| is(word, "get")) => &["OW", "update"],
        // Behind GET stand a type and an offset; anything else writes, or may.
        "bitfield" if args.iter().skip(2).step_by(3).all(|word| is(word, "get")) => &["RO", "access"],
        "set" | "bitfield" => &["RW", "access", "update"],
        _ => key_spec.flags,
    }
}

pub(crate) fn getkeys(command: Arguments<'_>, _: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let with_flags = command.name() == GETKEYSANDFLAGS.name;
    let args = command.args;
    let spec = find(args).map_err(|_| Error::KeysUnknown)?.row.spec;
    if spec.keys.is_empty() {
        return Err(Error::KeysNone);
    }
    if !spec.takes(args.len()) {
        return Err(Error::KeysArity);
    }
    let mut keys = Vec::new();
    for key_spec in spec.keys {
        let places = match key_spec.find {
            Find::Unknown if key_spec.flags.contains(&"OW") => sort_destination(args).into_iter().collect(),
            Find::Unknown => Vec::new(),
            _ => key_spec.places(args).ok_or(Error::KeysArguments)?,
        };
        keys.extend(places.into_iter().filter_map(|place| Some((args.get(place)?, flags(spec, key_spec, args)))));
    }
    reply.array(keys.len());
    for (key, flags) in keys {
        if with_flags {
            reply.array(2);
        }
        reply.bulk(key);
        if with_flags {
            reply.set(flags.len());
            flags.iter().for_each(|flag| reply.simple(flag));
        }
    }
    Ok(())
}

pub(crate) fn info(names: Arguments<'_>, _: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    if names.len() == 0 {
        reply.array(rows().count());
        rows().for_each(|row| write_info(row, reply));
        return Ok(());
    }
    reply.array(names.len());
    for name in names.iter() {
        match find_full(name) {
            Some(row) => write_info(row, reply),
            None => reply.null(),
        }
    }
    Ok(())
}

fn write_info(row: &Row, reply: &mut Reply<'_>) {
    let spec = row.spec;
    let (first, last, step) = spec.legacy_range();
    reply.array(10);
    reply.bulk(spec.name.as_bytes());
    reply.integer(spec.arity.into());
    reply.set(spec.flags.len());
    spec.flags.iter().for_each(|flag| reply.simple(flag));
    reply.integer(first);
    reply.integer(last);
    reply.integer(step);
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
    row.subcommands.iter().for_each(|row| write_info(row, reply));
}

fn key_specs(spec: &Spec, reply: &mut Reply<'_>) {
    reply.set(spec.keys.len());
    for keys in spec.keys {
        reply.map(3 + usize::from(!keys.notes.is_empty()));
        if !keys.notes.is_empty() {
            reply.bulk(b"notes");
            reply.bulk(keys.notes.as_bytes());
        }
        reply.bulk(b"flags");
        reply.set(keys.flags.len());
        keys.flags.iter().for_each(|flag| reply.simple(flag));
        reply.bulk(b"begin_search");
        if matches!(keys.find, Find::Unknown) {
            typed(reply, "unknown", &[]);
        } else {
            typed(reply, "index", &[("index", i64::try_from(keys.begin).unwrap_or(0))]);
        }
        reply.bulk(b"find_keys");
        match keys.find {
            Find::Range { last, step } => {
                let step = i64::try_from(step).unwrap_or(1);
                typed(reply, "range", &[("lastkey", last), ("keystep", step), ("limit", 0)]);
            }
            Find::Count => typed(reply, "keynum", &[("keynumidx", 0), ("firstkey", 1), ("keystep", 1)]),
            Find::Unknown => typed(reply, "unknown", &[]),
        }
    }
}

/// A `{type, spec}` map.
fn typed(reply: &mut Reply<'_>, kind: &str, spec: &[(&str, i64)]) {
    reply.map(2);
    reply.bulk(b"type");
    reply.bulk(kind.as_bytes());
    reply.bulk(b"spec");
    reply.map(spec.len());
    for (name, value) in spec {
        reply.bulk(name.as_bytes());
        reply.integer(*value);
    }
}

pub(crate) fn list(arguments: Arguments<'_>, _: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let filter = match arguments.len() {
        0 => Filter::All,
        _ => Filter::parse(arguments)?,
    };
    let names: Vec<&str> = rows()
        .flat_map(|row| std::iter::once(row).chain(row.subcommands))
        .filter(|row| match filter {
            Filter::All => true,
            Filter::Category(name) => {
                row.spec.all_categories().any(|category| category.as_bytes().eq_ignore_ascii_case(name))
            }
            Filter::Pattern(pattern) => glob::matches(pattern, row.spec.name.as_bytes(), true),
            Filter::Module => false,
        })
        .map(|row| row.spec.name)
        .collect();
    reply.array(names.len());
    names.into_iter().for_each(|name| reply.bulk(name.as_bytes()));
    Ok(())
}

/// Which commands `COMMAND LIST` lists.
enum Filter<'a> {
    All,
    Category(&'a [u8]),
    Pattern(&'a [u8]),
    /// There are none.
    Module,
}

impl<'a> Filter<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
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
}

/// Finds `get` as well as `client|id`.
fn find_full(name: &[u8]) -> Option<&'static Row> {
    let found: Found = match memchr::memchr(b'|', name) {
        None => find_row(name)?,
        Some(bar) => find_subcommand(find_row(&name[..bar])?, &name[bar + 1..])?,
    };
    Some(found.row)
}
