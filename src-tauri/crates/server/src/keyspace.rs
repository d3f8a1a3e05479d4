//! The databases, with Redis's rules on top of their tables: what has expired is gone for whoever looks, and reads
//! count as hits and misses.

use crate::dict::{Dict, Entry, Expiry, Slot};
use crate::stats::Stats;

/// Everything the server holds, under one lock.
///
/// One lock, because a command takes well under a microsecond: it is held for a batch of commands, never across an
/// await. Locks per shard were rejected: `MSET`, `DBSIZE` and `FLUSHALL` are atomic in Redis.
#[derive(Debug)]
pub(crate) struct Keyspace {
    databases: Vec<Database>,
    pub(crate) stats: Stats,
    random: Random,
    /// The database the next expiry cycle begins with.
    pub(crate) expiry_cursor: usize,
}

/// One of the numbered databases.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) dict: Dict,
    /// A running mean of the milliseconds left to keys with a time-out, kept up by the expiry cycle.
    pub(crate) average_ttl: i64,
}

impl Keyspace {
    pub(crate) fn new(databases: usize, seed: u64) -> Self {
        let mut random = Random(seed);
        let databases = (0..databases).map(|_| Database { dict: Dict::new(random.next()), average_ttl: 0 }).collect();
        Self { databases, stats: Stats::default(), random, expiry_cursor: 0 }
    }

    /// The keys of one database at `now` (Unix milliseconds).
    pub(crate) fn keys(&mut self, database: usize, now: i64) -> Keys<'_> {
        // `SELECT` lets no other number through.
        let index = database.min(self.databases.len() - 1);
        Keys { database: &mut self.databases[index], stats: &mut self.stats, random: &mut self.random, now }
    }

    pub(crate) fn databases(&self) -> &[Database] {
        &self.databases
    }

    pub(crate) fn clear(&mut self) {
        for database in &mut self.databases {
            database.clear();
        }
    }

    /// An estimate of the bytes held.
    pub(crate) fn memory(&self) -> usize {
        self.databases.iter().map(|database| database.dict.memory()).sum()
    }
}

impl Database {
    fn clear(&mut self) {
        self.dict.clear();
        self.average_ttl = 0;
    }
}

/// The keys of one database as a command sees them.
#[derive(Debug)]
pub(crate) struct Keys<'a> {
    database: &'a mut Database,
    stats: &'a mut Stats,
    random: &'a mut Random,
    now: i64,
}

