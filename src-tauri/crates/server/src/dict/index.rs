//! Where entries stand, found by their hashes: an extendible hash table.
//!
//! A directory, by the first bits of the hash, names small tables. One that is full is cut in two by the next bit, and
//! where a table has used all bits of the directory, the directory doubles, which copies a few kilobytes for a million
//! keys. So an insert never moves more than one small table, few keys take little memory, and many take no more than
//! their share.

use hashbrown::HashTable;

/// A table is cut in two when it would have more places than this: the most that fit hashbrown's 512 buckets.
const FULL: usize = 448;
/// How many bits the directory goes by at most; then tables grow. By then there are a hundred million keys.
const DEEPEST: u32 = 20;

/// Places of entries, by the entries' hashes.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Numbers of tables, by the first `depth` bits of the hash. Several numbers may be the same.
    directory: Vec<u32>,
    depth: u32,
    tables: Vec<Table>,
    /// Bytes of all tables' allocations.
    allocated: usize,
}

#[derive(Debug)]
struct Table {
    places: HashTable<u32>,
    /// How many first bits all hashes in it have in common.
    depth: u32,
}

impl Index {
    /// The bytes it occupies. O(1).
    pub(super) fn memory(&self) -> usize {
        self.allocated + self.directory.capacity() * size_of::<u32>() + self.tables.capacity() * size_of::<Table>()
    }

    /// The place for which `is_it` holds, among those with this hash.
    pub(super) fn find(&self, hash: u32, mut is_it: impl FnMut(u32) -> bool) -> Option<u32> {
        let table = self.tables.get(self.number(hash)?)?;
        table.places.find(spread(hash), |place| is_it(*place)).copied()
    }

    /// Adds a place. `hash_of` tells the hash of a place that was added before.
    pub(super) fn insert(&mut self, hash: u32, place: u32, hash_of: impl Fn(u32) -> u32) {
        if self.tables.is_empty() {
            self.tables.push(Table { places: HashTable::new(), depth: 0 });
            self.directory.push(0);
        }
        // Cutting once is not enough when all hashes have the next bit in common.
        while let Some(number) = self.number(hash)
            && self.tables[number].places.len() >= FULL
            && self.tables[number].depth < DEEPEST
        {
            self.cut(number, &hash_of);
        }
        let Some(number) = self.number(hash) else { return };
        self.change(number, |places| {
            places.insert_unique(spread(hash), place, |place| spread(hash_of(*place)));
        });
    }

    /// Takes a place out.
    pub(super) fn remove(&mut self, hash: u32, place: u32, hash_of: impl Fn(u32) -> u32) {
        let Some(number) = self.number(hash) else { return };
        self.change(number, |places| {
            if let Ok(found) = places.find_entry(spread(hash), |other| *other == place) {
                found.remove();
            }
            if places.is_empty() {
                *places = HashTable::new();
            } else if places.len() * 8 < places.capacity() {
                places.shrink_to(places.len() * 2, |place| spread(hash_of(*place)));
            }
        });
    }

    /// Says that what was in one place is in another now.
    pub(super) fn moved(&mut self, hash: u32, from: u32, to: u32) {
        let Some(number) = self.number(hash) else { return };
        if let Some(place) = self.tables[number].places.find_mut(spread(hash), |place| *place == from) {
            *place = to;
        }
    }

    /// The number of the table for a hash.
    fn number(&self, hash: u32) -> Option<usize> {
        let bits = u64::from(hash) >> (u32::BITS - self.depth);
        self.directory.get(usize::try_from(bits).ok()?).map(|number| *number as usize)
    }

    /// Cuts a table in two by the first bit its hashes need not have in common.
    fn cut(&mut self, number: usize, hash_of: &impl Fn(u32) -> u32) {
        let depth = self.tables[number].depth;
        if depth == self.depth {
            self.directory = self.directory.iter().flat_map(|number| [*number, *number]).collect();
            self.depth += 1;
        }
        let bit = 1 << (u32::BITS - 1 - depth);
        let mut upper = HashTable::new();
        self.change(number, |places| {
            let (high, low): (Vec<u32>, Vec<u32>) =
                std::mem::take(places).into_iter().partition(|place| hash_of(*place) & bit != 0);
            for (half, places) in [(low, places), (high, &mut upper)] {
                places.reserve(half.len(), |place| spread(hash_of(*place)));
                for place in half {
                    places.insert_unique(spread(hash_of(place)), place, |place| spread(hash_of(*place)));
                }
            }
        });
        self.allocated += upper.allocation_size();
        self.tables[number].depth = depth + 1;
        let new = u32::try_from(self.tables.len()).unwrap_or(u32::MAX);
        self.tables.push(Table { places: upper, depth: depth + 1 });
        // Those of the table's numbers that have the bit are the upper half of a run.
        let run = 1_usize << (self.depth - depth);
        let old = u32::try_from(number).unwrap_or(u32::MAX);
        let first = self.directory.iter().position(|number| *number == old).unwrap_or(0);
        self.directory[first + run / 2..first + run].fill(new);
    }

    fn change(&mut self, number: usize, change: impl FnOnce(&mut HashTable<u32>)) {
        let places = &mut self.tables[number].places;
        let before = places.allocation_size();
        change(places);
        self.allocated = self.allocated + places.allocation_size() - before;
    }
}

/// A table's hash from an entry's: hashbrown wants 64 bits, with seven good ones on top.
fn spread(hash: u32) -> u64 {
    u64::from(hash).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn tables_are_cut_and_no_place_is_lost() {
        let hash = |place: u32| place.wrapping_mul(0x9e37_79b9);
        let mut index = Index::default();
        for place in 0..100_000 {
            index.insert(hash(place), place, hash);
        }
        assert!(index.tables.iter().all(|table| table.places.len() <= FULL));
        assert!(index.memory() < 100_000 * 14, "{} bytes", index.memory());
        for place in 0..100_000 {
            assert_eq!(index.find(hash(place), |other| other == place), Some(place));
        }
        for place in 0..100_000 {
            index.remove(hash(place), place, hash);
        }
        assert_eq!(index.allocated, 0);
    }

    #[test]
    fn equal_hashes_do_not_cut_for_ever() {
        let mut index = Index::default();
        for place in 0..2_000 {
            index.insert(7, place, |_| 7);
        }
        assert_eq!(index.depth, DEEPEST);
        assert!((0..2_000).all(|place| index.find(7, |other| other == place) == Some(place)));
    }

    proptest! {
        #[test]
        fn it_finds_what_is_in_it_and_nothing_else(hashes in prop::collection::vec(any::<u32>(), 0..3_000), gone in 0..7_usize) {
            let mut index = Index::default();
            let places = || 0_u32..;
            let hash_of = |place: u32| hashes[place as usize];
            for (place, hash) in places().zip(&hashes) {
                index.insert(*hash, place, hash_of);
            }
            for (place, hash) in places().zip(&hashes).skip(gone).step_by(7) {
                index.remove(*hash, place, hash_of);
            }
            for (number, (place, hash)) in places().zip(&hashes).enumerate() {
                let removed = number % 7 == gone;
                prop_assert_eq!(index.find(*hash, |other| other == place).is_none(), removed);
            }
            let allocated: usize = index.tables.iter().map(|table| table.places.allocation_size()).sum();
            prop_assert_eq!(index.allocated, allocated);
        }
    }
}
