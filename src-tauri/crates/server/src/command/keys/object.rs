//! [`OBJECT subcommand key`](https://redis.io/docs/latest/commands/object/): what is known about a value beside the value.
//! Counts as a hit or a miss, but not as a use of the key. O(1). The encoding is the one Redis would use.

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::keyspace::Value;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "object",
    arity: -2,
    group: "generic",
    since: "2.2.3",
    summary: "A container for object introspection commands",
    complexity: "Depends on subcommand.",
    ..spec::NONE
};

pub(crate) const ENCODING: Spec = Spec {
    name: "object|encoding",
    arity: 3,
    flags: &["readonly"],
    categories: &["keyspace"],
    keys: &[KeySpec::at(2, &["RO"])],
    tips: &["nondeterministic_output"],
    group: "generic",
    since: "2.2.3",
    summary: "Inspect the internal encoding of a Redis object",
    ..spec::NONE
};

pub(crate) const FREQ: Spec = Spec {
    name: "object|freq",
    arity: 3,
    flags: &["readonly"],
    categories: &["keyspace"],
    keys: &[KeySpec::at(2, &["RO"])],
    tips: &["nondeterministic_output"],
    group: "generic",
    since: "4.0.0",
    summary: "Get the logarithmic access frequency counter of a Redis object",
    ..spec::NONE
};

pub(crate) const IDLETIME: Spec = Spec {
    name: "object|idletime",
    arity: 3,
    flags: &["readonly"],
    categories: &["keyspace"],
    keys: &[KeySpec::at(2, &["RO"])],
    tips: &["nondeterministic_output"],
    group: "generic",
    since: "2.2.3",
    summary: "Get the time since a Redis object was last accessed",
    ..spec::NONE
};

pub(crate) const REFCOUNT: Spec = Spec {
    name: "object|refcount",
    arity: 3,
    flags: &["readonly"],
    categories: &["keyspace"],
    keys: &[KeySpec::at(2, &["RO"])],
    tips: &["nondeterministic_output"],
    group: "generic",
    since: "2.2.3",
    summary: "Get the number of references to the value of the key",
    ..spec::NONE
};

/// Up to so many bytes Redis keeps a string in one block with its object.
const EMBEDDED: usize = 44;

pub(crate) fn encoding(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    match context.keys().look(key, true) {
        None => reply.null(),
        Some(Value::Object(object)) => reply.bulk(object.encoding().as_bytes()),
        Some(Value::String(string)) => reply.bulk(match string {
            number if number.len() <= 20 && crate::request::integer(number).is_some() => b"int",
            short if short.len() <= EMBEDDED => b"embstr",
            _ => b"raw",
        }),
    }
    Ok(())
}

pub(crate) fn freq(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    let now = context.now;
    let mut keys = context.keys();
    let _counted = keys.look(key, true);
    match keys.usage(key) {
        None => reply.null(),
        Some((usage, used)) => {
            let frequency = usage.frequency(used, now).ok_or(Error::Message(
                "ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that when switching \
                 between policies at runtime LRU and LFU data will take some time to adjust.",
            ))?;
            reply.integer(frequency.into());
        }
    }
    Ok(())
}

pub(crate) fn idletime(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    let now = context.now;
    let mut keys = context.keys();
    let _counted = keys.look(key, true);
    match keys.usage(key) {
        None => reply.null(),
        Some((usage, used)) => {
            let seconds = usage.idle_seconds(used, now).ok_or(Error::Message(
                "ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when switching between \
                 policies at runtime LRU and LFU data will take some time to adjust.",
            ))?;
            reply.integer(seconds.into());
        }
    }
    Ok(())
}

/// Nothing is shared here.
pub(crate) fn refcount(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    match context.keys().look(key, true) {
        None => reply.null(),
        Some(_) => reply.count(1),
    }
    Ok(())
}
