//! [`ZRANGE key start stop [BYSCORE | BYLEX] [REV] [LIMIT offset count] [WITHSCORES]`](https://redis.io/docs/latest/commands/zrange/):
//! the members of a range in order, and what was before it: [`ZREVRANGE`](https://redis.io/docs/latest/commands/zrevrange/),
//! [`ZRANGEBYSCORE`](https://redis.io/docs/latest/commands/zrangebyscore/),
//! [`ZREVRANGEBYSCORE`](https://redis.io/docs/latest/commands/zrevrangebyscore/),
//! [`ZRANGEBYLEX`](https://redis.io/docs/latest/commands/zrangebylex/) and
//! [`ZREVRANGEBYLEX`](https://redis.io/docs/latest/commands/zrevrangebylex/).
//! [`ZRANGESTORE destination source …`](https://redis.io/docs/latest/commands/zrangestore/) puts them into a key and
//! replies how many there are. O(log(n) + m).

use std::ops::Range;

use super::SPEC;
use super::bounds::{Bounds, By};
use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::SortedSet;

pub(crate) const ZRANGE: Spec = Spec {
    name: "zrange",
    arity: -4,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "1.2.0",
    summary: "Return a range of members in a sorted set",
    complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements \
                 returned.",
    ..SPEC
};

pub(crate) const ZRANGEBYLEX: Spec = Spec {
    name: "zrangebylex",
    arity: -4,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "2.8.9",
    summary: "Return a range of members in a sorted set, by lexicographical range",
    complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being \
                 returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can \
                 consider it O(log(N)).",
    ..SPEC
};

pub(crate) const ZRANGEBYSCORE: Spec = Spec {
    name: "zrangebyscore",
    arity: -4,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "1.0.5",
    summary: "Return a range of members in a sorted set, by score",
    complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being \
                 returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can \
                 consider it O(log(N)).",
    ..SPEC
};

pub(crate) const ZRANGESTORE: Spec = Spec {
    name: "zrangestore",
    arity: -5,
    flags: &["write", "denyoom"],
    keys: &[KeySpec::one(&["OW", "update"]), KeySpec::at(2, &["RO", "access"])],
    since: "6.2.0",
    summary: "Store a range of members from sorted set into another key",
    complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements stored \
                 into the destination key.",
    ..SPEC
};

pub(crate) const ZREVRANGE: Spec = Spec {
    name: "zrevrange",
    arity: -4,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "1.2.0",
    summary: "Return a range of members in a sorted set, by index, with scores ordered from high to low",
    complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements \
                 returned.",
    ..SPEC
};

pub(crate) const ZREVRANGEBYLEX: Spec = Spec {
    name: "zrevrangebylex",
    arity: -4,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "2.8.9",
    summary: "Return a range of members in a sorted set, by lexicographical range, ordered from higher to lower \
              strings.",
    complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being \
                 returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can \
                 consider it O(log(N)).",
    ..SPEC
};

pub(crate) const ZREVRANGEBYSCORE: Spec = Spec {
    name: "zrevrangebyscore",
    arity: -4,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "2.2.0",
    summary: "Return a range of members in a sorted set, by score, with scores ordered from high to low",
    complexity: "O(log(N)+M) with N being the number of elements in the sorted set and M the number of elements being \
                 returned. If M is constant (e.g. always asking for the first 10 elements with LIMIT), you can \
                 consider it O(log(N)).",
    ..SPEC
};

pub(crate) fn zrange(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let name = arguments.name();
    let ([key, from, to], options) = arguments.split()?;
    let query = Query::parse(name, from, to, options)?;
    let mut keys = context.keys();
    let Some(sorted) = keys.read_as::<SortedSet>(key)? else {
        reply.array(0);
        return Ok(());
    };
    let ranks = query.ranks(sorted);
    if query.with_scores {
        reply.pairs(ranks.len());
    } else {
        reply.array(ranks.len());
    }
    let write = |(member, score): (&[u8], f64)| {
        if query.with_scores {
            reply.pair();
        }
        reply.bulk(member);
        if query.with_scores {
            reply.double(score);
        }
    };
    if query.reverse {
        sorted.range(ranks).rev().for_each(write);
    } else {
        sorted.range(ranks).for_each(write);
    }
    Ok(())
}

pub(crate) fn zrangestore(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let ([destination, source, from, to], options) = arguments.split()?;
    let query = Query::parse(ZRANGESTORE.name, from, to, options)?;
    let mut keys = context.keys();
    let mut found = SortedSet::default();
    if let Some(sorted) = keys.read_as::<SortedSet>(source)? {
        sorted.range(query.ranks(sorted)).for_each(|(member, score)| {
            found.set(member, score);
        });
    }
    reply.count(found.len());
    keys.store(destination, found, Classes::SORTED_SET, "zrangestore");
    Ok(())
}

/// What a command of this family asks for.
#[derive(Debug)]
struct Query<'a> {
    bounds: Bounds<'a>,
    reverse: bool,
    with_scores: bool,
    offset: i64,
    /// Negative: all.
    limit: i64,
}

impl<'a> Query<'a> {
    fn parse(command: &'static str, from: &'a [u8], to: &'a [u8], options: Arguments<'a>) -> Result<Self, Error> {
        let (mut by, mut reverse) = match command {
            "zrange" | "zrangestore" => (None, None),
            "zrevrange" => (Some(By::Rank), Some(true)),
            "zrangebyscore" => (Some(By::Score), Some(false)),
            "zrevrangebyscore" => (Some(By::Score), Some(true)),
            "zrangebylex" => (Some(By::Lex), Some(false)),
            _ => (Some(By::Lex), Some(true)),
        };
        let stores = command == ZRANGESTORE.name;
        let (mut with_scores, mut offset, mut limit) = (false, 0, -1);
        let mut words = options.iter();
        while let Some(word) = words.next() {
            match word.to_ascii_lowercase().as_slice() {
                b"withscores" if !stores => with_scores = true,
                b"limit" if words.len() >= 2 => {
                    offset = integer(words.next().unwrap_or_default())?;
                    limit = integer(words.next().unwrap_or_default())?;
                }
                b"rev" if reverse.is_none() => reverse = Some(true),
                b"bylex" if by.is_none() => by = Some(By::Lex),
                b"byscore" if by.is_none() => by = Some(By::Score),
                _ => return Err(Error::Syntax),
            }
        }
        let (by, reverse) = (by.unwrap_or(By::Rank), reverse.unwrap_or(false));
        if limit != -1 && by == By::Rank {
            return Err(Error::Message(
                "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
            ));
        }
        if with_scores && by == By::Lex {
            return Err(Error::Message("ERR syntax error, WITHSCORES not supported in combination with BYLEX"));
        }
        // Backwards, the higher end comes first.
        let (from, to) = if reverse && by != By::Rank { (to, from) } else { (from, to) };
        let bounds = Bounds::parse(by, from, to)?;
        if by == By::Rank {
            offset = 0;
        }
        Ok(Self { bounds, reverse, with_scores, offset, limit })
    }

    /// The ranks of the range, as far as the limit lets through.
    fn ranks(&self, sorted: &SortedSet) -> Range<usize> {
        let Range { start, end } = self.bounds.ranks(sorted, self.reverse);
        // A negative offset leaves nothing, as in Redis.
        let skipped = usize::try_from(self.offset).unwrap_or(usize::MAX).min(end - start);
        let count = usize::try_from(self.limit).unwrap_or(usize::MAX).min(end - start - skipped);
        if self.reverse { end - skipped - count..end - skipped } else { start + skipped..start + skipped + count }
    }
}
