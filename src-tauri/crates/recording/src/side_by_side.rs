//! What a reader is shown of one recording, or of several side by side: the same in the window, in a report and in the
//! terminal.

use metrics::Tally;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::chart::{self, BreakEvenLine, Chart, ForestRow, NOTHING, Named, Table};
use crate::comparison::{
    BreakEven, Compared, Comparison, GroupRatios, NotComparable, Part as TimePart, Rest, Versus, compare,
};
use crate::export::report::{self, Made, Part, ReportContent, Section};
use crate::export::{BlockRecord, RecordingFile};
use crate::{Block, BlockKind, Error, Recording, Store, units};

/// A recording with what chance is told from.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The recording.
    pub recording: Recording,
    /// Its rounds, or stretches of its seconds.
    pub blocks: Vec<Block>,
    /// Which of the two.
    pub kind: BlockKind,
}

/// Recordings side by side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct SideBySide {
    /// What differs, by how much, and whether chance alone could do that.
    pub comparison: Comparison,
    /// The same to be read, in order.
    pub sections: Vec<Section>,
}

impl Loaded {
    /// The recording of a file.
    ///
    /// # Errors
    /// [`Error::Invalid`] where the file makes no sense.
    pub fn of(file: &RecordingFile) -> Result<Self, Error> {
        let recording = file.recording()?;
        if file.blocks.is_empty() {
            let blocks = recording.rounds.iter().map(|round| Block::of(&round.tally, round.elapsed_ns)).collect();
            return Ok(Self { recording, blocks, kind: BlockKind::Rounds });
        }
        let width = file.blocks.iter().map(|block| block.seconds).max().unwrap_or(1);
        let block = |block: &BlockRecord| {
            let tally = Tally::try_from(block.tally.clone()).map_err(|error| Error::Invalid(error.to_string()))?;
            Ok::<_, Error>(Block::of(&tally, u64::from(block.seconds) * 1_000_000_000))
        };
        let blocks = file.blocks.iter().map(block).collect::<Result<_, _>>()?;
        Ok(Self { recording, blocks, kind: BlockKind::Seconds(width) })
    }
}

impl Store {
    /// Opens a recording with what chance is told from.
    ///
    /// # Errors
    /// As [`Store::open_recording`].
    pub async fn load(&self, id: i64) -> Result<Loaded, Error> {
        let recording = self.open_recording(id).await?;
        let (blocks, kind) = self.blocks(&recording).await?;
        Ok(Loaded { recording, blocks, kind })
    }
}

/// What there is to be read of one recording.
#[must_use]
pub fn sections_of(recording: &Recording) -> Vec<Section> {
    let named: [Named<'_>; 1] = [(&recording.about.name, recording)];
    let note = Some(&recording.about.note).filter(|note| !note.is_empty());
    let note = note.map(|note| Section::new("Note", vec![Part::Sentence(note.clone())]));
    let sections = [
        report::results(&named),
        report::charts(&named),
        report::where_the_time_went(&named),
        report::conditions(&named),
        report::environment(&named),
    ];
    note.into_iter().chain(sections).collect()
}

/// Compares recordings with the one of that number in the list.
///
/// # Errors
/// [`NotComparable`] where they cannot be.
pub fn side_by_side(loaded: &[Loaded], baseline: usize) -> Result<SideBySide, NotComparable> {
    let compared: Vec<_> =
        loaded.iter().map(|one| Compared { recording: &one.recording, blocks: &one.blocks, kind: one.kind }).collect();
    let comparison = compare(&compared, baseline)?;
    let sections = sections(loaded, &comparison);
    Ok(SideBySide { comparison, sections })
}

impl SideBySide {
    /// What to call it: the study, or the recordings.
    #[must_use]
    pub fn title(&self) -> String {
        let recordings = &self.comparison.recordings;
        match recordings.first().and_then(|first| first.about.study.as_ref()) {
            Some(study)
                if recordings.iter().all(|one| one.about.study.as_ref().is_some_and(|s| s.key == study.key)) =>
            {
                study.name.clone()
            }
            _ => recordings.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", "),
        }
    }

    /// As one HTML file.
    #[must_use]
    pub fn report(&self, title: &str, made: &Made) -> String {
        report::html(&ReportContent { title: title.to_owned(), sections: self.sections.clone() }, made)
    }

    /// Every chart, in order.
    pub fn charts(&self) -> impl Iterator<Item = &Chart> {
        charts_in(&self.sections)
    }
}

