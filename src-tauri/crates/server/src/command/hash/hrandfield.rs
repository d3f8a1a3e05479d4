//! [`HRANDFIELD key [count [WITHVALUES]]`](https://redis.io/docs/latest/commands/hrandfield/): replies a random field, or
//! null. With a count: so many different ones, as far as there are; with a negative one so many, the same ones again.
//! Counts as a hit or a miss. O(1) a field.

use crate::command::{Arguments, Context, KeySpec, Spec, integer};
use crate::error::Error;
use crate::random::Random;
use crate::reply::Reply;
use crate::value::Hash;

pub(crate) const SPEC: Spec = Spec {
    name: "hrandfield",
    arity: -2,
    flags: &["readonly"],
    categories: &["hash"],
    keys: &[KeySpec::one(&["RO", "access"])],
    tips: &["nondeterministic_output"],
    group: "hash",
    since: "6.2.0",
    summary: "Get one or multiple random fields from a hash",
    complexity: "O(N) where N is the number of fields returned",
};

pub(crate) fn hrandfield(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let ([key], options) = arguments.split()?;
    let (count, with_values) = parse(options)?;
    let mut random = Random(context.state.keyspace.random().next());
    let mut keys = context.keys();
    let hash: Option<&Hash> = keys.read_as(key)?;
    let length = hash.map_or(0, Hash::len);
    let Some(count) = count else {
        let place = random.below(length);
        reply.bulk_or_null(hash.zip(place).and_then(|(hash, place)| hash.at(place)).map(|(field, _)| field));
        return Ok(());
    };
    let Some(hash) = hash else {
        reply.array(0);
        return Ok(());
    };
    let announced = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    let announced = if count < 0 { announced } else { announced.min(length) };
    if with_values {
        reply.pairs(announced);
    } else {
        reply.array(announced);
    }
    if count < 0 {
        write(hash, (0..announced).map_while(|_| random.below(length)), with_values, reply);
    } else if announced == length {
        write(hash, 0..length, with_values, reply);
    } else {
        write(hash, random.distinct(announced, length).into_iter(), with_values, reply);
    }
    Ok(())
}

/// The count, if there is one, and whether values are asked for.
fn parse(options: Arguments<'_>) -> Result<(Option<i64>, bool), Error> {
    let mut words = options.iter();
    let Some(count) = words.next() else { return Ok((None, false)) };
    let count = integer(count)?;
    if count == i64::MIN {
        return Err(Error::IntegerRange(-i64::MAX, i64::MAX));
    }
    match (words.next(), words.next()) {
        (None, _) => Ok((Some(count), false)),
        (Some(word), None) if word.eq_ignore_ascii_case(b"withvalues") => {
            // The reply is twice as long.
            if count.unsigned_abs() > i64::MAX.unsigned_abs() / 2 {
                return Err(Error::Message("ERR value is out of range"));
            }
            Ok((Some(count), true))
        }
        _ => Err(Error::Syntax),
    }
}

fn write(hash: &Hash, places: impl Iterator<Item = usize>, with_values: bool, reply: &mut Reply<'_>) {
    for (field, value) in places.filter_map(|place| hash.at(place)) {
        if with_values {
            reply.pair();
        }
        reply.bulk(field);
        if with_values {
            reply.bulk(value);
        }
        if reply.overflowed() {
            break;
        }
    }
}
