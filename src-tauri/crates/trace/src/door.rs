use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// By which door a request came in.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Door {
    /// None: Cachescope sent it itself, for a button, a command or its traffic.
    #[default]
    Own,
    /// The HTTP front door: any other program sent it.
    Http,
}

impl Door {
    /// Whether Cachescope sent it itself.
    #[must_use]
    pub fn is_own(&self) -> bool {
        *self == Self::Own
    }
}
