//! What `DUMP` writes and `RESTORE` reads: one value in the format of Redis's RDB files, then the format's version (two
//! bytes) and a CRC-64 of all before it (eight bytes), both with the low byte first.
//!
//! We write the plain forms, which every redis-server reads. We read what redis-server 7.0 writes, which knows more
//! compact ones: see `read.rs`.

mod listpack;
mod lzf;
mod read;
mod write;

use crc::{CRC_64_REDIS, Crc, Table};

pub(crate) use read::read;
pub(crate) use write::write;

/// The version of the format that Redis 7.0 has.
const VERSION: u16 = 10;

static CRC: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_REDIS);

/// The types of values, as the first byte names them.
mod types {
    pub(super) const STRING: u8 = 0;
    pub(super) const LIST: u8 = 1;
    pub(super) const SET: u8 = 2;
    pub(super) const HASH: u8 = 4;
    /// With scores as eight bytes.
    pub(super) const SORTED_SET: u8 = 5;
    pub(super) const INTSET: u8 = 11;
    pub(super) const HASH_LISTPACK: u8 = 16;
    pub(super) const SORTED_SET_LISTPACK: u8 = 17;
    pub(super) const QUICKLIST: u8 = 18;
}

/// How the first byte of a length tells what follows.
mod lengths {
    /// In the two highest bits: the other six are the length, they and the next byte are, or a word stands for itself.
    pub(super) const SIX_BITS: u8 = 0;
    pub(super) const FOURTEEN_BITS: u8 = 1;
    pub(super) const SPECIAL: u8 = 3;
    /// The whole byte: four or eight bytes follow, the high byte first.
    pub(super) const FOUR_BYTES: u8 = 0x80;
    pub(super) const EIGHT_BYTES: u8 = 0x81;
    /// The whole byte, where a string is to come: an integer of one, two or four bytes, or a compressed string.
    pub(super) const INTEGER_1: u8 = 0xc0;
    pub(super) const INTEGER_2: u8 = 0xc1;
    pub(super) const INTEGER_4: u8 = 0xc2;
    pub(super) const COMPRESSED: u8 = 0xc3;
}

