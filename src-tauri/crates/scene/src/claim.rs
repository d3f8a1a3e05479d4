use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Measure, Measured, Scene};

/// Something that is said of the takes and checked: a measure of one of them, against a number or against another take.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
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
        let value = |take: &str| {
            let measured = takes.iter().find(|measured| measured.take == take)?;
            let index = scene.measures.iter().position(|measure| *measure == self.measure)?;
            measured.values.get(index).copied().flatten()
        };
        let holds = || {
            let unit = match &self.against {
                Some(other) => value(other)?,
                None => 1.0,
            };
            let value = value(&self.of)?;
            let most = self.at_most.is_none_or(|times| value <= times * unit);
            let least = self.at_least.is_none_or(|times| value >= times * unit);
            Some(most && least)
        };
        Judged { says: self.says.clone(), holds: holds() }
    }
}
