//! Tables as CSV (RFC 4180). Columns are named with their unit; numbers have a point, and nothing between thousands.

use std::fmt::Display;

use csv::{Terminator, Writer, WriterBuilder};
use metrics::{Latencies, Tally};
use trace::{Operation, Outcome, StepKind};

use crate::chart::Named;
use crate::{RecordedSecond, RecordedTrace};

/// Quantiles that are told, each only where ten lie beyond it.
const QUANTILES: [f64; 9] = [0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999];

/// Every second of every round: what ended in it, in short.
#[must_use]
pub fn seconds_csv(recordings: &[Named<'_>]) -> String {
    let mut table = Table::new(
        ["recording", "round", "second", "requests"].into_iter().chain(Outcome::ALL.map(Outcome::name)).chain([
            "hit_ratio",
            "p50_ns",
            "hit_p50_ns",
            "miss_p50_ns",
            "p99_ns",
            "machine_busy_percent",
            "stale_reads",
            "stale_max_ns",
        ]),
    );
    for (name, recording) in recordings {
        for round in &recording.rounds {
            for RecordedSecond { second, machine_busy_percent } in &round.seconds {
                let counts = second.counts;
                let first = [guarded(name), told(round.number), told(second.second), told(counts.ended())];
                let each = Outcome::ALL.map(|outcome| told(counts.of(outcome)));
                let last = [
                    perhaps(counts.hit_ratio()),
                    perhaps(second.p50_ns),
                    perhaps(second.hit_p50_ns),
                    perhaps(second.miss_p50_ns),
                    perhaps(second.p99_ns),
                    perhaps(*machine_busy_percent),
                    told(second.stale_reads),
                    perhaps(second.stale_max_ns),
                ];
                table.row(first.into_iter().chain(each).chain(last));
            }
        }
    }
    table.finish()
}

/// Percentiles of response and service times, of everything and of each outcome, of each step, and of the ages of stale reads.
/// Quantile 1 is the longest.
#[must_use]
pub fn percentiles_csv(recordings: &[Named<'_>]) -> String {
    let mut table = Table::new(["recording", "measure", "group", "quantile", "value_ns", "count"]);
    for (name, recording) in recordings {
        for (measure, group, latencies) in groups(&recording.tally()) {
            let known = QUANTILES.into_iter().filter_map(|quantile| Some((quantile, latencies.quantile(quantile)?)));
            let longest = (latencies.count() > 0).then(|| (1.0, latencies.max_ns()));
            for (quantile, ns) in known.chain(longest) {
                let count = told(latencies.count());
                table.row([guarded(name), told(measure), told(group), told(quantile), told(ns), count]);
            }
        }
    }
    table.finish()
}

/// Measure, group and its latencies.
fn groups(tally: &Tally) -> Vec<(&'static str, &'static str, Latencies)> {
    let all = tally.all();
    let mut groups = vec![("response", "all", all.response), ("service", "all", all.service)];
    for outcome in Outcome::ALL {
        if let Some(times) = tally.times(outcome) {
            groups.push(("response", outcome.name(), times.response.clone()));
            groups.push(("service", outcome.name(), times.service.clone()));
        }
    }
    let steps = StepKind::ALL.into_iter().filter_map(|kind| Some((kind, tally.step(kind)?.durations.clone())));
    groups.extend(steps.map(|(kind, durations)| ("step", kind.name(), durations)));
    groups.extend(tally.stale_ages().map(|ages| ("stale_age", "all", ages.clone())));
    groups
}

/// The sample of requests, a row for each of their steps; a request without steps has one row.
#[must_use]
pub fn traces_csv(traces: &[RecordedTrace]) -> String {
    let mut table = Table::new([
        "round",
        "request",
        "at_ns",
        "operation",
        "product",
        "query",
        "outcome",
        "waited_ns",
        "total_ns",
        "other_ns",
        "step_number",
        "step",
        "step_start_ns",
        "step_duration_ns",
        "step_injected_ns",
        "step_failed",
        "notes",
        "version",
        "stale_ns",
    ]);
    for RecordedTrace { round, at_ns, trace } in traces {
        let operation = match trace.request.operation {
            Operation::Read => "read",
            Operation::Write => "write",
        };
        let request = [
            told(round),
            told(trace.id),
            told(at_ns),
            told(operation),
            told(trace.request.product),
            told(trace.request.query),
            told(trace.outcome.name()),
            told(trace.waited_ns),
            told(trace.total_ns),
            told(trace.other_ns),
        ];
        let last = [guarded(&trace.notes.join("; ")), perhaps(trace.version), perhaps(trace.stale_ns)];
        for (number, step) in trace.steps.iter().enumerate() {
            let step = [
                told(number + 1),
                told(step.kind.name()),
                told(step.start_ns),
                told(step.duration_ns),
                told(step.injected_ns),
                told(step.failed),
            ];
            table.row(request.iter().cloned().chain(step).chain(last.clone()));
        }
        if trace.steps.is_empty() {
            let none = std::iter::repeat_n(String::new(), 6).chain(last);
            table.row(request.into_iter().chain(none));
        }
    }
    table.finish()
}

/// Rows on their way into memory, which takes them all.
struct Table {
    writer: Writer<Vec<u8>>,
}

impl Table {
    fn new<'a>(head: impl IntoIterator<Item = &'a str>) -> Self {
        let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
        let _ = writer.write_record(head);
        Self { writer }
    }

    fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let _ = self.writer.write_record(cells);
    }

    fn finish(self) -> String {
        let bytes = self.writer.into_inner().unwrap_or_default();
        String::from_utf8(bytes).unwrap_or_default()
    }
}

