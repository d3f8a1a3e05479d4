//! [`ZRANDMEMBER key [count [WITHSCORES]]`](https://redis.io/docs/latest/commands/zrandmember/): a random member, or null.
//! With a count: so many different ones, or, if it is negative, so many of which some may be the same. O(count).

use super::SPEC;
use crate::command::{Arguments, Context, KeySpec, Spec, integer};
use crate::error::Error;
use crate::random::Random;
use crate::reply::Reply;
use crate::value::SortedSet;

pub(crate) const ZRANDMEMBER: Spec = Spec {
    name: "zrandmember",
    arity: -2,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    tips: &["nondeterministic_output"],
    since: "6.2.0",
    summary: "Get one or multiple random elements from a sorted set",
    complexity: "O(N) where N is the number of elements returned",
    ..SPEC
};

pub(crate) fn zrandmember(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let ([key], options) = arguments.split()?;
    let mut random = Random(context.state.keyspace.random().next());
    let mut options = options.iter();
    let Some(count) = options.next() else {
        let mut keys = context.keys();
        let sorted = keys.read_as::<SortedSet>(key)?;
        let member = sorted.and_then(|sorted| sorted.any(random.below(sorted.len())?));
        reply.bulk_or_null(member.map(|(member, _)| member));
        return Ok(());
    };
    let count = match integer(count)? {
        i64::MIN => return Err(Error::IntegerRange(-i64::MAX, i64::MAX)),
        count => count,
    };
    let with_scores = match (options.next(), options.next()) {
        (None, _) => false,
        (Some(option), None) if option.eq_ignore_ascii_case(b"withscores") => true,
        _ => return Err(Error::Syntax),
    };
    if with_scores && !(-i64::MAX / 2..=i64::MAX / 2).contains(&count) {
        return Err(Error::Message("ERR value is out of range"));
    }
    let mut keys = context.keys();
    let Some(sorted) = keys.read_as::<SortedSet>(key)? else {
        reply.array(0);
        return Ok(());
    };
    let len = sorted.len();
    let wanted = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    let write = |reply: &mut Reply<'_>, place: Option<usize>| {
        let Some((member, score)) = place.and_then(|place| sorted.any(place)) else { return };
        if with_scores {
            reply.pair();
        }
        reply.bulk(member);
        if with_scores {
            reply.double(score);
        }
    };
    let replies = if count < 0 { wanted } else { wanted.min(len) };
    if with_scores {
        reply.pairs(replies);
    } else {
        reply.array(replies);
    }
    if count >= 0 {
        random.distinct(replies, len).into_iter().for_each(|place| write(reply, Some(place)));
        return Ok(());
    }
    for _ in 0..wanted {
        if reply.overflowed() {
            break;
        }
        write(reply, random.below(len));
    }
    Ok(())
}