/// Every chart of some sections, in order.
pub fn charts_in(sections: &[Section]) -> impl Iterator<Item = &Chart> {
    sections.iter().flat_map(|section| &section.parts).filter_map(|part| match part {
        Part::Chart(chart) => Some(chart),
        _ => None,
    })
}

fn sections(loaded: &[Loaded], comparison: &Comparison) -> Vec<Section> {
    // The baseline first, as everywhere.
    let order = || {
        let others = (0..loaded.len()).filter(|number| *number != comparison.baseline);
        std::iter::once(comparison.baseline).chain(others)
    };
    let named: Vec<Named<'_>> =
        order().map(|number| (comparison.recordings[number].name.as_str(), &loaded[number].recording)).collect();

    let mut sections = vec![result(comparison), ratios(comparison), report::results(&named), report::charts(&named)];
    let mut time = report::where_the_time_went(&named);
    time.parts.extend(comparison.results.iter().map(|versus| time_table(comparison, versus)));
    sections.push(time);
    sections.extend(comparison.break_even.as_ref().map(|break_even| break_even_section(comparison, break_even)));
    sections.push(report::conditions(&named));
    sections.push(report::environment(&named));
    let mut method = report::method();
    method.parts.insert(0, Part::Sentence(comparison.method.clone()));
    sections.push(method);
    sections
}

fn result(comparison: &Comparison) -> Section {
    let findings = comparison.results.iter().map(|versus| Part::Finding(versus.sentence.clone()));
    let warnings = comparison.warnings.iter().cloned().map(Part::Warning);
    Section::new("Result", findings.chain(warnings).collect())
}

/// Ratios with their intervals: a picture of all recordings, then a table of each.
fn ratios(comparison: &Comparison) -> Section {
    let name = |number: usize| comparison.recordings[number].name.as_str();
    let rows = comparison.results.iter().flat_map(|versus| {
        let all = versus.groups.iter().filter(|group| group.outcome.is_none()).flat_map(|group| &group.response);
        all.filter_map(|each| {
            Some(ForestRow {
                label: format!("{}, {}", name(versus.other), quantile_name(each.quantile)),
                ratio: each.ratio?,
                low: each.low?,
                high: each.high?,
                finding: each.finding.to_string(),
            })
        })
    });
    let rows: Vec<ForestRow> = rows.collect();
    let mut parts = Vec::new();
    if !rows.is_empty() {
        let title = format!("Response time as a ratio to {}, with 95 % intervals", name(comparison.baseline));
        parts.push(Part::Chart(chart::forest(&title, &rows)));
    }
    for versus in &comparison.results {
        let caption = format!("{} against {}", name(versus.other), name(comparison.baseline));
        parts.push(Part::Table { caption, table: ratio_table(comparison, versus) });
    }
    Section::new("Ratios", parts)
}

fn ratio_table(comparison: &Comparison, versus: &Versus) -> Table {
    let name = |number: usize| comparison.recordings[number].name.clone();
    let head = ["", &name(comparison.baseline), &name(versus.other), "ratio", "95 % interval", "finding"];
    let mut rows: Vec<Vec<String>> = Vec::new();
    for group in &versus.groups {
        rows.extend(rows_of_group(group));
    }
    let throughput = &versus.throughput;
    let per_second = |rate: Option<f64>| shown(rate, |rate| format!("{}/s", units::significant(rate)));
    rows.push(vec![
        "throughput".to_owned(),
        per_second(throughput.baseline),
        per_second(throughput.other),
        shown(throughput.ratio, times),
        interval(throughput.low, throughput.high, times),
        throughput.why_unknown.clone().unwrap_or_else(|| throughput.finding.to_string()),
    ]);
    let hit_ratio = &versus.hit_ratio;
    let points = |points: f64| format!("{points:+.2} points");
    rows.push(vec![
        "hit ratio".to_owned(),
        shown(hit_ratio.baseline, units::percent),
        shown(hit_ratio.other, units::percent),
        shown(hit_ratio.points, points),
        interval(hit_ratio.low, hit_ratio.high, points),
        hit_ratio.why_unknown.clone().unwrap_or_else(|| hit_ratio.finding.to_string()),
    ]);
    Table { head: head.map(str::to_owned).to_vec(), rows }
}

