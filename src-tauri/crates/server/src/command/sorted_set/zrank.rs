//! [`ZRANK key member`](https://redis.io/docs/latest/commands/zrank/): how many members come before this one, and
//! [`ZREVRANK`](https://redis.io/docs/latest/commands/zrevrank/): how many behind it; null if it is not there.
//! O(log(n)).

use super::SPEC;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::SortedSet;

pub(crate) const ZRANK: Spec = Spec {
    name: "zrank",
    arity: 3,
    flags: &["readonly", "fast"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "2.0.0",
    summary: "Determine the index of a member in a sorted set",
    complexity: "O(log(N))",
    ..SPEC
};

pub(crate) const ZREVRANK: Spec = Spec {
    name: "zrevrank",
    arity: 3,
    flags: &["readonly", "fast"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "2.0.0",
    summary: "Determine the index of a member in a sorted set, with scores ordered from high to low",
    complexity: "O(log(N))",
    ..SPEC
};

pub(crate) fn zrank(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let reverse = arguments.name() == ZREVRANK.name;
    let [key, member] = arguments.exactly()?;
    let mut keys = context.keys();
    let sorted = keys.read_as::<SortedSet>(key)?;
    match sorted.and_then(|sorted| Some((sorted.rank(member)?, sorted.len()))) {
        Some((rank, len)) => reply.count(if reverse { len.saturating_sub(rank + 1) } else { rank }),
        None => reply.null(),
    }
    Ok(())
}
