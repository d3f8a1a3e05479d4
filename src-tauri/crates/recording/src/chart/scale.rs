//! Where a value lies on an axis, and which values are written beside it.

/// A value that is written beside an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Mark {
    pub(super) value: f64,
    /// Without its unit, which stands beside the mark before it: 10 µs, 20, 50, 100 µs.
    bare: bool,
}

impl Mark {
    /// What is written.
    pub(super) fn words(self, written: fn(f64) -> String) -> String {
        let whole = written(self.value);
        if self.bare { whole.trim_end_matches(|letter: char| !letter.is_ascii_digit()).to_owned() } else { whole }
    }
}

/// How values lie along an axis.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Scale {
    /// In equal steps.
    Linear { low: f64, high: f64 },
    /// In equal ratios. Both ends are above 0.
    Log { low: f64, high: f64 },
    /// From 0, in whole seconds.
    Seconds { high: f64 },
    /// HdrHistogram's axis of quantiles: each ten times what is left above. Ends are quantiles below 1.
    Quantile { high: f64 },
}

impl Scale {
    /// From 0 to a round number above the largest.
    pub(super) fn up_to(largest: f64) -> Self {
        let room = if largest.is_finite() && largest > 0.0 { largest * 1.02 } else { 1.0 };
        let step = nice_step(room, 5);
        Self::Linear { low: 0.0, high: tidy((room / step).ceil() * step) }
    }

    /// From one of 1, 2, 5, 10, … to another, around all values above 0.
    pub(super) fn log_around(values: impl IntoIterator<Item = f64>) -> Self {
        let (least, largest) = values
            .into_iter()
            .filter(|value| value.is_finite() && *value > 0.0)
            .fold((f64::INFINITY, 0.0_f64), |(least, largest), value| (least.min(value), largest.max(value)));
        if largest == 0.0 {
            return Self::Log { low: 1e3, high: 1e6 };
        }
        let low = one_two_five(least, least).0;
        let high = one_two_five(largest, largest).1;
        Self::Log { low, high: if high > low { high } else { one_two_five(low * 1.01, low * 1.01).1 } }
    }

    /// From 0 to 1 along the axis.
    pub(super) fn at(self, value: f64) -> f64 {
        match self {
            Self::Linear { low, high } => (value - low) / (high - low),
            Self::Seconds { high } => value / high,
            Self::Log { low, high } => (value.max(low) / low).log(high / low),
            Self::Quantile { high } => (1.0 - value.min(high)).log(1.0 - high),
        }
    }

    /// Which values may be written, from most to fewest: the first that fit are taken.
    pub(super) fn marks(self) -> Vec<Vec<Mark>> {
        let with_unit = |values: Vec<f64>| values.into_iter().map(|value| Mark { value, bare: false }).collect();
        match self {
            Self::Linear { low, high } => {
                let steps = [10, 8, 5, 4, 2, 1].map(|number| nice_step(high - low, number));
                // Better those that have a mark at the end too.
                let (ending, others): (Vec<f64>, Vec<f64>) =
                    steps.into_iter().partition(|step| ((high - low) / step).fract().abs() < 1e-6);
                ending.into_iter().chain(others).map(|step| with_unit(linear(low, high, step))).collect()
            }
            Self::Seconds { high } => {
                let steps = [1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0];
                let sparse = steps.into_iter().filter(|step| high / step <= 12.0);
                sparse.chain([high]).map(|step| with_unit(linear(0.0, high, step))).collect()
            }
            Self::Log { low, high } => {
                let all = decades(low, high, &[1.0, 2.0, 5.0]);
                let tens = decades(low, high, &[1.0]);
                let thousands = tens.iter().copied().filter(|ten| (ten.log10().round() as i64).rem_euclid(3) == 0);
                let thousands: Vec<f64> = thousands.collect();
                let bare =
                    |(index, value): (usize, &f64)| Mark { value: *value, bare: index > 0 && !tens.contains(value) };
                let partly_bare = all.iter().enumerate().map(bare).collect();
                let mut choices = Vec::new();
                if high / low <= 2.5 {
                    choices.extend([5, 2].map(|number| with_unit(linear(low, high, nice_step(high - low, number)))));
                }
                choices.extend([with_unit(all), partly_bare]);
                choices.extend([tens, thousands].into_iter().filter(|marks| marks.len() >= 2).map(with_unit));
                choices.push(with_unit(vec![low, high]));
                choices
            }
            Self::Quantile { high } => {
                let nines = |first: &[f64]| {
                    let nines = (1..12).map(|nines| 1.0 - 10_f64.powi(-nines));
                    let all = first.iter().copied().chain(nines);
                    with_unit(all.filter(|quantile| *quantile <= high + 1e-12).collect())
                };
                vec![nines(&[0.0, 0.5]), nines(&[0.0])]
            }
        }
    }
}

