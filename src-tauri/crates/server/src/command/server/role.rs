//! [`ROLE`](https://redis.io/docs/latest/commands/role/): replies that this server is a master without replicas. O(1).

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "role",
    arity: 1,
    flags: &["noscript", "loading", "stale", "fast"],
    categories: &["admin", "dangerous"],
    group: "server",
    since: "2.8.12",
    summary: "Return the role of the instance in the context of replication",
    ..spec::NONE
};

pub(crate) fn role(_: Arguments<'_>, _: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    reply.array(3);
    reply.bulk(b"master");
    // How far it has told its replicas, and which they are.
    reply.integer(0);
    reply.array(0);
    Ok(())
}
