//! C's `long double` of x86, in which Redis adds what `INCRBYFLOAT` gives it: 64 bits of mantissa, where an `f64` has 53.
//! 0.1 and 0.2 make 0.3 in it, 5000 and 1.23 make 5001.22999999999999998.

use std::fmt;

use super::{parse_double, trimmed};

/// How many decimals Redis writes: `%.17Lf`.
const DECIMALS: usize = 17;
const DECIMALS_UNIT: u128 = 10u128.pow(17);
/// The largest power of ten by which a `u128` can be divided bit by bit.
const MOST_DECIMALS: i32 = 37;
/// Digits of large numbers, so many in one.
const LIMB: usize = 18;
const LIMB_UNIT: u64 = 10u64.pow(18);

/// `mantissa · 2^exponent`; the mantissa's highest bit is set, or all is zero. Or infinite, by its exponent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LongDouble {
    negative: bool,
    mantissa: u64,
    exponent: i32,
}

const INFINITE: i32 = i32::MAX;

impl LongDouble {
    /// None if the text is no number, NaN, or larger than an `f64`; infinite if that is what it says. With more than 38
    /// digits, no more exact than an `f64`.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let double = parse_double(text)?;
        if double.is_infinite() {
            return Some(Self { exponent: INFINITE, ..Self::default() });
        }
        Some(Self::parse_decimal(text).unwrap_or_else(|| Self::from_double(double)))
    }

    pub(crate) fn is_infinite(self) -> bool {
        self.exponent == INFINITE
    }

    /// None if the sum is larger than an `f64`, infinite or NaN.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        if self.is_infinite() || other.is_infinite() {
            return None;
        }
        let (large, small) = if (self.mantissa == 0, other.exponent, other.mantissa)
            > (other.mantissa == 0, self.exponent, self.mantissa)
        {
            (other, self)
        } else {
            (self, other)
        };
        if small.mantissa == 0 {
            return Some(large);
        }
        // With 63 bits to spare on the right; what the smaller one loses there only says "and a little more".
        let shift = u32::try_from(large.exponent - small.exponent).ok()?;
        let (wide, narrow) = (u128::from(large.mantissa) << 63, u128::from(small.mantissa) << 63);
        let shifted = narrow.checked_shr(shift).unwrap_or(0);
        let lost = shifted.checked_shl(shift) != Some(narrow);
        let sum = if large.negative == small.negative { wide + shifted } else { wide - shifted - u128::from(lost) };
        let sum = Self::round(large.negative, sum, large.exponent - 63, lost);
        (sum.exponent + 64 <= f64::MAX_EXP).then_some(sum)
    }

    /// The nearest to `value · 2^exponent`, of two the even one; `more` says that the value goes on behind its last bit.
    fn round(negative: bool, value: u128, exponent: i32, more: bool) -> Self {
        if value == 0 {
            return Self::default();
        }
        let bits = u128::BITS - value.leading_zeros();
        let Some(surplus) = bits.checked_sub(64).filter(|surplus| *surplus > 0) else {
            let shift = 64 - bits;
            return Self { negative, mantissa: low(value << shift), exponent: exponent - shift.cast_signed() };
        };
        let mantissa = low(value >> surplus);
        let (rest, half) = (value & ((1 << surplus) - 1), 1 << (surplus - 1));
        let exponent = exponent + surplus.cast_signed();
        let up = rest > half || rest == half && (more || mantissa & 1 == 1);
        match mantissa.checked_add(up.into()) {
            Some(mantissa) => Self { negative, mantissa, exponent },
            None => Self { negative, mantissa: 1 << 63, exponent: exponent + 1 },
        }
    }

    /// Digits with a point and an exponent, if they are few enough to be read exactly.
    fn parse_decimal(text: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(text).ok()?;
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (digits, exponent) = match digits.split_once(['e', 'E']) {
            Some((digits, exponent)) => (digits, exponent.parse().ok()?),
            None => (digits, 0i32),
        };
        let (mut value, mut decimals, mut behind_point) = (0u128, 0i32, false);
        for byte in digits.bytes() {
            if byte == b'.' {
                behind_point = true;
                continue;
            }
            let digit = char::from(byte).to_digit(10)?;
            value = value.checked_mul(10)?.checked_add(digit.into())?;
            decimals += i32::from(behind_point);
        }
        let decimals = decimals.checked_sub(exponent)?;
        let power = 10u128.checked_pow(decimals.unsigned_abs()).filter(|_| decimals <= MOST_DECIMALS)?;
        if decimals <= 0 {
            return Some(Self::round(negative, value.checked_mul(power)?, 0, false));
        }
        // A division with as many bits behind the point as it takes to round.
        let (mut quotient, mut rest, mut exponent) = (value / power, value % power, 0);
        while rest > 0 && quotient >> 66 == 0 {
            rest <<= 1;
            quotient = quotient << 1 | u128::from(rest >= power);
            rest -= if rest >= power { power } else { 0 };
            exponent -= 1;
        }
        Some(Self::round(negative, quotient, exponent, rest > 0))
    }

    fn from_double(double: f64) -> Self {
        let bits = double.to_bits();
        let (exponent, fraction) = ((bits >> 52 & 0x7ff) as u16, bits & ((1 << 52) - 1));
        // The smallest numbers have no hidden bit.
        let hidden = u64::from(exponent > 0) << 52;
        let exponent = i32::from(exponent.max(1)) - 1075;
        Self::round(double.is_sign_negative(), (hidden | fraction).into(), exponent, false)
    }

    /// The digits before the point, and those behind it as a number below [`DECIMALS_UNIT`].
    fn digits(self) -> (String, u128) {
        let Some(shift) = self.exponent.checked_neg().filter(|shift| *shift > 0) else {
            return (power_of_two_times(self.mantissa, self.exponent.unsigned_abs()), 0);
        };
        let shift = shift.unsigned_abs();
        let whole = self.mantissa.checked_shr(shift).unwrap_or(0);
        let fraction = self.mantissa - whole.checked_shl(shift).unwrap_or(0);
        let scaled = u128::from(fraction) * DECIMALS_UNIT;
        let decimals = match 1u128.checked_shl(shift) {
            Some(unit) => {
                let (decimals, rest) = (scaled / unit, scaled % unit);
                decimals + u128::from(rest > unit / 2 || rest == unit / 2 && decimals & 1 == 1)
            }
            // Less than 2^121 of 2^128.
            None => 0,
        };
        if decimals == DECIMALS_UNIT { ((whole + 1).to_string(), 0) } else { (whole.to_string(), decimals) }
    }
}

