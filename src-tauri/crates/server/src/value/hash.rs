//! A hash: fields to values.

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::block;

/// Up to so many fields, none longer than that: Redis keeps such a hash as a listpack.
const LISTPACK_ENTRIES: usize = 128;
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
        self.payload += block(value.len());
        if let Some(old) = self.fields.get_mut(field) {
            self.payload -= block(old.len());
            *old = value.into();
            return false;
        }
        self.payload += block(field.len());
        self.fields.insert(field.into(), value.into());
        self.table |= self.fields.len() > LISTPACK_ENTRIES;
        true
    }

    /// Whether there was such a field.
    pub(crate) fn remove(&mut self, field: &[u8]) -> bool {
        let removed = self.fields.swap_remove_entry(field);
        if let Some((field, value)) = &removed {
            self.payload -= block(field.len()) + block(value.len());
        }
        removed.is_some()
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&[u8], &[u8])> {
        self.fields.iter().map(|(field, value)| (&**field, &**value))
    }

    pub(crate) fn memory(&self) -> usize {
        table_memory::<(Box<[u8]>, Box<[u8]>)>(self.fields.capacity()) + size_of::<Self>() + self.payload
    }

    pub(crate) fn encoding(&self) -> &'static str {
        if self.table { "hashtable" } else { "listpack" }
    }
}

/// What a table of `indexmap` costs: the entries with their hashes, and the index.
pub(super) fn table_memory<T>(capacity: usize) -> usize {
    if capacity == 0 { 0 } else { capacity * (size_of::<T>() + 8) + (capacity * 8 / 7).next_power_of_two() * 9 }
}
