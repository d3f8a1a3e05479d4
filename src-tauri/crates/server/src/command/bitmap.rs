//! Commands on the bits of strings. The first bit is the first byte's highest.

mod bitcount;
mod bitfield;
mod bitop;
mod bitpos;
mod field;
mod getbit;
mod setbit;

use super::{Row, row};
use crate::error::Error;

/// This group's lines of the table.
pub(super) static COMMANDS: &[Row] = &[
    row(&bitcount::SPEC, bitcount::bitcount),
    row(&bitfield::BITFIELD, bitfield::bitfield),
    row(&bitfield::BITFIELD_RO, bitfield::bitfield),
    row(&bitop::SPEC, bitop::bitop),
    row(&bitpos::SPEC, bitpos::bitpos),
    row(&getbit::SPEC, getbit::getbit),
    row(&setbit::SPEC, setbit::setbit),
];

/// The place of a bit in a string of at most `longest` bytes; `#` before the number multiplies it by `width`.
fn offset(argument: &[u8], width: Option<u32>, longest: usize) -> Result<usize, Error> {
    let (digits, unit) = match (argument, width) {
        ([b'#', digits @ ..], Some(width)) => (digits, i64::from(width)),
        (digits, _) => (digits, 1),
    };
    let place = crate::request::integer(digits).and_then(|number| number.checked_mul(unit));
    let place = place.and_then(|place| usize::try_from(place).ok()).filter(|place| place / 8 < longest);
    place.ok_or(Error::Message("ERR bit offset is not an integer or out of range"))
}

/// Whether a bit is set; behind the end none is.
fn bit(bytes: &[u8], place: usize) -> bool {
    bytes.get(place / 8).is_some_and(|byte| byte >> (7 - place % 8) & 1 == 1)
}

/// Sets or clears a bit, if it is there.
fn set_bit(bytes: &mut [u8], place: usize, on: bool) {
    if let Some(byte) = bytes.get_mut(place / 8) {
        let mask = 1 << (7 - place % 8);
        *byte = if on { *byte | mask } else { *byte & !mask };
    }
}

/// Whether a range is counted in bits: the last word, `BIT` or `BYTE`.
fn in_bits(unit: Option<&[u8]>) -> Result<bool, Error> {
    match unit {
        None => Ok(false),
        Some(word) if word.eq_ignore_ascii_case(b"byte") => Ok(false),
        Some(word) if word.eq_ignore_ascii_case(b"bit") => Ok(true),
        Some(_) => Err(Error::Syntax),
    }
}
