use lab::TraceDetail;
use metrics::{Summary, Tally};
use recording::units;
use scene::{Measure, MeasureKind};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// What an action came to, by its name.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The action's name.
    pub name: String,
    /// Everything that can be said of it.
    pub values: Vec<Value>,
}

/// A measure and what it was.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Value {
    /// What was measured.
    pub measure: Measure,
    /// What it was: nanoseconds, cents, bytes, a share from 0 to 1, or a count.
    pub value: f64,
}

/// What the actions of a lesson came to so far.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Readings(Vec<Reading>);

impl Readings {
    /// What a measure of that name was; `None` where it was not measured.
    #[must_use]
    pub fn value(&self, name: &str, measure: Measure) -> Option<f64> {
        self.0.iter().find(|reading| reading.name == name)?.value(measure)
    }

    /// Puts one in the place of whatever had its name.
    pub fn put(&mut self, reading: Reading) {
        self.0.retain(|known| known.name != reading.name);
        self.0.push(reading);
    }

    /// Keeps those of such names alone.
    pub(crate) fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|reading| keep(&reading.name));
    }
}

impl Reading {
    /// What can be said of a run.
    pub(crate) fn of_run(name: &str, summary: &Summary) -> Self {
        let value = |measure: Measure| Some(Value { measure, value: measure.of(summary)? });
        Self { name: name.to_owned(), values: Measure::ALL.into_iter().filter_map(value).collect() }
    }

    /// What can be said of single requests.
    pub(crate) fn of_clicks(name: &str, clicks: &[TraceDetail]) -> Self {
        let mut tally = Tally::default();
        clicks.iter().for_each(|click| tally.record(&click.trace));
        let (all, outcomes, steps) = tally.latencies();
        let summary = Summary {
            counts: tally.counts(),
            all,
            outcomes,
            steps,
            seconds: Vec::new(),
            stale_reads: tally.stale_reads(),
            protections: tally.protections(),
        };
        let answer = clicks.last().and_then(|click| click.value.as_ref());
        Self::of_run(name, &summary)
            .with(Measure::Price, answer.and_then(|answer| price_in(&answer.text)))
            .with(Measure::Bytes, answer.map(|answer| answer.bytes as f64))
    }

    /// The same with one more, if there is something to say.
    #[must_use]
    pub(crate) fn with(mut self, measure: Measure, value: Option<f64>) -> Self {
        if let Some(value) = value {
            self.values.retain(|known| known.measure != measure);
            self.values.push(Value { measure, value });
        }
        self
    }

    fn value(&self, measure: Measure) -> Option<f64> {
        self.values.iter().find(|value| value.measure == measure).map(|value| value.value)
    }
}

/// What the product costs in an answer, in cents; `None` where it does not say, as a report.
fn price_in(answer: &str) -> Option<f64> {
    let answer: Json = serde_json::from_str(answer).ok()?;
    let price = |path: &str| answer.pointer(path).and_then(Json::as_f64);
    price("/lookup/price_cents").or_else(|| price("/page/product/price_cents"))
}

/// A measure's value as it is read.
pub(crate) fn shown(measure: Measure, value: f64) -> String {
    match measure.kind() {
        MeasureKind::Time => units::duration(value),
        MeasureKind::Share => units::percent(value),
        MeasureKind::Price => format!("{:.2}", value / 100.0),
        MeasureKind::Bytes => format!("{} bytes", units::count(value as u64)),
        MeasureKind::Count => units::count(value as u64),
    }
}

/// How many times, as it is read: "1.4", "38".
pub(crate) fn times(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.1}") } else { units::count(ratio.round() as u64) }
}
