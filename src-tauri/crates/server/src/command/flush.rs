//! [`FLUSHDB [ASYNC | SYNC]`](https://redis.io/docs/latest/commands/flushdb/) and
//! [`FLUSHALL`](https://redis.io/docs/latest/commands/flushall/): delete all keys of the database, or of all of them.
//! O(n) for n keys, at once either way.

use super::{Arguments, Command, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const FLUSHALL: Spec = Spec {
    name: "flushall",
    summary: "Remove all keys from all databases",
    complexity: "O(N) where N is the total number of keys in all databases",
    ..SPEC
};

pub(super) const FLUSHDB: Spec = Spec {
    name: "flushdb",
    summary: "Remove all keys from the current database",
    complexity: "O(N) where N is the number of keys in the selected database",
    ..SPEC
};

const SPEC: Spec = Spec {
    arity: -1,
    flags: &["write"],
    categories: &["keyspace", "dangerous"],
    tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
    group: "server",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Flush {
    all: bool,
}

impl<'a> Command<'a> for Flush {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let known = |option: &[u8]| option.eq_ignore_ascii_case(b"async") || option.eq_ignore_ascii_case(b"sync");
        if arguments.len() > 1 || !arguments.iter().all(known) {
            return Err(Error::Syntax);
        }
        Ok(Self { all: arguments.name() == FLUSHALL.name })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        if self.all {
            context.keyspace.clear();
        } else {
            context.keys().clear();
        }
        reply.ok();
        Ok(())
    }
}
