//! [`ZSCAN key cursor [MATCH pattern] [COUNT count]`](https://redis.io/docs/latest/commands/zscan/): the next few members
//! with their scores, and the cursor to go on from; 0 begins and ends. A small sorted set comes at once. O(1) a call.

use super::SPEC;
use crate::command::keys::Scan;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::number;
use crate::reply::Reply;
use crate::value::SortedSet;

pub(crate) const ZSCAN: Spec = Spec {
    name: "zscan",
    arity: -3,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    tips: &["nondeterministic_output"],
    since: "2.8.0",
    summary: "Incrementally iterate sorted sets elements and associated scores",
    complexity: "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to \
                 return back to 0. N is the number of elements inside the collection..",
    ..SPEC
};

pub(crate) fn zscan(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key, cursor], options) = arguments.split()?;
    let scan = match Scan::parse(cursor, options, false) {
        Err(Error::InvalidCursor) => return Err(Error::InvalidCursor),
        // Redis looks at the options only if there is something to scan.
        scan => scan,
    };
    let mut keys = context.keys();
    let Some(sorted) = keys.read_as::<SortedSet>(key)? else {
        reply.array(2);
        reply.bulk_number(0);
        reply.array(0);
        return Ok(());
    };
    let scan = scan?;
    let (places, cursor) = if sorted.is_small() { ((0..0).rev(), 0) } else { scan.places(sorted.len()) };
    let whole = sorted.is_small().then(|| sorted.iter());
    let members = whole.into_iter().flatten().chain(places.filter_map(|place| sorted.any(place)));
    let found: Vec<(&[u8], f64)> = members.filter(|(member, _)| scan.matches(member)).collect();
    reply.array(2);
    reply.bulk_number(cursor);
    reply.array(found.len() * 2);
    for (member, score) in found {
        reply.bulk(member);
        reply.bulk(number::double(score).as_bytes());
    }
    Ok(())
}
