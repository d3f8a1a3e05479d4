//! What a planned comparison does, as it is written down.

use std::collections::HashSet;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toml::{Table, Value};
use trace::{Conditions, Length, Workload, misread};
use ts_rs::TS;

use crate::Error;

/// A study: the same workload under several conditions, in turn, round by round, so that whatever the machine does
/// meanwhile hits all alike.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Plan {
    /// What it is called.
    pub name: String,
    /// What is written beside each of its recordings.
    pub note: String,
    /// What is sent. Its length is that of one round under one of the conditions.
    pub workload: Workload,
    /// How many rounds; 1 to 100. Fewer than 5 show no interval.
    pub rounds: u32,
    /// How long the same workload, of another seed, is sent before each round without being recorded, in milliseconds. The
    /// server is started anew before it, so each round begins with what the warm-up has put into the cache.
    pub warm_up_ms: u32,
    /// What is compared, 2 to 8; the first is the baseline.
    pub conditions: Vec<Contender>,
}

/// One of the conditions of a study.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Contender {
    /// What it is called beside the others; empty: by its engine, or "no cache".
    pub name: String,
    /// Everything that shapes the requests.
    #[serde(flatten)]
    pub conditions: Conditions,
}

/// The longest plan that is read, in bytes.
const MAX_TEXT: usize = 64 * 1024;

/// The longest warm-up, in milliseconds: an hour.
const MAX_WARM_UP_MS: u32 = 60 * 60 * 1_000;

impl Default for Plan {
    fn default() -> Self {
        let workload = Workload { length: Length::Time { ms: 5_000 }, ..Workload::default() };
        Self {
            name: "Comparison".to_owned(),
            note: String::new(),
            workload,
            rounds: 5,
            warm_up_ms: 2_000,
            conditions: Vec::new(),
        }
    }
}

impl Plan {
    /// Reads a plan from TOML. What it leaves out is as in [`Plan::default`] and [`Conditions::default`].
    ///
    /// # Errors
    /// [`Error::Invalid`] with the line, or with what makes no sense.
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_TEXT {
            return Err(Error::Invalid("A plan must be shorter than 64 KiB.".to_owned()));
        }
        let unreadable = |error: toml::de::Error| {
            Error::Invalid(format!("The plan could not be read: {}.", misread(text, error.span(), error.message())))
        };
        let plan: Self = toml::from_str(text).map_err(unreadable)?;
        let given: Table = toml::from_str(text).map_err(unreadable)?;
        let understood = Table::try_from(&plan).unwrap_or_default();
        if let Some(path) = not_understood(&Value::Table(given), &Value::Table(understood)) {
            return Err(Error::Invalid(format!("The plan could not be read: there is no setting \"{path}\".")));
        }
        plan.check().map_err(Error::Invalid)?;
        Ok(plan)
    }

    /// Whether it makes sense.
    ///
    /// # Errors
    /// A sentence that says what does not.
    pub fn check(&self) -> Result<(), String> {
        self.workload.check()?;
        if self.workload.length == Length::UntilStopped {
            return Err("A round must end by itself: give the workload a time or a number of requests.".to_owned());
        }
        if !(1..=200).contains(&self.name.trim().chars().count()) {
            return Err("The name of a comparison must have 1 to 200 characters.".to_owned());
        }
        if !(1..=100).contains(&self.rounds) {
            return Err("A comparison has 1 to 100 rounds.".to_owned());
        }
        if self.warm_up_ms > MAX_WARM_UP_MS {
            return Err("A warm-up must last at most an hour.".to_owned());
        }
        if !(2..=8).contains(&self.conditions.len()) {
            return Err("A comparison has 2 to 8 conditions.".to_owned());
        }
        let mut names = HashSet::new();
        for contender in &self.conditions {
            contender.conditions.check()?;
            let name = contender.shown_name();
            if name.chars().count() > 100 {
                return Err("The name of a condition must have at most 100 characters.".to_owned());
            }
            if !names.insert(name.clone()) {
                return Err(format!("Two of the conditions are called \"{name}\"; give each a name of its own."));
            }
        }
        Ok(())
    }

    /// How long it will take, without what starting the servers takes; `None` where rounds are counted by requests.
    #[must_use]
    pub fn length(&self) -> Option<Duration> {
        let Length::Time { ms } = self.workload.length else { return None };
        Some(Duration::from_millis(u64::from(ms + self.warm_up_ms)) * self.rounds * self.conditions.len() as u32)
    }
}

impl Contender {
    /// What it is called beside the others.
    #[must_use]
    pub fn shown_name(&self) -> String {
        if self.name.trim().is_empty() { self.conditions.short_name() } else { self.name.trim().to_owned() }
    }
}

