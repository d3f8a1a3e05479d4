//! [`ZUNION numkeys key … [WEIGHTS weight …] [AGGREGATE SUM | MIN | MAX] [WITHSCORES]`](https://redis.io/docs/latest/commands/zunion/),
//! [`ZINTER`](https://redis.io/docs/latest/commands/zinter/) and, without weights,
//! [`ZDIFF`](https://redis.io/docs/latest/commands/zdiff/): the members of any, of all, or only of the first of several
//! sorted sets; a set counts as one with scores of 1.
//! [`ZUNIONSTORE destination numkeys …`](https://redis.io/docs/latest/commands/zunionstore/),
//! [`ZINTERSTORE`](https://redis.io/docs/latest/commands/zinterstore/) and
//! [`ZDIFFSTORE`](https://redis.io/docs/latest/commands/zdiffstore/) put them into a key and reply how many there are.
//! O(n · k + m · log(m)) for k keys.

use super::SPEC;
use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer};
use crate::error::Error;
use crate::keyspace::{Keys, Value};
use crate::number;
use crate::reply::Reply;
use crate::value::{Object, Set, SortedSet};

pub(crate) const ZDIFF: Spec = Spec {
    name: "zdiff",
    arity: -3,
    flags: &["readonly", "movablekeys"],
    keys: &[KeySpec::counted(1, &["RO", "access"])],
    since: "6.2.0",
    summary: "Subtract multiple sorted sets",
    complexity: "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size \
                 of the first set, and K is the size of the result set.",
    ..SPEC
};

pub(crate) const ZDIFFSTORE: Spec = Spec {
    name: "zdiffstore",
    arity: -4,
    flags: &["write", "denyoom", "movablekeys"],
    keys: &[KeySpec::one(&["OW", "update"]), KeySpec::counted(2, &["RO", "access"])],
    since: "6.2.0",
    summary: "Subtract multiple sorted sets and store the resulting sorted set in a new key",
    complexity: "O(L + (N-K)log(N)) worst case where L is the total number of elements in all the sets, N is the size \
                 of the first set, and K is the size of the result set.",
    ..SPEC
};

pub(crate) const ZINTER: Spec = Spec {
    name: "zinter",
    arity: -3,
    flags: &["readonly", "movablekeys"],
    keys: &[KeySpec::counted(1, &["RO", "access"])],
    since: "6.2.0",
    summary: "Intersect multiple sorted sets",
    complexity: "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input \
                 sorted sets and M being the number of elements in the resulting sorted set.",
    ..SPEC
};

pub(crate) const ZINTERSTORE: Spec = Spec {
    name: "zinterstore",
    arity: -4,
    flags: &["write", "denyoom", "movablekeys"],
    keys: &[KeySpec::one(&["OW", "update"]), KeySpec::counted(2, &["RO", "access"])],
    since: "2.0.0",
    summary: "Intersect multiple sorted sets and store the resulting sorted set in a new key",
    complexity: "O(N*K)+O(M*log(M)) worst case with N being the smallest input sorted set, K being the number of input \
                 sorted sets and M being the number of elements in the resulting sorted set.",
    ..SPEC
};

pub(crate) const ZUNION: Spec = Spec {
    name: "zunion",
    arity: -3,
    flags: &["readonly", "movablekeys"],
    keys: &[KeySpec::counted(1, &["RO", "access"])],
    since: "6.2.0",
    summary: "Add multiple sorted sets",
    complexity: "O(N)+O(M*log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number \
                 of elements in the resulting sorted set.",
    ..SPEC
};

pub(crate) const ZUNIONSTORE: Spec = Spec {
    name: "zunionstore",
    arity: -4,
    flags: &["write", "denyoom", "movablekeys"],
    keys: &[KeySpec::one(&["OW", "update"]), KeySpec::counted(2, &["RO", "access"])],
    since: "2.0.0",
    summary: "Add multiple sorted sets and store the resulting sorted set in a new key",
    complexity: "O(N)+O(M log(M)) with N being the sum of the sizes of the input sorted sets, and M being the number \
                 of elements in the resulting sorted set.",
    ..SPEC
};

pub(crate) fn combine(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let operation = Operation::of(arguments.name());
    let mut keys = context.keys();
    let (sources, words) = sources(arguments, &mut keys)?;
    let options = Options::parse(operation, sources.len(), words, false)?;
    let found = options.run(operation, &sources, &keys);
    if options.with_scores {
        reply.pairs(found.len());
    } else {
        reply.array(found.len());
    }
    for (member, score) in found.iter() {
        if options.with_scores {
            reply.pair();
        }
        reply.bulk(member);
        if options.with_scores {
            reply.double(score);
        }
    }
    Ok(())
}

pub(crate) fn store(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let command = arguments.name();
    let operation = Operation::of(command);
    let ([destination], rest) = arguments.split()?;
    let mut keys = context.keys();
    let (sources, words) = sources(rest, &mut keys)?;
    let options = Options::parse(operation, sources.len(), words, true)?;
    let found = options.run(operation, &sources, &keys);
    reply.count(found.len());
    keys.store(destination, found, Classes::SORTED_SET, command);
    Ok(())
}

/// Reads how many keys there are, and looks them up; returns them and the words behind them.
pub(super) fn sources<'a>(
    arguments: Arguments<'a>,
    keys: &mut Keys<'_>,
) -> Result<(Vec<&'a [u8]>, Vec<&'a [u8]>), Error> {
    let ([numkeys], words) = arguments.split()?;
    let numkeys = integer(numkeys)?;
    if numkeys < 1 {
        let command = arguments.name();
        return Err(Error::Text(format!("ERR at least 1 input key is needed for '{command}' command")));
    }
    let numkeys = usize::try_from(numkeys).ok().filter(|numkeys| *numkeys <= words.len()).ok_or(Error::Syntax)?;
    let sources: Vec<&[u8]> = words.iter().take(numkeys).collect();
    for key in &sources {
        if !matches!(keys.read(key), None | Some(Value::Object(Object::SortedSet(_) | Object::Set(_)))) {
            return Err(Error::WrongType);
        }
    }
    Ok((sources, words.iter().skip(numkeys).collect()))
}

