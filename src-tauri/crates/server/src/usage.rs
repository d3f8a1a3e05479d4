//! When or how often a key was used: what LRU and LFU eviction go by. Redis's own rules, in 32 bits a key.

use crate::random::Random;

/// A new key starts with this count, so that it is not the first to go.
const FIRST_COUNT: u32 = 5;

/// How use is written down, which `maxmemory-policy` decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    /// The second of the last use.
    Recency,
    /// In the low 8 bits a logarithmic count of uses, above it the minute in which it last went down. The higher
    /// `log_factor`, the more uses the count needs to rise; every `decay` minutes it goes down by one.
    Frequency { log_factor: u32, decay: u32 },
}

impl Usage {
    /// What a new key's entry says at `now` (Unix milliseconds).
    pub(crate) fn first(self, now: i64) -> u32 {
        match self {
            Self::Recency => second(now),
            Self::Frequency { .. } => minute(now) << 8 | FIRST_COUNT,
        }
    }

    /// What the entry says after one more use.
    pub(crate) fn touched(self, usage: u32, now: i64, random: &mut Random) -> u32 {
        match self {
            Self::Recency => second(now),
            Self::Frequency { log_factor, .. } => {
                let count = self.count(usage, now);
                minute(now) << 8 | if rises(count, log_factor, random) { count + 1 } else { count }
            }
        }
    }

    /// The seconds since the last use, if use is written down so.
    pub(crate) fn idle_seconds(self, usage: u32, now: i64) -> Option<u32> {
        (self == Self::Recency).then(|| second(now).saturating_sub(usage))
    }

    /// The count as it stands at `now`.
    pub(crate) fn frequency(self, usage: u32, now: i64) -> Option<u32> {
        (self != Self::Recency).then(|| self.count(usage, now))
    }

    /// What an entry says that was last used so many seconds ago, or so often: `RESTORE … IDLETIME` and `FREQ`.
    pub(crate) fn given(self, idle_seconds: Option<i64>, frequency: Option<i64>, now: i64) -> u32 {
        match self {
            Self::Recency => second(now.saturating_sub(idle_seconds.unwrap_or(0).saturating_mul(1000))),
            Self::Frequency { .. } => {
                minute(now) << 8 | frequency.and_then(|count| u32::try_from(count).ok()).unwrap_or(FIRST_COUNT).min(255)
            }
        }
    }

    /// How much an entry deserves to go: the more, the sooner.
    pub(crate) fn idleness(self, usage: u32, now: i64) -> u64 {
        match self {
            Self::Recency => second(now).saturating_sub(usage).into(),
            Self::Frequency { .. } => u64::from(255 - self.count(usage, now).min(255)),
        }
    }

    fn count(self, usage: u32, now: i64) -> u32 {
        let Self::Frequency { decay, .. } = self else { return 0 };
        let since = minute(now).wrapping_sub(usage >> 8) & 0xffff;
        (usage & 0xff).saturating_sub(since.checked_div(decay).unwrap_or(0))
    }
}

/// A count rises with a probability that falls as it grows, so that 8 bits hold a million uses.
fn rises(count: u32, log_factor: u32, random: &mut Random) -> bool {
    let base = u64::from(count.saturating_sub(FIRST_COUNT));
    count < 255 && random.next().is_multiple_of(base * u64::from(log_factor) + 1)
}

fn second(now: i64) -> u32 {
    u32::try_from(now / 1000).unwrap_or(0)
}

/// Wraps after 45 days, as in Redis.
fn minute(now: i64) -> u32 {
    u32::try_from((now / 60_000) & 0xffff).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREQUENCY: Usage = Usage::Frequency { log_factor: 10, decay: 1 };

    #[test]
    fn recency_is_the_seconds_since_the_last_use() {
        let usage = Usage::Recency.first(10_000);
        assert_eq!(Usage::Recency.idle_seconds(usage, 25_000), Some(15));
        assert_eq!(Usage::Recency.touched(usage, 25_000, &mut Random(1)), 25);
        assert_eq!(Usage::Recency.frequency(usage, 0), None);
    }

    #[test]
    fn a_count_grows_with_the_logarithm_of_uses_and_decays_by_the_minute() {
        let mut random = Random(7);
        let mut usage = FREQUENCY.first(0);
        let mut after = Vec::new();
        for uses in 1..=1_000_000 {
            usage = FREQUENCY.touched(usage, 0, &mut random);
            if [100, 1_000, 100_000, 1_000_000].contains(&uses) {
                after.push(FREQUENCY.frequency(usage, 0).unwrap());
            }
        }
        // redis.conf's own table for factor 10 says 10, 18, 142, 255.
        for (count, expected) in after.iter().zip([10, 18, 142, 255]) {
            assert!(count.abs_diff(expected) <= expected / 4, "{after:?}");
        }
        assert_eq!(FREQUENCY.frequency(usage, 30 * 60_000), Some(after[3] - 30));
    }
}
