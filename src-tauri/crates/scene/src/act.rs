use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Something that happens while a take goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(deny_unknown_fields)]
pub struct Act {
    /// When, in milliseconds after the first request.
    pub at_ms: u32,
    /// What.
    pub deed: Deed,
}

/// What happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// The server behind the cache starts anew, empty.
    StartCold,
    /// Every key that is ours expires at once.
    ExpireKeys,
}
