//! [`MSET key value [key value …]`](https://redis.io/docs/latest/commands/mset/): stores values, all or none. O(n) for n
//! keys.

use super::{Arguments, Command, Context, KeySpec, Spec};
use crate::dict::Expiry;
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "mset",
    arity: -3,
    flags: &["write", "denyoom"],
    categories: &["string"],
    keys: Some(KeySpec::all(2, &["OW", "update"])),
    tips: &["request_policy:multi_shard", "response_policy:all_succeeded"],
    group: "string",
    since: "1.0.1",
    summary: "Set multiple keys to multiple values",
    complexity: "O(N) where N is the number of keys to set.",
};

#[derive(Debug)]
pub(super) struct Mset<'a> {
    pairs: Arguments<'a>,
}

impl<'a> Command<'a> for Mset<'a> {
    fn parse(pairs: Arguments<'a>) -> Result<Self, Error> {
        if pairs.len().is_multiple_of(2) { Ok(Self { pairs }) } else { Err(pairs.wrong_arity()) }
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let mut keys = context.keys();
        let mut words = self.pairs.iter();
        while let (Some(key), Some(value)) = (words.next(), words.next()) {
            keys.set(key, value, Expiry::Never);
        }
        reply.ok();
        Ok(())
    }
}
