//! [`EXPIRE key seconds [NX | XX | GT | LT]`](https://redis.io/docs/latest/commands/expire/),
//! [`PEXPIRE`](https://redis.io/docs/latest/commands/pexpire/) in milliseconds,
//! [`EXPIREAT`](https://redis.io/docs/latest/commands/expireat/) and
//! [`PEXPIREAT`](https://redis.io/docs/latest/commands/pexpireat/) at a Unix time: give a key a time-out; one in the
//! past deletes it. Reply 1 if it was set, 0 if there is no such key or the condition does not hold. O(1).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const EXPIRE: Spec = Spec { name: "expire", summary: "Set a key's time to live in seconds", ..SPEC };

pub(crate) const EXPIREAT: Spec =
    Spec { name: "expireat", since: "1.2.0", summary: "Set the expiration for a key as a UNIX timestamp", ..SPEC };

pub(crate) const PEXPIRE: Spec =
    Spec { name: "pexpire", since: "2.6.0", summary: "Set a key's time to live in milliseconds", ..SPEC };

pub(crate) const PEXPIREAT: Spec = Spec {
    name: "pexpireat",
    since: "2.6.0",
    summary: "Set the expiration for a key as a UNIX timestamp specified in milliseconds",
    ..SPEC
};

const SPEC: Spec = Spec {
    arity: -3,
    flags: &["write", "fast"],
    categories: &["keyspace"],
    keys: &[KeySpec::one(&["RW", "update"])],
    group: "generic",
    ..spec::NONE
};

pub(crate) fn expire(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let command = arguments.name();
    let (unit, base) = match command {
        "expire" => (1000, context.now),
        "expireat" => (1000, 0),
        "pexpire" => (1, context.now),
        _ => (1, 0),
    };
    let ([key, time], options) = arguments.split()?;
    let condition = Condition::parse(options)?;
    let at = integer(time)?.checked_mul(unit).and_then(|time| time.checked_add(base));
    let at = at.ok_or(Error::InvalidExpire(command))?;
    let mut keys = context.keys();
    let holds = keys.peek(key).is_some() && condition.holds(keys.expires_at(key), at);
    if holds {
        let gone = keys.set_expiry(key, Some(at));
        keys.changed(Classes::GENERIC, if gone { "del" } else { "expire" }, key);
    }
    reply.count(usize::from(holds));
    Ok(())
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
