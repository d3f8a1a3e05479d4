//! One database's table: keys to values, and which keys expire when.
//!
//! Three needs shape it. `SCAN` must return every key that stays, whatever else comes and goes between calls. The
//! expiry cycle must pick keys with a time-out at random. And no single insert may stall the server while a table of
//! a million keys is rebuilt, which would show in every latency figure.
//!
//! So a key's place is its hash. The upper bits choose one of [`SHARDS`] small tables, each rebuilt by itself; and
//! `SCAN` walks keys in the order of their hashes, which no insert, delete or rebuild changes. (Redis has one table, a
//! cursor with its bits reversed, and rebuilds step by step; hashbrown offers no stable bucket order for that.)

use std::hash::BuildHasher;

use foldhash::SharedSeed;
use foldhash::quality::SeedableRandomState;
use hashbrown::HashTable;

/// How many tables share the keys: a million keys make 244 a table.
const SHARDS: usize = 4096;
const SHARD_SHIFT: u32 = 64 - SHARDS.ilog2();
/// A cursor is the upper 48 bits of a hash: clients in JavaScript have 53 bits for it.
const CURSOR_SHIFT: u32 = 16;
/// What malloc adds to a block, and the multiple it rounds to. An estimate: the allocator does not tell.
const BLOCK_OVERHEAD: usize = 8;
const BLOCK_ROUND: usize = 16;

/// A key and its value, in one allocation: comparing the key brings in the value that is wanted next.
#[derive(Debug)]
pub(crate) struct Entry {
    hash: u64,
    data: Box<[u8]>,
    key_length: u32,
    /// One more than the place in `Dict::expiring`, 0 if the key does not expire.
    expiring: u32,
    /// Unix milliseconds, 0 if the key does not expire: a time-out in the past is never stored.
    expires_at: i64,
}

impl Entry {
    pub(crate) fn key(&self) -> &[u8] {
        &self.data[..self.key_length as usize]
    }

    pub(crate) fn value(&self) -> &[u8] {
        &self.data[self.key_length as usize..]
    }

    /// Unix milliseconds.
    pub(crate) fn expires_at(&self) -> Option<i64> {
        (self.expires_at != 0).then_some(self.expires_at)
    }

    pub(crate) fn is_expired(&self, now: i64) -> bool {
        self.expires_at != 0 && self.expires_at <= now
    }

    fn cursor(&self) -> u64 {
        self.hash >> CURSOR_SHIFT
    }
}

/// Where an entry is; good until the dict changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    shard: usize,
    bucket: usize,
}

/// What `SET` does with the key's time-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expiry {
    /// The key lives on until it is deleted.
    Never,
    /// As it was.
    Keep,
    /// At this Unix time in milliseconds.
    At(i64),
}

/// A key that expires, found again by its hash and by its place in the list.
#[derive(Clone, Copy, Debug)]
struct Expiring {
    hash: u64,
    at: i64,
}

#[derive(Debug)]
pub(crate) struct Dict {
    hasher: SeedableRandomState,
    /// Empty until the first key comes: most of the 16 databases never get one.
    shards: Vec<HashTable<Entry>>,
    len: usize,
    expiring: Vec<Expiring>,
    /// Bytes of the keys and values with their share of the allocator's.
    payload: usize,
}

impl Dict {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            hasher: SeedableRandomState::with_seed(seed, SharedSeed::global_fixed()),
            shards: Vec::new(),
            len: 0,
            expiring: Vec::new(),
            payload: 0,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// How many keys have a time-out.
    pub(crate) fn expiring_len(&self) -> usize {
        self.expiring.len()
    }

    /// An estimate of the bytes held.
    pub(crate) fn memory(&self) -> usize {
        let tables: usize = self.shards.iter().map(HashTable::allocation_size).sum();
        let shards = self.shards.capacity() * size_of::<HashTable<Entry>>();
        self.payload + tables + shards + self.expiring.capacity() * size_of::<Expiring>()
    }

