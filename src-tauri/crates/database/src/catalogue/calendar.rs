//! The two years the shop has been open, in days.

/// The days from 2024-01-01 to 2025-12-31. Fixed: today's date in the data would make every catalogue another.
pub(crate) const DAYS: u64 = 366 + 365;

const MONTHS: [u64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// The date of a day, as `2024-02-29`; day 0 is the first.
pub(crate) fn date(day: u64) -> String {
    let (year, mut left) = if day < 366 { (2024, day) } else { (2025, day - 366) };
    let mut month = 0;
    loop {
        let days = MONTHS[month] + u64::from(year == 2024 && month == 1);
        if left < days || month == 11 {
            return format!("{year}-{:02}-{:02}", month + 1, left + 1);
        }
        left -= days;
        month += 1;
    }
}

/// The day on which the `row`th of `rows` falls, rows being spread evenly in order.
pub(crate) fn day_of_row(row: u64, rows: u64) -> u64 {
    (u128::from(row) * u128::from(DAYS) / u128::from(rows)) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_year_has_a_29th_of_february_and_the_second_has_not() {
        assert_eq!([date(0), date(59), date(60)], ["2024-01-01", "2024-02-29", "2024-03-01"]);
        assert_eq!([date(365), date(366), date(366 + 59)], ["2024-12-31", "2025-01-01", "2025-03-01"]);
        assert_eq!(date(DAYS - 1), "2025-12-31");
    }

    #[test]
    fn rows_run_from_the_first_day_to_the_last() {
        assert_eq!((day_of_row(0, 5), day_of_row(4, 5)), (0, DAYS * 4 / 5));
        assert_eq!(day_of_row(9_999, 10_000), DAYS - 1);
    }
}
