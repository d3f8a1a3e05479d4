use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Measure, Measured, Scene};

/// Something that is said and checked: a measure of one thing, a take or a run, against a number or against another's.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Claim {
    /// In words.
    pub says: String,
    /// What is measured.
    pub measure: Measure,
    /// Of which take.
    pub of: String,
    /// Against which take it is held; absent: against a number.
    #[serde(default)]
    pub against: Option<String>,
    /// Which measure of the other; absent: the same.
    #[serde(default)]
    pub against_measure: Option<Measure>,
    /// It is at most so many times the other's, or at most that number.
    #[serde(default)]
    pub at_most: Option<f64>,
    /// It is at least so many times the other's, or at least that number.
    #[serde(default)]
    pub at_least: Option<f64>,
}

/// The same without words.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// What is measured.
    pub measure: Measure,
    /// Of which take.
    pub of: String,
    /// Against which take it is held; absent: against a number.
    #[serde(default)]
    pub against: Option<String>,
    /// Which measure of the other; absent: the same.
    #[serde(default)]
    pub against_measure: Option<Measure>,
    /// It is at most so many times the other's, or at most that number.
    #[serde(default)]
    pub at_most: Option<f64>,
    /// It is at least so many times the other's, or at least that number.
    #[serde(default)]
    pub at_least: Option<f64>,
}

/// A claim, and whether it held.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Judged {
    /// In words.
    pub says: String,
    /// Whether it held; absent while a take that it speaks of was not played, or had too few requests.
    pub holds: Option<bool>,
}

impl Claim {
    /// Holds it against what the takes came to.
    #[must_use]
    pub fn judge(&self, scene: &Scene, takes: &[Measured]) -> Judged {
        self.judge_by(|take, measure| {
            let measured = takes.iter().find(|measured| measured.take == take)?;
            let index = scene.measures.iter().position(|known| *known == measure)?;
            measured.values.get(index).copied().flatten()
        })
    }

    /// Holds it against what `value` says of each name and measure.
    #[must_use]
    pub fn judge_by(&self, value: impl Fn(&str, Measure) -> Option<f64>) -> Judged {
        Judged { says: self.says.clone(), holds: self.bound().holds(value) }
    }

    /// What it says, without the words.
    #[must_use]
    pub fn bound(&self) -> Bound {
        let Self { says: _, measure, of, against, against_measure, at_most, at_least } = self.clone();
        Bound { measure, of, against, against_measure, at_most, at_least }
    }
}

impl Bound {
    /// Whether it holds; `None` where `value` does not say what it speaks of.
    #[must_use]
    pub fn holds(&self, value: impl Fn(&str, Measure) -> Option<f64>) -> Option<bool> {
        let unit = match &self.against {
            Some(other) => value(other, self.against_measure.unwrap_or(self.measure))?,
            None => 1.0,
        };
        let value = value(&self.of, self.measure)?;
        let most = self.at_most.is_none_or(|times| value <= times * unit);
        let least = self.at_least.is_none_or(|times| value >= times * unit);
        Some(most && least)
    }

    /// Whether it says anything, of what there is: `known` says of a name whether it is there.
    ///
    /// # Errors
    /// A sentence that says what is wrong.
    pub fn check(&self, known: impl Fn(&str) -> bool) -> Result<(), String> {
        let Self { of, against, against_measure, at_most, at_least, .. } = self;
        if let Some(unknown) = [Some(of), against.as_ref()].into_iter().flatten().find(|name| !known(name)) {
            return Err(format!("it speaks of \"{unknown}\", which is not there"));
        }
        if against.is_none() && against_measure.is_some() {
            return Err("it names another's measure, and no other to hold it against".to_owned());
        }
        if at_most.is_none() && at_least.is_none() {
            return Err("it gives no bound, so it cannot fail".to_owned());
        }
        if [at_most, at_least].into_iter().flatten().any(|bound| !bound.is_finite()) {
            return Err("its bound is no number".to_owned());
        }
        Ok(())
    }
}
