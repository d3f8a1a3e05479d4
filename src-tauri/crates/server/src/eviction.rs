//! What goes when `maxmemory` is reached.
//!
//! As Redis does it: look at a few random keys, keep the best candidates of all looks so far in a small pool, and evict
//! the best of the pool. So a look at five keys chooses nearly as well as an order of all keys would, and costs nothing
//! while there is room.

use crate::keyspace::Keyspace;
use crate::settings::{Candidates, Choice, Policy, Settings};

/// How many candidates are kept.
const POOL: usize = 16;

/// Candidates for eviction, the best last.
#[derive(Debug, Default)]
pub(crate) struct Pool(Vec<Candidate>);

#[derive(Debug)]
struct Candidate {
    /// How much it deserves to go.
    score: u64,
    database: usize,
    key: Box<[u8]>,
}

impl Pool {
    fn offer(&mut self, candidate: Candidate) {
        let known = |other: &Candidate| other.database == candidate.database && other.key == candidate.key;
        if self.0.iter().any(known) {
            return;
        }
        let place = self.0.partition_point(|other| other.score < candidate.score);
        if self.0.len() == POOL {
            if place == 0 {
                return;
            }
            self.0.remove(0);
            self.0.insert(place - 1, candidate);
        } else {
            self.0.insert(place, candidate);
        }
    }
}

/// Evicts keys until `memory` is within the limit. Returns whether it is; `extra` is what is held beside the keys.
pub(crate) fn make_room(keyspace: &mut Keyspace, pool: &mut Pool, settings: &Settings, extra: usize, now: i64) -> bool {
    let limit = usize::try_from(settings.max_memory).unwrap_or(usize::MAX);
    if limit == 0 {
        return true;
    }
    let mut turn = 0;
    while keyspace.memory() + extra > limit {
        let Policy::Evict { from, by } = settings.policy else { return false };
        let gone = match by {
            Choice::Random => random(keyspace, from == Candidates::Volatile, &mut turn, now),
            by => best(keyspace, pool, settings.samples, from == Candidates::Volatile, by, now),
        };
        if !gone {
            return false;
        }
    }
    true
}

/// Evicts a random key of the next database that has one.
fn random(keyspace: &mut Keyspace, expiring: bool, turn: &mut usize, now: i64) -> bool {
    let databases = keyspace.databases().len();
    for _ in 0..databases {
        let mut keys = keyspace.keys(*turn % databases, now);
        *turn += 1;
        if let Some((key, ..)) = keys.sample(expiring) {
            let key = Box::<[u8]>::from(key);
            return keys.evict(&key);
        }
    }
    false
}

/// Fills the pool from every database, and evicts the best of it that is still there.
fn best(keyspace: &mut Keyspace, pool: &mut Pool, samples: usize, expiring: bool, by: Choice, now: i64) -> bool {
    loop {
        let mut found = 0;
        for database in 0..keyspace.databases().len() {
            let usage = keyspace.usage;
            let mut keys = keyspace.keys(database, now);
            let there = if expiring { keys.expiring_len() } else { keys.len() };
            for _ in 0..samples.min(there) {
                let Some((key, used, expires_at)) = keys.sample(expiring) else { break };
                let score = match by {
                    // The sooner it expires, the better.
                    Choice::ShortestTimeToLive => u64::MAX - expires_at.unwrap_or(0).unsigned_abs(),
                    _ => usage.idleness(used, now),
                };
                pool.offer(Candidate { score, database, key: key.into() });
                found += 1;
            }
        }
        if found == 0 {
            return false;
        }
        while let Some(candidate) = pool.0.pop() {
            // It may have gone by itself since it came into the pool.
            if keyspace.keys(candidate.database, now).evict(&candidate.key) {
                return true;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dict::Expiry;

    fn filled(count: i64) -> Keyspace {
        let mut keyspace = Keyspace::new(2, 1);
        for i in 0..count {
            // Each is used a second after the one before; every other one expires, the later ones sooner.
            let expiry = if i % 2 == 0 { Expiry::At(1_000_000_000 - i) } else { Expiry::Never };
            keyspace.keys(0, i * 1000).set(i.to_string().as_bytes(), &[0; 100], expiry);
        }
        keyspace
    }

    fn evict(keyspace: &mut Keyspace, policy: &str, share: usize) -> bool {
        let settings = Settings {
            max_memory: (keyspace.memory() * share / 100) as u64,
            policy: Policy::parse(policy.as_bytes()).unwrap(),
            ..Settings::default()
        };
        make_room(keyspace, &mut Pool::default(), &settings, 0, 10_000_000)
    }

    fn left(keyspace: &mut Keyspace) -> Vec<i64> {
        let keys = keyspace.keys(0, 0);
        keys.iter().map(|entry| String::from_utf8_lossy(entry.key()).parse().unwrap()).collect()
    }

    #[test]
    fn those_go_first_that_were_used_longest_ago() {
        let mut keyspace = filled(10_000);
        assert!(evict(&mut keyspace, "allkeys-lru", 60));
        let left = left(&mut keyspace);
        let (old, new) =
            (left.iter().filter(|key| **key < 1_000).count(), left.iter().filter(|key| **key >= 9_000).count());
        assert!(old < 50 && new > 980, "{old} of the oldest thousand are left, {new} of the newest");
    }

    #[test]
    fn those_go_first_that_expire_first() {
        let mut keyspace = filled(10_000);
        assert!(evict(&mut keyspace, "volatile-ttl", 80));
        let left = left(&mut keyspace);
        assert_eq!(left.iter().filter(|key| **key % 2 == 1).count(), 5_000, "none without a time-out went");
        let late = left.iter().filter(|key| **key % 2 == 0 && **key >= 9_000).count();
        assert!(late < 25, "{late} of the 500 that expire first are left");
    }

    #[test]
    fn only_volatile_keys_go_and_then_no_more() {
        for policy in ["volatile-lru", "volatile-lfu", "volatile-random", "volatile-ttl"] {
            let mut keyspace = filled(1_000);
            assert!(!evict(&mut keyspace, policy, 1));
            assert_eq!(left(&mut keyspace).len(), 500, "{policy}");
            assert_eq!(keyspace.stats.evicted_keys, 500);
        }
    }

    #[test]
    fn nothing_goes_without_a_policy_or_a_limit() {
        let mut keyspace = filled(1_000);
        assert!(!evict(&mut keyspace, "noeviction", 50));
        assert!(evict(&mut keyspace, "allkeys-lru", 0));
        assert_eq!(left(&mut keyspace).len(), 1_000);
    }
}
