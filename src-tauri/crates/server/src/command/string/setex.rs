//! [`SETEX key seconds value`](https://redis.io/docs/latest/commands/setex/) and
//! [`PSETEX`](https://redis.io/docs/latest/commands/psetex/) in milliseconds: store a value with a time-out. O(1).

use super::set::{Deadline, Kind};
use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::dict::Expiry;
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const PSETEX: Spec =
    Spec { name: "psetex", since: "2.6.0", summary: "Set the value and expiration in milliseconds of a key", ..SPEC };

pub(crate) const SETEX: Spec =
    Spec { name: "setex", since: "2.0.0", summary: "Set the value and expiration of a key", ..SPEC };

const SPEC: Spec = Spec {
    arity: 4,
    flags: &["write", "denyoom"],
    categories: &["string"],
    keys: &[KeySpec::one(&["OW", "update"])],
    group: "string",
    ..spec::NONE
};

pub(crate) fn setex(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let command = arguments.name();
    let kind = if command == SETEX.name { Kind::Ex } else { Kind::Px };
    let [key, number, value] = arguments.exactly()?;
    let at = Deadline { kind, number }.unix_ms(command, context.now)?;
    let mut keys = context.keys();
    keys.set(key, value, Expiry::At(at));
    keys.changed(Classes::STRING, "set", key);
    keys.notify(Classes::GENERIC, "expire", key);
    reply.ok();
    Ok(())
}