fn rows_of_group(group: &GroupRatios) -> Vec<Vec<String>> {
    let who = group.outcome.map_or_else(|| "all".to_owned(), |outcome| outcome.name().to_owned());
    let measures = [("response", &group.response), ("service", &group.service)];
    let rows = measures.into_iter().flat_map(|(measure, ratios)| {
        let who = who.clone();
        ratios.iter().map(move |each| {
            let ns = |ns: Option<u64>| shown(ns, |ns| units::duration(ns as f64));
            vec![
                format!("{who}, {measure}, {}", quantile_name(each.quantile)),
                ns(each.baseline_ns),
                ns(each.other_ns),
                shown(each.ratio, times),
                interval(each.low, each.high, times),
                each.why_unknown.clone().unwrap_or_else(|| each.finding.to_string()),
            ]
        })
    });
    rows.collect()
}

fn time_table(comparison: &Comparison, versus: &Versus) -> Part {
    let name = |number: usize| comparison.recordings[number].name.clone();
    let head = ["of a mean request", &name(comparison.baseline), &name(versus.other), "difference", "95 % interval"];
    let signed = |ns: f64| format!("{}{}", if ns < 0.0 { "−" } else { "+" }, units::duration(ns.abs()));
    let row = |what: String, mean: &crate::comparison::MeanDifference| {
        vec![
            what,
            units::duration(mean.baseline_ns),
            units::duration(mean.other_ns),
            signed(mean.difference_ns),
            interval(mean.low_ns, mean.high_ns, signed),
        ]
    };
    let mut rows: Vec<_> = versus.steps.iter().map(|step| row(part_name(step.part), &step.mean)).collect();
    rows.push(row("together".to_owned(), &versus.mean_response));
    Part::Table {
        caption: format!("Where the time went: {} against {}", name(versus.other), name(comparison.baseline)),
        table: Table { head: head.map(str::to_owned).to_vec(), rows },
    }
}

fn break_even_section(comparison: &Comparison, break_even: &BreakEven) -> Section {
    let contestant = &comparison.recordings[break_even.recording];
    let points: Vec<(f64, f64)> =
        break_even.at.iter().map(|at| (f64::from(at.hit_percent) / 100.0, at.mean_ns)).collect();
    let measured = contestant
        .about
        .hit_ratio
        .map(|ratio| (ratio, ratio.mul_add(break_even.hit.mean_ns, (1.0 - ratio) * break_even.miss.mean_ns)));
    let line = BreakEvenLine { name: contestant.name.clone(), points, break_even: break_even.hit_ratio, measured };
    let chart = chart::break_even(break_even.without.mean_ns, &[line]);
    Section::new("Does the cache pay", vec![Part::Sentence(break_even.sentence.clone()), Part::Chart(chart)])
}

fn part_name(part: TimePart) -> String {
    match part {
        TimePart::Step(kind) => kind.name().to_owned(),
        TimePart::Rest(Rest::Other) => "other".to_owned(),
        TimePart::Rest(Rest::Waited) => "not yet sent".to_owned(),
    }
}

fn quantile_name(quantile: f64) -> String {
    if quantile == 0.5 { "median".to_owned() } else { format!("p{}", units::mark(quantile * 100.0)) }
}

fn times(ratio: f64) -> String {
    format!("{}×", units::significant(ratio))
}

fn shown<T>(value: Option<T>, written: impl Fn(T) -> String) -> String {
    value.map_or_else(|| NOTHING.to_owned(), written)
}

fn interval(low: Option<f64>, high: Option<f64>, written: impl Fn(f64) -> String) -> String {
    match (low, high) {
        (Some(low), Some(high)) => format!("{} to {}", written(low), written(high)),
        _ => NOTHING.to_owned(),
    }
}