/// Never with an exponent, or zeros at the end.
impl fmt::Display for LongDouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, decimals) = self.digits();
        let text = format!("{whole}.{decimals:0DECIMALS$}");
        let text = trimmed(&text);
        if self.negative && text != "0" {
            f.write_str("-")?;
        }
        f.write_str(text)
    }
}

fn low(value: u128) -> u64 {
    (value & u128::from(u64::MAX)) as u64
}

/// `mantissa · 2^exponent` in decimal, however long.
fn power_of_two_times(mantissa: u64, exponent: u32) -> String {
    let mut limbs = vec![mantissa % LIMB_UNIT, mantissa / LIMB_UNIT];
    for _ in 0..exponent {
        let mut carry = 0;
        for limb in &mut limbs {
            let doubled = *limb * 2 + carry;
            carry = doubled / LIMB_UNIT;
            *limb = doubled % LIMB_UNIT;
        }
        if carry > 0 {
            limbs.push(carry);
        }
    }
    let digits: String = limbs.iter().rev().map(|limb| format!("{limb:0LIMB$}")).collect();
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { "0".to_owned() } else { digits.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> LongDouble {
        LongDouble::parse(text.as_bytes()).unwrap()
    }

    /// The sums are redis-server's; tests/golden has more.
    #[test]
    fn sums_are_those_of_c() {
        for (one, other, sum) in [
            ("0.1", "0.2", "0.3"),
            ("5000", "1.23", "5001.22999999999999998"),
            ("12345678901.1", "0", "12345678901.09999999962747097"),
            ("3.0e3", "1.", "3001"),
            ("1", "-1.1", "-0.1"),
            ("0.1", "-0.1", "0"),
            ("0", "-0.0", "0"),
            ("+5", ".5", "5.5"),
            ("0x10", "5", "21"),
            ("0", "1e-30", "0"),
            ("0", "-1e-30", "0"),
            ("1e-17", "0", "0.00000000000000001"),
            ("17179869184", "17179869184.5", "34359738368.5"),
            ("1e20", "1", "100000000000000000000"),
            ("18446744073709551615", "1", "18446744073709551616"),
            ("0.999999999999999999", "0", "1"),
        ] {
            assert_eq!(read(one).plus(read(other)).unwrap().to_string(), sum, "{one} + {other}");
        }
    }

    #[test]
    fn numbers_end_where_doubles_do() {
        for text in ["", "abc", "1_0", "nan", "1e400", " 1", "1 ", "1\0", "-", "."] {
            assert_eq!(LongDouble::parse(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(read("1.7e308").plus(read("1.7e308")), None);
        assert_eq!(read("1e300").to_string().len(), 301);
        assert!(read("-inf").is_infinite());
        assert_eq!(read("inf").plus(read("1")), None);
    }

    proptest! {
        /// Sums of whole numbers, and of 64ths, that fit are exact.
        #[test]
        fn small_sums_are_exact(one in -(1i64 << 56)..1 << 56, other in -(1i64 << 56)..1 << 56) {
            let sum = read(&one.to_string()).plus(read(&other.to_string())).unwrap();
            prop_assert_eq!(sum, read(&(one + other).to_string()));
            prop_assert_eq!(sum.to_string(), (one + other).to_string());
            let parts = |whole: i64| LongDouble { exponent: read(&whole.to_string()).exponent - 6, ..read(&whole.to_string()) };
            let sum = parts(one).plus(parts(other)).unwrap();
            prop_assert_eq!(sum, if one + other == 0 { LongDouble::default() } else { parts(one + other) });
        }

        /// What a double is written as is read as the same; adding nothing or taking away the same changes nothing.
        #[test]
        fn doubles_keep_their_value(double in -1e30f64..1e30) {
            let long = LongDouble::from_double(double);
            prop_assert_eq!(long.plus(read("0")), Some(long));
            prop_assert_eq!(long.plus(LongDouble { negative: !long.negative, ..long }), Some(LongDouble::default()));
            if double.abs() > 1e5 {
                prop_assert_eq!(long.to_string().parse(), Ok(double));
            }
        }

        #[test]
        fn no_text_is_too_strange_to_read(text: Vec<u8>, number in "[+-]?[0-9.]{0,60}(e[+-]?[0-9]{1,10})?") {
            for text in [&text, number.as_bytes()] {
                if let Some(sum) = LongDouble::parse(text).and_then(|number| number.plus(number)) {
                    let _ = sum.to_string();
                }
            }
        }
    }
}
