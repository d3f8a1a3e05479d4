//! [`SSCAN key cursor [MATCH pattern] [COUNT count]`](https://redis.io/docs/latest/commands/sscan/): the next few
//! members of a set, and the cursor to go on from, as [`SCAN`](crate::command::keys) does for keys. A small set of
//! integers comes all at once. O(1) a call, O(n) for all n members.

use crate::command::keys::Scan;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Set;

pub(crate) const SPEC: Spec = Spec {
    name: "sscan",
    arity: -3,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    tips: &["nondeterministic_output"],
    since: "2.8.0",
    summary: "Incrementally iterate Set elements",
    complexity: "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to \
                 return back to 0. N is the number of elements inside the collection..",
    ..super::SPEC
};

pub(crate) fn sscan(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key, cursor], options) = arguments.split()?;
    let scan = match Scan::parse(cursor, options, false) {
        Err(Error::InvalidCursor) => return Err(Error::InvalidCursor),
        scan => scan,
    };
    let mut keys = context.keys();
    let Some(set) = keys.read_as::<Set>(key)? else {
        // Options are not looked at then.
        reply.array(2);
        reply.bulk(b"0");
        reply.array(0);
        return Ok(());
    };
    let scan = scan?;
    let (found, cursor): (Vec<&[u8]>, u64) = if set.is_intset() {
        (set.iter().filter(|member| scan.matches(member)).collect(), 0)
    } else {
        let (places, cursor) = scan.places(set.len());
        (places.filter_map(|place| set.at(place)).filter(|member| scan.matches(member)).collect(), cursor)
    };
    reply.array(2);
    reply.bulk_number(cursor);
    reply.array(found.len());
    found.into_iter().for_each(|member| reply.bulk(member));
    Ok(())
}
