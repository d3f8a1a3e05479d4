//! Reads values, and trusts no length in them: nothing is allocated but for bytes that are there, and compressed strings
//! may unpack to no more than a given size altogether.

use std::borrow::Cow;

use super::{lengths, listpack, lzf, types};
use crate::keyspace::Owned;
use crate::number;
use crate::value::{End, Hash, Kind, List, Set, SortedSet};

/// A value without version and checksum; none if it is not one whole value that Redis 7.0 could have written. Strings
/// that were compressed may have so many bytes.
pub(crate) fn read(content: &[u8], longest: usize) -> Option<Owned> {
    let mut reader = Reader { rest: content, unpacked: longest };
    let value = match reader.byte()? {
        types::STRING => Owned::String(reader.string()?.into()),
        types::LIST => object(reader.list()?),
        types::SET => object(reader.set()?),
        types::HASH => object(reader.hash()?),
        types::SORTED_SET => object(reader.sorted_set()?),
        types::INTSET => object(intset(&reader.string()?)?),
        types::HASH_LISTPACK => object(hash_listpack(&reader.string()?)?),
        types::SORTED_SET_LISTPACK => object(sorted_set_listpack(&reader.string()?)?),
        types::QUICKLIST => object(reader.quicklist()?),
        _ => return None,
    };
    let empty = matches!(&value, Owned::Object(object) if object.is_empty());
    (reader.rest.is_empty() && !empty).then_some(value)
}

fn object(value: impl Kind) -> Owned {
    Owned::Object(value.into_object())
}

/// What is still to be read.
#[derive(Debug)]
struct Reader<'a> {
    rest: &'a [u8],
    /// How many bytes compressed strings may still unpack to.
    unpacked: usize,
}

impl<'a> Reader<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(bytes)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (bytes, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*bytes)
    }

    fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    fn length(&mut self) -> Option<usize> {
        let first = self.byte()?;
        self.length_after(first)
    }

    fn length_after(&mut self, first: u8) -> Option<usize> {
        match (first >> 6, first) {
            (lengths::SIX_BITS, _) => Some(usize::from(first)),
            (lengths::FOURTEEN_BITS, _) => Some(usize::from(first & 0x3f) << 8 | usize::from(self.byte()?)),
            (_, lengths::FOUR_BYTES) => usize::try_from(u32::from_be_bytes(self.array()?)).ok(),
            (_, lengths::EIGHT_BYTES) => usize::try_from(u64::from_be_bytes(self.array()?)).ok(),
            _ => None,
        }
    }

    fn string(&mut self) -> Option<Cow<'a, [u8]>> {
        let first = self.byte()?;
        if first >> 6 != lengths::SPECIAL {
            let length = self.length_after(first)?;
            return self.bytes(length).map(Cow::Borrowed);
        }
        let number = match first {
            lengths::INTEGER_1 => i32::from(i8::from_le_bytes(self.array()?)),
            lengths::INTEGER_2 => i32::from(i16::from_le_bytes(self.array()?)),
            lengths::INTEGER_4 => i32::from_le_bytes(self.array()?),
            lengths::COMPRESSED => {
                let (packed, length) = (self.length()?, self.length()?);
                self.unpacked = self.unpacked.checked_sub(length)?;
                return lzf::unpack(self.bytes(packed)?, length).map(Cow::Owned);
            }
            _ => return None,
        };
        Some(Cow::Owned(number.to_string().into_bytes()))
    }

    fn list(&mut self) -> Option<List> {
        let mut list = List::default();
        for _ in 0..self.length()? {
            list.push(End::Right, &self.string()?);
        }
        Some(list)
    }

    fn set(&mut self) -> Option<Set> {
        let mut set = Set::default();
        for _ in 0..self.length()? {
            if !set.add(&self.string()?) {
                return None;
            }
        }
        Some(set)
    }

    fn hash(&mut self) -> Option<Hash> {
        let mut hash = Hash::default();
        for _ in 0..self.length()? {
            let (field, value) = (self.string()?, self.string()?);
            if !hash.set(&field, &value) {
                return None;
            }
        }
        Some(hash)
    }

    fn sorted_set(&mut self) -> Option<SortedSet> {
        let mut sorted = SortedSet::default();
        for _ in 0..self.length()? {
            let (member, score) = (self.string()?, f64::from_le_bytes(self.array()?));
            if score.is_nan() || sorted.set(&member, score).is_some() {
                return None;
            }
        }
        Some(sorted)
    }

    /// A list in parts: listpacks, and long elements on their own.
    fn quicklist(&mut self) -> Option<List> {
        const PLAIN: usize = 1;
        const PACKED: usize = 2;
        let mut list = List::default();
        for _ in 0..self.length()? {
            let form = self.length()?;
            let part = self.string()?;
            match form {
                PLAIN => list.push(End::Right, &part),
                PACKED => listpack::read(&part)?.iter().for_each(|element| list.push(End::Right, element)),
                _ => return None,
            }
        }
        Some(list)
    }
}

/// How many bytes an integer has, how many integers, and they: all with the low byte first, in order.
fn intset(bytes: &[u8]) -> Option<Set> {
    let mut reader = Reader { rest: bytes, unpacked: 0 };
    let width = usize::try_from(u32::from_le_bytes(reader.array()?)).ok()?;
    let count = usize::try_from(u32::from_le_bytes(reader.array()?)).ok()?;
    if !matches!(width, 2 | 4 | 8) || reader.rest.len() != count.checked_mul(width)? {
        return None;
    }
    let mut set = Set::default();
    for integer in reader.rest.chunks_exact(width) {
        let integer = listpack::signed(integer);
        if !set.add(itoa::Buffer::new().format(integer).as_bytes()) {
            return None;
        }
    }
    Some(set)
}

fn hash_listpack(bytes: &[u8]) -> Option<Hash> {
    let elements = listpack::read(bytes)?;
    let (pairs, []) = elements.as_chunks() else { return None };
    let mut hash = Hash::default();
    pairs.iter().all(|[field, value]| hash.set(field, value)).then_some(hash)
}

fn sorted_set_listpack(bytes: &[u8]) -> Option<SortedSet> {
    let elements = listpack::read(bytes)?;
    let (pairs, []) = elements.as_chunks() else { return None };
    let mut sorted = SortedSet::default();
    for [member, score] in pairs {
        if sorted.set(member, number::parse_double(score)?).is_some() {
            return None;
        }
    }
    Some(sorted)
}
