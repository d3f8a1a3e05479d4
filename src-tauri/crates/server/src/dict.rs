//! One database's table: keys to values, and which keys expire when.
//!
//! Four needs shape it. `SCAN` must return every key that stays, whatever else comes and goes between calls. The expiry
//! cycle and eviction must pick keys at random. No single insert may stall the server while a table of a million keys
//! is rebuilt, which would show in every latency figure. And a key must be small: most values are a hundred bytes.
//!
//! So the entries stand one behind the other, without gaps, in chunks that never move, and [`index`] knows by a key's hash
//! where it stands. The last entry fills the gap of one that is removed. `SCAN` walks from the last entry to the first:
//! what moves, moves from a place it has seen or from one still to come into another still to come, so none that stays is
//! missed. A random key is a random place. (Redis has one table, a cursor with its bits reversed, and rebuilds step by
//! step.)

mod index;

use std::hash::BuildHasher;

use foldhash::SharedSeed;
use foldhash::quality::SeedableRandomState;
use index::Index;
use slab::Slab;

use crate::value::{Object, block};

/// How many entries a chunk has when it is full, and by how many it grows until then.
const CHUNK: usize = 1024;
const STEP: usize = 64;
/// The bit of `Entry::key_length` that says the value is an object's place.
const OBJECT: u32 = 1 << 31;

/// A key and its value, in one allocation: comparing the key brings in the value that is wanted next.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The key, and behind it a string's bytes or an object's place in `Dict::objects`.
    data: Box<[u8]>,
    hash: u32,
    /// With the bit [`OBJECT`].
    key_length: u32,
    /// One more than the place in `Dict::expiring`, 0 if the key does not expire.
    expiring: u32,
    /// When or how often it was used; `keyspace.rs` knows what it says.
    pub(crate) usage: u32,
}

impl Entry {
    pub(crate) fn key(&self) -> &[u8] {
        &self.data[..self.key_end()]
    }

    /// A string's bytes, nothing else's.
    pub(crate) fn string(&self) -> Option<&[u8]> {
        (self.key_length & OBJECT == 0).then(|| &self.data[self.key_end()..])
    }

    fn object(&self) -> Option<usize> {
        let place = self.data[self.key_end()..].first_chunk().filter(|_| self.key_length & OBJECT != 0)?;
        Some(u32::from_le_bytes(*place) as usize)
    }

    fn key_end(&self) -> usize {
        (self.key_length & !OBJECT) as usize
    }
}

/// Where an entry is; good until the dict changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot(u32);

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

/// A key that expires: where its entry is, and when (Unix milliseconds).
#[derive(Clone, Copy, Debug)]
struct Expiring {
    slot: Slot,
    at: i64,
}

#[derive(Debug)]
pub(crate) struct Dict {
    hasher: SeedableRandomState,
    index: Index,
    chunks: Vec<Vec<Entry>>,
    len: usize,
    expiring: Vec<Expiring>,
    objects: Slab<Object>,
    /// Bytes of keys and values, with their share of the allocator's.
    payload: usize,
}

impl Dict {
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            hasher: SeedableRandomState::with_seed(seed, SharedSeed::global_fixed()),
            index: Index::default(),
            chunks: Vec::new(),
            len: 0,
            expiring: Vec::new(),
            objects: Slab::new(),
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

    /// The bytes held, as far as one can know without asking the allocator. O(1).
    pub(crate) fn memory(&self) -> usize {
        let entries = match &*self.chunks {
            [] => 0,
            [full @ .., last] => full.len() * CHUNK + last.capacity(),
        };
        self.payload
            + entries * size_of::<Entry>()
            + self.index.memory()
            + self.expiring.capacity() * size_of::<Expiring>()
            + self.objects.capacity() * size_of::<(usize, Object)>()
    }

