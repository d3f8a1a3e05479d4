//! Histograms for the tools of HdrHistogram: percentiles as text, and a log of intervals.

use std::fmt::Write as _;
use std::time::{Duration, UNIX_EPOCH};

use hdrhistogram::serialization::V2DeflateSerializer;
use hdrhistogram::serialization::interval_log::{IntervalLogWriterBuilder, Tag};
use metrics::{Latencies, Tally};
use trace::Outcome;

use super::{BlockRecord, RecordError};
use crate::Recording;

/// Ticks to each halving of what is left above.
const TICKS: u32 = 5;

/// Nanoseconds to the unit of the text: microseconds, so that three decimals are whole nanoseconds.
const UNIT: f64 = 1e3;

/// Nanoseconds to the unit of the longest in a log's lines: milliseconds, as HdrHistogram's own writer has them.
const LOG_UNIT: f64 = 1e6;

/// Response times of everything, or of one outcome, as the percentiles that HdrHistogram prints
/// (`outputPercentileDistribution` of its Java library, with five ticks to each halving): what its plotter and others read.
/// Values are **microseconds**. `None` where there are no such requests.
#[must_use]
pub fn hgrm(recording: &Recording, outcome: Option<Outcome>) -> Option<String> {
    let tally = recording.tally();
    let latencies = match outcome {
        Some(outcome) => tally.times(outcome)?.response.clone(),
        None => tally.all().response,
    };
    let whose = outcome.map_or("all requests", Outcome::name);
    (latencies.count() > 0).then(|| distribution(&latencies) + &format!("# Response time in microseconds: {whose}\n"))
}

fn distribution(latencies: &Latencies) -> String {
    let histogram = latencies.histogram();
    let mut text = String::from("       Value     Percentile TotalCount 1/(1-Percentile)\n\n");
    let mut total = 0;
    for step in histogram.iter_quantiles(TICKS) {
        total += step.count_since_last_iteration();
        let quantile = step.quantile_iterated_to();
        let value = step.value_iterated_to().min(latencies.max_ns()) as f64 / UNIT;
        let _ = write!(text, "{value:12.3} {quantile:2.12} {total:10}");
        // Nothing is left above the last, so it has no fourth column.
        if quantile < 1.0 {
            let _ = write!(text, " {:14.2}", 1.0 / (1.0 - quantile));
        }
        text.push('\n');
    }
    let (mean, deviation) = (latencies.mean_ns().unwrap_or_default() / UNIT, histogram.stdev() / UNIT);
    let (max, count) = (latencies.max_ns() as f64 / UNIT, latencies.count());
    let sub_buckets = 2_u32 * 1_024;
    let _ = writeln!(text, "#[Mean    = {mean:12.3}, StdDeviation   = {deviation:12.3}]");
    let _ = writeln!(text, "#[Max     = {max:12.3}, Total count    = {count:12}]");
    let _ = writeln!(text, "#[Buckets = {:12}, SubBuckets     = {sub_buckets:12}]", histogram.buckets());
    text
}

/// A log of HdrHistogram's (version 1.3 of its format): of every block, or of every round where there are no blocks, a line
/// with the response times of everything, and one with those of each outcome, which is its tag. Histograms are of whole
/// nanoseconds; the longest in each line is in milliseconds.
///
/// # Errors
/// [`RecordError`] where a block's histograms are not sound.
pub fn histogram_log(recording: &Recording, blocks: &[BlockRecord]) -> Result<Vec<u8>, RecordError> {
    let began = UNIX_EPOCH + Duration::from_millis(recording.about.began_unix_ms);
    let (mut log, mut serializer) = (Vec::new(), V2DeflateSerializer::new());
    let unwritten = |_| RecordError { at: "the log".to_owned(), problem: "It could not be written.".to_owned() };
    let mut writer = IntervalLogWriterBuilder::new()
        .add_comment("[Histogram log format version 1.3]")
        .add_comment("[Written by Cachescope: response times in nanoseconds; without a tag, of everything]")
        .with_start_time(began)
        .with_base_time(began)
        .with_max_value_divisor(LOG_UNIT)
        .begin_log_with(&mut log, &mut serializer)
        .map_err(|_| unwritten(()))?;
    for (start, length, tally) in intervals(recording, blocks)? {
        let all = (None, tally.all().response);
        let each = Outcome::ALL
            .into_iter()
            .filter_map(|outcome| Some((Tag::new(outcome.name()), tally.times(outcome)?.response.clone())));
        for (tag, latencies) in [all].into_iter().chain(each) {
            writer.write_histogram(latencies.histogram(), start, length, tag).map_err(|_| unwritten(()))?;
        }
    }
    Ok(log)
}

