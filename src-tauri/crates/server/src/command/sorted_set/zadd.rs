//! [`ZADD key [NX | XX] [GT | LT] [CH] [INCR] score member …`](https://redis.io/docs/latest/commands/zadd/): gives members
//! their scores. Replies how many are new (`CH`: or changed), with `INCR` the new score, null if a condition forbids it.
//! [`ZINCRBY key increment member`](https://redis.io/docs/latest/commands/zincrby/) adds to a score and replies it.
//! O(log(n)) a member.

use super::SPEC;
use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::number;
use crate::reply::Reply;
use crate::value::SortedSet;

pub(crate) const ZADD: Spec = Spec {
    name: "zadd",
    arity: -4,
    flags: &["write", "denyoom", "fast"],
    keys: &[KeySpec::one(&["RW", "update"])],
    since: "1.2.0",
    summary: "Add one or more members to a sorted set, or update its score if it already exists",
    complexity: "O(log(N)) for each item added, where N is the number of elements in the sorted set.",
    ..SPEC
};

pub(crate) const ZINCRBY: Spec = Spec {
    name: "zincrby",
    arity: 4,
    flags: &["write", "denyoom", "fast"],
    keys: &[KeySpec::one(&["RW", "access", "update"])],
    since: "1.2.0",
    summary: "Increment the score of a member in a sorted set",
    complexity: "O(log(N)) where N is the number of elements in the sorted set.",
    ..SPEC
};

pub(crate) fn zadd(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], rest) = arguments.split()?;
    let mut options = Options::default();
    let read = rest.iter().take_while(|word| options.read(word)).count();
    let mut words = rest.iter().skip(read);
    let count = words.len();
    if count == 0 || !count.is_multiple_of(2) {
        return Err(Error::Syntax);
    }
    options.check(count / 2)?;
    let mut members = Vec::with_capacity(count / 2);
    while let (Some(score), Some(member)) = (words.next(), words.next()) {
        members.push((member, number::parse_double(score).ok_or(Error::NotAFloat)?));
    }
    add(key, &members, options, context, reply)
}

pub(crate) fn zincrby(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, increment, member] = arguments.exactly()?;
    let increment = number::parse_double(increment).ok_or(Error::NotAFloat)?;
    add(key, &[(member, increment)], Options { incr: true, ..Options::default() }, context, reply)
}

fn add(
    key: &[u8],
    members: &[(&[u8], f64)],
    options: Options,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let mut keys = context.keys();
    let exists = keys.peek_as::<SortedSet>(key)?.is_some();
    let mut done = Done::default();
    let mut result = Ok(());
    if exists || !options.xx {
        result = keys.edit_or_new(key, |sorted: &mut SortedSet| {
            members.iter().try_for_each(|(member, score)| options.apply(sorted, member, *score, &mut done))
        })?;
    }
    if done.added + done.updated > 0 {
        keys.changed(Classes::SORTED_SET, if options.incr { "zincr" } else { "zadd" }, key);
    }
    result?;
    if options.incr {
        reply.double_or_null(done.score);
    } else {
        reply.count(if options.ch { done.added + done.updated } else { done.added });
    }
    Ok(())
}

/// What was done so far.
#[derive(Debug, Default)]
struct Done {
    added: usize,
    updated: usize,
    /// What the last member now has, unless a condition kept it as it was.
    score: Option<f64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Options {
    /// Only new members.
    nx: bool,
    /// Only members that are there.
    xx: bool,
    /// Only to a higher score.
    gt: bool,
    /// Only to a lower score.
    lt: bool,
    /// Reply how many changed.
    ch: bool,
    /// Add to the score.
    incr: bool,
}

impl Options {
    /// Whether this is an option, not the first score.
    fn read(&mut self, word: &[u8]) -> bool {
        let option = match word.to_ascii_lowercase().as_slice() {
            b"nx" => &mut self.nx,
            b"xx" => &mut self.xx,
            b"gt" => &mut self.gt,
            b"lt" => &mut self.lt,
            b"ch" => &mut self.ch,
            b"incr" => &mut self.incr,
            _ => return false,
        };
        *option = true;
        true
    }

    fn check(self, members: usize) -> Result<(), Error> {
        let Self { nx, xx, gt, lt, incr, .. } = self;
        if nx && xx {
            return Err(Error::Message("ERR XX and NX options at the same time are not compatible"));
        }
        if gt && lt || nx && (gt || lt) {
            return Err(Error::Message("ERR GT, LT, and/or NX options at the same time are not compatible"));
        }
        if incr && members > 1 {
            return Err(Error::Message("ERR INCR option supports a single increment-element pair"));
        }
        Ok(())
    }

    fn apply(self, sorted: &mut SortedSet, member: &[u8], score: f64, done: &mut Done) -> Result<(), Error> {
        let Some(old) = sorted.score(member) else {
            if !self.xx {
                sorted.set(member, score);
                done.added += 1;
                done.score = Some(score);
            }
            return Ok(());
        };
        if self.nx {
            return Ok(());
        }
        let score = if self.incr { old + score } else { score };
        if score.is_nan() {
            return Err(Error::Message("ERR resulting score is not a number (NaN)"));
        }
        if self.gt && score <= old || self.lt && score >= old {
            return Ok(());
        }
        #[expect(clippy::float_cmp, reason = "another score is another score, be it ever so near")]
        if score != old {
            sorted.set(member, score);
            done.updated += 1;
        }
        done.score = Some(score);
        Ok(())
    }
}