impl Keys<'_> {
    /// Looks a key up to read it: counts a hit or a miss. (Redis: `lookupKeyRead`.)
    pub(crate) fn read(&mut self, key: &[u8]) -> Option<&Entry> {
        if let Some(slot) = self.find(key) {
            self.stats.keyspace_hits += 1;
            self.database.dict.get(slot)
        } else {
            self.stats.keyspace_misses += 1;
            None
        }
    }

    /// Looks a key up to change it: counts nothing. (Redis: `lookupKeyWrite`.)
    pub(crate) fn peek(&mut self, key: &[u8]) -> Option<&Entry> {
        let slot = self.find(key)?;
        self.database.dict.get(slot)
    }

    pub(crate) fn contains(&mut self, key: &[u8]) -> bool {
        self.find(key).is_some()
    }

    pub(crate) fn set(&mut self, key: &[u8], value: &[u8], expiry: Expiry) {
        if expiry == Expiry::Keep {
            // The time-out of a key that has expired is not kept.
            self.find(key);
        }
        if let Some(at) = self.database.dict.set(key, value, expiry)
            && at <= self.now
        {
            self.stats.expired_keys += 1;
        }
    }

    /// Sets or removes the time-out (Unix milliseconds). A time-out that has passed deletes the key.
    pub(crate) fn set_expiry(&mut self, key: &[u8], at: Option<i64>) {
        if let Some(slot) = self.find(key) {
            match at {
                Some(at) if at <= self.now => self.database.dict.remove(slot),
                at => self.database.dict.set_expiry(slot, at),
            }
        }
    }

    /// Whether there was such a key.
    pub(crate) fn remove(&mut self, key: &[u8]) -> bool {
        let slot = self.find(key);
        if let Some(slot) = slot {
            self.database.dict.remove(slot);
        }
        slot.is_some()
    }

    /// Keys that have not expired.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        let now = self.now;
        self.database.dict.iter().filter(move |entry| !entry.is_expired(now))
    }

    /// See [`Dict::scan`]; may visit keys that have expired.
    pub(crate) fn scan<'a>(&'a self, cursor: u64, count: usize, visit: impl FnMut(&'a Entry)) -> u64 {
        self.database.dict.scan(cursor, count, visit)
    }

    /// Some key that has not expired.
    pub(crate) fn random(&mut self) -> Option<&Entry> {
        loop {
            let mut found = None;
            // From a random place in the order of hashes, and from the start if that was behind the last key.
            for cursor in [self.random.next() >> 16, 0] {
                if found.is_none() {
                    self.database.dict.scan(cursor, 1, |entry| found = found.or(Some(entry)));
                }
            }
            let key = found?.key().to_vec();
            if let Some(slot) = self.find(&key) {
                return self.database.dict.get(slot);
            }
        }
    }

    /// How many keys there are, with those that have expired and were not noticed yet.
    pub(crate) fn len(&self) -> usize {
        self.database.dict.len()
    }

    pub(crate) fn clear(&mut self) {
        self.database.clear();
    }

    fn find(&mut self, key: &[u8]) -> Option<Slot> {
        let slot = self.database.dict.find(key)?;
        if self.database.dict.get(slot)?.is_expired(self.now) {
            self.database.dict.remove(slot);
            self.stats.expired_keys += 1;
            return None;
        }
        Some(slot)
    }

    // What follows is for the expiry cycle.

    pub(crate) fn expiring_len(&self) -> usize {
        self.database.dict.expiring_len()
    }

    /// Looks at a random key with a time-out. Returns the milliseconds it has left; if none, it is gone.
    pub(crate) fn sample_expiring(&mut self) -> Option<i64> {
        let place = self.random.below(self.database.dict.expiring_len())?;
        let left = self.database.dict.expiring_at(place)?.saturating_sub(self.now);
        if left <= 0 {
            let slot = self.database.dict.expiring_slot(place)?;
            self.database.dict.remove(slot);
            self.stats.expired_keys += 1;
        }
        Some(left)
    }

    /// Moves the running mean towards `sample`, as slowly as Redis does.
    pub(crate) fn update_average_ttl(&mut self, sample: i64) {
        let mean = &mut self.database.average_ttl;
        *mean = if *mean == 0 { sample } else { *mean / 50 * 49 + sample / 50 };
    }
}

/// SplitMix64: enough to sample keys and to name a run, and tests can choose its seed.
#[derive(Clone, Debug)]
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, if there is one.
    fn below(&mut self, bound: usize) -> Option<usize> {
        let bound = u64::try_from(bound).ok()?;
        usize::try_from(self.next().checked_rem(bound)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_expired_is_gone_for_whoever_looks() {
        let mut keyspace = Keyspace::new(1, 1);
        keyspace.keys(0, 1_000).set(b"k", b"v", Expiry::At(2_000));
        assert!(keyspace.keys(0, 1_999).read(b"k").is_some());
        assert_eq!(keyspace.keys(0, 2_000).iter().count(), 0);
        assert_eq!(keyspace.keys(0, 2_000).len(), 1);
        assert!(keyspace.keys(0, 2_000).read(b"k").is_none());
        assert_eq!(keyspace.keys(0, 2_000).len(), 0);
        assert_eq!(
            (keyspace.stats.keyspace_hits, keyspace.stats.keyspace_misses, keyspace.stats.expired_keys),
            (1, 1, 1)
        );
    }

    #[test]
    fn writing_over_an_expired_key_counts_it_as_expired() {
        let mut keyspace = Keyspace::new(1, 1);
        for expiry in [Expiry::Never, Expiry::Keep, Expiry::At(9_000)] {
            keyspace.stats.expired_keys = 0;
            keyspace.keys(0, 1_000).set(b"k", b"v", Expiry::At(2_000));
            keyspace.keys(0, 3_000).set(b"k", b"w", expiry);
            let at = keyspace.keys(0, 3_000).peek(b"k").unwrap().expires_at();
            assert_eq!(at, (expiry == Expiry::At(9_000)).then_some(9_000));
            assert_eq!(keyspace.stats.expired_keys, 1);
        }
    }

    #[test]
    fn a_random_key_is_found_among_expired_ones() {
        let mut keyspace = Keyspace::new(1, 1);
        let mut keys = keyspace.keys(0, 1_000);
        assert!(keys.random().is_none());
        for i in 0..100u8 {
            keys.set(&[i], b"", Expiry::At(2_000));
        }
        keys.set(b"stays", b"", Expiry::Never);
        assert_eq!(keyspace.keys(0, 3_000).random().unwrap().key(), b"stays");
    }
}
