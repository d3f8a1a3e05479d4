//! [`ZREMRANGEBYRANK key start stop`](https://redis.io/docs/latest/commands/zremrangebyrank/),
//! [`ZREMRANGEBYSCORE key min max`](https://redis.io/docs/latest/commands/zremrangebyscore/) and
//! [`ZREMRANGEBYLEX key min max`](https://redis.io/docs/latest/commands/zremrangebylex/): remove the members of a range;
//! reply how many there were. O(m · log(n)).

use super::SPEC;
use super::bounds::{Bounds, By};
use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::SortedSet;

pub(crate) const ZREMRANGEBYLEX: Spec = Spec {
    name: "zremrangebylex",
    arity: 4,
    flags: &["write"],
    keys: &[KeySpec::one(&["RW", "delete"])],
    since: "2.8.9",
    summary: "Remove all members in a sorted set between the given lexicographical range",
    complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements \
                 removed by the operation.",
    ..SPEC
};

pub(crate) const ZREMRANGEBYRANK: Spec = Spec {
    name: "zremrangebyrank",
    arity: 4,
    flags: &["write"],
    keys: &[KeySpec::one(&["RW", "delete"])],
    since: "2.0.0",
    summary: "Remove all members in a sorted set within the given indexes",
    complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements \
                 removed by the operation.",
    ..SPEC
};

pub(crate) const ZREMRANGEBYSCORE: Spec = Spec {
    name: "zremrangebyscore",
    arity: 4,
    flags: &["write"],
    keys: &[KeySpec::one(&["RW", "delete"])],
    since: "1.2.0",
    summary: "Remove all members in a sorted set within the given scores",
    complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements \
                 removed by the operation.",
    ..SPEC
};

pub(crate) fn zremrange(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let event = arguments.name();
    let by = match event {
        "zremrangebyrank" => By::Rank,
        "zremrangebyscore" => By::Score,
        _ => By::Lex,
    };
    let [key, from, to] = arguments.exactly()?;
    let bounds = Bounds::parse(by, from, to)?;
    let mut keys = context.keys();
    let removed = keys.edit(key, |sorted: &mut SortedSet| sorted.remove_range(bounds.ranks(sorted, false)))?;
    let removed = removed.unwrap_or(0);
    if removed > 0 {
        keys.changed(Classes::SORTED_SET, event, key);
    }
    reply.count(removed);
    Ok(())
}
