use super::plot::{Axis, Entry, Plot, Sign, fill_class, line_class};
use super::scale::Scale;
use super::{Chart, Table, cell};
use crate::units;

/// What a mean read costs with a cache, by how often it hits.
#[derive(Debug, Clone, PartialEq)]
pub struct BreakEvenLine {
    /// The recording it was worked out from.
    pub name: String,
    /// Hit ratios from 0 to 1, ascending, and the mean in nanoseconds at each.
    pub points: Vec<(f64, f64)>,
    /// The hit ratio from which on the cache pays; `None` where it never does, or always.
    pub break_even: Option<f64>,
    /// The hit ratio that was measured, and the mean in nanoseconds.
    pub measured: Option<(f64, f64)>,
}

/// From which hit ratio on a cache pays: where its line is below that of no cache.
#[must_use]
pub fn break_even(without_cache_ns: f64, lines: &[BreakEvenLine]) -> Chart {
    let means = lines.iter().flat_map(|line| line.points.iter().chain(&line.measured)).map(|(_, mean)| *mean);
    let x = Axis {
        title: "hit ratio".into(),
        scale: Scale::Linear { low: 0.0, high: 100.0 },
        written: |percent| format!("{} %", units::mark(percent)),
    };
    let y = Axis {
        title: "mean time of a read".into(),
        scale: Scale::up_to(means.fold(without_cache_ns, f64::max)),
        written: units::duration_mark,
    };
    let said = |line: &BreakEvenLine| match line.break_even {
        Some(ratio) => format!("{}: pays from {}", line.name, units::percent(ratio)),
        None => line.name.clone(),
    };
    let series = lines.iter().enumerate().map(|(index, line)| Entry { name: said(line), sign: Sign::Series(index) });
    let without = Entry { name: format!("no cache: {}", units::duration(without_cache_ns)), sign: Sign::Rule };
    let legend: Vec<Entry> = series.chain([without]).collect();
    let title = "From which hit ratio on the cache pays";
    let description =
        "Lines of the mean time of a read over the hit ratio, and a level line of the time without a cache.";
    let mut plot = Plot::begin(title, description, &legend, &x, &y, 300.0);
    let level = [plot.at(0.0, without_cache_ns), plot.at(100.0, without_cache_ns)];
    plot.svg.line("chart-rule chart-dash-4", level[0], level[1]);
    for (index, line) in lines.iter().enumerate() {
        let points: Vec<_> = line.points.iter().map(|(ratio, mean)| Some(plot.at(ratio * 100.0, *mean))).collect();
        plot.svg.through(&line_class(index), points);
        if let Some(ratio) = line.break_even {
            let at = plot.at(ratio * 100.0, without_cache_ns);
            plot.svg.line("chart-rule chart-dash-2", at, (at.0, plot.bottom));
            plot.svg.marker(&format!("chart-hollow chart-stroke-{}", index % super::style::SERIES), index, at, 8.0);
        }
        if let Some((ratio, mean)) = line.measured {
            let at = plot.at(ratio * 100.0, mean);
            plot.svg.marker(&fill_class(index), index, at, 8.0);
        }
    }
    let row = |line: &BreakEvenLine| {
        let at = |ratio: f64| line.points.iter().find(|(other, _)| *other == ratio).map(|(_, mean)| *mean);
        vec![
            line.name.clone(),
            cell(at(0.0), units::duration),
            cell(at(1.0), units::duration),
            cell(line.measured.map(|(ratio, _)| ratio), units::percent),
            cell(line.measured.map(|(_, mean)| mean), units::duration),
            cell(line.break_even, units::percent),
        ]
    };
    let head = ["", "mean of a miss", "mean of a hit", "hit ratio measured", "mean measured", "pays from"];
    let without = ["no cache", "–", "–", "–", &units::duration(without_cache_ns), "–"].map(str::to_owned).to_vec();
    let rows = lines.iter().map(row).chain([without]).collect();
    plot.finish(Table { head: head.map(str::to_owned).to_vec(), rows })
}
