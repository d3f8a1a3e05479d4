//! [`SINTERCARD numkeys key [key ...] [LIMIT limit]`](https://redis.io/docs/latest/commands/sintercard/): replies how
//! many members all of the sets have, and stops counting at the limit. O(n·m) for m sets, the smallest with n members.

use super::combine::{intersect, read};
use crate::command::{Arguments, Context, KeySpec, Spec, count};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "sintercard",
    arity: -3,
    flags: &["readonly", "movablekeys"],
    keys: &[KeySpec::counted(1, &["RO", "access"])],
    since: "7.0.0",
    summary: "Intersect multiple sets and return the cardinality of the result",
    complexity: "O(N*M) worst case where N is the cardinality of the smallest set and M is the number of sets.",
    ..super::SPEC
};

pub(crate) fn sintercard(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let ([number], rest) = arguments.split()?;
    let none = Error::Message("ERR numkeys should be greater than 0");
    let number = match count(number, none.clone())? {
        0 => return Err(none),
        number if number > rest.len() => {
            return Err(Error::Message("ERR Number of keys can't be greater than number of args"));
        }
        number => number,
    };
    let mut limit = 0;
    let mut options = rest.iter().skip(number);
    while let Some(word) = options.next() {
        match options.next() {
            Some(value) if word.eq_ignore_ascii_case(b"limit") => {
                limit = count(value, Error::Message("ERR LIMIT can't be negative"))?;
            }
            _ => return Err(Error::Syntax),
        }
    }
    let mut keys = context.keys();
    let sets = read(&mut keys, rest.iter().take(number))?;
    reply.count(intersect(&sets).take(if limit == 0 { usize::MAX } else { limit }).count());
    Ok(())
}
