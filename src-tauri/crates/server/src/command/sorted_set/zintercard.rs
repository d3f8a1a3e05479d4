//! [`ZINTERCARD numkeys key … [LIMIT limit]`](https://redis.io/docs/latest/commands/zintercard/): how many members all the
//! sorted sets have, counted up to the limit; 0 is no limit. O(n · k) for the smallest of k sorted sets.

use super::SPEC;
use super::combine::{self, Source};
use crate::command::{Arguments, Context, KeySpec, Spec, integer};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const ZINTERCARD: Spec = Spec {
    name: "zintercard",
    arity: -3,
    flags: &["readonly", "movablekeys"],
    keys: &[KeySpec::counted(1, &["RO", "access"])],
    since: "7.0.0",
    summary: "Intersect multiple sorted sets and return the cardinality of the result",
    complexity: "O(N*K) worst case with N being the smallest input sorted set, K being the number of input sorted \
                 sets.",
    ..SPEC
};

pub(crate) fn zintercard(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let mut keys = context.keys();
    let (sources, options) = combine::sources(arguments, &mut keys)?;
    let mut limit = 0;
    let mut options = options.iter();
    while let Some(option) = options.next() {
        if !option.eq_ignore_ascii_case(b"limit") {
            return Err(Error::Syntax);
        }
        let number = integer(options.next().ok_or(Error::Syntax)?).ok();
        limit = number
            .and_then(|number| usize::try_from(number).ok())
            .ok_or(Error::Message("ERR LIMIT can't be negative"))?;
    }
    let most = if limit == 0 { usize::MAX } else { limit };
    let mut sources: Vec<Source<'_>> = sources.iter().map(|key| Source::find(&keys, key)).collect();
    sources.sort_by_key(Source::len);
    let count = sources.split_first().map_or(0, |(first, others)| {
        let everywhere = |member: &[u8]| others.iter().all(|other| other.score(member).is_some());
        first.iter().filter(|(member, _)| everywhere(member)).take(most).count()
    });
    reply.count(count);
    Ok(())
}
