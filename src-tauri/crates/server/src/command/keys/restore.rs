//! [`RESTORE key ttl value [REPLACE] [ABSTTL] [IDLETIME seconds] [FREQ count]`](https://redis.io/docs/latest/commands/restore/):
//! puts a value that `DUMP` wrote into a key. The time-out is in milliseconds, 0 is none; `ABSTTL` makes it a Unix time.
//! O(n) for n elements.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec};
use crate::dump;
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "restore",
    arity: -4,
    flags: &["write", "denyoom"],
    categories: &["keyspace", "dangerous"],
    keys: &[KeySpec::one(&["OW", "update"])],
    group: "generic",
    since: "2.6.0",
    summary: "Create a key using the provided serialized value, previously obtained using DUMP.",
    complexity: "O(1) to create the new key and additional O(N*M) to reconstruct the serialized value, where N is the \
                 number of Redis objects composing the value and M their average size. For small string values the \
                 time complexity is thus O(1)+O(1*M) where M is small, so simply O(1). However for sorted set values \
                 the complexity is O(N*M*log(N)) because inserting values into sorted sets is O(log(N)).",
    ..spec::NONE
};

pub(crate) fn restore(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key, ttl, dumped], options) = arguments.split()?;
    let Options { replace, absolute, idle, frequency } = Options::parse(options)?;
    let (now, longest) = (context.now, context.state.settings.limits.max_bulk);
    let mut keys = context.keys();
    if !replace && keys.peek(key).is_some() {
        return Err(Error::Message("BUSYKEY Target key name already exists."));
    }
    let ttl = integer(ttl)?;
    if ttl < 0 {
        return Err(Error::Message("ERR Invalid TTL value, must be >= 0"));
    }
    let content = dump::content(dumped).ok_or(Error::Message("ERR DUMP payload version or checksum are wrong"))?;
    let value = dump::read(content, longest).ok_or(Error::Message("ERR Bad data format"))?;
    let expires_at = match ttl {
        0 => None,
        ttl if absolute => Some(ttl),
        ttl => Some(ttl.saturating_add(now)),
    };
    if expires_at.is_some_and(|at| at <= now) {
        if replace && keys.remove(key) {
            keys.changed(Classes::GENERIC, "del", key);
        }
    } else {
        keys.put(key, value, expires_at);
        if idle.is_some() || frequency.is_some() {
            keys.set_usage(key, idle, frequency);
        }
        keys.changed(Classes::GENERIC, "restore", key);
    }
    reply.ok();
    Ok(())
}

#[derive(Debug, Default)]
struct Options {
    replace: bool,
    /// The time-out is a Unix time.
    absolute: bool,
    /// Seconds since the last use.
    idle: Option<i64>,
    /// How often it was used, for LFU.
    frequency: Option<i64>,
}

impl Options {
    fn parse(options: Arguments<'_>) -> Result<Self, Error> {
        let mut parsed = Self::default();
        let mut words = options.iter();
        while let Some(word) = words.next() {
            match word.to_ascii_lowercase().as_slice() {
                b"replace" => parsed.replace = true,
                b"absttl" => parsed.absolute = true,
                b"idletime" if parsed.frequency.is_none() => {
                    let idle = integer(words.next().ok_or(Error::Syntax)?)?;
                    if idle < 0 {
                        return Err(Error::Message("ERR Invalid IDLETIME value, must be >= 0"));
                    }
                    parsed.idle = Some(idle);
                }
                b"freq" if parsed.idle.is_none() => {
                    let frequency = integer(words.next().ok_or(Error::Syntax)?)?;
                    if !(0..=255).contains(&frequency) {
                        return Err(Error::Message("ERR Invalid FREQ value, must be >= 0 and <= 255"));
                    }
                    parsed.frequency = Some(frequency);
                }
                _ => return Err(Error::Syntax),
            }
        }
        Ok(parsed)
    }
}
