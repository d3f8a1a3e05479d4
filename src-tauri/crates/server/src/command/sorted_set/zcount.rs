//! [`ZCOUNT key min max`](https://redis.io/docs/latest/commands/zcount/): how many members have a score between two, and
//! [`ZLEXCOUNT`](https://redis.io/docs/latest/commands/zlexcount/): how many members of one score stand between two.
//! O(log(n)).

use super::SPEC;
use super::bounds::{Bounds, By};
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::SortedSet;

pub(crate) const ZCOUNT: Spec = Spec {
    name: "zcount",
    arity: 4,
    flags: &["readonly", "fast"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "2.0.0",
    summary: "Count the members in a sorted set with scores within the given values",
    complexity: "O(log(N)) with N being the number of elements in the sorted set.",
    ..SPEC
};

pub(crate) const ZLEXCOUNT: Spec = Spec {
    name: "zlexcount",
    arity: 4,
    flags: &["readonly", "fast"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "2.8.9",
    summary: "Count the number of members in a sorted set between a given lexicographical range",
    complexity: "O(log(N)) with N being the number of elements in the sorted set.",
    ..SPEC
};

pub(crate) fn zcount(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let by = if arguments.name() == ZCOUNT.name { By::Score } else { By::Lex };
    let [key, from, to] = arguments.exactly()?;
    let bounds = Bounds::parse(by, from, to)?;
    reply.count(context.keys().read_as(key)?.map_or(0, |sorted: &SortedSet| bounds.ranks(sorted, false).len()));
    Ok(())
}
