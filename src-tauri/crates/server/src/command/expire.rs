//! [`EXPIRE key seconds [NX | XX | GT | LT]`](https://redis.io/docs/latest/commands/expire/),
//! [`PEXPIRE`](https://redis.io/docs/latest/commands/pexpire/) in milliseconds,
//! [`EXPIREAT`](https://redis.io/docs/latest/commands/expireat/) and
//! [`PEXPIREAT`](https://redis.io/docs/latest/commands/pexpireat/) at a Unix time: give a key a time-out; one in the
//! past deletes it. Reply 1 if it was set, 0 if there is no such key or the condition does not hold. O(1).

use super::{Arguments, Command, Context, KeySpec, Spec, integer, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const EXPIRE: Spec = Spec { name: "expire", summary: "Set a key's time to live in seconds", ..SPEC };

pub(super) const EXPIREAT: Spec =
    Spec { name: "expireat", since: "1.2.0", summary: "Set the expiration for a key as a UNIX timestamp", ..SPEC };

pub(super) const PEXPIRE: Spec =
    Spec { name: "pexpire", since: "2.6.0", summary: "Set a key's time to live in milliseconds", ..SPEC };

pub(super) const PEXPIREAT: Spec = Spec {
    name: "pexpireat",
    since: "2.6.0",
    summary: "Set the expiration for a key as a UNIX timestamp specified in milliseconds",
    ..SPEC
};

const SPEC: Spec = Spec {
    arity: -3,
    flags: &["write", "fast"],
    categories: &["keyspace"],
    keys: Some(KeySpec::one(&["RW", "update"])),
    group: "generic",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Expire<'a> {
    command: &'static str,
    key: &'a [u8],
    /// Milliseconds, from now or from 1970.
    time: i64,
    from_now: bool,
    condition: Condition,
}

/// When the new time-out is set.
#[derive(Debug, Default)]
struct Condition {
    /// Only if there was none.
    nx: bool,
    /// Only if there was one.
    xx: bool,
    /// Only if it is later; none is later than any.
    gt: bool,
    /// Only if it is earlier.
    lt: bool,
}

impl<'a> Command<'a> for Expire<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let command = arguments.name();
        let (unit, from_now) = match command {
            "expire" => (1000, true),
            "expireat" => (1000, false),
            "pexpire" => (1, true),
            _ => (1, false),
        };
        let ([key, time], options) = arguments.split()?;
        let condition = Condition::parse(options)?;
        let time = integer(time)?.checked_mul(unit).ok_or(Error::InvalidExpire(command))?;
        Ok(Self { command, key, time, from_now, condition })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let base = if self.from_now { context.now } else { 0 };
        let at = self.time.checked_add(base).ok_or(Error::InvalidExpire(self.command))?;
        let mut keys = context.keys();
        let holds = keys.peek(self.key).is_some_and(|entry| self.condition.holds(entry.expires_at(), at));
        if holds {
            keys.set_expiry(self.key, Some(at));
        }
        reply.count(usize::from(holds));
        Ok(())
    }
}

impl Condition {
    fn parse(options: Arguments<'_>) -> Result<Self, Error> {
        let mut condition = Self::default();
        for option in options.iter() {
            match option.to_ascii_lowercase().as_slice() {
                b"nx" => condition.nx = true,
                b"xx" => condition.xx = true,
                b"gt" => condition.gt = true,
                b"lt" => condition.lt = true,
                _ => return Err(Error::ExpireOption(option.to_vec())),
            }
        }
        let Self { nx, xx, gt, lt } = condition;
        if nx && (xx || gt || lt) {
            return Err(Error::ExpireNx);
        }
        if gt && lt {
            return Err(Error::ExpireGtLt);
        }
        Ok(condition)
    }

    fn holds(&self, current: Option<i64>, new: i64) -> bool {
        let Self { nx, xx, gt, lt } = *self;
        match current {
            None => !xx && !gt,
            Some(current) => !(nx || gt && new <= current || lt && new >= current),
        }
    }
}