    /// The bytes of one key with its value and its share of the index.
    pub(crate) fn memory_of(&self, slot: Slot) -> Option<usize> {
        let entry = self.get(slot)?;
        let object = self.object(slot).map_or(0, Object::memory);
        let expiring = if entry.expiring > 0 { size_of::<Expiring>() } else { 0 };
        // A place in the index takes 5 bytes, and about a third more are free.
        Some(size_of::<Entry>() + 8 + block(entry.data.len()) + object + expiring)
    }

    pub(crate) fn find(&self, key: &[u8]) -> Option<Slot> {
        self.find_hashed(self.hash(key), key)
    }

    pub(crate) fn get(&self, slot: Slot) -> Option<&Entry> {
        let place = slot.0 as usize;
        self.chunks.get(place / CHUNK)?.get(place % CHUNK)
    }

    pub(crate) fn get_mut(&mut self, slot: Slot) -> Option<&mut Entry> {
        let place = slot.0 as usize;
        self.chunks.get_mut(place / CHUNK)?.get_mut(place % CHUNK)
    }

    /// The entry at a place below [`len`](Self::len).
    pub(crate) fn slot(&self, place: usize) -> Option<Slot> {
        u32::try_from(place).ok().filter(|_| place < self.len).map(Slot)
    }

    /// The object at a key that is no string.
    pub(crate) fn object(&self, slot: Slot) -> Option<&Object> {
        self.objects.get(self.get(slot)?.object()?)
    }

    /// Changes an object in place.
    pub(crate) fn edit<R>(&mut self, slot: Slot, change: impl FnOnce(&mut Object) -> R) -> Option<R> {
        let place = self.get(slot)?.object()?;
        let object = self.objects.get_mut(place)?;
        let before = object.memory();
        let result = change(object);
        let after = object.memory();
        self.payload = (self.payload + after).saturating_sub(before);
        Some(result)
    }

    /// When the key expires, in Unix milliseconds.
    pub(crate) fn expires_at(&self, slot: Slot) -> Option<i64> {
        let place = self.get(slot)?.expiring.checked_sub(1)?;
        self.expiring.get(place as usize).map(|expiring| expiring.at)
    }

    /// Stores a string at `slot` in place of what was there.
    pub(crate) fn replace(&mut self, slot: Slot, value: &[u8]) {
        self.forget_object(slot);
        let Some(entry) = self.get_mut(slot) else { return };
        let key = entry.key_end();
        let before = entry.data.len();
        if before == key + value.len() {
            entry.data[key..].copy_from_slice(value);
        } else {
            entry.data = joined(entry.key(), value);
            let after = entry.data.len();
            self.payload = self.payload - block(before) + block(after);
        }
    }

    /// Makes a string longer, by zeros, or shorter.
    pub(crate) fn resize(&mut self, slot: Slot, length: usize) {
        let Some(entry) = self.get_mut(slot) else { return };
        if entry.key_length & OBJECT != 0 {
            return;
        }
        let before = entry.data.len();
        let after = entry.key_end() + length;
        let mut data = std::mem::take(&mut entry.data).into_vec();
        // Exactly: a box has no room to spare, and giving it back would copy once more.
        data.reserve_exact(after.saturating_sub(before));
        data.resize(after, 0);
        entry.data = data.into_boxed_slice();
        self.payload = self.payload - block(before) + block(after);
    }

    /// A string's bytes, to be changed in place.
    pub(crate) fn string_mut(&mut self, slot: Slot) -> Option<&mut [u8]> {
        let entry = self.get_mut(slot)?;
        let key = entry.key_end();
        (entry.key_length & OBJECT == 0).then(|| &mut entry.data[key..])
    }

    /// Adds a string. The key must not be there.
    pub(crate) fn insert(&mut self, key: &[u8], value: &[u8]) -> Slot {
        self.push(key, value, 0)
    }

