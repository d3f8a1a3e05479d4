//! [`HINCRBY key field amount`](https://redis.io/docs/latest/commands/hincrby/): adds to the number a field holds, 0 if
//! there is none; replies the sum. O(1).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Hash;

pub(crate) const SPEC: Spec = Spec {
    name: "hincrby",
    arity: 4,
    flags: &["write", "denyoom", "fast"],
    categories: &["hash"],
    keys: &[KeySpec::one(&["RW", "access", "update"])],
    group: "hash",
    since: "2.0.0",
    summary: "Increment the integer value of a hash field by the given number",
    ..spec::NONE
};

pub(crate) fn hincrby(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, field, amount] = arguments.exactly()?;
    let amount = integer(amount)?;
    let mut keys = context.keys();
    // There is no error in adding to 0: no hash is made that stays empty.
    let sum: Result<i64, Error> = keys.edit_or_new(key, |hash: &mut Hash| {
        let not_an_integer = |_| Error::Message("ERR hash value is not an integer");
        let value = hash.get(field).map_or(Ok(0), integer).map_err(not_an_integer)?;
        let sum = value.checked_add(amount).ok_or(Error::IncrementOverflow)?;
        hash.set(field, itoa::Buffer::new().format(sum).as_bytes());
        Ok(sum)
    })?;
    let sum = sum?;
    keys.changed(Classes::HASH, "hincrby", key);
    reply.integer(sum);
    Ok(())
}
