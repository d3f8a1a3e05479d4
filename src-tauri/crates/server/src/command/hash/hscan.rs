//! [`HSCAN key cursor [MATCH pattern] [COUNT count]`](https://redis.io/docs/latest/commands/hscan/): the next few fields
//! with their values, and the cursor to go on from; 0 begins and ends. A field that is there all the while is returned.
//! A short hash is returned whole. O(1) a call, O(n) for all n fields.

use crate::command::keys::Scan;
use crate::command::{Arguments, Context, KeySpec, Spec};
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Fields that stay are found, whatever comes and goes between the calls.
        #[test]
        fn a_scan_misses_no_field_that_stays(
            count in 1usize..20,
            changes in prop::collection::vec((0u32..1500, any::<bool>()), 0..800),
        ) {
            let mut hash = Hash::default();
            for field in 0..1000u32 {
                hash.set(&field.to_be_bytes(), b"");
            }
            let changed: HashSet<u32> = changes.iter().map(|(field, _)| *field).collect();
            let mut seen = HashSet::new();
            let mut changes = changes.into_iter();
            let mut cursor = 0;
            loop {
                let (places, next) = Scan { cursor, pattern: None, count, kind: None }.places(hash.len());
                seen.extend(places.filter_map(|place| hash.at(place)).map(|(field, _)| field.to_vec()));
                cursor = next;
                if cursor == 0 {
                    break;
                }
                for (field, is_there) in changes.by_ref().take(10) {
                    if is_there {
                        hash.set(&field.to_be_bytes(), b"");
                    } else {
                        hash.remove(&field.to_be_bytes());
                    }
                }
            }
            for field in (0..1000u32).filter(|field| !changed.contains(field)) {
                prop_assert!(seen.contains(&field.to_be_bytes()[..]));
            }
        }
    }
}
