use serde::{Deserialize, Serialize};
use trace::{Conditions, Engine, ProductId, Workload};
use ts_rs::TS;

use crate::database::check_database;

/// What is kept from one start of the app to the next.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// Engine, query and TTL.
    pub conditions: Conditions,
    /// The product asked for last.
    pub product: ProductId,
    /// The traffic sent last.
    pub workload: Workload,
    /// Draw nothing while traffic is measured.
    pub quiet: bool,
    /// How the window looks.
    pub appearance: Appearance,
    /// Whether other programs may come in.
    pub door: DoorSettings,
    /// Nobody has been shown a miss and a hit yet. Settings that were kept before there was a first minute are of somebody who
    /// knows.
    #[serde(default)]
    pub newcomer: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            conditions: Conditions::default(),
            product: 42,
            workload: Workload::default(),
            quiet: false,
            appearance: Appearance::default(),
            door: DoorSettings::default(),
            newcomer: true,
        }
    }
}

/// The HTTP front door, as it is wished for. It is for programs on this machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct DoorSettings {
    /// Whether it is open.
    pub open: bool,
    /// The port it listens on.
    pub port: u16,
}

impl Default for DoorSettings {
    fn default() -> Self {
        Self { open: false, port: 8080 }
    }
}

/// How the window looks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Appearance {
    /// Light or dark.
    pub theme: Theme,
    /// Size of the text in percent, 100 to 200.
    pub text_percent: u16,
    /// Whether things may travel across the screen.
    pub motion: Motion,
    /// Slow motion: how many milliseconds on screen stand for one measured microsecond; absent where each trace is fitted
    /// to a few seconds.
    pub slow_motion_ms_per_us: Option<u32>,
}

impl Default for Appearance {
    fn default() -> Self {
        Self { theme: Theme::System, text_percent: 100, motion: Motion::System, slow_motion_ms_per_us: None }
    }
}

/// Light or dark.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// Whether things may travel across the screen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Motion {
    /// As the system has it.
    #[default]
    System,
    /// Always.
    Full,
    /// Never: paths light up, nothing travels.
    Reduced,
}

impl Settings {
    /// Whether they make sense.
    ///
    /// # Errors
    /// A sentence that says what does not.
    pub fn check(&self) -> Result<(), String> {
        self.conditions.check()?;
        if self.product == 0 {
            return Err("Products are numbered from 1.".to_owned());
        }
        if !(100..=200).contains(&self.appearance.text_percent) {
            return Err("The text size must be between 100 % and 200 %.".to_owned());
        }
        if self.appearance.slow_motion_ms_per_us.is_some_and(|scale| !(1..=1_000).contains(&scale)) {
            return Err("Slow motion must show 1 µs as 1 ms to 1,000 ms.".to_owned());
        }
        self.workload.check()?;
        if self.door.port == 0 {
            return Err("The port of the front door must be between 1 and 65535.".to_owned());
        }
        check_database(&self.conditions)?;
        check_engine(&self.conditions)
    }
}

/// Whether the URL of an external engine makes sense; if not, a sentence says why.
pub(crate) fn check_engine(conditions: &Conditions) -> Result<(), String> {
    if let Engine::External { url } = &conditions.engine {
        // Its password is asked for when it is connected to.
        if !url.is_hidden() {
            cache::Target::redis(url).map_err(|error| format!("{error}."))?;
        }
    }
    Ok(())
}

/// Whether conditions keep off the server at that address, which somebody else uses; if not, a sentence says why.
pub(crate) fn check_apart(conditions: &Conditions, taken: &str) -> Result<(), String> {
    let Engine::External { url } = &conditions.engine else { return Ok(()) };
    // What makes no sense is refused elsewhere.
    let Ok(wanted) = cache::Target::redis(url) else { return Ok(()) };
    let taken_places: Vec<String> = taken.split(',').map(place).collect();
    if !wanted.address().split(',').any(|wanted| taken_places.contains(&place(wanted))) {
        return Ok(());
    }
    Err(format!(
        "The other side uses the server at {taken}. Two sides of a split cannot share one: each would find the keys of the \
         other. Choose another server."
    ))
}

/// An address with one name for this machine.
fn place(address: &str) -> String {
    let (host, port) = address.rsplit_once(':').unwrap_or((address, ""));
    let here = ["localhost", "[::1]", "0.0.0.0"].iter().any(|name| host.eq_ignore_ascii_case(name));
    format!("{}:{port}", if here { "127.0.0.1" } else { host })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_sides_cannot_have_one_server_by_whatever_name() {
        let external = |url: &str| Conditions { engine: Engine::External { url: url.into() }, ..Conditions::default() };
        let error = check_apart(&external("redis://:secret@localhost:7000"), "127.0.0.1:7000").expect_err("the same");
        assert!(error.contains("127.0.0.1:7000") && !error.contains("secret"), "{error}");
        assert_eq!(check_apart(&external("redis://localhost:7001"), "127.0.0.1:7000"), Ok(()));
        assert_eq!(check_apart(&external("redis://example.org:7000"), "127.0.0.1:7000"), Ok(()));
        assert_eq!(check_apart(&Conditions::default(), "127.0.0.1:7000"), Ok(()));
        let cluster = external("redis+cluster://localhost:7000,localhost:7001");
        assert!(check_apart(&cluster, "127.0.0.1:7002,127.0.0.1:7001").is_err(), "one node is enough");
        assert_eq!(check_apart(&cluster, "127.0.0.1:7002"), Ok(()));
    }
}
