//! [`HINCRBYFLOAT key field amount`](https://redis.io/docs/latest/commands/hincrbyfloat/): adds to the number a field
//! holds, which need not be whole, 0 if there is none; replies the sum. O(1).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::number::LongDouble;
use crate::reply::Reply;
use crate::value::Hash;

pub(crate) const SPEC: Spec = Spec {
    name: "hincrbyfloat",
    arity: 4,
    flags: &["write", "denyoom", "fast"],
    categories: &["hash"],
    keys: &[KeySpec::one(&["RW", "access", "update"])],
    group: "hash",
    since: "2.6.0",
    summary: "Increment the float value of a hash field by the given amount",
    ..spec::NONE
};

pub(crate) fn hincrbyfloat(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let [key, field, amount] = arguments.exactly()?;
    let amount = LongDouble::parse(amount).ok_or(Error::NotAFloat)?;
    if amount.is_infinite() {
        return Err(Error::Message("ERR value is NaN or Infinity"));
    }
    let mut keys = context.keys();
    // There is no error in adding to 0: no hash is made that stays empty.
    let sum: Result<String, Error> = keys.edit_or_new(key, |hash: &mut Hash| {
        let value = LongDouble::parse(hash.get(field).unwrap_or(b"0"));
        let value = value.ok_or(Error::Message("ERR hash value is not a float"))?;
        let sum = value.plus(amount).ok_or(Error::NotFinite)?.to_string();
        hash.set(field, sum.as_bytes());
        Ok(sum)
    })?;
    let sum = sum?;
    keys.changed(Classes::HASH, "hincrbyfloat", key);
    reply.bulk(sum.as_bytes());
    Ok(())
}
