//! Numbers and names as they are read: three significant digits, and a unit chosen by value.

use crate::{About, BlockKind};
use trace::Outcome;

/// A duration with its unit.
pub(super) fn duration(ns: f64) -> String {
    let (value, unit) = match ns.abs() {
        ..999.5 => return format!("{ns:.0} ns"),
        ..999_500.0 => (ns / 1e3, "µs"),
        ..999_500_000.0 => (ns / 1e6, "ms"),
        _ => (ns / 1e9, "s"),
    };
    format!("{} {unit}", three_digits(value))
}

/// A percentage.
pub(super) fn percent(percent: f64) -> String {
    format!("{} %", three_digits(percent))
}

fn three_digits(value: f64) -> String {
    let decimals = match value.abs() {
        ..9.995 => 2,
        ..99.95 => 1,
        _ => 0,
    };
    format!("{value:.decimals$}")
}

/// A whole number, its thousands apart.
pub(super) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// So many of a thing, whose plural ends in s.
pub(super) fn counted(count: u64, one: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{} {one}s", number(count)) }
}

/// A ratio and its interval. An interval that does not hold 1 does not look as if it did.
pub(super) fn ratio(ratio: f64, low: f64, high: f64) -> (String, String, String) {
    let holds_one = low <= 1.0 && 1.0 <= high;
    let is_one = |value: f64, decimals: usize| format!("{value:.decimals$}") == format!("{:.decimals$}", 1.0);
    let near_one =
        (2..5).find(|decimals| holds_one || !(is_one(low, *decimals) || is_one(high, *decimals))).unwrap_or(5);
    let shown = |value: f64| {
        let decimals = match value {
            100.0.. => 0,
            10.0.. => 1,
            1.1.. => 2,
            0.9.. => near_one,
            0.1.. => 2,
            0.01.. => 3,
            _ => 4,
        };
        format!("{value:.decimals$}")
    };
    (format!("{}×", shown(ratio)), shown(low), shown(high))
}

/// A quantile's name.
pub(super) fn quantile(quantile: f64) -> String {
    if quantile == 0.5 { "median".to_owned() } else { format!("p{}", (quantile * 1e5).round() / 1e3) }
}

/// Things in a row: "a, b and c".
pub(super) fn list(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Requests that went one way; `None` for all.
pub(super) fn requests_that(went: Option<Outcome>) -> &'static str {
    match went {
        None => "requests",
        Some(Outcome::Hit) => "hits",
        Some(Outcome::Miss) => "misses",
        Some(Outcome::Stale) => "stale answers",
        Some(Outcome::Coalesced) => "coalesced requests",
        Some(Outcome::Bypass) => "bypasses",
        Some(Outcome::Written) => "writes",
        Some(Outcome::Shed) => "shed requests",
        Some(Outcome::Error) => "errors",
    }
}

/// What a recording's blocks are called.
pub(super) fn blocks(kind: BlockKind) -> String {
    match kind {
        BlockKind::Rounds => "rounds".to_owned(),
        BlockKind::Seconds(0 | 1) => "seconds".to_owned(),
        BlockKind::Seconds(many) => format!("stretches of {many} seconds"),
    }
}

/// What the recordings are called, each by a name of its own.
pub(super) fn names(abouts: &[&About]) -> Vec<String> {
    let alike = |name: &str| abouts.iter().filter(|about| about.name == name).count();
    let of = |(index, about): (usize, &&About)| match alike(&about.name) {
        1 => about.name.clone(),
        _ => format!("{} (number {} here)", about.name, index + 1),
    };
    abouts.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_significant_digits_and_a_unit() {
        let shown = [0.0, 999.4, 999.6, 48_200.0, -48_200.0, 999_499.0, 999_500.0, 2_310_000.0, 12_345_678_900.0];
        let expected = ["0 ns", "999 ns", "1.00 µs", "48.2 µs", "-48.2 µs", "999 µs", "1.00 ms", "2.31 ms", "12.3 s"];
        assert_eq!(shown.map(duration), expected);
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(number), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([counted(1, "request"), counted(2_000, "request")], ["1 request", "2,000 requests"]);
    }

    #[test]
    fn a_ratio_that_is_not_one_does_not_look_like_it() {
        let shown = |values: (f64, f64, f64)| {
            let (ratio, low, high) = ratio(values.0, values.1, values.2);
            format!("{ratio} {low} {high}")
        };
        assert_eq!(shown((0.612, 0.584, 0.641)), "0.61× 0.58 0.64");
        assert_eq!(shown((1.001, 0.998, 1.004)), "1.00× 1.00 1.00");
        assert_eq!(shown((1.008, 1.003, 1.012)), "1.008× 1.003 1.012");
        assert_eq!(shown((0.012_3, 0.011, 0.013)), "0.012× 0.011 0.013");
        assert_eq!(shown((123.4, 0.5, 150.2)), "123× 0.50 150");
    }

    #[test]
    fn quantiles_and_lists_read_as_one_says_them() {
        assert_eq!([0.5, 0.9, 0.99, 0.999].map(quantile), ["median", "p90", "p99", "p99.9"]);
        let things = ["a", "b", "c"].map(str::to_owned);
        assert_eq!([list(&things[..1]), list(&things[..2]), list(&things)], ["a", "a and b", "a, b and c"]);
    }
}
