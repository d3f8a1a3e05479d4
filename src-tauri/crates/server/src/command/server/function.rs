//! [`FUNCTION FLUSH`](https://redis.io/docs/latest/commands/function-flush/): there are no functions, so all are gone. Redis's
//! tests begin with it.

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "function",
    arity: -2,
    group: "scripting",
    since: "7.0.0",
    summary: "A container for function commands",
    complexity: "Depends on subcommand.",
    ..spec::NONE
};

pub(crate) const FLUSH: Spec = Spec {
    name: "function|flush",
    arity: -2,
    flags: &["write", "noscript"],
    categories: &["scripting"],
    tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
    group: "scripting",
    since: "7.0.0",
    summary: "Deleting all functions",
    complexity: "O(N) where N is the number of functions deleted",
    ..spec::NONE
};

pub(crate) fn flush(_: Arguments<'_>, _: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    reply.ok();
    Ok(())
}