/// The first thing that was given and is not among what was understood: a word that was misspelt would otherwise pass for
/// one that was left out. `workload.rte`, where it stands in a table.
#[must_use]
pub fn not_understood(given: &Value, understood: &Value) -> Option<String> {
    match (given, understood) {
        (Value::Table(given), Value::Table(understood)) => {
            given.iter().find_map(|(key, value)| match understood.get(key) {
                None => Some(key.clone()),
                Some(known) => not_understood(value, known).map(|path| format!("{key}.{path}")),
            })
        }
        (Value::Array(given), Value::Array(understood)) => {
            given.iter().zip(understood).find_map(|(given, understood)| not_understood(given, understood))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use trace::{Engine, Keys, Pattern, Query};

    use super::*;

    const PLAN: &str = r#"
name = "Four ways"
rounds = 10

[workload]
clients = 8
seed = 7
length = { kind = "time", ms = 2000 }
keys = { kind = "zipf", exponent = 0.9 }

[[conditions]]
pattern = "no_cache"

[[conditions]]
engine = { kind = "mini_redis", nodelay = false }

[[conditions]]
name = "bundled, 1 s"
ttl_ms = 1000
query = "lookup"
"#;

    #[test]
    fn a_plan_is_read_from_toml_and_what_it_leaves_out_is_usual() {
        let plan = Plan::from_toml(PLAN).expect("it makes sense");
        assert_eq!((plan.rounds, plan.warm_up_ms, plan.workload.seed), (10, 2_000, 7));
        assert_eq!(plan.workload.keys, Keys::Zipf { exponent: 0.9 });
        let names: Vec<_> = plan.conditions.iter().map(Contender::shown_name).collect();
        assert_eq!(names, ["no cache", "mini-redis", "bundled, 1 s"]);
        assert_eq!(plan.conditions[0].conditions.pattern, Pattern::NoCache);
        assert_eq!(plan.conditions[1].conditions.engine, Engine::MiniRedis { nodelay: false });
        assert_eq!(plan.conditions[2].conditions.query, Query::Lookup);
        assert_eq!(plan.length(), Some(Duration::from_secs(4 * 3 * 10)));
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_reason() {
        let refused = |text: &str| Plan::from_toml(text).expect_err("refused").to_string();
        assert!(refused("rounds = ").contains("line 1"), "{}", refused("rounds = "));
        assert!(refused("rounds = 5").contains("2 to 8 conditions"));
        assert!(refused(&PLAN.replace("rounds = 10", "rounds = 0")).contains("1 to 100 rounds"));
        assert!(refused(&PLAN.replace("rounds = 10", "round = 10")).contains("no setting \"round\""));
        assert!(refused(&PLAN.replace("clients", "client")).contains("no setting \"workload.client\""));
        assert!(refused(&PLAN.replace("ttl_ms", "ttl")).contains("no setting \"conditions.ttl\""));
        assert!(refused(&PLAN.replace("ttl_ms = 1000", "ttl_ms = 0")).contains("TTL"));
        assert!(refused(&PLAN.replace("\"bundled, 1 s\"", "\"no cache\"")).contains("called \"no cache\""));
        assert!(
            refused(&PLAN.replace("kind = \"time\", ms = 2000", "kind = \"until_stopped\"")).contains("end by itself")
        );
        assert!(refused(&" ".repeat(70_000)).contains("64 KiB"));
    }

    #[test]
    fn what_is_wrong_with_a_plan_is_told_without_the_passwords_that_stand_there() {
        for (line, at) in [
            (r#"engine = { kind = "external", url = "redis://me:hunter2@host" "#, "line 2"),
            (r#"engine = { kind = "external", url = redis://me:hunter2@host }"#, "line 2"),
            (r#"engine = { kind = "redis://me:hunter2@host" }"#, "unknown variant"),
            (r#"engine = "rediss://me:hunter2@host/1?ca=/ca.pem""#, "me:…@host"),
            (r#"database = "postgres://me:hunter2@host/shop""#, "me:…@host"),
            (r#"protections = "unix:///s?user=me&pass=hunter2""#, "invalid type"),
            (r#"database = { kind = "postgres", url = "postgres://me:hunter2@host/shop", ttl = 3 }"#, "no setting"),
        ] {
            let error = Plan::from_toml(&format!("{PLAN}{line}\n")).expect_err(line);
            for said in [error.to_string(), format!("{error:?}")] {
                assert!(!said.contains("hunter2"), "{line}: {said}");
                assert!(said.contains(at), "{line}: {said}");
            }
        }
    }
}
