use std::fmt::{self, Display};
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How much the bundled server may hold, and which keys go when it is full.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Memory {
    /// Redis's `maxmemory`, in bytes; 0: no limit.
    #[ts(type = "number")]
    pub max_bytes: u64,
    /// Redis's `maxmemory-policy`.
    pub policy: Eviction,
}

/// Which keys go when the memory is full. All of ours have a TTL, so `volatile-*` would choose among the same keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "kebab-case")]
pub enum Eviction {
    /// None: what does not fit is not stored.
    Noeviction,
    /// The one that was not used for longest, of a few that are looked at.
    #[default]
    AllkeysLru,
    /// The one that was used least often, of a few that are looked at.
    AllkeysLfu,
    /// Any.
    AllkeysRandom,
    /// The one that expires first, of a few that are looked at.
    VolatileTtl,
}

/// The least that can be told apart from what an empty server needs.
const MIN_BYTES: u64 = 1 << 20;

/// A tebibyte: more than any machine that runs this has.
const MAX_BYTES: u64 = 1 << 40;

impl Memory {
    /// Whether there is a limit.
    #[must_use]
    pub fn is_limited(self) -> bool {
        self.max_bytes > 0
    }

    /// Whether it makes sense; if not, a sentence says why.
    pub(crate) fn check(self) -> Result<(), String> {
        if self.is_limited() && !(MIN_BYTES..=MAX_BYTES).contains(&self.max_bytes) {
            return Err("The memory limit must be between 1 MiB and 1 TiB, or 0 for none.".to_owned());
        }
        Ok(())
    }
}

impl Display for Memory {
    /// `8 MiB allkeys-lru`; empty where there is no limit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_limited() {
            return Ok(());
        }
        let mebibytes = self.max_bytes as f64 / f64::from(1 << 20);
        write!(f, "{} MiB {}", (mebibytes * 100.0).round() / 100.0, self.policy)
    }
}

impl Eviction {
    /// Every policy.
    pub const ALL: [Self; 5] =
        [Self::Noeviction, Self::AllkeysLru, Self::AllkeysLfu, Self::AllkeysRandom, Self::VolatileTtl];

    /// Its name in Redis.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Noeviction => "noeviction",
            Self::AllkeysLru => "allkeys-lru",
            Self::AllkeysLfu => "allkeys-lfu",
            Self::AllkeysRandom => "allkeys-random",
            Self::VolatileTtl => "volatile-ttl",
        }
    }
}

impl Display for Eviction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Eviction {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|policy| policy.name() == name).ok_or_else(|| {
            format!("there is no policy \"{name}\"; the policies are {}", Self::ALL.map(Self::name).join(", "))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_told_in_mebibytes_with_its_policy() {
        assert_eq!(Memory::default().to_string(), "");
        let memory = Memory { max_bytes: 8 << 20, policy: Eviction::AllkeysLfu };
        assert_eq!(memory.to_string(), "8 MiB allkeys-lfu");
        assert_eq!(Memory { max_bytes: 3 << 19, ..memory }.to_string(), "1.5 MiB allkeys-lfu");
    }

    #[test]
    fn a_limit_too_small_for_anything_is_refused() {
        let of = |max_bytes| Memory { max_bytes, ..Memory::default() }.check();
        assert_eq!(of(0), Ok(()));
        assert_eq!(of(MIN_BYTES), Ok(()));
        assert!(of(1_000).is_err() && of(u64::MAX).is_err());
    }

    #[test]
    fn a_policy_is_read_by_its_name() {
        assert!(Eviction::ALL.into_iter().all(|policy| policy.name().parse() == Ok(policy)));
        assert!("lru".parse::<Eviction>().is_err());
    }
}
