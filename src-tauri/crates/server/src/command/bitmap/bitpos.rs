//! [`BITPOS key 0|1 [start [end [BYTE | BIT]]]`](https://redis.io/docs/latest/commands/bitpos/): replies the place of the
//! first bit that is set, or clear, in the string or a part of it; -1 if there is none. The string counts as followed by
//! clear bits unless an end is given. Counts as a hit or a miss. O(n).

use std::ops::Range;

use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec, string};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "bitpos",
    arity: -3,
    flags: &["readonly"],
    categories: &["bitmap"],
    keys: &[KeySpec::one(&["RO", "access"])],
    group: "bitmap",
    since: "2.8.7",
    summary: "Find first bit set or clear in a string",
    complexity: "O(N)",
    ..spec::NONE
};

pub(crate) fn bitpos(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key, bit], range) = arguments.split()?;
    let bit = match integer(bit)? {
        0 => false,
        1 => true,
        _ => return Err(Error::Message("ERR The bit argument must be 1 or 0.")),
    };
    let mut keys = context.keys();
    // A wrong range goes unnoticed where there is no string.
    let Some(bytes) = keys.read_string(key)? else {
        reply.integer(if bit { -1 } else { 0 });
        return Ok(());
    };
    if range.len() > 3 {
        return Err(Error::Syntax);
    }
    let mut words = range.iter();
    let (start, end, unit) = (words.next(), words.next(), words.next());
    let start = start.map_or(Ok(0), integer)?;
    let unit = if super::in_bits(unit)? { 1 } else { 8 };
    let open = end.is_none();
    let end = end.map_or(Ok(-1), integer)?;
    let range = string::places(start, end, bytes.len() * 8 / unit);
    let range = range.map(|range| range.start * unit..range.end * unit);
    let place = range.and_then(|range| find(bytes, bit, range).or((open && !bit).then_some(bytes.len() * 8)));
    match place {
        Some(place) => reply.count(place),
        None => reply.integer(-1),
    }
    Ok(())
}

/// The first of these bits, which must be there, that is set or clear.
fn find(bytes: &[u8], bit: bool, bits: Range<usize>) -> Option<usize> {
    let without = if bit { 0 } else { 0xff };
    let mut place = bits.start;
    while place < bits.end {
        if place.is_multiple_of(8) {
            let whole = bytes.get(place / 8..bits.end / 8).unwrap_or_default();
            place += 8 * whole.iter().position(|byte| *byte != without).unwrap_or(whole.len());
        }
        if place < bits.end && super::bit(bytes, place) == bit {
            return Some(place);
        }
        place += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::bit;
    use super::*;

    proptest! {
        #[test]
        fn it_finds_what_looking_at_every_bit_finds(
            bytes in prop::collection::vec(prop_oneof![Just(0u8), Just(0xff), any::<u8>()], 0..50),
            start in 0usize..400,
            length in 1usize..400,
            sought: bool,
        ) {
            let end = (start + length).min(bytes.len() * 8);
            prop_assume!(start < end);
            prop_assert_eq!(find(&bytes, sought, start..end), (start..end).find(|place| bit(&bytes, *place) == sought));
        }
    }
}
