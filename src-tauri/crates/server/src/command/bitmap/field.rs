//! Integers of any width, anywhere among the bits of a string.

use super::{bit, set_bit};
use crate::error::Error;

/// An integer's width and whether it has a sign: `i16`, `u8`. As wide as 64 bits, or 63 without a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kind {
    pub(super) signed: bool,
    pub(super) bits: u32,
}

/// What becomes of a number that does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Overflow {
    /// Its upper bits are lost.
    Wrap,
    /// It becomes the smallest or largest that fits.
    Saturate,
    /// It is not stored.
    Fail,
}

impl Kind {
    pub(super) fn parse(word: &[u8]) -> Result<Self, Error> {
        let (signed, digits) = match word {
            [b'i', digits @ ..] => (true, digits),
            [b'u', digits @ ..] => (false, digits),
            _ => (false, &b""[..]),
        };
        let most = if signed { 64 } else { 63 };
        let bits = crate::request::integer(digits).and_then(|bits| u32::try_from(bits).ok());
        bits.filter(|bits| (1..=most).contains(bits)).map(|bits| Self { signed, bits }).ok_or(Error::Message(
            "ERR Invalid bitfield type. Use something like i16 u8. Note that u64 is not supported but i64 is.",
        ))
    }

    /// The integer that begins at this bit; behind the end there are zeros.
    pub(super) fn read(self, bytes: &[u8], place: usize) -> i64 {
        let raw =
            (0..self.bits as usize).fold(0, |value: u64, index| value << 1 | u64::from(bit(bytes, place + index)));
        self.interpret(raw)
    }

    pub(super) fn write(self, bytes: &mut [u8], place: usize, value: i64) {
        for index in 0..self.bits {
            set_bit(bytes, place + index as usize, value >> (self.bits - 1 - index) & 1 == 1);
        }
    }

    /// The number to store for one that may not fit; none if that is an error. Without a sign, a number counts from 0 to
    /// 2⁶⁴: a negative one is too large.
    pub(super) fn fit(self, value: i128, overflow: Overflow) -> Option<i64> {
        let unit = 1i128 << (self.bits - u32::from(self.signed));
        let (least, most) = (if self.signed { -unit } else { 0 }, unit - 1);
        match overflow {
            _ if (least..=most).contains(&value) => i64::try_from(value).ok(),
            // Cut to 64 bits, of which `interpret` takes those that count.
            Overflow::Wrap => Some(self.interpret((value & i128::from(u64::MAX)) as u64)),
            Overflow::Saturate => i64::try_from(value.clamp(least, most)).ok(),
            Overflow::Fail => None,
        }
    }

    /// The lowest bits as a number.
    fn interpret(self, raw: u64) -> i64 {
        let shift = u64::BITS - self.bits;
        let raw = (raw << shift).cast_signed();
        if self.signed { raw >> shift } else { (raw.cast_unsigned() >> shift).cast_signed() }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const U8: Kind = Kind { signed: false, bits: 8 };
    const I8: Kind = Kind { signed: true, bits: 8 };

    #[test]
    fn kinds_are_a_letter_and_a_width() {
        assert_eq!(Kind::parse(b"u8"), Ok(U8));
        assert_eq!(Kind::parse(b"i64"), Ok(Kind { signed: true, bits: 64 }));
        for word in ["", "u", "i", "8", "x8", "u0", "u64", "i65", "i-1", "u08", "u8 ", "U8"] {
            assert!(Kind::parse(word.as_bytes()).is_err(), "{word}");
        }
    }

    #[test]
    fn numbers_that_do_not_fit_are_cut_or_limited_or_refused() {
        for (kind, value, wrapped, saturated) in [
            (U8, 255, 255, 255),
            (U8, 256, 0, 255),
            (U8, -1, 255, 0),
            (I8, 128, -128, 127),
            (I8, -129, 127, -128),
            (Kind { signed: true, bits: 64 }, i128::from(i64::MAX) + 1, i64::MIN, i64::MAX),
            (Kind { signed: true, bits: 1 }, 1, -1, 0),
        ] {
            assert_eq!(kind.fit(value, Overflow::Wrap), Some(wrapped));
            assert_eq!(kind.fit(value, Overflow::Saturate), Some(saturated));
            assert_eq!(kind.fit(value, Overflow::Fail), (wrapped == saturated).then_some(wrapped));
        }
    }

    proptest! {
        /// What is written is read again, and nothing beside it changes.
        #[test]
        fn integers_keep_to_their_bits(mut bytes: [u8; 16], place in 0usize..64, bits in 1u32..=63, signed: bool, value: i64) {
            let kind = Kind { signed, bits };
            let before = bytes;
            let value = kind.fit(value.into(), Overflow::Wrap).unwrap();
            kind.write(&mut bytes, place, value);
            prop_assert_eq!(kind.read(&bytes, place), value);
            for other in (0..place).chain(place + bits as usize..128) {
                prop_assert_eq!(bit(&bytes, other), bit(&before, other));
            }
        }
    }
}