/// What stands before version and checksum, if both are right.
pub(crate) fn content(dumped: &[u8]) -> Option<&[u8]> {
    let (checked, checksum) = dumped.split_last_chunk()?;
    let (content, version) = checked.split_last_chunk()?;
    let right = u16::from_le_bytes(*version) <= VERSION && u64::from_le_bytes(*checksum) == CRC.checksum(checked);
    right.then_some(content)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::keyspace::{Owned, Value};
    use crate::value::{End, Hash, Kind as _, List, Object, Set, SortedSet};

    const LONGEST: usize = 1 << 20;

    fn borrowed(value: &Owned) -> Value<'_> {
        match value {
            Owned::String(string) => Value::String(string),
            Owned::Object(object) => Value::Object(object),
        }
    }

    /// Its type and elements, in order where they have one.
    fn shown(value: &Owned) -> Vec<Vec<u8>> {
        let mut all: Vec<Vec<u8>> = match value {
            Owned::String(string) => vec![b"string".to_vec(), string.to_vec()],
            Owned::Object(Object::List(list)) => list.iter().map(<[u8]>::to_vec).collect(),
            Owned::Object(Object::Set(set)) => set.iter().map(<[u8]>::to_vec).collect(),
            Owned::Object(Object::Hash(hash)) => {
                hash.iter().map(|(field, value)| [field, b"=", value].concat()).collect()
            }
            Owned::Object(Object::SortedSet(sorted)) => {
                sorted.iter().map(|(member, score)| [member, &score.to_bits().to_le_bytes()].concat()).collect()
            }
        };
        if matches!(value, Owned::Object(Object::Set(_) | Object::Hash(_))) {
            all.sort();
        }
        all.push(borrowed(value).type_name().into());
        all
    }

    fn string() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..100),
            any::<i64>().prop_map(|number| number.to_string().into_bytes()),
            any::<i16>().prop_map(|number| number.to_string().into_bytes()),
            any::<i8>().prop_map(|number| number.to_string().into_bytes()),
            Just(vec![b'x'; 20_000]),
        ]
    }

    fn value() -> impl Strategy<Value = Owned> {
        let strings = || prop::collection::vec(string(), 1..20);
        prop_oneof![
            string().prop_map(|string| Owned::String(string.into())),
            strings().prop_map(|strings| {
                let mut list = List::default();
                strings.iter().for_each(|element| list.push(End::Right, element));
                Owned::Object(list.into_object())
            }),
            strings().prop_map(|strings| {
                let mut set = Set::default();
                strings.iter().for_each(|member| {
                    set.add(member);
                });
                Owned::Object(set.into_object())
            }),
            strings().prop_map(|strings| {
                let mut hash = Hash::default();
                strings.iter().for_each(|field| {
                    hash.set(field, b"value");
                });
                Owned::Object(hash.into_object())
            }),
            prop::collection::vec((string(), any::<i32>()), 1..20).prop_map(|members| {
                let mut sorted = SortedSet::default();
                members.iter().for_each(|(member, score)| {
                    sorted.set(member, f64::from(*score) / 8.0);
                });
                Owned::Object(sorted.into_object())
            }),
        ]
    }

    proptest! {
        #[test]
        fn what_was_written_is_read(value in value()) {
            let dumped = write(borrowed(&value));
            let again = read(content(&dumped).unwrap(), LONGEST).unwrap();
            prop_assert_eq!(shown(&again), shown(&value));
        }

        #[test]
        fn no_bytes_do_harm(kind in 0u8..20, bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = content(&bytes);
            let _ = read(&bytes, LONGEST);
            let _ = read(&[&[kind][..], &bytes].concat(), LONGEST);
        }

        /// Real dumps with a byte changed, cut off or added are read as something, or refused.
        #[test]
        fn damage_does_no_harm(which in 0..REAL.len(), place: prop::sample::Index, byte: u8, cut: prop::sample::Index) {
            let mut damaged = content(&unhex(REAL[which].0)).unwrap().to_vec();
            prop_assert!(read(&damaged[..cut.index(damaged.len())], LONGEST).is_none());
            prop_assert!(read(&[&damaged[..], &[byte]].concat(), LONGEST).is_none());
            let place = place.index(damaged.len());
            damaged[place] = byte;
            if let Some(value) = read(&damaged, LONGEST) {
                prop_assert!(read(content(&write(borrowed(&value))).unwrap(), LONGEST).is_some());
            }
        }
    }

    #[test]
    fn dumps_of_redis_server_are_read() {
        for (dumped, expected) in REAL {
            let dumped = unhex(dumped);
            let value = read(content(&dumped).unwrap(), LONGEST).unwrap();
            let shown: Vec<String> =
                shown(&value).iter().map(|element| String::from_utf8_lossy(element).into_owned()).collect();
            assert_eq!(shown.join(" "), *expected);
        }
    }

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let (dumped, _) = REAL[3];
        let dumped = unhex(dumped);
        let content = content(&dumped).unwrap();
        assert!(read(content, 200).is_some());
        assert!(read(content, 199).is_none());
    }

    fn unhex(text: &str) -> Vec<u8> {
        let digits: Vec<u8> = text.chars().map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap()).collect();
        digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
    }

    /// What redis-server 7.0.15 wrote, and what it is.
    const REAL: &[(&str, &str)] = &[
        ("000568656c6c6f0a006372df766534200a", "string hello string"),
        ("00c290eefeff0a002875de7b13eb2800", "string -70000 string"),
        ("000d313233343536373839303132330a005e0c12ae0429bc1e", "string 1234567890123 string"),
        (
            "00c30a40c802616261e0ba010161620a0024a6e84170c0c68c",
            "string abababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababababab string",
        ),
        ("0b140400000003000000feffffff01000000701101000a0030527df8cc311f3b", "-2 1 70000 set"),
        ("020301790178c0030a00b9e6ad8aa3007898", "3 x y set"),
        (
            "1027270000000800816602817602816e02d06002816d020c018362696704f4001a71180200000009ff0a00e43373b6572eebd1",
            "big=9000000000 f=v m=12 n=-4000 hash",
        ),
        (
            "04020166c3094046017676e03900017676016701770a00c2921ef4e187f83b",
            "f=vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv g=w hash",
        ),
        ("110c0c00000002008161020101ff0a00a805ceb8d7a93302", "a\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{fffd}? zset"),
        (
            "12030210100000000300816102816202c12c02ff0215150000000300dffb02f2409c0004f34054890005ff02c310405008500000000100e04663e03c000148ff0a00c1387d90b3f1af72",
            "a b 300 -5 40000 9000000 cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc list",
        ),
        (
            "0501c3094041016262e0340001626200000000000000400a0018597336da4aed21",
            "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}\u{0}@ zset",
        ),
    ];
}
