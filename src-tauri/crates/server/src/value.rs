//! What a key can hold beside a string: a hash, a list, a set or a sorted set.

mod hash;
mod list;
mod set;
mod sorted_set;

pub(crate) use hash::Hash;
pub(crate) use list::{End, List};
pub(crate) use set::Set;
pub(crate) use sorted_set::SortedSet;

/// What malloc adds to a block, and the multiple it rounds to. An estimate: the allocator does not tell.
const BLOCK_OVERHEAD: usize = 8;
const BLOCK_ROUND: usize = 16;

/// What an allocation of `length` bytes costs.
pub(crate) fn block(length: usize) -> usize {
    (length + BLOCK_OVERHEAD).next_multiple_of(BLOCK_ROUND).max(2 * BLOCK_ROUND)
}

/// A value that is no string.
#[derive(Clone, Debug)]
pub(crate) enum Object {
    Hash(Box<Hash>),
    List(Box<List>),
    Set(Box<Set>),
    SortedSet(Box<SortedSet>),
}

impl Object {
    /// The bytes it holds, with their share of the allocator's. O(1).
    pub(crate) fn memory(&self) -> usize {
        match self {
            Self::Hash(hash) => hash.memory(),
            Self::List(list) => list.memory(),
            Self::Set(set) => set.memory(),
            Self::SortedSet(sorted) => sorted.memory(),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Hash(hash) => hash.is_empty(),
            Self::List(list) => list.is_empty(),
            Self::Set(set) => set.is_empty(),
            Self::SortedSet(sorted) => sorted.is_empty(),
        }
    }

    /// As `TYPE` names it.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Self::Hash(_) => "hash",
            Self::List(_) => "list",
            Self::Set(_) => "set",
            Self::SortedSet(_) => "zset",
        }
    }

    /// The form in which Redis would keep it: what `OBJECT ENCODING` answers. Here each type has one form.
    pub(crate) fn encoding(&self) -> &'static str {
        match self {
            Self::Hash(hash) => hash.encoding(),
            Self::List(_) => "quicklist",
            Self::Set(set) => set.encoding(),
            Self::SortedSet(sorted) => sorted.encoding(),
        }
    }
}

/// One of the types, for [`Keys::read_as`](crate::keyspace::Keys::read_as) and its like.
pub(crate) trait Kind: Default + Sized {
    fn of(object: &Object) -> Option<&Self>;
    fn of_mut(object: &mut Object) -> Option<&mut Self>;
    fn into_object(self) -> Object;
}

macro_rules! kind {
    ($kind:ident) => {
        impl Kind for $kind {
            fn of(object: &Object) -> Option<&Self> {
                if let Object::$kind(own) = object { Some(own) } else { None }
            }

            fn of_mut(object: &mut Object) -> Option<&mut Self> {
                if let Object::$kind(own) = object { Some(own) } else { None }
            }

            fn into_object(self) -> Object {
                Object::$kind(Box::new(self))
            }
        }
    };
}

kind!(Hash);
kind!(List);
kind!(Set);
kind!(SortedSet);
