//! [`INCRBYFLOAT key amount`](https://redis.io/docs/latest/commands/incrbyfloat/): adds to the number a key holds, which
//! need not be whole, 0 if there is none; replies the sum. The time-out stays. O(1).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::dict::Expiry;
use crate::error::Error;
use crate::number::LongDouble;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "incrbyfloat",
    arity: 3,
    flags: &["write", "denyoom", "fast"],
    categories: &["string"],
    keys: &[KeySpec::one(&["RW", "access", "update"])],
    group: "string",
    since: "2.6.0",
    summary: "Increment the float value of a key by the given amount",
    ..spec::NONE
};

pub(crate) fn incrbyfloat(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let [key, amount] = arguments.exactly()?;
    let mut keys = context.keys();
    let value = LongDouble::parse(keys.peek_string(key)?.unwrap_or(b"0")).ok_or(Error::NotAFloat)?;
    let amount = LongDouble::parse(amount).ok_or(Error::NotAFloat)?;
    let sum = value.plus(amount).ok_or(Error::NotFinite)?.to_string();
    keys.set(key, sum.as_bytes(), Expiry::Keep);
    keys.changed(Classes::STRING, "incrbyfloat", key);
    reply.bulk(sum.as_bytes());
    Ok(())
}
