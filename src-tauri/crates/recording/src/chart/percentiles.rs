use super::plot::{Axis, Plot, Sign, line_class, nothing};
use super::scale::Scale;
use super::{Chart, Named, Table, cell, legend, names};
use crate::units;
use metrics::Latencies;

/// Response times by percentile, on HdrHistogram's axis: each step to the right leaves a tenth of the requests above. A curve
/// ends where fewer than ten requests lie beyond it.
#[must_use]
pub fn percentiles(recordings: &[Named<'_>]) -> Chart {
    let all: Vec<Latencies> = recordings.iter().map(|(_, recording)| recording.tally().all().response).collect();
    let curves: Vec<Vec<(f64, Option<f64>)>> = all.iter().map(curve).collect();
    let title = "Response times by percentile";
    if curves.iter().all(Vec::is_empty) {
        return nothing(title, "Too few requests have ended to tell a percentile.", table(recordings, &all));
    }
    let drawn = || curves.iter().flatten();
    let furthest = drawn().map(|(quantile, _)| *quantile).fold(0.9, f64::max);
    let x = Axis {
        title: "percentile of the requests".into(),
        scale: Scale::Quantile { high: furthest },
        written: written_quantile,
    };
    let values = drawn().filter_map(|(_, value)| *value);
    let y = Axis { title: "response time".into(), scale: Scale::log_around(values), written: units::duration_mark };
    let description =
        format!("Curves on two logarithmic axes, the percentile and the response time, for {}.", names(recordings));
    let mut plot = Plot::begin(title, &description, &legend(recordings, Sign::Series), &x, &y, 300.0);
    for (index, curve) in curves.iter().enumerate() {
        plot.series(index, &line_class(index), curve);
    }
    plot.finish(table(recordings, &all))
}

/// Quantiles and nanoseconds, as far as they are known.
fn curve(latencies: &Latencies) -> Vec<(f64, Option<f64>)> {
    let known = |(quantile, _): &(f64, u64)| *quantile < 1.0;
    let point = |(quantile, _): (f64, u64)| Some((quantile, Some(latencies.quantile(quantile)? as f64)));
    latencies.plot().curve.into_iter().filter(known).filter_map(point).collect()
}

/// "0 %", "99.9 %".
fn written_quantile(quantile: f64) -> String {
    format!("{} %", units::mark(quantile * 100.0))
}

fn table(recordings: &[Named<'_>], all: &[Latencies]) -> Table {
    let quantiles = [0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999];
    let told = |quantile: &f64| all.iter().any(|latencies| latencies.quantile(*quantile).is_some());
    let row = |quantile: f64| {
        let of = |latencies: &Latencies| cell(latencies.quantile(quantile), |ns| units::duration(ns as f64));
        [written_quantile(quantile)].into_iter().chain(all.iter().map(of)).collect()
    };
    let longest = |latencies: &Latencies| {
        cell((latencies.count() > 0).then(|| latencies.max_ns()), |ns| units::duration(ns as f64))
    };
    let last = ["longest".to_owned()].into_iter().chain(all.iter().map(longest)).collect();
    let head = ["percentile"].into_iter().chain(recordings.iter().map(|(name, _)| *name));
    Table {
        head: head.map(str::to_owned).collect(),
        rows: quantiles.into_iter().filter(told).map(row).chain([last]).collect(),
    }
}
