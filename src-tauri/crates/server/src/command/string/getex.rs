//! [`GETEX key [EX s | PX ms | EXAT s | PXAT ms | PERSIST]`](https://redis.io/docs/latest/commands/getex/): replies the
//! key's value, or null, and sets or removes its time-out. O(1).

use super::set::Options;
use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "getex",
    arity: -2,
    flags: &["write", "fast"],
    categories: &["string"],
    keys: &[KeySpec { notes: "RW and UPDATE because it changes the TTL", ..KeySpec::one(&["RW", "access", "update"]) }],
    group: "string",
    since: "6.2.0",
    summary: "Get the value of a key and optionally set its expiration",
    ..spec::NONE
};

pub(crate) fn getex(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], options) = arguments.split()?;
    let Options { deadline, persist, .. } = Options::parse(options, false)?;
    let now = context.now;
    let mut keys = context.keys();
    let Some(value) = keys.read_string(key)? else {
        reply.null();
        return Ok(());
    };
    // Only now: without a key, Redis does not look at the number.
    let at = deadline.map(|deadline| deadline.unix_ms(SPEC.name, now)).transpose()?;
    reply.bulk(value);
    if let Some(at) = at {
        let gone = keys.set_expiry(key, Some(at));
        keys.changed(Classes::GENERIC, if gone { "del" } else { "expire" }, key);
    } else if persist && keys.expires_at(key).is_some() {
        keys.set_expiry(key, None);
        keys.changed(Classes::GENERIC, "persist", key);
    }
    Ok(())
}