    pub(crate) fn find(&self, key: &[u8]) -> Option<Slot> {
        self.find_hashed(self.hasher.hash_one(key), key)
    }

    pub(crate) fn get(&self, slot: Slot) -> Option<&Entry> {
        self.shards.get(slot.shard)?.get_bucket(slot.bucket)
    }

    /// Stores the value, and says when the one it replaces was to expire, if there was one and it was to.
    pub(crate) fn set(&mut self, key: &[u8], value: &[u8], expiry: Expiry) -> Option<i64> {
        let hash = self.hasher.hash_one(key);
        let Some(slot) = self.find_hashed(hash, key) else {
            let slot = self.insert(hash, key, value);
            if let Expiry::At(at) = expiry {
                self.set_expiry(slot, Some(at));
            }
            return None;
        };
        let entry = self.shards.get_mut(slot.shard)?.get_bucket_mut(slot.bucket)?;
        let replaced = entry.expires_at();
        let length = key.len() + value.len();
        if entry.data.len() == length {
            entry.data[key.len()..].copy_from_slice(value);
        } else {
            self.payload = self.payload - block(entry.data.len()) + block(length);
            entry.data = joined(key, value);
        }
        match expiry {
            Expiry::Keep => {}
            Expiry::Never if replaced.is_none() => {}
            Expiry::Never => self.set_expiry(slot, None),
            Expiry::At(at) => self.set_expiry(slot, Some(at)),
        }
        replaced
    }

    /// Sets or removes the time-out in Unix milliseconds, which must lie after 1970.
    pub(crate) fn set_expiry(&mut self, slot: Slot, at: Option<i64>) {
        let Some(entry) = self.shards.get_mut(slot.shard).and_then(|shard| shard.get_bucket_mut(slot.bucket)) else {
            return;
        };
        let place = entry.expiring;
        entry.expires_at = at.unwrap_or(0);
        match (place.checked_sub(1), at) {
            (None, None) => {}
            (Some(place), Some(at)) => self.expiring[place as usize].at = at,
            (None, Some(at)) => {
                let hash = entry.hash;
                self.expiring.push(Expiring { hash, at });
                // A table of 2³² keys would need 300 GB: the places never run out.
                entry.expiring = u32::try_from(self.expiring.len()).unwrap_or(0);
            }
            (Some(place), None) => {
                entry.expiring = 0;
                self.forget_expiring(place);
            }
        }
    }

    pub(crate) fn remove(&mut self, slot: Slot) {
        let Some(shard) = self.shards.get_mut(slot.shard) else { return };
        let Ok(entry) = shard.get_bucket_entry(slot.bucket) else { return };
        let (entry, _) = entry.remove();
        if shard.is_empty() {
            *shard = HashTable::new();
        } else if shard.len() * 8 < shard.capacity() {
            shard.shrink_to(shard.len() * 2, |entry| table_hash(entry.hash));
        }
        self.len -= 1;
        self.payload -= block(entry.data.len());
        if let Some(place) = entry.expiring.checked_sub(1) {
            self.forget_expiring(place);
        }
    }

    /// Empties the dict and returns its memory at once.
    pub(crate) fn clear(&mut self) {
        self.shards = Vec::new();
        self.len = 0;
        self.expiring = Vec::new();
        self.payload = 0;
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.shards.iter().flatten()
    }

    /// When the key at `place` among those with a time-out expires.
    pub(crate) fn expiring_at(&self, place: usize) -> Option<i64> {
        self.expiring.get(place).map(|expiring| expiring.at)
    }

    /// The slot of the key at `place` among those with a time-out.
    pub(crate) fn expiring_slot(&self, place: usize) -> Option<Slot> {
        let hash = self.expiring.get(place)?.hash;
        let mark = u32::try_from(place + 1).ok()?;
        let shard = shard_of(hash);
        let bucket = self.shards.get(shard)?.find_bucket_index(table_hash(hash), |entry| entry.expiring == mark)?;
        Some(Slot { shard, bucket })
    }

