//! [`SET key value [NX | XX] [GET] [EX s | PX ms | EXAT s | PXAT ms | KEEPTTL]`](https://redis.io/docs/latest/commands/set/):
//! stores a value. Replies `OK`, null if `NX` or `XX` forbids, with `GET` the old value instead. O(1).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec};
use crate::dict::Expiry;
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "set",
    arity: -3,
    flags: &["write", "denyoom"],
    categories: &["string"],
    keys: &[KeySpec {
        notes: "RW and ACCESS due to the optional `GET` argument",
        ..KeySpec::one(&["RW", "access", "update", "variable_flags"])
    }],
    group: "string",
    summary: "Set the string value of a key",
    ..spec::NONE
};

pub(crate) fn set(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key, value], options) = arguments.split()?;
    let Options { nx, xx, get, keep_ttl, deadline, .. } = Options::parse(options, true)?;
    let expiry = match deadline {
        Some(deadline) => Expiry::At(deadline.unix_ms(SPEC.name, context.now)?),
        None if keep_ttl => Expiry::Keep,
        None => Expiry::Never,
    };
    let mut keys = context.keys();
    if get {
        reply.bulk_or_null(keys.read_string(key)?);
    }
    if nx && keys.contains(key) || xx && !keys.contains(key) {
        if !get {
            reply.null();
        }
        return Ok(());
    }
    keys.set(key, value, expiry);
    keys.changed(Classes::STRING, "set", key);
    if let Expiry::At(_) = expiry {
        keys.notify(Classes::GENERIC, "expire", key);
    }
    if !get {
        reply.ok();
    }
    Ok(())
}

/// The options of `SET` and, but for those that only make sense in a write, of `GETEX`.
#[derive(Debug, Default)]
pub(crate) struct Options<'a> {
    pub(crate) nx: bool,
    pub(crate) xx: bool,
    pub(crate) get: bool,
    pub(crate) keep_ttl: bool,
    pub(crate) persist: bool,
    pub(crate) deadline: Option<Deadline<'a>>,
}

impl<'a> Options<'a> {
    /// An option may come twice, and the last number counts, but not beside one that contradicts it: as in Redis.
    pub(crate) fn parse(options: Arguments<'a>, is_set: bool) -> Result<Self, Error> {
        let mut parsed = Self::default();
        let mut words = options.iter();
        while let Some(word) = words.next() {
            let exclusive = parsed.keep_ttl || parsed.persist;
            match word.to_ascii_lowercase().as_slice() {
                b"nx" if is_set && !parsed.xx => parsed.nx = true,
                b"xx" if is_set && !parsed.nx => parsed.xx = true,
                b"get" if is_set => parsed.get = true,
                b"keepttl" if is_set && parsed.deadline.is_none() => parsed.keep_ttl = true,
                b"persist" if !is_set && parsed.deadline.is_none() => parsed.persist = true,
                unit => {
                    let kind = Kind::parse(unit).ok_or(Error::Syntax)?;
                    if exclusive || parsed.deadline.is_some_and(|deadline| deadline.kind != kind) {
                        return Err(Error::Syntax);
                    }
                    let number = words.next().ok_or(Error::Syntax)?;
                    parsed.deadline = Some(Deadline { kind, number });
                }
            }
        }
        Ok(parsed)
    }
}

/// A time-out as the client wrote it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline<'a> {
    pub(crate) kind: Kind,
    pub(crate) number: &'a [u8],
}

/// The unit of a time-out, and what it counts from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Seconds from now.
    Ex,
    /// Seconds from 1970.
    Exat,
    /// Milliseconds from now.
    Px,
    /// Milliseconds from 1970.
    Pxat,
}

impl Kind {
    fn parse(word: &[u8]) -> Option<Self> {
        match word {
            b"ex" => Some(Self::Ex),
            b"exat" => Some(Self::Exat),
            b"px" => Some(Self::Px),
            b"pxat" => Some(Self::Pxat),
            _ => None,
        }
    }
}

impl Deadline<'_> {
    /// The Unix time in milliseconds; it must be positive and fit.
    pub(crate) fn unix_ms(self, command: &'static str, now: i64) -> Result<i64, Error> {
        let number = integer(self.number)?;
        let (unit, base) = match self.kind {
            Kind::Ex => (1000, now),
            Kind::Exat => (1000, 0),
            Kind::Px => (1, now),
            Kind::Pxat => (1, 0),
        };
        let at = number.checked_mul(unit).and_then(|time| time.checked_add(base));
        at.filter(|_| number > 0).ok_or(Error::InvalidExpire(command))
    }
}