/// When each began, how long it lasted, and what was added up of it. Rounds stand one after another, as long as they were.
fn intervals(recording: &Recording, blocks: &[BlockRecord]) -> Result<Vec<(Duration, Duration, Tally)>, RecordError> {
    if blocks.is_empty() {
        let mut start = Duration::ZERO;
        let intervals = recording.rounds.iter().map(|round| {
            let length = Duration::from_nanos(round.elapsed_ns);
            start += length;
            (start - length, length, round.tally.clone())
        });
        return Ok(intervals.collect());
    }
    let interval = |block: &BlockRecord| {
        let [start, length] = [block.first_second, block.seconds].map(|seconds| Duration::from_secs(seconds.into()));
        Ok((start, length, Tally::try_from(&block.tally)?))
    };
    blocks.iter().map(interval).collect()
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::prelude::BASE64_STANDARD;
    use hdrhistogram::Histogram;
    use hdrhistogram::serialization::Deserializer;
    use hdrhistogram::serialization::interval_log::{IntervalLogIterator, LogEntry};

    use super::*;
    use crate::specimens::Specimen;

    /// As HdrHistogram's plotter (`plotFiles.html`) reads a file: lines that do not begin with `#` and have four words, the
    /// first of which is the value and the last 1/(1-percentile). What is no number is passed over.
    fn as_the_plotter_reads(text: &str) -> Vec<(f64, f64)> {
        let line = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            let [value, _, _, inverse] = words[..] else { return None };
            (!line.trim().starts_with('#')).then_some(())?;
            Some((inverse.parse().ok()?, value.parse().ok()?))
        };
        text.lines().filter_map(line).collect()
    }

    #[test]
    fn percentiles_are_read_by_the_plotter() {
        let recording = Specimen { per_second: 1_000, ..Specimen::default() }.recording("page");
        let all = recording.tally().all().response;
        let text = hgrm(&recording, None).expect("there are requests");
        let points = as_the_plotter_reads(&text);
        assert!(points.len() > 40 && points.len() + 7 == text.lines().count(), "{text}");
        assert!(points.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1), "{text}");
        // A tick may lie a hair's breadth above its quantile, and its value one bucket further.
        for (inverse, quantile) in [(2.0, 0.5), (10.0, 0.9), (4.0, 0.75)] {
            let told = points.iter().find(|(other, _)| *other == inverse).expect("there is a tick").1 * 1e3;
            let known = all.quantile(quantile).expect("there are enough") as f64;
            assert!((told / known - 1.0).abs() < 0.002, "{quantile}: {told} {known}");
        }
    }

    #[test]
    fn the_text_is_the_one_that_hdrhistogram_writes() {
        let mut recording = Specimen::default().recording("page");
        let mut times = metrics::Times::default();
        for ns in [100_000, 200_000, 250_000, 600_000] {
            times.response.record(ns);
            times.service.record(ns);
        }
        recording.rounds[0].tally = Tally::default();
        recording.rounds[0].tally.put_times(Outcome::Hit, &times);
        let text = hgrm(&recording, Some(Outcome::Hit)).expect("there are hits");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "       Value     Percentile TotalCount 1/(1-Percentile)");
        assert_eq!(lines[1], "");
        assert_eq!(lines[2], "     100.031 0.000000000000          1           1.00");
        assert_eq!(lines[5], "     200.063 0.300000000000          2           1.43");
        let last = lines.iter().position(|line| line.contains(" 1.000000000000 ")).expect("it ends");
        assert_eq!(lines[last], "     600.000 1.000000000000          4");
        assert_eq!(lines[last + 1], "#[Mean    =      287.500, StdDeviation   =      188.249]");
        assert_eq!(lines[last + 2], "#[Max     =      600.000, Total count    =            4]");
        assert!(lines[last + 3].starts_with("#[Buckets =           1") && lines[last + 3].ends_with("2048]"), "{text}");
        assert_eq!(hgrm(&recording, Some(Outcome::Miss)), None);
    }

    #[test]
    fn a_log_is_read_again_by_hdrhistogram_itself() {
        let specimen = Specimen { seconds: 3, ..Specimen::default() };
        let recording = specimen.recording("page");
        let seconds = specimen.seconds();
        let blocks: Vec<BlockRecord> =
            seconds.iter().zip(0..).map(|(tally, second)| BlockRecord::of(second, 1, tally)).collect();
        let log = histogram_log(&recording, &blocks).expect("it is sound");
        let (mut lines, mut times) = (Vec::new(), 0);
        for entry in IntervalLogIterator::new(&log) {
            match entry.expect("every line is read") {
                LogEntry::Interval(interval) => lines.push(interval),
                LogEntry::StartTime(time) | LogEntry::BaseTime(time) => {
                    assert_eq!(time, Duration::from_secs(1_790_000_000));
                    times += 1;
                }
            }
        }
        assert_eq!((times, lines.len()), (2, 9), "of each second one of everything, one of hits and one of misses");
        for (index, line) in lines.iter().enumerate() {
            let tally = &seconds[index / 3];
            let tag = line.tag().map(|tag| tag.as_str());
            let kept = match tag {
                None => tally.all().response,
                Some("hit") => tally.times(Outcome::Hit).expect("hits").response.clone(),
                Some("miss") => tally.times(Outcome::Miss).expect("misses").response.clone(),
                Some(other) => panic!("{other}"),
            };
            let bytes = BASE64_STANDARD.decode(line.encoded_histogram()).expect("base64");
            let read: Histogram<u64> = Deserializer::new().deserialize(&mut bytes.as_slice()).expect("a histogram");
            assert_eq!(&read, kept.histogram());
            assert_eq!(line.start_timestamp(), Duration::from_secs(index as u64 / 3));
            assert_eq!(line.duration(), Duration::from_secs(1));
            assert!((line.max() - read.max() as f64 / 1e6).abs() < 0.001);
        }
    }

    #[test]
    fn without_blocks_the_log_has_a_line_for_every_round() {
        let recording = Specimen { rounds: 3, seconds: 2, hit_ratio: 0.0, ..Specimen::default() }.recording("study");
        let log = histogram_log(&recording, &[]).expect("it is sound");
        let starts: Vec<f64> = IntervalLogIterator::new(&log)
            .filter_map(|entry| match entry {
                Ok(LogEntry::Interval(interval)) => Some(interval.start_timestamp().as_secs_f64()),
                _ => None,
            })
            .collect();
        assert_eq!(starts, [0.0, 0.0, 2.0, 2.0, 4.0, 4.0]);
    }
}
