//! Numbers as Redis reads and writes them.

use std::borrow::Cow;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

/// Writes a number as C's `%.17g`, which is how Redis 7.0 writes scores.
pub(crate) fn double(value: f64) -> Cow<'static, str> {
    if value.is_nan() {
        return "nan".into();
    }
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.into();
    }
    if value == 0.0 {
        return if value.is_sign_negative() { "-0" } else { "0" }.into();
    }
    let scientific = format!("{value:.16e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..17).contains(&exponent) {
        let decimals = usize::try_from(16 - exponent).unwrap_or(0);
        return trimmed(&format!("{value:.decimals$}")).to_owned().into();
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{}e{sign}{:02}", trimmed(digits), exponent.abs()).into()
}

/// Without zeros at the end of the decimals.
fn trimmed(digits: &str) -> &str {
    if digits.contains('.') { digits.trim_end_matches('0').trim_end_matches('.') } else { digits }
}

/// Reads a number as strictly as Redis reads scores: no spaces, not NaN; `inf` in any case and with a sign.
pub(crate) fn parse_double(text: &[u8]) -> Option<f64> {
    let value = parse_any_double(text)?;
    // What is too large or too small for a double is none.
    let mantissa = text.split(|byte| matches!(byte, b'e' | b'E')).next().unwrap_or_default();
    let digits = mantissa.iter().any(|byte| (b'1'..=b'9').contains(byte));
    let lost = digits && (value.is_infinite() || value == 0.0);
    (!lost).then_some(value)
}

/// Reads a number as Redis reads the ends of a range of scores: as C does, so spaces may stand before it, what follows a
/// zero byte is not seen, nothing is 0, and what is too large is infinite.
pub(crate) fn parse_bound(text: &[u8]) -> Option<f64> {
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    if text.is_empty() {
        return Some(0.0);
    }
    parse_any_double(text.trim_ascii_start())
}

fn parse_any_double(text: &[u8]) -> Option<f64> {
    let text = std::str::from_utf8(text).ok()?;
    let value = match text.strip_prefix(['+', '-']).unwrap_or(text) {
        digits if digits.starts_with("0x") || digits.starts_with("0X") => hexadecimal(text)?,
        _ => text.parse().ok()?,
    };
    (!f64::is_nan(value)).then_some(value)
}

/// C's `strtod` takes whole hexadecimal numbers too.
fn hexadecimal(text: &str) -> Option<f64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => (-1.0, digits),
        None => (1.0, text.strip_prefix('+').unwrap_or(text)),
    };
    let digits = digits.get(2..).filter(|digits| !digits.is_empty())?;
    let mut value = 0.0;
    for digit in digits.chars() {
        value = value * 16.0 + f64::from(digit.to_digit(16)?);
    }
    Some(sign * value)
}

/// A number as `INCRBYFLOAT` adds them. Redis takes C's `long double`, of 80 bits, in which 0.1 and 0.2 make 0.3; here it
/// is a decimal number of up to 28 digits, and an `f64` where that is too short.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Real {
    Decimal(Decimal),
    Double(f64),
}

impl Real {
    /// How many decimals Redis writes: `%.17Lf`.
    const DECIMALS: u32 = 17;

    /// None if it is no number, NaN, or larger than an `f64`; infinity if that is what it says.
    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        let double = parse_double(text)?;
        if double.is_infinite() && text.iter().any(u8::is_ascii_digit) {
            return None;
        }
        let text = std::str::from_utf8(text).ok()?;
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.'));
        // A double is displayed without an exponent, and with no more digits than it takes to tell it from others.
        let decimal =
            if is_plain { Decimal::from_str_exact(text) } else { Decimal::from_str_exact(&double.to_string()) };
        Some(decimal.map_or(Self::Double(double), Self::Decimal))
    }

    pub(crate) fn is_infinite(self) -> bool {
        matches!(self, Self::Double(double) if double.is_infinite())
    }

    /// None if the sum is infinite or NaN.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        if let (Self::Decimal(one), Self::Decimal(other)) = (self, other)
            && let Some(sum) = one.checked_add(other)
        {
            return Some(Self::Decimal(sum));
        }
        let sum = self.double() + other.double();
        sum.is_finite().then_some(Self::Double(sum))
    }

    fn double(self) -> f64 {
        match self {
            Self::Decimal(decimal) => decimal.to_f64().unwrap_or(0.0),
            Self::Double(double) => double,
        }
    }
}

/// Never with an exponent, or zeros at the end.
impl std::fmt::Display for Real {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let decimals = Self::DECIMALS as usize;
        let text = match self {
            Self::Decimal(decimal) => decimal.round_dp(Self::DECIMALS).to_string(),
            Self::Double(double) => {
                let shortest = double.to_string();
                let fits = shortest.split_once('.').is_none_or(|(_, fraction)| fraction.len() <= decimals);
                if fits { shortest } else { format!("{double:.decimals$}") }
            }
        };
        match trimmed(&text) {
            "-0" => f.write_str("0"),
            text => f.write_str(text),
        }
    }
}

