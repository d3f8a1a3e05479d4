use serde::{Deserialize, Serialize};
use trace::{Conditions, Length, Workload, misread};
use ts_rs::TS;

use crate::{Act, Claim, Judged, Measure, Measured};

/// The longest script that is read, in bytes.
const MAX_TEXT: usize = 64 * 1024;

/// The scripts that come with the app, in the order in which they are told.
const SCRIPTS: &[(&str, &str)] = &[
    ("stampede", include_str!("../scenes/stampede.toml")),
    ("penetration", include_str!("../scenes/penetration.toml")),
    ("avalanche", include_str!("../scenes/avalanche.toml")),
    ("stale-read", include_str!("../scenes/stale-read.toml")),
    ("race", include_str!("../scenes/race.toml")),
    ("eviction", include_str!("../scenes/eviction.toml")),
    ("cold-start", include_str!("../scenes/cold-start.toml")),
    ("cache-dies", include_str!("../scenes/cache-dies.toml")),
    ("slow-cache", include_str!("../scenes/slow-cache.toml")),
];

/// What goes wrong, and what helps.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// A word for the command line.
    #[serde(default)]
    pub name: String,
    /// What it is called.
    pub title: String,
    /// What happens, in a few sentences.
    pub story: String,
    /// A question to ask before the remedy is shown.
    pub ask: String,
    /// What is sent in each take.
    pub workload: Workload,
    /// What happens meanwhile.
    #[serde(default)]
    pub acts: Vec<Act>,
    /// What is measured of each take.
    pub measures: Vec<Measure>,
    /// The conditions it is sent under, in turn; the first is the one in which it goes wrong.
    pub takes: Vec<Take>,
    /// What is claimed.
    pub claims: Vec<Claim>,
}

/// One way of playing a scene.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Take {
    /// What it is called.
    pub name: String,
    /// Whether the cache is filled first; absent: as the workload says.
    #[serde(default)]
    pub warm: Option<bool>,
    /// What it is played under.
    #[serde(flatten)]
    pub conditions: Conditions,
}

/// Why a script could not be read, or makes no sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Error(String);

impl Scene {
    /// The scenes that come with the app.
    ///
    /// # Errors
    /// None, as a test shows; a script that cannot be read is named.
    pub fn all() -> Result<Vec<Self>, Error> {
        let named = |(name, text): &(&str, &str)| {
            let scene = Self::from_toml(text).map_err(|error| Error(format!("{name}: {error}")))?;
            Ok(Self { name: (*name).to_owned(), ..scene })
        };
        SCRIPTS.iter().map(named).collect()
    }

    /// The scene of that name.
    ///
    /// # Errors
    /// When there is none; the names of all are told.
    pub fn named(name: &str) -> Result<Self, Error> {
        let all = Self::all()?;
        let names = all.iter().map(|scene| scene.name.as_str()).collect::<Vec<_>>().join(", ");
        all.into_iter()
            .find(|scene| scene.name == name)
            .ok_or_else(|| Error(format!("There is no scene \"{name}\"; the scenes are {names}.")))
    }

    /// Reads a script from TOML.
    ///
    /// # Errors
    /// Where it cannot be read, with the line, or makes no sense, with the reason.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_TEXT {
            return Err(Error("A script must be shorter than 64 KiB.".to_owned()));
        }
        let unreadable = |error: toml::de::Error| {
            Error(format!("The script could not be read: {}.", misread(text, error.span(), error.message())))
        };
        let scene: Self = toml::from_str(text).map_err(unreadable)?;
        scene.check().map_err(Error)?;
        Ok(scene)
    }

    /// Whether it makes sense; if not, a sentence says why.
    fn check(&self) -> Result<(), String> {
        self.workload.check()?;
        let Length::Time { ms: length } = self.workload.length else {
            return Err("A scene must end by itself: give the workload a time.".to_owned());
        };
        if !(1..=8).contains(&self.takes.len()) {
            return Err("A scene has 1 to 8 takes.".to_owned());
        }
        for Take { name, conditions, .. } in &self.takes {
            conditions.check()?;
            if self.takes.iter().filter(|take| take.name == *name).count() > 1 {
                return Err(format!("Two takes are called \"{name}\"."));
            }
        }
        if let Some(act) = self.acts.iter().find(|act| act.at_ms >= length) {
            return Err(format!("An act at {} ms comes after the end of the take.", act.at_ms));
        }
        let known = |name: &str| self.takes.iter().any(|take| take.name == *name);
        for claim in &self.claims {
            let Claim { says, measure, against_measure, .. } = claim;
            claim.bound().check(known).map_err(|why| format!("\"{says}\" cannot be checked: {why}."))?;
            let measures = [Some(measure), against_measure.as_ref()];
            if let Some(measure) = measures.into_iter().flatten().find(|measure| !self.measures.contains(measure)) {
                return Err(format!("\"{says}\" speaks of {}, which is not measured.", measure.name()));
            }
        }
        Ok(())
    }

    /// The workload of a take.
    #[must_use]
    pub fn workload_of(&self, take: &Take) -> Workload {
        Workload { warm: take.warm.unwrap_or(self.workload.warm), ..self.workload }
    }

    /// Holds its claims against what the takes came to.
    #[must_use]
    pub fn judge(&self, takes: &[Measured]) -> Vec<Judged> {
        self.claims.iter().map(|claim| claim.judge(self, takes)).collect()
    }
}

#[cfg(test)]
mod tests;
