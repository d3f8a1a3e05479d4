//! [`ZREM key member …`](https://redis.io/docs/latest/commands/zrem/): removes members; replies how many there were.
//! O(m · log(n)).

use super::SPEC;
use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::SortedSet;

pub(crate) const ZREM: Spec = Spec {
    name: "zrem",
    arity: -3,
    flags: &["write", "fast"],
    keys: &[KeySpec::one(&["RW", "delete"])],
    since: "1.2.0",
    summary: "Remove one or more members from a sorted set",
    complexity: "O(M*log(N)) with N being the number of elements in the sorted set and M the number of elements to be \
                 removed.",
    ..SPEC
};

pub(crate) fn zrem(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], members) = arguments.split()?;
    let mut keys = context.keys();
    let removed = keys
        .edit(key, |sorted: &mut SortedSet| members.iter().filter(|member| sorted.remove(member).is_some()).count())?;
    let removed = removed.unwrap_or(0);
    if removed > 0 {
        keys.changed(Classes::SORTED_SET, "zrem", key);
    }
    reply.count(removed);
    Ok(())
}
