use metrics::{BINS_PER_DECADE, Bins};

use super::plot::{Axis, Plot, Sign, fill_class, line_class, nothing};
use super::scale::Scale;
use super::svg::Point;
use super::{Chart, Named, Table, cell, legend, names};
use crate::units;

/// How response times are distributed: which share of the requests lies in each of twenty bins to a power of ten.
#[must_use]
pub fn distribution(recordings: &[Named<'_>]) -> Chart {
    let all: Vec<Bins> = recordings.iter().map(|(_, recording)| recording.tally().all().response.plot().bins).collect();
    let shares: Vec<Vec<(u32, f64)>> = all.iter().map(shares).collect();
    let title = "Distribution of response times";
    if shares.iter().all(Vec::is_empty) {
        return nothing(title, "No request has ended.", table(recordings, &shares));
    }
    let drawn = || shares.iter().flatten();
    let ends = drawn().flat_map(|(bin, _)| [begins(*bin), begins(bin + 1)]);
    let x = Axis { title: "response time".into(), scale: Scale::log_around(ends), written: units::duration_mark };
    let largest = drawn().map(|(_, share)| share * 100.0).fold(0.0, f64::max);
    let y = Axis {
        title: "share of requests in each bin".into(),
        scale: Scale::up_to(largest),
        written: |percent| format!("{} %", units::mark(percent)),
    };
    let description = format!("Steps over a logarithmic axis of the response time, for {}.", names(recordings));
    let mut plot = Plot::begin(title, &description, &legend(recordings, Sign::Series), &x, &y, 300.0);
    for (index, shares) in shares.iter().enumerate() {
        let outline = outline(shares);
        let points: Vec<Option<Point>> = outline.iter().map(|(x, y)| Some(plot.at(*x, *y))).collect();
        plot.svg.through(&line_class(index), points);
        let peak = shares.iter().max_by(|one, other| one.1.total_cmp(&other.1));
        if let Some((bin, share)) = peak {
            let middle = (begins(*bin) * begins(bin + 1)).sqrt();
            let at = plot.at(middle, share * 100.0);
            plot.svg.marker(&fill_class(index), index, at, 7.0);
        }
    }
    plot.finish(table(recordings, &shares))
}

/// In nanoseconds.
fn begins(bin: u32) -> f64 {
    10_f64.powf(f64::from(bin) / f64::from(BINS_PER_DECADE))
}

/// Each bin from the first to the last, and its share of all.
fn shares(bins: &Bins) -> Vec<(u32, f64)> {
    let all: u64 = bins.counts.iter().sum();
    let share = |(number, count): (u32, &u64)| (bins.first + number, *count as f64 / all.max(1) as f64);
    (0..).zip(&bins.counts).map(share).collect()
}

/// Up at the beginning of each bin and down at the end of the last, in percent.
fn outline(shares: &[(u32, f64)]) -> Vec<(f64, f64)> {
    let (Some((first, _)), Some((last, _))) = (shares.first(), shares.last()) else { return Vec::new() };
    let tops = shares.iter().flat_map(|(bin, share)| [(begins(*bin), share * 100.0), (begins(bin + 1), share * 100.0)]);
    [(begins(*first), 0.0)].into_iter().chain(tops).chain([(begins(last + 1), 0.0)]).collect()
}

fn table(recordings: &[Named<'_>], shares: &[Vec<(u32, f64)>]) -> Table {
    let met: std::collections::BTreeSet<u32> =
        shares.iter().flatten().filter(|(_, share)| *share > 0.0).map(|(bin, _)| *bin).collect();
    let row = |bin: u32| {
        let share = |shares: &Vec<(u32, f64)>| {
            let share = shares.iter().find(|(other, _)| *other == bin).map(|(_, share)| *share);
            cell(share.filter(|share| *share > 0.0), units::percent)
        };
        let range = [begins(bin), begins(bin + 1)].map(units::duration);
        range.into_iter().chain(shares.iter().map(share)).collect()
    };
    let head = ["from", "to less than"].into_iter().chain(recordings.iter().map(|(name, _)| *name));
    Table { head: head.map(str::to_owned).collect(), rows: met.into_iter().map(row).collect() }
}
