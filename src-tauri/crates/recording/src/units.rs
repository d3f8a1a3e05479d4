//! Numbers as they are read: three significant digits, a unit, commas between thousands.

/// Nanoseconds in the unit that suits them: "812 ns", "48.2 µs", "2.31 ms", "1.50 s".
#[must_use]
pub fn duration(ns: f64) -> String {
    let (value, unit) = match ns {
        ..999.5 => return format!("{ns:.0} ns"),
        ..999_500.0 => (ns / 1e3, "µs"),
        ..999_500_000.0 => (ns / 1e6, "ms"),
        _ => (ns / 1e9, "s"),
    };
    format!("{} {unit}", significant(value))
}

/// A mark on an axis: as above, but without the zeros of a round number. "20 µs", "1.5 ms".
#[must_use]
pub fn duration_mark(ns: f64) -> String {
    let (value, unit) = match ns {
        0.0 => return "0".to_owned(),
        ..1e3 => (ns, "ns"),
        ..1e6 => (ns / 1e3, "µs"),
        ..1e9 => (ns / 1e6, "ms"),
        _ => (ns / 1e9, "s"),
    };
    format!("{} {unit}", mark(value))
}

/// Three significant digits: "0.0482", "4.82", "48.2", "482", "4,820".
#[must_use]
pub fn significant(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    // The power of ten after rounding: 9.996 is 10.0, with one decimal less than 9.99.
    let rounded = format!("{value:.2e}");
    let magnitude: i32 = rounded.split_once('e').and_then(|(_, power)| power.parse().ok()).unwrap_or_default();
    if magnitude >= 3 {
        let unit = 10_f64.powi(magnitude - 2);
        return thousands((value / unit).round() * unit);
    }
    format!("{value:.*}", usize::try_from(2 - magnitude).unwrap_or_default().min(9))
}

/// A whole number with commas between thousands: "18,204".
#[must_use]
pub fn count(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share from 0 to 1 in percent: "91.4 %".
#[must_use]
pub fn percent(share: f64) -> String {
    format!("{} %", significant(share * 100.0))
}

/// A number without zeros at its end: "0.5", "20", "5,000".
#[must_use]
pub fn mark(value: f64) -> String {
    if value.abs() >= 1_000.0 {
        return thousands(value);
    }
    let text = format!("{value:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn thousands(value: f64) -> String {
    let sign = if value < 0.0 { "−" } else { "" };
    format!("{sign}{}", count(value.abs().round() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_significant_digits_and_a_unit() {
        let shown = [0.0, 999.0, 1e3, 9_994.0, 9_996.0, 48_200.0, 999_499.0, 999_500.0, 2.31e6, 12_345_678_900.0];
        assert_eq!(
            shown.map(duration),
            ["0 ns", "999 ns", "1.00 µs", "9.99 µs", "10.0 µs", "48.2 µs", "999 µs", "1.00 ms", "2.31 ms", "12.3 s"]
        );
    }

    #[test]
    fn numbers_have_three_significant_digits() {
        let shown = [0.0482, 0.9996, 4.816, 9.996, 99.96, 482.3, 4_823.0, 18_204.0].map(significant);
        assert_eq!(shown, ["0.0482", "1.00", "4.82", "10.0", "100", "482", "4,820", "18,200"]);
        assert_eq!((percent(0.914), percent(1.0), percent(0.0)), ("91.4 %".into(), "100 %".into(), "0 %".into()));
        assert_eq!(
            (count(0), count(999), count(18_204), count(1_000_000)),
            ("0".into(), "999".into(), "18,204".into(), "1,000,000".into())
        );
    }

    #[test]
    fn marks_have_no_zeros_at_their_end() {
        assert_eq!([20e3, 1.5e6, 5e9, 100.0].map(duration_mark), ["20 µs", "1.5 ms", "5 s", "100 ns"]);
        assert_eq!([0.5, 20.0, 5_000.0].map(mark), ["0.5", "20", "5,000"]);
    }
}