/// The largest of 1, 2, 5, 10, … at or below the one, and the smallest at or above the other.
fn one_two_five(least: f64, largest: f64) -> (f64, f64) {
    let around = |value: f64| {
        let decade = 10_f64.powf(value.log10().floor());
        [0.5, 1.0, 2.0, 5.0, 10.0, 20.0].map(|step| tidy(decade * step))
    };
    // A hair's breadth, so that 2 lies at 2.
    let low = around(least).into_iter().rfind(|step| *step <= least * (1.0 + 1e-9)).unwrap_or(least);
    let high = around(largest).into_iter().find(|step| *step >= largest * (1.0 - 1e-9)).unwrap_or(largest);
    (low, high)
}

fn decades(low: f64, high: f64, steps: &[f64]) -> Vec<f64> {
    let (first, last) = (low.log10().floor() as i32, high.log10().ceil() as i32);
    let all = (first..=last).flat_map(|decade| steps.iter().map(move |step| tidy(step * 10_f64.powi(decade))));
    all.filter(|mark| (low * (1.0 - 1e-9)..=high * (1.0 + 1e-9)).contains(mark)).collect()
}

fn linear(low: f64, high: f64, step: f64) -> Vec<f64> {
    let first = (low / step).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|number| tidy(number as f64 * step)).collect()
}

/// A step of 1, 2, 2.5 or 5 and zeros that makes about so many.
fn nice_step(range: f64, number: u32) -> f64 {
    let least = range / f64::from(number.max(1));
    let decade = 10_f64.powf(least.log10().floor());
    let step = [1.0, 2.0, 2.5, 5.0].into_iter().find(|step| step * decade >= least * (1.0 - 1e-9)).unwrap_or(10.0);
    tidy(step * decade)
}

/// Without what binary fractions leave behind.
fn tidy(value: f64) -> f64 {
    format!("{value:.9e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(marks: &[Mark]) -> Vec<f64> {
        marks.iter().map(|mark| mark.value).collect()
    }

    #[test]
    fn a_log_axis_begins_and_ends_at_1_2_or_5_and_is_marked_there() {
        let scale = Scale::log_around([48_200.0, 2_310_000.0]);
        assert_eq!(scale, Scale::Log { low: 20_000.0, high: 5_000_000.0 });
        assert_eq!(values(&scale.marks()[0]), [2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6]);
        assert_eq!((scale.at(20_000.0), scale.at(5_000_000.0)), (0.0, 1.0));
        assert_eq!(Scale::log_around([2_000.0]), Scale::Log { low: 2_000.0, high: 5_000.0 });
        assert_eq!(Scale::log_around([]).marks()[0].len(), 10);
    }

    #[test]
    fn a_log_axis_of_less_than_a_decade_is_marked_in_equal_steps() {
        assert_eq!(values(&Scale::Log { low: 2.0, high: 5.0 }.marks()[0]), [2.0, 3.0, 4.0, 5.0]);
        assert_eq!(values(&Scale::Log { low: 0.8, high: 1.25 }.marks()[0]), [0.8, 0.9, 1.0, 1.1, 1.2]);
    }

    #[test]
    fn where_there_is_little_room_a_unit_stands_beside_the_tens_only() {
        let marks = Scale::Log { low: 20_000.0, high: 2_000_000.0 }.marks();
        let words: Vec<String> = marks[1].iter().map(|mark| mark.words(crate::units::duration_mark)).collect();
        assert_eq!(words, ["20 µs", "50", "100 µs", "200", "500", "1 ms", "2"]);
        assert_eq!(values(&marks[2]), [1e5, 1e6]);
    }

    #[test]
    fn a_linear_axis_ends_at_a_round_number_above_the_largest_and_is_marked_there() {
        assert_eq!(Scale::up_to(412.0), Scale::Linear { low: 0.0, high: 500.0 });
        assert_eq!(Scale::up_to(1_200.0), Scale::Linear { low: 0.0, high: 1_250.0 });
        assert_eq!(Scale::up_to(0.0), Scale::Linear { low: 0.0, high: 1.0 });
        assert_eq!(values(&Scale::up_to(1_200.0).marks()[0]), [0.0, 250.0, 500.0, 750.0, 1_000.0, 1_250.0]);
        assert_eq!(values(&Scale::Seconds { high: 30.0 }.marks()[0]), [0.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0]);
    }

    #[test]
    fn quantiles_lie_by_what_is_left_above() {
        let scale = Scale::Quantile { high: 0.999 };
        let thirds = [0.0, 0.9, 0.99, 0.999].map(|quantile| (scale.at(quantile) * 3.0).round());
        assert_eq!(thirds, [0.0, 1.0, 2.0, 3.0]);
        assert_eq!(values(&scale.marks()[0]), [0.0, 0.5, 0.9, 0.99, 0.999]);
    }
}
