//! [`BITCOUNT key [start end [BYTE | BIT]]`](https://redis.io/docs/latest/commands/bitcount/): replies how many bits of
//! the string, or of a part of it, are set; negative places count from the end. Counts as a hit or a miss. O(n).

use std::ops::Range;

use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec, string};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "bitcount",
    arity: -2,
    flags: &["readonly"],
    categories: &["bitmap"],
    keys: &[KeySpec::one(&["RO", "access"])],
    group: "bitmap",
    since: "2.6.0",
    summary: "Count set bits in a string",
    complexity: "O(N)",
    ..spec::NONE
};

pub(crate) fn bitcount(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let ([key], range) = arguments.split()?;
    let mut keys = context.keys();
    // A wrong range goes unnoticed where there is no string.
    let Some(bytes) = keys.read_string(key)? else {
        reply.count(0);
        return Ok(());
    };
    let range = match (range.len(), range.split()) {
        (0, _) => Some(0..bytes.len() * 8),
        (2 | 3, Ok(([start, end], unit))) => {
            let (start, end) = (integer(start)?, integer(end)?);
            let in_bits = super::in_bits(unit.iter().next())?;
            let unit = if in_bits { 1 } else { 8 };
            let range = string::places(start, end, bytes.len() * 8 / unit);
            range.filter(|_| !(start < 0 && end < start)).map(|range| range.start * unit..range.end * unit)
        }
        _ => return Err(Error::Syntax),
    };
    reply.count(range.map_or(0, |range| count(bytes, range)));
    Ok(())
}

/// How many of these bits, which must be there, are set.
fn count(bytes: &[u8], bits: Range<usize>) -> usize {
    let bytes = bytes.get(bits.start / 8..bits.end.div_ceil(8)).unwrap_or_default();
    let ones: usize = bytes.iter().map(|byte| byte.count_ones() as usize).sum();
    // In the first byte what stands before the range, and in the last what stands behind it.
    let before = bytes.first().map_or(0, |byte| (byte & !(0xff >> (bits.start % 8))).count_ones());
    let behind =
        bytes.last().map_or(0, |byte| (byte & ((1 << (bits.end.next_multiple_of(8) - bits.end)) - 1)).count_ones());
    ones - before as usize - behind as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::bit;
    use super::*;

    proptest! {
        #[test]
        fn it_counts_every_bit_of_the_range(bytes: Vec<u8>, start in 0usize..400, length in 1usize..400) {
            let end = (start + length).min(bytes.len() * 8);
            prop_assume!(start < end);
            prop_assert_eq!(count(&bytes, start..end), (start..end).filter(|place| bit(&bytes, *place)).count());
        }
    }
}
