/// How much each value is like the one before, from -1 to 1: their correlation (at lag 1). `None` of fewer than eight, or
/// where all are the same.
#[must_use]
pub fn correlation_with_the_last(values: &[f64]) -> Option<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let spread: f64 = values.iter().map(|value| (value - mean) * (value - mean)).sum();
    let together: f64 = values.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum();
    (values.len() >= 8 && spread > 0.0).then(|| together / spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rising_line_is_like_the_last_and_a_zigzag_is_the_opposite() {
        let rising: Vec<f64> = (0..100).map(f64::from).collect();
        let zigzag: Vec<f64> = (0..100).map(|n| f64::from(n % 2)).collect();
        assert!(correlation_with_the_last(&rising).is_some_and(|correlation| correlation > 0.9));
        assert!(correlation_with_the_last(&zigzag).is_some_and(|correlation| correlation < -0.9));
        assert_eq!(correlation_with_the_last(&[1.0; 100]), None);
        assert_eq!(correlation_with_the_last(&rising[..7]), None);
    }
}