    /// Adds an object. The key must not be there.
    pub(crate) fn insert_object(&mut self, key: &[u8], object: Object) -> Slot {
        self.payload += object.memory();
        let place = self.objects.insert(object);
        // 2³² objects would need more memory than there is.
        let place = u32::try_from(place).unwrap_or(u32::MAX).to_le_bytes();
        self.push(key, &place, OBJECT)
    }

    /// Takes an object out of its key, which goes with it.
    pub(crate) fn take_object(&mut self, slot: Slot) -> Option<Object> {
        let place = self.get(slot)?.object()?;
        let object = self.objects.try_remove(place)?;
        self.payload -= object.memory();
        self.remove(slot);
        Some(object)
    }

    /// Sets or removes the time-out in Unix milliseconds.
    pub(crate) fn set_expiry(&mut self, slot: Slot, at: Option<i64>) {
        let Some(entry) = self.get(slot) else { return };
        match (entry.expiring.checked_sub(1), at) {
            (None, None) => {}
            (Some(place), Some(at)) => self.expiring[place as usize].at = at,
            (None, Some(at)) => {
                if self.expiring.len() == self.expiring.capacity() {
                    self.expiring.reserve_exact((self.expiring.len() / 8).max(STEP));
                }
                self.expiring.push(Expiring { slot, at });
                let place = u32::try_from(self.expiring.len()).unwrap_or(0);
                if let Some(entry) = self.get_mut(slot) {
                    entry.expiring = place;
                }
            }
            (Some(place), None) => {
                if let Some(entry) = self.get_mut(slot) {
                    entry.expiring = 0;
                }
                self.forget_expiring(place);
            }
        }
    }

    pub(crate) fn remove(&mut self, slot: Slot) {
        self.set_expiry(slot, None);
        self.forget_object(slot);
        let Some(hash) = self.get(slot).map(|entry| entry.hash) else { return };
        let Self { chunks, index, .. } = self;
        index.remove(hash, slot.0, |place| hash_of(chunks, place));
        let Some(last) = self.chunks.last_mut().and_then(Vec::pop) else { return };
        self.len -= 1;
        let removed = self.fill(slot, last);
        self.payload -= block(removed.data.len());
        if self.chunks.last().is_some_and(Vec::is_empty) {
            self.chunks.pop();
        }
    }

    /// Puts the last entry, which was just taken off, into the gap, and returns what was there.
    fn fill(&mut self, gap: Slot, last: Entry) -> Entry {
        if gap.0 as usize == self.len {
            return last;
        }
        let from = u32::try_from(self.len).unwrap_or(u32::MAX);
        self.index.moved(last.hash, from, gap.0);
        if let Some(expiring) = last.expiring.checked_sub(1) {
            self.expiring[expiring as usize].slot = gap;
        }
        std::mem::replace(&mut self.chunks[gap.0 as usize / CHUNK][gap.0 as usize % CHUNK], last)
    }

    /// An empty dict to take this one's place.
    pub(crate) fn emptied(&self) -> Self {
        Self { hasher: self.hasher.clone(), ..Self::new(0) }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Slot, &Entry)> {
        let slots = (0..).map(Slot);
        slots.zip(self.chunks.iter().flatten())
    }

    /// The slot of the key at `place` among those with a time-out.
    pub(crate) fn expiring_slot(&self, place: usize) -> Option<Slot> {
        self.expiring.get(place).map(|expiring| expiring.slot)
    }

    /// Visits up to `count` keys from `cursor` on. Returns the cursor to go on from, 0 at the end.
    pub(crate) fn scan(&self, cursor: u64, count: usize, mut visit: impl FnMut(Slot, &Entry)) -> u64 {
        let end = match usize::try_from(cursor) {
            Ok(cursor) if cursor > 0 => cursor.min(self.len),
            _ => self.len,
        };
        let start = end.saturating_sub(count.max(1));
        for slot in (start..end).rev().filter_map(|place| self.slot(place)) {
            if let Some(entry) = self.get(slot) {
                visit(slot, entry);
            }
        }
        start as u64
    }

