//! [`LPOS key element [RANK rank] [COUNT count] [MAXLEN length]`](https://redis.io/docs/latest/commands/lpos/): replies
//! the index of the first element that equals this one, or null. `RANK` asks for the second or a later one, negative
//! from the right; `COUNT` for the indices of so many in an array, 0 for all; `MAXLEN` compares only so many elements.
//! O(n) for n elements in the list.

use crate::command::{Arguments, Context, KeySpec, Spec, count, integer};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::List;

pub(crate) const SPEC: Spec = Spec {
    name: "lpos",
    arity: -3,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    since: "6.0.6",
    summary: "Return the index of matching elements on a list",
    complexity: "O(N) where N is the number of elements in the list, for the average case. When searching for elements \
                 near the head or the tail of the list, or when the MAXLEN option is provided, the command may run in \
                 constant time.",
    ..super::SPEC
};

#[derive(Debug)]
struct Options {
    /// Which of the elements that match is the first that counts.
    rank: i64,
    /// How many to look for; None: one, and its index is the reply.
    count: Option<usize>,
    /// How many elements to compare.
    most: usize,
}

impl Options {
    fn parse(mut options: Arguments<'_>) -> Result<Self, Error> {
        let mut parsed = Self { rank: 1, count: None, most: usize::MAX };
        let all = |number: usize| if number == 0 { usize::MAX } else { number };
        while options.len() > 0 {
            let ([name, value], rest) = options.split().map_err(|_| Error::Syntax)?;
            match name.to_ascii_lowercase().as_slice() {
                b"rank" => parsed.rank = integer(value)?,
                b"count" => parsed.count = Some(all(count(value, Error::Message("ERR COUNT can't be negative"))?)),
                b"maxlen" => parsed.most = all(count(value, Error::Message("ERR MAXLEN can't be negative"))?),
                _ => return Err(Error::Syntax),
            }
            if parsed.rank == 0 {
                return Err(Error::Message(
                    "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... or use \
                     negative to start from the end of the list",
                ));
            }
            options = rest;
        }
        Ok(parsed)
    }

    /// The indices to reply.
    fn find(&self, list: &List, element: &[u8]) -> Vec<usize> {
        let skipped = match self.rank {
            // As Redis does: this has no opposite.
            i64::MIN => 0,
            rank => usize::try_from(rank.unsigned_abs()).unwrap_or(usize::MAX) - 1,
        };
        let count = self.count.unwrap_or(1);
        if self.rank > 0 {
            let matching = list.iter().enumerate().take(self.most).filter(|(_, other)| *other == element);
            matching.map(|(index, _)| index).skip(skipped).take(count).collect()
        } else {
            let matching = list.iter().enumerate().rev().take(self.most).filter(|(_, other)| *other == element);
            matching.map(|(index, _)| index).skip(skipped).take(count).collect()
        }
    }
}

pub(crate) fn lpos(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key, element], options) = arguments.split()?;
    let options = Options::parse(options)?;
    let mut keys = context.keys();
    let found = keys.read_as(key)?.map(|list| options.find(list, element)).unwrap_or_default();
    match (options.count, found.first()) {
        (Some(_), _) => {
            reply.array(found.len());
            found.into_iter().for_each(|index| reply.count(index));
        }
        (None, Some(index)) => reply.count(*index),
        (None, None) => reply.null(),
    }
    Ok(())
}