/// A sorted set, a set, or nothing, to be combined with others.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'a> {
    Sorted(&'a SortedSet),
    Set(&'a Set),
    Nothing,
}

impl<'a> Source<'a> {
    /// What a key has that was looked up before.
    pub(super) fn find(keys: &'a Keys<'_>, key: &[u8]) -> Self {
        match keys.again(key) {
            Some(Value::Object(Object::SortedSet(sorted))) => Self::Sorted(sorted),
            Some(Value::Object(Object::Set(set))) => Self::Set(set),
            _ => Self::Nothing,
        }
    }

    pub(super) fn len(&self) -> usize {
        match self {
            Self::Sorted(sorted) => sorted.len(),
            Self::Set(set) => set.len(),
            Self::Nothing => 0,
        }
    }

    pub(super) fn score(self, member: &[u8]) -> Option<f64> {
        match self {
            Self::Sorted(sorted) => sorted.score(member),
            Self::Set(set) => set.contains(member).then_some(1.0),
            Self::Nothing => None,
        }
    }

    pub(super) fn iter(self) -> impl Iterator<Item = (&'a [u8], f64)> {
        let (sorted, set) = match self {
            Self::Sorted(sorted) => (Some(sorted), None),
            Self::Set(set) => (None, Some(set)),
            Self::Nothing => (None, None),
        };
        let members = set.into_iter().flat_map(Set::iter).map(|member| (member, 1.0));
        sorted.into_iter().flat_map(SortedSet::iter).chain(members)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Union,
    Inter,
    Diff,
}

impl Operation {
    fn of(command: &str) -> Self {
        match command {
            "zunion" | "zunionstore" => Self::Union,
            "zinter" | "zinterstore" => Self::Inter,
            _ => Self::Diff,
        }
    }
}

/// What becomes of the scores of a member that is in several.
#[derive(Clone, Copy, Debug)]
enum Aggregate {
    Sum,
    Min,
    Max,
}

impl Aggregate {
    fn of(self, score: f64, other: f64) -> f64 {
        match self {
            // The sum of the two infinities is 0 here.
            Self::Sum => number_or_zero(score + other),
            Self::Min if other < score => other,
            Self::Max if other > score => other,
            Self::Min | Self::Max => score,
        }
    }
}

#[derive(Debug)]
struct Options {
    /// One for each key.
    weights: Vec<f64>,
    aggregate: Aggregate,
    with_scores: bool,
}

impl Options {
    fn parse(operation: Operation, numkeys: usize, words: Vec<&[u8]>, stores: bool) -> Result<Self, Error> {
        let mut options = Self { weights: vec![1.0; numkeys], aggregate: Aggregate::Sum, with_scores: false };
        let weighs = operation != Operation::Diff;
        let mut words = words.into_iter();
        while let Some(word) = words.next() {
            match word.to_ascii_lowercase().as_slice() {
                b"weights" if weighs && words.len() >= numkeys => {
                    for (weight, word) in options.weights.iter_mut().zip(words.by_ref().take(numkeys)) {
                        *weight =
                            number::parse_double(word).ok_or(Error::Message("ERR weight value is not a float"))?;
                    }
                }
                b"aggregate" if weighs => {
                    let aggregate = words.next().ok_or(Error::Syntax)?;
                    options.aggregate = match aggregate.to_ascii_lowercase().as_slice() {
                        b"sum" => Aggregate::Sum,
                        b"min" => Aggregate::Min,
                        b"max" => Aggregate::Max,
                        _ => return Err(Error::Syntax),
                    };
                }
                b"withscores" if !stores => options.with_scores = true,
                _ => return Err(Error::Syntax),
            }
        }
        Ok(options)
    }

    fn run(&self, operation: Operation, keys: &[&[u8]], keyspace: &Keys<'_>) -> SortedSet {
        let mut sources: Vec<(Source<'_>, f64)> =
            keys.iter().map(|key| Source::find(keyspace, key)).zip(self.weights.iter().copied()).collect();
        if operation != Operation::Diff {
            // The smallest first, which also decides in which order scores are added.
            sources.sort_by_key(|(source, _)| source.len());
        }
        let mut found = SortedSet::default();
        let Some(((first, weight), others)) = sources.split_first() else { return found };
        match operation {
            Operation::Union => {
                for (source, weight) in &sources {
                    for (member, score) in source.iter() {
                        let score = number_or_zero(score * weight);
                        let sum = found.score(member).map_or(score, |sum| self.aggregate.of(sum, score));
                        found.set(member, sum);
                    }
                }
            }
            Operation::Inter => {
                for (member, score) in first.iter() {
                    let sum = others.iter().try_fold(number_or_zero(score * weight), |sum, (other, weight)| {
                        Some(self.aggregate.of(sum, other.score(member)? * weight))
                    });
                    if let Some(sum) = sum {
                        found.set(member, sum);
                    }
                }
            }
            Operation::Diff => {
                for (member, score) in first.iter() {
                    if others.iter().all(|(other, _)| other.score(member).is_none()) {
                        found.set(member, score);
                    }
                }
            }
        }
        found
    }
}

fn number_or_zero(score: f64) -> f64 {
    if score.is_nan() { 0.0 } else { score }
}
