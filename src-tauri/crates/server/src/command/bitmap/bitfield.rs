//! [`BITFIELD key [GET type offset | [OVERFLOW WRAP|SAT|FAIL] SET type offset value | INCRBY type offset amount …]`](https://redis.io/docs/latest/commands/bitfield/)
//! and [`BITFIELD_RO key [GET type offset …]`](https://redis.io/docs/latest/commands/bitfield_ro/): read, set and add to
//! integers of any width among the string's bits; `OVERFLOW` goes for what follows it. Reply for each operation the
//! number: of `SET` the old one, of `INCRBY` the sum; null if it did not fit and must not overflow. O(1) an operation.

use super::field::{Kind, Overflow};
use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const BITFIELD: Spec = Spec {
    name: "bitfield",
    flags: &["write", "denyoom"],
    keys: &[KeySpec {
        notes: "This command allows both access and modification of the key",
        ..KeySpec::one(&["RW", "access", "update", "variable_flags"])
    }],
    since: "3.2.0",
    summary: "Perform arbitrary bitfield integer operations on strings",
    ..SPEC
};

pub(crate) const BITFIELD_RO: Spec = Spec {
    name: "bitfield_ro",
    flags: &["readonly", "fast"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "6.0.0",
    summary: "Perform arbitrary bitfield integer operations on strings. Read-only variant of BITFIELD",
    ..SPEC
};

const SPEC: Spec = Spec {
    arity: -2,
    categories: &["bitmap"],
    group: "bitmap",
    complexity: "O(1) for each subcommand specified",
    ..spec::NONE
};

/// What to do with the integer at a place.
#[derive(Clone, Copy, Debug)]
struct Operation {
    action: Action,
    kind: Kind,
    place: usize,
}

#[derive(Clone, Copy, Debug)]
enum Action {
    Get,
    Set(i64, Overflow),
    Add(i64, Overflow),
}

pub(crate) fn bitfield(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let ([key], words) = arguments.split()?;
    let operations = parse(words, context.state.settings.limits.max_bulk)?;
    let mut keys = context.keys();
    let writes = operations.iter().filter(|operation| !matches!(operation.action, Action::Get));
    let Some(end) = writes.map(|operation| operation.place + operation.kind.bits as usize).max() else {
        let bytes = keys.read_string(key)?.unwrap_or_default();
        reply.array(operations.len());
        for Operation { kind, place, .. } in operations {
            reply.integer(kind.read(bytes, place));
        }
        return Ok(());
    };
    if arguments.name() == BITFIELD_RO.name {
        return Err(Error::Message("ERR BITFIELD_RO only supports the GET subcommand"));
    }
    let length = end.div_ceil(8);
    // A string that has become longer has changed, whatever was stored.
    let grows = keys.peek_string(key)?.is_none_or(|bytes| bytes.len() < length);
    let bytes = keys.grow(key, length)?;
    let mut changed = false;
    reply.array(operations.len());
    for Operation { action, kind, place } in operations {
        let old = kind.read(bytes, place);
        let (new, overflow) = match action {
            Action::Get => {
                reply.integer(old);
                continue;
            }
            // Without a sign a negative number is a very large one.
            Action::Set(value, overflow) if !kind.signed => (value.cast_unsigned().into(), overflow),
            Action::Set(value, overflow) => (value.into(), overflow),
            Action::Add(amount, overflow) => (i128::from(old) + i128::from(amount), overflow),
        };
        let Some(new) = kind.fit(new, overflow) else {
            reply.null();
            continue;
        };
        kind.write(bytes, place, new);
        changed |= grows || new != old;
        reply.integer(if matches!(action, Action::Set(..)) { old } else { new });
    }
    if changed {
        keys.changed(Classes::STRING, "setbit", key);
    }
    Ok(())
}

fn parse(words: Arguments<'_>, longest: usize) -> Result<Vec<Operation>, Error> {
    let mut operations = Vec::new();
    let mut overflow = Overflow::Wrap;
    let mut words = words.iter();
    while let Some(name) = words.next() {
        let mut next = || words.next().ok_or(Error::Syntax);
        let (kind, place, number) = match name.to_ascii_lowercase().as_slice() {
            b"overflow" => {
                overflow = parse_overflow(next()?)?;
                continue;
            }
            b"get" => (next()?, next()?, None),
            b"set" | b"incrby" => (next()?, next()?, Some(next()?)),
            _ => return Err(Error::Syntax),
        };
        let kind = Kind::parse(kind)?;
        let place = super::offset(place, Some(kind.bits), longest)?;
        let action = match number.map(integer).transpose()? {
            None => Action::Get,
            Some(value) if name.eq_ignore_ascii_case(b"set") => Action::Set(value, overflow),
            Some(amount) => Action::Add(amount, overflow),
        };
        operations.push(Operation { action, kind, place });
    }
    Ok(operations)
}

fn parse_overflow(word: &[u8]) -> Result<Overflow, Error> {
    match word.to_ascii_lowercase().as_slice() {
        b"wrap" => Ok(Overflow::Wrap),
        b"sat" => Ok(Overflow::Saturate),
        b"fail" => Ok(Overflow::Fail),
        _ => Err(Error::Message("ERR Invalid OVERFLOW type specified")),
    }
}