fn told(value: impl Display) -> String {
    value.to_string()
}

fn perhaps(value: Option<impl Display>) -> String {
    value.map(told).unwrap_or_default()
}

/// Somebody's words, so that no spreadsheet takes them for a formula.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use csv::{ReaderBuilder, StringRecord};
    use trace::Step;

    use super::*;
    use crate::specimens::Specimen;

    /// As any reader of CSV reads it: every row must have as many cells as the head.
    fn read(text: &str) -> (StringRecord, Vec<StringRecord>) {
        let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
        let head = reader.headers().expect("a head").clone();
        (head, reader.records().map(|record| record.expect("a row like the head")).collect())
    }

    fn cell<'a>(head: &StringRecord, row: &'a StringRecord, name: &str) -> &'a str {
        let index = head.iter().position(|other| other == name).expect("there is such a column");
        &row[index]
    }

    #[test]
    fn every_second_has_its_row_with_its_numbers() {
        let recording = Specimen { rounds: 2, seconds: 3, ..Specimen::default() }.recording("a, \"b\"\r\nc");
        let text = seconds_csv(&[("a, \"b\"\r\nc", &recording)]);
        let (head, rows) = read(&text);
        assert_eq!(rows.len(), 6);
        assert!(text.starts_with("recording,round,second,requests,hit,miss,stale,") && text.ends_with("\r\n"));
        let second = &recording.rounds[1].seconds[2];
        let of = |name| cell(&head, &rows[5], name);
        assert_eq!((of("recording"), of("round"), of("second")), ("a, \"b\"\r\nc", "1", "2"));
        assert_eq!((of("requests"), of("hit")), ("400", second.second.counts.hits.to_string().as_str()));
        assert_eq!(of("hit_ratio").parse::<f64>().ok(), second.second.counts.hit_ratio());
        assert_eq!(of("p50_ns").parse::<u64>().ok(), second.second.p50_ns);
        assert_eq!(of("p99_ns"), "", "nobody knows a p99 of 400 requests");
        assert_eq!(of("machine_busy_percent").parse::<f32>().ok(), second.machine_busy_percent);
    }

    #[test]
    fn percentiles_are_told_as_far_as_they_are_known() {
        let recording = Specimen::default().recording("page");
        let (head, rows) = read(&percentiles_csv(&[("page", &recording)]));
        let find = |measure: &str, group: &str, quantile: &str| {
            let named = |row: &&StringRecord| {
                [("measure", measure), ("group", group), ("quantile", quantile)]
                    .iter()
                    .all(|(name, value)| cell(&head, row, name) == *value)
            };
            rows.iter().find(named).map(|row| cell(&head, row, "value_ns").parse::<u64>().expect("a number"))
        };
        let tally = recording.tally();
        assert_eq!(find("response", "all", "0.99"), tally.all().response.quantile(0.99));
        assert_eq!(find("response", "hit", "0.5"), tally.times(Outcome::Hit).and_then(|t| t.response.quantile(0.5)));
        assert_eq!(find("step", "db_query", "1"), tally.step(StepKind::DbQuery).map(|step| step.durations.max_ns()));
        assert_eq!(find("response", "all", "0.9999"), None, "4,800 requests are too few");
    }

    #[test]
    fn every_step_of_a_trace_has_its_row() {
        let mut traces = Specimen { seconds: 1, ..Specimen::default() }.traces();
        let steps: usize = traces.iter().map(|trace| trace.trace.steps.len()).sum();
        assert_eq!(read(&traces_csv(&traces)).1.len(), steps);
        traces.truncate(1);
        traces[0].trace.steps.clear();
        traces[0].trace.notes = vec!["=1+1".to_owned()];
        (traces[0].trace.version, traces[0].trace.stale_ns) = (Some(3), Some(1_200));
        let (head, rows) = read(&traces_csv(&traces));
        assert_eq!((rows.len(), cell(&head, &rows[0], "step")), (1, ""));
        assert_eq!((cell(&head, &rows[0], "version"), cell(&head, &rows[0], "stale_ns")), ("3", "1200"));
        assert_eq!(cell(&head, &rows[0], "notes"), "'=1+1");
        traces[0].trace.steps =
            vec![Step { kind: StepKind::DbQuery, start_ns: 1, duration_ns: 9, injected_ns: 5, failed: true }];
        let (head, rows) = read(&traces_csv(&traces));
        let of = |name| cell(&head, &rows[0], name);
        assert_eq!((of("step"), of("step_injected_ns"), of("step_failed")), ("db_query", "5", "true"));
    }

    #[test]
    fn no_spreadsheet_takes_a_name_for_a_formula() {
        let recording = Specimen { seconds: 1, ..Specimen::default() }.recording("x");
        for name in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            let (head, rows) = read(&seconds_csv(&[(name, &recording)]));
            assert_eq!(cell(&head, &rows[0], "recording"), format!("'{name}"));
        }
    }
}
