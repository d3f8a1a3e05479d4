use std::collections::BTreeMap;

use super::plot::{Axis, Entry, Plot, Sign, line_class, nothing};
use super::scale::Scale;
use super::style::SERIES;
use super::{Chart, Named, Table, cell, legend, names};
use crate::{RecordedSecond, Recording, Round, units};

/// How many points a line has at most; of a longer recording each stands for several seconds.
const POINTS: u32 = 200;

const NOTHING_TO_TELL: &str = "No second has enough requests to tell.";

/// One value a second, or every few seconds; none where there is none to tell.
type Line = Vec<(f64, Option<f64>)>;

/// Hits among the reads that the cache answered, second by second. Of several rounds, the median of each of their seconds.
#[must_use]
pub fn hit_ratio(recordings: &[Named<'_>]) -> Chart {
    let every = seconds_to_a_point(recordings);
    let value = |second: &RecordedSecond| second.second.counts.hit_ratio().map(|ratio| ratio * 100.0);
    let lines: Vec<Line> = recordings.iter().map(|(_, recording)| line(recording, every, false, value)).collect();
    let columns = recordings.iter().map(|(name, _)| (*name).to_owned());
    let table = table(columns, &lines, every, |percent| units::percent(percent / 100.0));
    let y = Axis {
        title: title_of("hit ratio", recordings, every),
        scale: Scale::Linear { low: 0.0, high: 100.0 },
        written: |percent| format!("{} %", units::mark(percent)),
    };
    one_line_each("Hit ratio over time", recordings, &lines, every, &y, table)
}

/// Requests that ended, second by second. Of several rounds, the median of each of their seconds.
#[must_use]
pub fn throughput(recordings: &[Named<'_>]) -> Chart {
    let every = seconds_to_a_point(recordings);
    let value = |second: &RecordedSecond| Some(second.second.counts.ended() as f64);
    let lines: Vec<Line> = recordings.iter().map(|(_, recording)| line(recording, every, true, value)).collect();
    let columns = recordings.iter().map(|(name, _)| format!("{name}, requests/s"));
    let table = table(columns, &lines, every, units::significant);
    let largest = lines.iter().flatten().filter_map(|(_, value)| *value).fold(0.0, f64::max);
    let y = Axis {
        title: title_of("requests a second", recordings, every),
        scale: Scale::up_to(largest),
        written: units::mark,
    };
    one_line_each("Throughput over time", recordings, &lines, every, &y, table)
}

/// Median and 99th percentile of the response time, second by second. Of several rounds, the median of each of their seconds.
#[must_use]
pub fn latency(recordings: &[Named<'_>]) -> Chart {
    let every = seconds_to_a_point(recordings);
    let p50 = |second: &RecordedSecond| second.second.p50_ns.map(|ns| ns as f64);
    let p99 = |second: &RecordedSecond| second.second.p99_ns.map(|ns| ns as f64);
    let lines = recordings
        .iter()
        .flat_map(|(_, recording)| [line(recording, every, false, p50), line(recording, every, false, p99)]);
    let lines: Vec<Line> = lines.collect();
    let columns = recordings.iter().flat_map(|(name, _)| [format!("{name}, median"), format!("{name}, p99")]);
    let table = table(columns, &lines, every, units::duration);
    let title = "Response time over time";
    let values: Vec<f64> = lines.iter().flatten().filter_map(|(_, value)| *value).collect();
    if values.is_empty() {
        return nothing(title, NOTHING_TO_TELL, table);
    }
    let y = Axis {
        title: title_of("response time", recordings, every),
        scale: Scale::log_around(values),
        written: units::duration_mark,
    };
    let mut legend = legend(recordings, Sign::Shape);
    legend.push(Entry { name: "median".into(), sign: Sign::Dash(0) });
    if lines.iter().skip(1).step_by(2).flatten().any(|(_, value)| value.is_some()) {
        legend.push(Entry { name: "99th percentile".into(), sign: Sign::Dash(4) });
    }
    let mut plot = begin(title, recordings, &legend, &lines, every, &y);
    for (index, pair) in lines.chunks(2).enumerate() {
        let colour = format!("chart-line chart-stroke-{}", index % SERIES);
        for (line, dash) in pair.iter().zip(["", " chart-dash-4"]) {
            plot.series(index, &format!("{colour}{dash}"), line);
        }
    }
    plot.finish(table)
}

fn one_line_each(title: &str, recordings: &[Named<'_>], lines: &[Line], every: u32, y: &Axis, table: Table) -> Chart {
    if lines.iter().flatten().all(|(_, value)| value.is_none()) {
        return nothing(title, NOTHING_TO_TELL, table);
    }
    let mut plot = begin(title, recordings, &legend(recordings, Sign::Series), lines, every, y);
    for (index, line) in lines.iter().enumerate() {
        plot.series(index, &line_class(index), line);
    }
    plot.finish(table)
}

fn begin(title: &str, recordings: &[Named<'_>], legend: &[Entry], lines: &[Line], every: u32, y: &Axis) -> Plot {
    let last = lines.iter().flatten().map(|(middle, _)| *middle).fold(0.0, f64::max);
    let x = Axis {
        title: "seconds since the start".into(),
        scale: Scale::Seconds { high: last + f64::from(every) / 2.0 },
        written: units::mark,
    };
    let description = format!("Lines over the seconds since the start, for {}.", names(recordings));
    Plot::begin(title, &description, legend, &x, y, 280.0)
}

fn title_of(what: &str, recordings: &[Named<'_>], every: u32) -> String {
    let rounds = recordings.iter().any(|(_, recording)| recording.rounds.len() > 1);
    match (rounds, every) {
        (false, 1) => what.to_owned(),
        (true, 1) => format!("{what}, median of the rounds"),
        (false, _) => format!("{what}, median of every {every} s"),
        (true, _) => format!("{what}, median of the rounds and of every {every} s"),
    }
}

fn seconds_to_a_point(recordings: &[Named<'_>]) -> u32 {
    let rounds = recordings.iter().flat_map(|(_, recording)| &recording.rounds);
    let last = rounds.filter_map(|round| round.seconds.last()).map(|second| second.second.second + 1).max();
    last.unwrap_or(1).div_ceil(POINTS)
}

/// The medians of every so many seconds, at the middle of them. Where only whole seconds count, the last is left out if the
/// round ended within it.
fn line(recording: &Recording, every: u32, only_whole: bool, value: impl Fn(&RecordedSecond) -> Option<f64>) -> Line {
    let mut points: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for round in &recording.rounds {
        for second in &round.seconds {
            let values = points.entry(second.second.second / every).or_default();
            if !only_whole || is_whole(round, second) {
                values.extend(value(second));
            }
        }
    }
    let middle = |point: u32| (f64::from(point) + 0.5) * f64::from(every);
    points.into_iter().map(|(point, mut values)| (middle(point), median(&mut values))).collect()
}

/// To a twentieth of a second: the end is noticed a little late or early.
fn is_whole(round: &Round, second: &RecordedSecond) -> bool {
    u64::from(second.second.second + 1) * 1_000_000_000 <= round.elapsed_ns + 50_000_000
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        length if length % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

fn table(columns: impl Iterator<Item = String>, lines: &[Line], every: u32, written: impl Fn(f64) -> String) -> Table {
    let mut rows: BTreeMap<u64, Vec<Option<f64>>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        for (middle, value) in line {
            rows.entry(*middle as u64).or_insert_with(|| vec![None; lines.len()])[index] = *value;
        }
    }
    let row = |(middle, values): (u64, Vec<Option<f64>>)| {
        let first = middle / u64::from(every) * u64::from(every);
        [units::count(first)].into_iter().chain(values.into_iter().map(|value| cell(value, &written))).collect()
    };
    let second = if every == 1 { "second".to_owned() } else { format!("{every} s from second") };
    Table { head: [second].into_iter().chain(columns).collect(), rows: rows.into_iter().map(row).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimens::Specimen;

    #[test]
    fn rounds_lie_over_each_other_and_their_median_is_shown() {
        let mut recording = Specimen { rounds: 3, seconds: 2, ..Specimen::default() }.recording("three rounds");
        for (round, hits) in recording.rounds.iter_mut().zip([10, 50, 60]) {
            round.seconds[1].second.counts = metrics::Counts { hits, misses: 100 - hits, ..metrics::Counts::default() };
        }
        let chart = hit_ratio(&[("three rounds", &recording)]);
        assert_eq!(chart.table.rows.len(), 2);
        assert_eq!(chart.table.rows[1], ["1", "50.0 %"]);
        assert!(chart.svg.contains("median of the rounds"));
    }

    #[test]
    fn a_second_that_was_not_whole_is_no_dip_of_the_throughput() {
        let mut recording = Specimen { seconds: 3, per_second: 50, ..Specimen::default() }.recording("stopped");
        recording.rounds[0].elapsed_ns = 2_300_000_000;
        let rows = throughput(&[("stopped", &recording)]).table.rows;
        assert_eq!(rows, [["0", "50.0"], ["1", "50.0"], ["2", "–"]]);
    }

    #[test]
    fn a_long_recording_has_a_point_for_every_few_seconds() {
        let recording = Specimen { seconds: 900, per_second: 20, ..Specimen::default() }.recording("long");
        let chart = latency(&[("long", &recording)]);
        assert_eq!((chart.table.rows.len(), chart.table.head[0].as_str()), (180, "5 s from second"));
        assert_eq!(chart.table.rows[1][0], "5");
        assert!(chart.svg.contains("median of every 5 s"));
    }
}
