use metrics::{Latencies, Tally};
use trace::StepKind;

use super::plot::{Sign, WIDTH, fill_class, head, marks, nothing};
use super::scale::Scale;
use super::style::{AXIS, HALF, TEXT};
use super::svg::{Svg, width};
use super::{Chart, NOTHING, Named, Table, cell, legend, names};
use crate::units;

const BAR: f64 = 20.0;
const BETWEEN: f64 = 16.0;
/// Where bars begin, to the right of the steps' names and the recordings' shapes.
const LEFT: f64 = 154.0;

/// What a mean request spends its time on: the wait until it was sent, each step, and what is left over. They add up to the
/// mean response time.
#[must_use]
pub fn steps(recordings: &[Named<'_>]) -> Chart {
    let tallies: Vec<Tally> = recordings.iter().map(|(_, recording)| recording.tally()).collect();
    let all: Vec<Vec<Part>> = tallies.iter().map(parts).collect();
    let met: Vec<Part> = all.first().cloned().unwrap_or_default();
    let shown: Vec<usize> =
        (0..met.len()).filter(|index| all.iter().any(|parts| parts[*index].mean_ns.is_some())).collect();

    let title = "Where the time of a mean request goes";
    let table = table(recordings, &met, &all, &shown);
    if shown.is_empty() {
        return nothing(title, "No request has ended.", table);
    }
    let mut svg = Svg::default();
    let entries = legend(recordings, Sign::Shape);
    let top = head(&mut svg, title, &entries) + 8.0;
    let means = all.iter().flatten().filter_map(|part| part.mean_ns);
    let scale = Scale::up_to(means.fold(0.0, f64::max));
    let right = WIDTH - 16.0 - width("9,999 ms", TEXT);
    let across = |ns: f64| scale.at(ns).mul_add(right - LEFT, LEFT);
    let group = BAR.mul_add(recordings.len() as f64, BETWEEN);
    let bottom = group.mul_add(shown.len() as f64, top);
    for mark in marks(scale, units::duration_mark, |ns, words| (across(ns), width(words, TEXT) + 12.0)) {
        let at = across(mark.value);
        svg.line("chart-grid", (at, top), (at, bottom + 6.0));
        svg.text("chart-muted chart-middle", (at, bottom + 8.0 + TEXT), &mark.words(units::duration_mark));
    }
    for (row, index) in shown.iter().enumerate() {
        let from = group.mul_add(row as f64, top + BETWEEN / 2.0);
        let middle = BAR.mul_add(recordings.len() as f64 / 2.0, from);
        svg.text("chart-end", (LEFT - 30.0, middle + HALF), met[*index].name);
        for (which, parts) in all.iter().enumerate() {
            let y = BAR.mul_add(which as f64, from);
            let Some(ns) = parts[*index].mean_ns else { continue };
            svg.rect(&fill_class(which), (LEFT, y + 1.5), across(ns) - LEFT, BAR - 3.0);
            svg.marker(&fill_class(which), which, (LEFT - 14.0, y + BAR / 2.0), 5.5);
            svg.text("chart-muted", (across(ns) + 8.0, y + BAR / 2.0 + HALF), &units::duration(ns));
        }
    }
    svg.line("chart-axis", (LEFT, top), (LEFT, bottom));
    let axis = bottom + AXIS;
    svg.text("chart-muted chart-end", (right, axis), "mean time in a request");
    let description = format!("Bars for each step and each of {}.", names(recordings));
    Chart { title: title.to_owned(), svg: svg.finish(WIDTH, axis + 16.0, title, &description), table }
}

/// What a request spends time on, and how much of it in the mean; `None` where it was not met.
#[derive(Clone, Copy)]
struct Part {
    name: &'static str,
    mean_ns: Option<f64>,
}

fn parts(tally: &Tally) -> Vec<Part> {
    let times = tally.all();
    let requests = times.response.count();
    let sum = |latencies: &Latencies| latencies.sum_ns() as f64;
    let mean = |sum: f64| (requests > 0).then(|| sum.max(0.0) / requests as f64);
    let steps = StepKind::ALL
        .map(|kind| Part { name: kind.name(), mean_ns: tally.step(kind).and_then(|step| mean(sum(&step.durations))) });
    let in_steps: f64 =
        StepKind::ALL.into_iter().filter_map(|kind| tally.step(kind)).map(|step| sum(&step.durations)).sum();
    let before = Part { name: "not yet sent", mean_ns: mean(sum(&times.response) - sum(&times.service)) };
    let other = Part { name: "other", mean_ns: mean(sum(&times.service) - in_steps) };
    [before].into_iter().chain(steps).chain([other]).collect()
}

fn table(recordings: &[Named<'_>], met: &[Part], all: &[Vec<Part>], shown: &[usize]) -> Table {
    let row = |index: &usize| {
        let of = |parts: &Vec<Part>| cell(parts[*index].mean_ns, units::duration);
        [met[*index].name.to_owned()].into_iter().chain(all.iter().map(of)).collect()
    };
    let sum = |parts: &Vec<Part>| {
        let known: Vec<f64> = parts.iter().filter_map(|part| part.mean_ns).collect();
        if known.is_empty() { NOTHING.to_owned() } else { units::duration(known.iter().sum()) }
    };
    let last = ["mean response time".to_owned()].into_iter().chain(all.iter().map(sum)).collect();
    let head = ["mean time in a request"].into_iter().chain(recordings.iter().map(|(name, _)| *name));
    Table { head: head.map(str::to_owned).collect(), rows: shown.iter().map(row).chain([last]).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::specimens::Specimen;

    #[test]
    fn the_parts_add_up_to_the_mean_response_time() {
        let tally = Specimen::default().recording("page").tally();
        let sum: f64 = parts(&tally).iter().filter_map(|part| part.mean_ns).sum();
        let mean = tally.all().response.mean_ns().expect("there are requests");
        assert!((sum / mean - 1.0).abs() < 1e-9, "{sum} {mean}");
    }
}
