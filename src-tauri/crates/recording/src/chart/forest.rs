use super::plot::{WIDTH, head, marks};
use super::scale::Scale;
use super::style::{AXIS, TEXT};
use super::svg::{Svg, fitted, width};
use super::{Chart, Table};
use crate::units;

/// A ratio and how far chance may have moved it.
#[derive(Debug, Clone, PartialEq)]
pub struct ForestRow {
    /// What was compared: "median response time".
    pub label: String,
    /// How many times as large as the baseline's; above 0.
    pub ratio: f64,
    /// Lower end of the 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// What that comes to, in a few words: "faster", "no difference shown".
    pub finding: String,
}

const ROW: f64 = 58.0;
const LABELS: f64 = 296.0;
const NUMBERS: f64 = 140.0;

/// Ratios to the baseline with their 95 % intervals, one below another. Where the interval holds 1, which is no difference,
/// the mark is hollow.
#[must_use]
pub fn forest(title: &str, rows: &[ForestRow]) -> Chart {
    let mut svg = Svg::default();
    let top = head(&mut svg, title, &[]) + 6.0;
    let (left, right) = (16.0 + LABELS + 20.0, WIDTH - 16.0 - NUMBERS - 24.0);
    let sound = |value: &f64| value.is_finite() && *value > 0.0;
    let ends: Vec<f64> = rows.iter().flat_map(|row| [row.ratio, row.low, row.high]).filter(sound).collect();
    let near = Scale::Log { low: 0.8, high: 1.25 };
    let all_near = ends.iter().all(|ratio| (0.8..=1.25).contains(ratio));
    let scale = if all_near { near } else { Scale::log_around(ends.into_iter().chain([1.0])) };
    let across = |ratio: f64| scale.at(ratio).clamp(0.0, 1.0).mul_add(right - left, left);
    let bottom = ROW.mul_add(rows.len() as f64, top);
    for mark in scale.marks().first().into_iter().flatten() {
        svg.line("chart-grid", (across(mark.value), top), (across(mark.value), bottom));
    }
    for mark in marks(scale, times, |ratio, words| (across(ratio), width(words, TEXT) + 10.0)) {
        let at = across(mark.value);
        svg.line("chart-grid", (at, top), (at, bottom + 6.0));
        svg.text("chart-muted chart-middle", (at, bottom + 8.0 + TEXT), &mark.words(times));
    }
    svg.line("chart-rule", (across(1.0), top), (across(1.0), bottom + 6.0));
    for (index, row) in rows.iter().enumerate() {
        let y = ROW.mul_add(index as f64 + 0.5, top);
        svg.text("chart-label", (16.0, y - 3.0), &fitted(&row.label, TEXT, LABELS));
        svg.text("chart-muted", (16.0, y + TEXT + 1.0), &fitted(&row.finding, TEXT, LABELS));
        let (low, high) = (across(row.low), across(row.high));
        svg.through("chart-line chart-stroke-0", [Some((low, y)), Some((high, y))]);
        for end in [low, high] {
            svg.through("chart-line chart-stroke-0", [Some((end, y - 10.0)), Some((end, y + 10.0))]);
        }
        let decided = row.low > 1.0 || row.high < 1.0;
        let class = if decided { "chart-fill-0" } else { "chart-hollow chart-stroke-0" };
        svg.marker(class, 1, (across(row.ratio), y), 6.0);
        let numbers = right + 24.0;
        let [ratio, low, high] = [row.ratio, row.low, row.high].map(units::significant);
        svg.text("chart-strong", (numbers, y - 3.0), &format!("{ratio}×"));
        svg.text("chart-muted", (numbers, y + TEXT + 1.0), &fitted(&format!("{low}–{high}"), TEXT, NUMBERS));
    }
    let axis = bottom + AXIS;
    svg.text(
        "chart-muted chart-end",
        (WIDTH - 16.0, axis),
        "ratio to the baseline with its 95 % interval; hollow where it holds 1×",
    );
    let description = "Each row has a mark at its ratio and a bar as long as its 95 % interval, on a logarithmic axis.";
    let cells = |row: &ForestRow| {
        let [ratio, low, high] = [row.ratio, row.low, row.high].map(|value| format!("{}×", units::significant(value)));
        vec![row.label.clone(), ratio, low, high, row.finding.clone()]
    };
    let head = ["compared", "ratio", "95 % from", "to", "finding"].map(str::to_owned).to_vec();
    Chart {
        title: title.to_owned(),
        svg: svg.finish(WIDTH, axis + 16.0, title, description),
        table: Table { head, rows: rows.iter().map(cells).collect() },
    }
}

fn times(ratio: f64) -> String {
    format!("{}×", units::mark(ratio))
}
