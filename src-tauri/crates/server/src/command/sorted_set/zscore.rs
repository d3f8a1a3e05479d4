//! [`ZSCORE key member`](https://redis.io/docs/latest/commands/zscore/) replies a member's score, or null;
//! [`ZMSCORE key member …`](https://redis.io/docs/latest/commands/zmscore/) several. O(1) a member.

use super::SPEC;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::SortedSet;

pub(crate) const ZMSCORE: Spec = Spec {
    name: "zmscore",
    arity: -3,
    flags: &["readonly", "fast"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "6.2.0",
    summary: "Get the score associated with the given members in a sorted set",
    complexity: "O(N) where N is the number of members being requested.",
    ..SPEC
};

pub(crate) const ZSCORE: Spec = Spec {
    name: "zscore",
    arity: 3,
    flags: &["readonly", "fast"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "1.2.0",
    summary: "Get the score associated with the given member in a sorted set",
    ..SPEC
};

pub(crate) fn zscore(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, member] = arguments.exactly()?;
    let mut keys = context.keys();
    let sorted = keys.read_as::<SortedSet>(key)?;
    reply.double_or_null(sorted.and_then(|sorted| sorted.score(member)));
    Ok(())
}

pub(crate) fn zmscore(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], members) = arguments.split()?;
    let mut keys = context.keys();
    let sorted = keys.read_as::<SortedSet>(key)?;
    reply.array(members.len());
    for member in members.iter() {
        reply.double_or_null(sorted.and_then(|sorted| sorted.score(member)));
    }
    Ok(())
}
