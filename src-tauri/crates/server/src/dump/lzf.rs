//! Unpacks LZF, in which Redis compresses strings: runs of bytes, and references to bytes before them.

/// A reference of three bytes repeats at most so many.
const MOST_REPEATED: usize = 264;

/// The bytes, if there are exactly so many.
pub(super) fn unpack(mut packed: &[u8], length: usize) -> Option<Vec<u8>> {
    if length > packed.len().saturating_mul(MOST_REPEATED) {
        return None;
    }
    let mut out = Vec::new();
    while let Some((&first, rest)) = packed.split_first() {
        if first < 32 {
            // So many bytes and one more as they are.
            let (run, rest) = rest.split_at_checked(usize::from(first) + 1)?;
            out.extend_from_slice(run);
            packed = rest;
        } else {
            // The high three bits are how many bytes to repeat, less two; seven: the next byte adds to it. The other
            // five and one more byte are how far back they begin.
            let (more, rest) = if first >> 5 == 7 { rest.split_first()? } else { (&0, rest) };
            let (low, rest) = rest.split_first()?;
            let count = usize::from(first >> 5) + usize::from(*more) + 2;
            let back = (usize::from(first & 0x1f) << 8 | usize::from(*low)) + 1;
            let start = out.len().checked_sub(back)?;
            if out.len() + count > length {
                return None;
            }
            for place in start..start + count {
                // They may reach into what is being written.
                out.push(*out.get(place)?);
            }
            packed = rest;
        }
        if out.len() > length {
            return None;
        }
    }
    (out.len() == length).then_some(out)
}
