//! [`SRANDMEMBER key [count]`](https://redis.io/docs/latest/commands/srandmember/): replies a random member of a set, or
//! null; with a count so many different ones, all if there are not so many; if the count is negative, so many that may
//! be the same. O(n) for n members.

use crate::command::{Arguments, Context, KeySpec, Spec, integer};
use crate::error::Error;
use crate::random::Random;
use crate::reply::Reply;
use crate::value::Set;

pub(crate) const SPEC: Spec = Spec {
    name: "srandmember",
    arity: -2,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    tips: &["nondeterministic_output"],
    summary: "Get one or multiple random members from a set",
    complexity: "Without the count argument O(1), otherwise O(N) where N is the absolute value of the passed count.",
    ..super::SPEC
};

pub(crate) fn srandmember(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let ([key], rest) = arguments.split()?;
    let count = match rest.len() {
        0 => None,
        1 => match integer(rest.exactly::<1>()?[0])? {
            i64::MIN => return Err(Error::IntegerRange(-i64::MAX, i64::MAX)),
            count => Some(count),
        },
        _ => return Err(Error::Syntax),
    };
    let mut random = Random(context.state.keyspace.random().next());
    let mut keys = context.keys();
    let set = keys.read_as::<Set>(key)?;
    match (set, count) {
        (None, None) => reply.null(),
        (None, Some(_)) => reply.array(0),
        (Some(set), None) => reply.bulk_or_null(random.below(set.len()).and_then(|place| set.at(place))),
        (Some(set), Some(count)) => {
            let number = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
            if count < 0 {
                repeating(set, number, &mut random, reply)
            } else {
                different(set, number, &mut random, reply)
            }
        }
    }
    Ok(())
}

fn repeating(set: &Set, number: usize, random: &mut Random, reply: &mut Reply<'_>) {
    reply.array(number);
    for _ in 0..number {
        if let Some(member) = random.below(set.len()).and_then(|place| set.at(place)) {
            reply.bulk(member);
        }
        // There may be more than anyone can be sent.
        if reply.overflowed() {
            return;
        }
    }
}

fn different(set: &Set, number: usize, random: &mut Random, reply: &mut Reply<'_>) {
    if number >= set.len() {
        reply.array(set.len());
        return set.iter().for_each(|member| reply.bulk(member));
    }
    reply.array(number);
    for member in random.distinct(number, set.len()).into_iter().filter_map(|place| set.at(place)) {
        reply.bulk(member);
    }
}
