//! [`HSCAN key cursor [MATCH pattern] [COUNT count]`](https://redis.io/docs/latest/commands/hscan/): the next few fields
//! with their values, and the cursor to go on from; 0 begins and ends. A field that is there all the while is returned.
//! A short hash is returned whole. O(1) a call, O(n) for all n fields.

use crate::command::keys::Scan;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Hash;

pub(crate) const SPEC: Spec = Spec {
    name: "hscan",
    arity: -3,
    flags: &["readonly"],
    categories: &["hash"],
    keys: &[KeySpec::one(&["RO", "access"])],
    tips: &["nondeterministic_output"],
    group: "hash",
    since: "2.8.0",
    summary: "Incrementally iterate hash fields and associated values",
    complexity: "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to \
                 return back to 0. N is the number of elements inside the collection..",
    ..spec::NONE
};

pub(crate) fn hscan(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key, cursor], options) = arguments.split()?;
    // Wrong options are an error only where there is something to scan.
    let scan = Scan::parse(cursor, options, false);
    if let Err(error @ Error::InvalidCursor) = scan {
        return Err(error);
    }
    let mut keys = context.keys();
    let Some(hash) = keys.read_as::<Hash>(key)? else {
        reply.array(2);
        reply.bulk_number(0);
        reply.array(0);
        return Ok(());
    };
    let scan = scan?;
    let mut found: Vec<(&[u8], &[u8])> = Vec::new();
    let cursor = if hash.is_listpack() {
        found.extend(hash.iter());
        0
    } else {
        let (places, cursor) = scan.places(hash.len());
        found.extend(places.filter_map(|place| hash.at(place)));
        cursor
    };
    found.retain(|(field, _)| scan.matches(field));
    reply.array(2);
    reply.bulk_number(cursor);
    reply.array(found.len() * 2);
    for (field, value) in found {
        reply.bulk(field);
        reply.bulk(value);
        if reply.overflowed() {
            break;
        }
    }
    Ok(())
}