    /// Fetches what looking these keys up would fetch, side by side: see [`lookahead`](crate::lookahead).
    pub(crate) fn warm(&self, hashes: &[u32], places: &mut Vec<u32>) {
        places.clear();
        places.extend(hashes.iter().filter_map(|hash| self.index.find(*hash, |_| true)));
        let entries = |place: &u32| self.get(Slot(*place));
        let lengths: usize = places.iter().filter_map(entries).map(|entry| entry.data.len()).sum();
        let bytes = places.iter().filter_map(entries).filter_map(|entry| entry.data.first());
        std::hint::black_box(bytes.fold(lengths, |sum, byte| sum.wrapping_add(usize::from(*byte))));
    }

    pub(crate) fn hash(&self, key: &[u8]) -> u32 {
        // The upper half: foldhash mixes it best.
        (self.hasher.hash_one(key) >> 32) as u32
    }

    fn find_hashed(&self, hash: u32, key: &[u8]) -> Option<Slot> {
        let is_it = |place| self.get(Slot(place)).is_some_and(|entry| entry.hash == hash && entry.key() == key);
        self.index.find(hash, is_it).map(Slot)
    }

    fn push(&mut self, key: &[u8], value: &[u8], kind: u32) -> Slot {
        let hash = self.hash(key);
        let data = joined(key, value);
        self.payload += block(data.len());
        // 2³² keys would need 500 GB: the places never run out. And the parser lets no key through of over 512 MiB.
        let slot = Slot(u32::try_from(self.len).unwrap_or(u32::MAX));
        let key_length = u32::try_from(key.len()).unwrap_or(OBJECT - 1) | kind;
        let entry = Entry { data, hash, key_length, expiring: 0, usage: 0 };
        if self.chunks.last().is_none_or(|chunk| chunk.len() == CHUNK) {
            self.chunks.push(Vec::new());
        }
        if let Some(chunk) = self.chunks.last_mut() {
            // In small steps: a limit for memory is met by steps as small.
            if chunk.len() == chunk.capacity() {
                chunk.reserve_exact(STEP);
            }
            chunk.push(entry);
        }
        self.len += 1;
        let Self { chunks, index, .. } = self;
        index.insert(hash, slot.0, |place| hash_of(chunks, place));
        slot
    }

    /// Drops the object of an entry that is about to hold something else.
    fn forget_object(&mut self, slot: Slot) {
        let Some(place) = self.get(slot).and_then(Entry::object) else { return };
        if let Some(object) = self.objects.try_remove(place) {
            self.payload -= object.memory();
        }
        if let Some(entry) = self.get_mut(slot) {
            let before = block(entry.data.len());
            entry.key_length &= !OBJECT;
            entry.data = entry.data[..entry.key_end()].into();
            let after = block(entry.data.len());
            self.payload = self.payload - before + after;
        }
    }

    /// Takes a place out of the list of keys with a time-out; the last one moves into it.
    fn forget_expiring(&mut self, place: u32) {
        self.expiring.swap_remove(place as usize);
        if let Some(moved) = self.expiring.get(place as usize).map(|expiring| expiring.slot)
            && let Some(entry) = self.get_mut(moved)
        {
            entry.expiring = place + 1;
        }
        if self.expiring.len() * 8 < self.expiring.capacity() {
            self.expiring.shrink_to(self.expiring.len() * 2);
        }
    }
}

/// The hash of the entry at a place.
fn hash_of(chunks: &[Vec<Entry>], place: u32) -> u32 {
    chunks[place as usize / CHUNK][place as usize % CHUNK].hash
}

fn joined(key: &[u8], value: &[u8]) -> Box<[u8]> {
    let mut data = Vec::with_capacity(key.len() + value.len());
    data.extend_from_slice(key);
    data.extend_from_slice(value);
    data.into_boxed_slice()
}

#[cfg(test)]
mod tests;
