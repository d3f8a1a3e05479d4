//! A hash: fields to values.

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::block;

/// Up to so many fields, none longer than that: Redis keeps such a hash as a listpack.
const LISTPACK_ENTRIES: usize = 512;
const LISTPACK_VALUE: usize = 64;

/// Fields in a table whose entries stand one behind the other, so that a random one is a random place, and a scan from
/// the last to the first misses none that stays: see [`dict`](crate::dict).
#[derive(Clone, Debug, Default)]
pub(crate) struct Hash {
    fields: IndexMap<Box<[u8]>, Box<[u8]>, RandomState>,
    /// Bytes of the fields and values, with the allocator's share.
    payload: usize,
    /// Redis would have turned it into a table, which it never turns back.
    table: bool,
}

impl Hash {
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    pub(crate) fn get(&self, field: &[u8]) -> Option<&[u8]> {
        self.fields.get(field).map(|value| &**value)
    }

    /// The field and value at a place below [`len`](Self::len).
    pub(crate) fn at(&self, place: usize) -> Option<(&[u8], &[u8])> {
        self.fields.get_index(place).map(|(field, value)| (&**field, &**value))
    }

    /// Whether the field is new.
    pub(crate) fn set(&mut self, field: &[u8], value: &[u8]) -> bool {
        self.table |= field.len().max(value.len()) > LISTPACK_VALUE;
        if let Some(old) = self.fields.get_mut(field) {
            if old.len() == value.len() {
                old.copy_from_slice(value);
            } else {
                self.payload = self.payload + block(value.len()) - block(old.len());
                *old = value.into();
            }
            return false;
        }
        self.payload += block(field.len()) + block(value.len());
        self.fields.insert(field.into(), value.into());
        self.table |= self.fields.len() > LISTPACK_ENTRIES;
        true
    }

    /// Whether there was such a field. A short hash keeps its order, as Redis's does.
    pub(crate) fn remove(&mut self, field: &[u8]) -> bool {
        let removed =
            if self.table { self.fields.swap_remove_entry(field) } else { self.fields.shift_remove_entry(field) };
        let Some((field, value)) = removed else { return false };
        self.payload -= block(field.len()) + block(value.len());
        if self.fields.len() * 8 < self.fields.capacity() {
            self.fields.shrink_to(self.fields.len() * 2);
        }
        true
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&[u8], &[u8])> {
        self.fields.iter().map(|(field, value)| (&**field, &**value))
    }

    pub(crate) fn memory(&self) -> usize {
        table_memory::<(Box<[u8]>, Box<[u8]>)>(self.fields.capacity()) + size_of::<Self>() + self.payload
    }

    /// Whether Redis would keep it as a listpack: short, and in the order in which the fields came.
    pub(crate) fn is_listpack(&self) -> bool {
        !self.table
    }

    pub(crate) fn encoding(&self) -> &'static str {
        if self.table { "hashtable" } else { "listpack" }
    }
}

/// What a table of `indexmap` costs: the entries with their hashes, and the index.
pub(super) fn table_memory<T>(capacity: usize) -> usize {
    if capacity == 0 { 0 } else { capacity * (size_of::<T>() + 8) + (capacity * 8 / 7).next_power_of_two() * 9 }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Now and then one that makes the hash a table.
    fn lengths() -> impl Strategy<Value = usize> {
        prop_oneof![1500 => 0..=LISTPACK_VALUE, 1 => Just(LISTPACK_VALUE + 1)]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        /// Fields and values are those of a list of pairs, in its order while the hash is short; memory is what they take.
        #[test]
        fn it_is_a_list_of_pairs(
            changes in prop::collection::vec((0u16..700, prop::option::weighted(0.8, lengths())), 0..1500),
        ) {
            let mut hash = Hash::default();
            let mut model: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
            for (field, length) in changes {
                let field = field.to_string().into_bytes();
                let place = model.iter().position(|(name, _)| *name == field);
                match (length, place) {
                    (Some(length), Some(place)) => {
                        prop_assert!(!hash.set(&field, &vec![b'v'; length]));
                        model[place].1 = vec![b'v'; length];
                    }
                    (Some(length), None) => {
                        prop_assert!(hash.set(&field, &vec![b'v'; length]));
                        model.push((field, vec![b'v'; length]));
                    }
                    (None, Some(place)) => {
                        prop_assert!(hash.remove(&field));
                        model.remove(place);
                    }
                    (None, None) => prop_assert!(!hash.remove(&field)),
                }
            }
            let mut all: Vec<(Vec<u8>, Vec<u8>)> =
                hash.iter().map(|(field, value)| (field.to_vec(), value.to_vec())).collect();
            if !hash.is_listpack() {
                all.sort();
                model.sort();
            }
            prop_assert_eq!(&all, &model);
            let payload: usize = all.iter().map(|(field, value)| block(field.len()) + block(value.len())).sum();
            prop_assert_eq!(hash.payload, payload);
            prop_assert_eq!(hash.len(), model.len());
            for (field, value) in &model {
                prop_assert_eq!(hash.get(field), Some(&**value));
            }
        }
    }

    #[test]
    fn many_or_long_fields_make_it_a_table_for_good() {
        let mut hash = Hash::default();
        for i in 0..=LISTPACK_ENTRIES {
            assert_eq!(hash.encoding(), "listpack");
            hash.set(i.to_string().as_bytes(), b"");
        }
        assert_eq!(hash.encoding(), "hashtable");
        for i in 0..LISTPACK_ENTRIES {
            hash.remove(i.to_string().as_bytes());
        }
        assert_eq!(hash.encoding(), "hashtable");
        assert!(hash.fields.capacity() < 32, "room no longer needed is given back");
        let mut hash = Hash::default();
        hash.set(b"f", &[b'v'; LISTPACK_VALUE]);
        assert_eq!(hash.encoding(), "listpack");
        hash.set(b"f", &[b'v'; LISTPACK_VALUE + 1]);
        assert_eq!(hash.encoding(), "hashtable");
    }
}
