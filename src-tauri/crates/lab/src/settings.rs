use serde::{Deserialize, Serialize};
use trace::{Conditions, ProductId};
use ts_rs::TS;

/// What is kept from one start of the app to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct Settings {
    /// Engine, query and TTL.
    pub conditions: Conditions,
    /// The product asked for last.
    pub product: ProductId,
    /// How the window looks.
    pub appearance: Appearance,
}

impl Default for Settings {
    fn default() -> Self {
        Self { conditions: Conditions::default(), product: 42, appearance: Appearance::default() }
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
    /// Slow motion: how many milliseconds on screen stand for one measured microsecond.
    pub slow_motion_ms_per_us: u32,
}

impl Default for Appearance {
    fn default() -> Self {
        Self { theme: Theme::System, text_percent: 100, motion: Motion::System, slow_motion_ms_per_us: 20 }
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
