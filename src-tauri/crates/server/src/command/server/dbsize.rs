//! [`DBSIZE`](https://redis.io/docs/latest/commands/dbsize/): how many keys the database has, with those that have
//! expired and were not noticed yet. O(1).

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "dbsize",
    arity: 1,
    flags: &["readonly", "fast"],
    categories: &["keyspace"],
    tips: &["request_policy:all_shards", "response_policy:agg_sum"],
    group: "server",
    summary: "Return the number of keys in the selected database",
    ..spec::NONE
};

pub(crate) fn dbsize(_: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    reply.count(context.keys().len());
    Ok(())
}