/// Reads a size such as `64mb`, `1k` (1000) or `1kb` (1024), in bytes.
pub(crate) fn parse_memory(text: &[u8]) -> Option<u64> {
    let text = std::str::from_utf8(text).ok()?;
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let unit: u64 = match text[end..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" => 1000,
        "kb" => 1 << 10,
        "m" => 1_000_000,
        "mb" => 1 << 20,
        "g" => 1_000_000_000,
        "gb" => 1 << 30,
        _ => return None,
    };
    text[..end].parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_are_written_as_c_does() {
        for (value, text) in [
            (1.0, "1"),
            (-2.5, "-2.5"),
            (0.1, "0.10000000000000001"),
            (3.000_000_000_000_000_4, "3.0000000000000004"),
            (1e17, "1e+17"),
            (123_456_789_012_345_680.0, "1.2345678901234568e+17"),
            (12_345_678_901_234_567.0, "12345678901234568"),
            (0.000_1, "0.0001"),
            (0.000_01, "1.0000000000000001e-05"),
            (1e300, "1.0000000000000001e+300"),
            (f64::INFINITY, "inf"),
            (-0.0, "-0"),
        ] {
            assert_eq!(double(value), text);
        }
    }

    #[test]
    fn doubles_are_read_as_redis_does() {
        for (text, value) in [
            ("1", Some(1.0)),
            ("-1.5e3", Some(-1500.0)),
            ("+inf", Some(f64::INFINITY)),
            ("-Infinity", Some(f64::NEG_INFINITY)),
        ] {
            assert_eq!(parse_double(text.as_bytes()), value);
        }
        assert_eq!(parse_double(b"0x10"), Some(16.0));
        for text in ["", " 1", "1 ", "nan", "abc", "1.2.3", "0x", "-0X", "--1", "aé", "0é"] {
            assert_eq!(parse_double(text.as_bytes()), None, "{text}");
        }
        for text in ["1e400", "-1e400", "1e-400"] {
            assert_eq!(parse_double(text.as_bytes()), None, "{text}");
        }
        for (text, value) in [("", Some(0.0)), (" 1", Some(1.0)), ("1\0x", Some(1.0)), ("1 ", None), ("nan", None)] {
            assert_eq!(parse_bound(text.as_bytes()), value, "{text}");
        }
        assert_eq!(parse_bound(b"1e400"), Some(f64::INFINITY));
    }

    #[test]
    fn sizes_have_units() {
        for (text, bytes) in [
            ("0", Some(0)),
            ("64mb", Some(64 << 20)),
            ("1K", Some(1000)),
            ("2GB", Some(2 << 30)),
            ("mb", None),
            ("1x", None),
            ("-1", None),
        ] {
            assert_eq!(parse_memory(text.as_bytes()), bytes);
        }
    }

    #[test]
    fn reals_add_up_as_decimals() {
        for (one, other, sum) in [
            ("0.1", "0.2", "0.3"),
            ("3.0e3", "1.", "3001"),
            ("10.50", "0.1", "10.6"),
            ("1", "-1.1", "-0.1"),
            ("0.1", "-0.1", "0"),
            ("0", "-0.0", "0"),
            ("+5", ".5", "5.5"),
            ("0x10", "5", "21"),
            ("1e-1", "2e-1", "0.3"),
            ("0", "1e-30", "0"),
            ("0", "-1e-30", "0"),
            ("0", "0.00000000000000001", "0.00000000000000001"),
            ("17179869184", "17179869184.5", "34359738368.5"),
            ("1e20", "1", "100000000000000000001"),
            ("1e40", "1", "10000000000000000000000000000000000000000"),
            ("79228162514264337593543950335", "1", "79228162514264340000000000000"),
        ] {
            let real = |text: &str| Real::parse(text.as_bytes()).unwrap();
            assert_eq!(real(one).plus(real(other)).unwrap().to_string(), sum, "{one} + {other}");
        }
    }

    #[test]
    fn reals_end_where_doubles_do() {
        for text in ["", "abc", "1_0", "nan", "1e400", " 1", "1 ", "1\0", "-", "."] {
            assert_eq!(Real::parse(text.as_bytes()), None, "{text:?}");
        }
        let infinity = Real::parse(b"-inf").unwrap();
        assert!(infinity.is_infinite());
        assert_eq!(infinity.plus(Real::parse(b"1").unwrap()), None);
        let most = Real::parse(b"1.7e308").unwrap();
        assert_eq!(most.plus(most), None);
    }

    proptest::proptest! {
        /// What was written is read as the same.
        #[test]
        fn reals_survive_being_written(double: f64) {
            if let Some(real) = Real::parse(double.to_string().as_bytes()) {
                let text = real.to_string();
                let again = Real::parse(text.as_bytes()).map(|real| real.to_string());
                proptest::prop_assert_eq!(again, Some(text));
            }
        }

        #[test]
        fn no_text_is_too_strange_to_read(text: Vec<u8>, number in "[+-]?[0-9.]{0,60}(e[+-]?[0-9]{1,6})?") {
            for text in [&text, number.as_bytes()] {
                if let Some(sum) = Real::parse(text).and_then(|real| real.plus(real)) {
                    let _ = sum.to_string();
                }
            }
        }
    }
}
