//! A set of members.

use foldhash::fast::RandomState;
use indexmap::IndexSet;

use super::block;
use super::hash::table_memory;
use crate::request::integer;

/// Up to so many members, all integers: Redis keeps such a set as an intset.
const INTSET_ENTRIES: usize = 512;

/// Members in a table whose entries stand one behind the other: see [`Hash`](super::Hash).
#[derive(Clone, Debug, Default)]
pub(crate) struct Set {
    members: IndexSet<Box<[u8]>, RandomState>,
    payload: usize,
    /// Redis would have turned it into a table, which it never turns back.
    table: bool,
}

impl Set {
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    pub(crate) fn contains(&self, member: &[u8]) -> bool {
        self.members.contains(member)
    }

    /// The member at a place below [`len`](Self::len).
    pub(crate) fn at(&self, place: usize) -> Option<&[u8]> {
        self.members.get_index(place).map(|member| &**member)
    }

    /// Whether the member is new.
    pub(crate) fn add(&mut self, member: &[u8]) -> bool {
        if self.members.contains(member) {
            return false;
        }
        self.payload += block(member.len());
        self.members.insert(member.into());
        self.table |= self.members.len() > INTSET_ENTRIES || integer(member).is_none();
        true
    }

    /// Whether there was such a member.
    pub(crate) fn remove(&mut self, member: &[u8]) -> bool {
        let removed = self.members.swap_remove(member);
        if removed {
            self.payload -= block(member.len());
        }
        removed
    }

    /// Takes out the member at a place below [`len`](Self::len).
    pub(crate) fn take(&mut self, place: usize) -> Option<Box<[u8]>> {
        let member = self.members.swap_remove_index(place)?;
        self.payload -= block(member.len());
        Some(member)
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.members.iter().map(|member| &**member)
    }

    pub(crate) fn memory(&self) -> usize {
        table_memory::<Box<[u8]>>(self.members.capacity()) + size_of::<Self>() + self.payload
    }

    /// Whether Redis keeps it as an intset.
    pub(crate) fn is_intset(&self) -> bool {
        !self.table
    }

    pub(crate) fn encoding(&self) -> &'static str {
        if self.table { "hashtable" } else { "intset" }
    }
}
