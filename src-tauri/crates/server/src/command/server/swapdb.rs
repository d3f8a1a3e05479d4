//! [`SWAPDB index index`](https://redis.io/docs/latest/commands/swapdb/): exchanges the keys of two databases. O(n) for n
//! clients that watch keys or wait for some.

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "swapdb",
    arity: 3,
    flags: &["write", "fast"],
    categories: &["keyspace", "dangerous"],
    group: "server",
    since: "4.0.0",
    summary: "Swaps two Redis databases",
    complexity: "O(N) where N is the count of clients watching or blocking on keys from both databases.",
    ..spec::NONE
};

pub(crate) fn swapdb(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [first, second] = arguments.exactly()?;
    let index = |word, message| crate::request::integer(word).ok_or(Error::Message(message));
    let first = index(first, "ERR invalid first DB index")?;
    let second = index(second, "ERR invalid second DB index")?;
    let databases = context.state.keyspace.databases().len();
    let known = |index: i64| usize::try_from(index).ok().filter(|index| *index < databases);
    let (Some(first), Some(second)) = (known(first), known(second)) else { return Err(Error::IndexOutOfRange) };
    context.state.keyspace.swap(first, second);
    reply.ok();
    Ok(())
}
