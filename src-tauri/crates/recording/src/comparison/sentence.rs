use super::pair::Pair;
use super::{Finding, QuantileRatio, words};

/// The result for somebody who has not read the table: the median first, then the p99.
pub(super) fn sentence(pair: &Pair<'_>, response: &[QuantileRatio]) -> String {
    let of = |quantile: f64| response.iter().find(|ratio| ratio.quantile == quantile);
    match of(0.5).zip(of(0.99)) {
        Some((median, tail)) => tell(pair.other.name, pair.baseline.name, median, tail),
        None => String::new(),
    }
}

fn tell(other: &str, baseline: &str, median: &QuantileRatio, tail: &QuantileRatio) -> String {
    use Finding::{Faster, NoDifference, Slower, Unknown};

    let ((m, within_m), (t, within_t)) = (told(median), told(tail));
    match (median.finding, tail.finding) {
        (Unknown, _) => {
            let why = median.why_unknown.as_deref().unwrap_or("There is too little to tell.");
            format!("{other} against {baseline}: not known. {why}")
        }
        (found @ (Faster | Slower), same) if found == same => format!(
            "{other} answered {found} than {baseline}: its median response took {m} the time (95 % interval {within_m}), its \
             p99 {t} ({within_t})."
        ),
        (found @ (Faster | Slower), against @ (Faster | Slower)) => format!(
            "{other} answered {found} than {baseline} at the median, in {m} the time (95 % interval {within_m}), but \
             {against} at the p99, in {t} ({within_t})."
        ),
        (found @ (Faster | Slower), NoDifference) => format!(
            "{other} answered {found} than {baseline}: its median response took {m} the time (95 % interval {within_m}); no \
             difference shown at the p99 ({t}, {within_t})."
        ),
        (found @ (Faster | Slower), Unknown) => format!(
            "{other} answered {found} than {baseline}: its median response took {m} the time (95 % interval {within_m}). \
             Whether its p99 differs is not known."
        ),
        (NoDifference, NoDifference) => format!(
            "{other} against {baseline}: no difference shown at the median ({m}, 95 % interval {within_m}), nor at the p99 \
             ({t}, {within_t})."
        ),
        (NoDifference, found @ (Faster | Slower)) => format!(
            "{other} against {baseline}: no difference shown at the median ({m}, 95 % interval {within_m}), but it was \
             {found} at the p99, in {t} the time ({within_t})."
        ),
        (NoDifference, Unknown) => format!(
            "{other} against {baseline}: no difference shown at the median ({m}, 95 % interval {within_m}). Whether its p99 \
             differs is not known."
        ),
    }
}

/// The ratio and its interval: "0.61×" and "0.58 to 0.64".
fn told(ratio: &QuantileRatio) -> (String, String) {
    let (Some(value), Some(low), Some(high)) = (ratio.ratio, ratio.low, ratio.high) else {
        return (String::new(), String::new());
    };
    let (value, low, high) = words::ratio(value, low, high);
    (value, format!("{low} to {high}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ratio: f64, low: f64, high: f64) -> QuantileRatio {
        QuantileRatio {
            quantile: 0.5,
            baseline_ns: Some(100_000),
            other_ns: Some((ratio * 100_000.0) as u64),
            ratio: Some(ratio),
            low: Some(low),
            high: Some(high),
            finding: Finding::of(low.ln(), high.ln()),
            why_unknown: None,
        }
    }

    fn unknown() -> QuantileRatio {
        let why = Some("It takes 1,000 requests to tell a p99; bundled has 640.".to_owned());
        QuantileRatio { low: None, high: None, finding: Finding::Unknown, why_unknown: why, ..at(1.0, 0.9, 1.1) }
    }

    fn told(median: &QuantileRatio, tail: &QuantileRatio) -> String {
        tell("bundled", "mini-redis", median, tail)
    }

    #[test]
    fn one_direction_is_told_in_one_breath() {
        assert_eq!(
            told(&at(0.61, 0.58, 0.64), &at(0.7, 0.51, 0.93)),
            "bundled answered faster than mini-redis: its median response took 0.61× the time (95 % interval 0.58 to 0.64), \
             its p99 0.70× (0.51 to 0.93)."
        );
        assert_eq!(
            told(&at(1.31, 1.28, 1.34), &unknown()),
            "bundled answered slower than mini-redis: its median response took 1.31× the time (95 % interval 1.28 to 1.34). \
             Whether its p99 differs is not known."
        );
    }

    #[test]
    fn two_directions_are_both_told() {
        assert_eq!(
            told(&at(0.61, 0.58, 0.64), &at(1.7, 1.51, 1.93)),
            "bundled answered faster than mini-redis at the median, in 0.61× the time (95 % interval 0.58 to 0.64), but \
             slower at the p99, in 1.70× (1.51 to 1.93)."
        );
        assert_eq!(
            told(&at(0.61, 0.58, 0.64), &at(0.98, 0.8, 1.19)),
            "bundled answered faster than mini-redis: its median response took 0.61× the time (95 % interval 0.58 to 0.64); \
             no difference shown at the p99 (0.98×, 0.80 to 1.19)."
        );
        assert_eq!(
            told(&at(1.0, 0.98, 1.02), &at(0.7, 0.6, 0.8)),
            "bundled against mini-redis: no difference shown at the median (1.00×, 95 % interval 0.98 to 1.02), but it was \
             faster at the p99, in 0.70× the time (0.60 to 0.80)."
        );
    }

    #[test]
    fn where_an_interval_holds_one_no_difference_is_shown() {
        assert_eq!(
            told(&at(0.99, 0.97, 1.02), &at(0.98, 0.8, 1.19)),
            "bundled against mini-redis: no difference shown at the median (0.99×, 95 % interval 0.97 to 1.02), nor at the \
             p99 (0.98×, 0.80 to 1.19)."
        );
        assert_eq!(
            told(&at(0.99, 0.97, 1.02), &unknown()),
            "bundled against mini-redis: no difference shown at the median (0.99×, 95 % interval 0.97 to 1.02). Whether its \
             p99 differs is not known."
        );
    }

    #[test]
    fn what_is_not_known_says_why() {
        assert_eq!(
            told(&unknown(), &unknown()),
            "bundled against mini-redis: not known. It takes 1,000 requests to tell a p99; bundled has 640."
        );
    }
}
