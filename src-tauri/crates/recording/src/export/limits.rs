//! How much of anything a file may hold. Far above what the app writes, far below what would hurt.

use serde::de::{Deserialize, Deserializer, Error, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// Bytes of a file.
pub const MAX_FILE: usize = 64 * 1024 * 1024;
pub(super) const MAX_ROUNDS: usize = 1_000;
pub(super) const MAX_SECONDS: usize = 100_000;
/// Blocks of seconds that a file keeps whole histograms of.
pub const MAX_BLOCKS: usize = 120;
pub(super) const MAX_TRACES: usize = 200_000;
pub(super) const MAX_STEPS: usize = 100;
pub(super) const MAX_NOTES: usize = 20;
pub(super) const MAX_TAGS: usize = 50;

/// Characters of names, tags and other short words.
pub(super) const MAX_WORDS: usize = 200;
/// Characters of one of a trace's notes, of a check in words, of an address.
pub(super) const MAX_LINE: usize = 2_000;
/// Characters of a note.
pub(super) const MAX_NOTE: usize = 20_000;
/// Characters of the server's INFO.
pub(super) const MAX_INFO: usize = 200_000;

/// Requests, and anything else that is counted. The most that a run can be told to send is 10^9.
pub(super) const MAX_COUNT: u64 = 1_000_000_000_000;
/// Nanoseconds: 104 days, and what JSON holds exactly.
pub(super) const MAX_NS: u64 = 1 << 53;
/// Milliseconds since 1970, until the end of the year 9999.
pub(super) const MAX_UNIX_MS: u64 = 253_402_300_799_999;
/// Numbers of rounds and of seconds.
pub(super) const MAX_NUMBER: u32 = 10_000_000;
/// Buckets of all histograms of all rounds: half a gibibyte when opened. A histogram up to 1 s has 22,000.
pub(super) const MAX_BUCKETS: usize = 64 * 1024 * 1024;

/// Reads a list that may not be longer than that, and takes no memory for more.
pub(super) fn at_most<'de, const MOST: usize, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Short<const MOST: usize, T>(PhantomData<T>);

    impl<'de, const MOST: usize, T: Deserialize<'de>> Visitor<'de> for Short<MOST, T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "a list of at most {MOST}")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Vec<T>, A::Error> {
            let mut list = Vec::new();
            while let Some(element) = elements.next_element()? {
                if list.len() == MOST {
                    return Err(A::Error::custom(format!("there are more than {MOST}")));
                }
                list.push(element);
            }
            Ok(list)
        }
    }

    deserializer.deserialize_seq(Short::<MOST, T>(PhantomData))
}
