//! Numbers as Redis reads and writes them.

mod long_double;

use std::borrow::Cow;

pub(crate) use long_double::LongDouble;

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

/// Reads a size as Redis does, such as `64mb`, `1k` (1000) or `1kb` (1024), in bytes.
#[must_use]
pub fn parse_memory(text: &[u8]) -> Option<u64> {
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
            (12_345_678_901_234_568.0, "12345678901234568"),
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
}
