//! Reads a listpack: Redis's form of a short list of strings and integers in one piece of memory.
//!
//! Its length in bytes (four) and its number of elements (two; 65535 if there are more) stand in front, the byte 255 at
//! the end. Behind each element stands its length again, in seven bits a byte, to be read backwards.

use std::borrow::Cow;

const END: u8 = 0xff;
/// The number of elements when it does not fit.
const MANY: u16 = u16::MAX;

/// The elements; none if this is no listpack through and through.
pub(super) fn read(bytes: &[u8]) -> Option<Vec<Cow<'_, [u8]>>> {
    let (length, rest) = bytes.split_first_chunk()?;
    let (count, mut rest) = rest.split_first_chunk()?;
    if usize::try_from(u32::from_le_bytes(*length)).ok()? != bytes.len() {
        return None;
    }
    let mut elements = Vec::new();
    while *rest.first()? != END {
        let (element, length) = element(rest)?;
        let (backwards, used) = back_length(length);
        let written = rest.get(length..length.checked_add(used)?)?;
        if written != backwards.get(..used)? {
            return None;
        }
        elements.push(element);
        rest = rest.get(length + used..)?;
    }
    let count = u16::from_le_bytes(*count);
    (rest.len() == 1 && (count == MANY || usize::from(count) == elements.len())).then_some(elements)
}

/// The element that the bytes begin with, and its length with what says what it is.
fn element(bytes: &[u8]) -> Option<(Cow<'_, [u8]>, usize)> {
    let (&first, rest) = bytes.split_first()?;
    let (header, length) = match first {
        0..0x80 => return Some((integer(i64::from(first)), 1)),
        0x80..0xc0 => (1, usize::from(first & 0x3f)),
        0xc0..0xe0 => {
            let number = i64::from(first & 0x1f) << 8 | i64::from(*rest.first()?);
            // Thirteen bits, of which the highest is the sign.
            return Some((integer(if number >= 1 << 12 { number - (1 << 13) } else { number }), 2));
        }
        0xe0..0xf0 => (2, usize::from(first & 0xf) << 8 | usize::from(*rest.first()?)),
        0xf0 => (5, usize::try_from(u32::from_le_bytes(*rest.first_chunk()?)).ok()?),
        0xf1..=0xf4 => {
            let width = match first {
                0xf1 => 2,
                0xf2 => 3,
                0xf3 => 4,
                _ => 8,
            };
            return Some((integer(signed(rest.get(..width)?)), 1 + width));
        }
        _ => return None,
    };
    let end = length.checked_add(header)?;
    Some((Cow::Borrowed(bytes.get(header..end)?), end))
}

fn integer(number: i64) -> Cow<'static, [u8]> {
    Cow::Owned(number.to_string().into_bytes())
}

/// A signed integer of up to eight bytes, the low byte first.
pub(super) fn signed(bytes: &[u8]) -> i64 {
    let sign = bytes.last().is_some_and(|high| *high >= 0x80);
    bytes.iter().rev().fold(if sign { -1 } else { 0 }, |number, byte| number << 8 | i64::from(*byte))
}

/// An element's length as it stands behind it, and in how many bytes.
fn back_length(length: usize) -> ([u8; 5], usize) {
    let used = match length {
        0..=127 => 1,
        128..16_383 => 2,
        16_383..2_097_151 => 3,
        2_097_151..268_435_455 => 4,
        _ => 5,
    };
    let mut bytes = [0; 5];
    let mut left = length;
    for (index, byte) in bytes.iter_mut().take(used).enumerate().rev() {
        let bits = u8::try_from(left & 0x7f).unwrap_or(0);
        *byte = if index == 0 { bits } else { bits | 0x80 };
        left >>= 7;
    }
    (bytes, used)
}
