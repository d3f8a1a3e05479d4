//! [`TIME`](https://redis.io/docs/latest/commands/time/): replies the server's clock, as Unix seconds and microseconds.
//! O(1).

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "time",
    arity: 1,
    flags: &["loading", "stale", "fast"],
    tips: &["nondeterministic_output"],
    group: "server",
    since: "2.6.0",
    summary: "Return the current server time",
    ..spec::NONE
};

pub(crate) fn time(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let micros = context.shared.clock.unix_us();
    reply.array(2);
    reply.bulk_number(micros / 1_000_000);
    reply.bulk_number(micros % 1_000_000);
    Ok(())
}
