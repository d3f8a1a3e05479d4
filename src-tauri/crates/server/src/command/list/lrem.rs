//! [`LREM key count element`](https://redis.io/docs/latest/commands/lrem/): removes elements that equal this one: the
//! first `count` from the left, from the right if it is negative, or all if it is 0. Replies how many. O(n) for n
//! elements in the list.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::{End, List};

pub(crate) const SPEC: Spec = Spec {
    name: "lrem",
    arity: 4,
    flags: &["write"],
    keys: &[KeySpec::one(&["RW", "delete"])],
    summary: "Remove elements from a list",
    complexity: "O(N+M) where N is the length of the list and M is the number of elements removed.",
    ..super::SPEC
};

pub(crate) fn lrem(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, count, element] = arguments.exactly()?;
    let count = integer(count)?;
    let from = if count < 0 { End::Right } else { End::Left };
    let most = match count {
        0 => usize::MAX,
        count => usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX),
    };
    let mut keys = context.keys();
    let removed = keys.edit(key, |list: &mut List| list.remove_equal(element, from, most))?.unwrap_or(0);
    if removed > 0 {
        keys.changed(Classes::LIST, "lrem", key);
    }
    reply.count(removed);
    Ok(())
}
