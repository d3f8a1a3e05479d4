//! The active expiry cycle: keys nobody asks for must not stay for ever.
//!
//! Ten times a second, as in Redis: look at 20 random keys with a time-out and delete those whose time is up; while
//! more than a tenth of them were, go on, for at most a quarter of the time. What is left over is then below a tenth
//! of the keys with a time-out, in the mean. The cycle comes in slices, so that no client waits for a whole one.

use std::time::Duration;

use crate::keyspace::Keyspace;

/// How often the cycle runs.
pub(crate) const PERIOD: Duration = Duration::from_millis(100);
/// How long a cycle may take: Redis's 25 % of the period.
pub(crate) const BUDGET: Duration = Duration::from_millis(25);
/// How many keys to look at before asking whether it is worth going on.
const SAMPLE: usize = 20;
/// The percentage of expired keys in a sample that one lives with.
const ACCEPTABLE_STALE: usize = 10;
/// How many samples make a slice: 320 keys, some tens of microseconds.
const ROUNDS: usize = 16;

/// Runs one slice at `now` (Unix milliseconds), and says whether there is more to do.
pub(crate) fn slice(keyspace: &mut Keyspace, now: i64) -> bool {
    let databases = keyspace.databases().len();
    let mut rounds = 0;
    for _ in 0..databases {
        let database = keyspace.expiry_cursor;
        while sample(keyspace, database, now) {
            rounds += 1;
            if rounds == ROUNDS {
                return true;
            }
        }
        keyspace.expiry_cursor = (database + 1) % databases;
    }
    false
}

/// Looks at one sample, and says whether so many had expired that the next is worth it.
fn sample(keyspace: &mut Keyspace, database: usize, now: i64) -> bool {
    let mut keys = keyspace.keys(database, now);
    let (mut sampled, mut expired, mut ttls) = (0, 0, Vec::new());
    for _ in 0..keys.expiring_len().min(SAMPLE) {
        let Some(left) = keys.sample_expiring() else { break };
        sampled += 1;
        if left <= 0 {
            expired += 1;
        } else {
            ttls.push(left);
        }
    }
    if let Ok(count) = i64::try_from(ttls.len())
        && count > 0
    {
        keys.update_average_ttl(ttls.iter().fold(0, |sum: i64, ttl| sum.saturating_add(*ttl)) / count);
    }
    expired * 100 > sampled * ACCEPTABLE_STALE
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dict::Expiry;

    fn keyspace(expiring: usize, staying: usize) -> Keyspace {
        let mut keyspace = Keyspace::new(16, 3);
        let mut keys = keyspace.keys(0, 0);
        for i in 0..expiring {
            keys.set(format!("old:{i}").as_bytes(), b"", Expiry::At(1_000));
        }
        for i in 0..staying {
            keys.set(format!("new:{i}").as_bytes(), b"", Expiry::At(9_000));
        }
        keyspace
    }

    #[test]
    fn cycles_leave_few_expired_keys_and_no_other_is_touched() {
        let mut keyspace = keyspace(10_000, 1_000);
        while slice(&mut keyspace, 5_000) {}
        let left = keyspace.keys(0, 0).len();
        assert!((1_000..1_400).contains(&left), "{left} keys are left");
        assert_eq!(keyspace.stats.expired_keys, 11_000 - u64::try_from(left).unwrap());
    }

    #[test]
    fn a_slice_is_short() {
        let mut keyspace = keyspace(10_000, 0);
        assert!(slice(&mut keyspace, 5_000));
        assert_eq!(keyspace.stats.expired_keys, 320);
    }

    #[test]
    fn every_database_has_its_turn() {
        let mut keyspace = keyspace(0, 0);
        for database in 0..16 {
            keyspace.keys(database, 0).set(b"k", b"", Expiry::At(1));
        }
        while slice(&mut keyspace, 5_000) {}
        assert_eq!(keyspace.stats.expired_keys, 16);
    }

    #[test]
    fn the_mean_time_left_is_followed() {
        let mut keyspace = keyspace(0, 50);
        slice(&mut keyspace, 5_000);
        assert_eq!(keyspace.databases()[0].average_ttl, 4_000);
    }
}