    /// Visits at least `count` keys from `cursor` on, in the order of their hashes, as far as there are any. Returns
    /// the cursor to go on from, 0 at the end.
    ///
    /// Keys whose cursors are equal are visited together, so that none hides behind another.
    pub(crate) fn scan<'a>(&'a self, cursor: u64, count: usize, mut visit: impl FnMut(&'a Entry)) -> u64 {
        let first = usize::try_from(cursor >> (SHARD_SHIFT - CURSOR_SHIFT)).unwrap_or(usize::MAX);
        let mut left = count.max(1);
        for shard in self.shards.iter().skip(first) {
            let mut rest: Vec<&Entry> = shard.iter().filter(|entry| entry.cursor() >= cursor).collect();
            if rest.is_empty() {
                continue;
            }
            rest.sort_unstable_by_key(|entry| entry.hash);
            if left == 0 {
                return rest[0].cursor();
            }
            if let Some(next) = rest.get(left).map(|entry| entry.cursor()) {
                // The next call starts with `next`; what shares its cursor with the last one visited goes along.
                let last = rest[left - 1].cursor();
                let end = rest.partition_point(|entry| entry.cursor() <= last);
                rest[..end].iter().for_each(|entry| visit(entry));
                return if next > last { next } else { last + 1 };
            }
            left -= rest.len();
            rest.into_iter().for_each(&mut visit);
        }
        0
    }

    fn find_hashed(&self, hash: u64, key: &[u8]) -> Option<Slot> {
        let shard = shard_of(hash);
        let bucket = self
            .shards
            .get(shard)?
            .find_bucket_index(table_hash(hash), |entry| entry.hash == hash && entry.key() == key)?;
        Some(Slot { shard, bucket })
    }

    fn insert(&mut self, hash: u64, key: &[u8], value: &[u8]) -> Slot {
        if self.shards.is_empty() {
            self.shards.resize_with(SHARDS, HashTable::new);
        }
        let data = joined(key, value);
        self.len += 1;
        self.payload += block(data.len());
        // The parser lets no key through that is longer than 512 MiB.
        let key_length = u32::try_from(key.len()).unwrap_or(u32::MAX);
        let entry = Entry { hash, data, key_length, expiring: 0, expires_at: 0 };
        let shard = shard_of(hash);
        let inserted = self.shards[shard].insert_unique(table_hash(hash), entry, |entry| table_hash(entry.hash));
        Slot { shard, bucket: inserted.bucket_index() }
    }

    /// Takes a place out of the list of keys with a time-out; the last one moves into it.
    fn forget_expiring(&mut self, place: u32) {
        let last = u32::try_from(self.expiring.len()).unwrap_or(u32::MAX);
        let place_index = place as usize;
        self.expiring.swap_remove(place_index);
        if let Some(moved) = self.expiring.get(place_index)
            && let Some(shard) = self.shards.get_mut(shard_of(moved.hash))
            && let Some(entry) = shard.find_mut(table_hash(moved.hash), |entry| entry.expiring == last)
        {
            entry.expiring = place + 1;
        }
        if self.expiring.len() * 8 < self.expiring.capacity() {
            self.expiring.shrink_to(self.expiring.len() * 2);
        }
    }
}

fn shard_of(hash: u64) -> usize {
    // 12 bits fit any usize.
    (hash >> SHARD_SHIFT) as usize
}

/// All hashes of a shard share their upper bits, and hashbrown tags its buckets by the upper seven: give it others.
fn table_hash(hash: u64) -> u64 {
    hash.rotate_left(SHARDS.ilog2()) ^ hash
}

fn joined(key: &[u8], value: &[u8]) -> Box<[u8]> {
    let mut data = Vec::with_capacity(key.len() + value.len());
    data.extend_from_slice(key);
    data.extend_from_slice(value);
    data.into_boxed_slice()
}

/// What an allocation of `length` bytes costs.
fn block(length: usize) -> usize {
    (length + BLOCK_OVERHEAD).next_multiple_of(BLOCK_ROUND).max(2 * BLOCK_ROUND)
}

#[cfg(test)]
mod tests;
