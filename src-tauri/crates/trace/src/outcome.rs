use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which way a request went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The cache held the value.
    Hit,
    /// The cache did not hold it (or held something unreadable, or by early expiry something that was to be loaded anew): the
    /// database answered and the value was stored.
    Miss,
    /// The cache held a value whose time was over, and it was served: by stale-while-revalidate.
    Stale,
    /// Missed, and was given what another request had loaded meanwhile: it waited for it, or found it when it came to load.
    Coalesced,
    /// The cache is off or could not be reached, and the database answered; or neither was asked, since the Bloom filter knew
    /// that there is no such product.
    Bypass,
    /// A write: the row was updated and its keys were deleted from the cache.
    Written,
    /// Refused, so that the database is not asked: its circuit breaker was open, or too many waited for their turn.
    Shed,
    /// No answer could be given.
    Error,
}

impl Outcome {
    /// Every outcome, in the order in which they are told.
    pub const ALL: [Self; 8] =
        [Self::Hit, Self::Miss, Self::Stale, Self::Coalesced, Self::Bypass, Self::Written, Self::Shed, Self::Error];

    /// Its name in the glossary, as it is written in JSON too.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Stale => "stale",
            Self::Coalesced => "coalesced",
            Self::Bypass => "bypass",
            Self::Written => "written",
            Self::Shed => "shed",
            Self::Error => "error",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_stands_in_json() {
        for each in Outcome::ALL {
            assert_eq!(serde_json::to_value(each).expect("JSON"), each.name());
        }
    }
}
