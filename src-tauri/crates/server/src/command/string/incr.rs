//! [`INCR key`](https://redis.io/docs/latest/commands/incr/),
//! [`DECR`](https://redis.io/docs/latest/commands/decr/),
//! [`INCRBY key amount`](https://redis.io/docs/latest/commands/incrby/) and
//! [`DECRBY`](https://redis.io/docs/latest/commands/decrby/): add to the number a key holds, 0 if there is none; reply
//! the sum. The time-out stays. O(1).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec};
use crate::dict::Expiry;
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const DECR: Spec =
    Spec { name: "decr", arity: 2, summary: "Decrement the integer value of a key by one", ..SPEC };

pub(crate) const DECRBY: Spec =
    Spec { name: "decrby", arity: 3, summary: "Decrement the integer value of a key by the given number", ..SPEC };

pub(crate) const INCR: Spec =
    Spec { name: "incr", arity: 2, summary: "Increment the integer value of a key by one", ..SPEC };

pub(crate) const INCRBY: Spec =
    Spec { name: "incrby", arity: 3, summary: "Increment the integer value of a key by the given amount", ..SPEC };

const SPEC: Spec = Spec {
    flags: &["write", "denyoom", "fast"],
    categories: &["string"],
    keys: &[KeySpec::one(&["RW", "access", "update"])],
    group: "string",
    ..spec::NONE
};

pub(crate) fn incr(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], rest) = arguments.split()?;
    let amount = match arguments.name() {
        "incr" => 1,
        "decr" => -1,
        name => {
            let [amount] = rest.exactly()?;
            let amount = integer(amount)?;
            if name == INCRBY.name { amount } else { amount.checked_neg().ok_or(Error::DecrementOverflow)? }
        }
    };
    let mut keys = context.keys();
    let value = keys.peek_string(key)?.map_or(Ok(0), integer)?;
    let sum = value.checked_add(amount).ok_or(Error::IncrementOverflow)?;
    keys.set(key, itoa::Buffer::new().format(sum).as_bytes(), Expiry::Keep);
    keys.changed(Classes::STRING, "incrby", key);
    reply.integer(sum);
    Ok(())
}
