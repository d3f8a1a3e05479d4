//! [`LCS key key [LEN | IDX [MINMATCHLEN length] [WITHMATCHLEN]]`](https://redis.io/docs/latest/commands/lcs/): replies
//! the longest common subsequence of two strings, its length, or where its parts stand in both, the last one first.
//! Counts hits and misses. O(n·m) in time and memory.

use std::ops::Range;

use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec};
use crate::error::Error;
use crate::keyspace::Value;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "lcs",
    arity: -3,
    flags: &["readonly"],
    categories: &["string"],
    keys: &[KeySpec::until(1, 1, 1, &["RO", "access"])],
    group: "string",
    since: "7.0.0",
    summary: "Find longest common substring",
    complexity: "O(N*M) where N and M are the lengths of s1 and s2, respectively",
    ..spec::NONE
};

pub(crate) fn lcs(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([first, second], options) = arguments.split()?;
    let longest = context.state.settings.limits.max_bulk;
    let mut keys = context.keys();
    let first = keys.read(first).map_or(Ok(Vec::new()), |value| value.string().map(<[u8]>::to_vec));
    let second = keys.read(second).map_or(Ok(&[][..]), Value::string);
    let (Ok(first), Ok(second)) = (first, second) else {
        return Err(Error::Message("ERR The specified keys must contain string values"));
    };
    let options = Options::parse(options)?;
    let table = Table::new(&first, second, longest)?;
    if options.length {
        reply.count(table.length());
        return Ok(());
    }
    let matches = table.matches();
    if options.places {
        write_places(&matches, &options, table.length(), reply);
    } else {
        let parts = matches.iter().rev().filter_map(|(part, _)| first.get(part.clone()));
        reply.bulk(&parts.collect::<Vec<_>>().concat());
    }
    Ok(())
}

#[derive(Debug, Default)]
struct Options {
    length: bool,
    places: bool,
    with_lengths: bool,
    /// Parts shorter than that are left out.
    shortest: usize,
}

impl Options {
    fn parse(options: Arguments<'_>) -> Result<Self, Error> {
        let mut parsed = Self::default();
        let mut words = options.iter();
        while let Some(word) = words.next() {
            match word.to_ascii_lowercase().as_slice() {
                b"len" => parsed.length = true,
                b"idx" => parsed.places = true,
                b"withmatchlen" => parsed.with_lengths = true,
                b"minmatchlen" => {
                    let length = integer(words.next().ok_or(Error::Syntax)?)?;
                    parsed.shortest = usize::try_from(length).unwrap_or(0);
                }
                _ => return Err(Error::Syntax),
            }
        }
        if parsed.length && parsed.places {
            return Err(Error::Message("ERR If you want both the length and indexes, please just use IDX."));
        }
        Ok(parsed)
    }
}

/// The places of a part in the first string and in the second.
type Match = (Range<usize>, Range<usize>);

/// For each two beginnings of the strings, how long their longest common subsequence is.
#[derive(Debug)]
struct Table<'a> {
    first: &'a [u8],
    second: &'a [u8],
    cells: Vec<u32>,
}

impl<'a> Table<'a> {
    /// An error if it would take more than `most` bytes.
    fn new(first: &'a [u8], second: &'a [u8], most: usize) -> Result<Self, Error> {
        let width = second.len() + 1;
        let size = (first.len() + 1).checked_mul(width);
        let size = size
            .filter(|size| *size <= most / size_of::<u32>())
            .ok_or(Error::Message("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len"))?;
        let mut cells: Vec<u32> = Vec::new();
        cells
            .try_reserve_exact(size)
            .map_err(|_| Error::Message("ERR Insufficient memory, failed allocating transient memory for LCS"))?;
        cells.resize(size, 0);
        let mut rest = &mut *cells;
        for byte in first {
            let (above, below) = rest.split_at_mut(width);
            let mut left = 0;
            // Each cell from the one above, the one above to the left, and the one to the left.
            let above = above.windows(2).map(|pair| (pair[0], pair[1]));
            for ((cell, other), (diagonal, above)) in below.iter_mut().skip(1).zip(second).zip(above) {
                left = if byte == other { diagonal + 1 } else { left.max(above) };
                *cell = left;
            }
            rest = below;
        }
        Ok(Self { first, second, cells })
    }

    fn length(&self) -> usize {
        self.at(self.first.len(), self.second.len()) as usize
    }

    fn at(&self, first: usize, second: usize) -> u32 {
        self.cells.get(first * (self.second.len() + 1) + second).copied().unwrap_or(0)
    }

    /// The parts, from the ends of the strings to their beginnings.
    fn matches(&self) -> Vec<Match> {
        let mut matches: Vec<Match> = Vec::new();
        let (mut i, mut j) = (self.first.len(), self.second.len());
        while i > 0 && j > 0 {
            if self.first.get(i - 1) == self.second.get(j - 1) {
                match matches.last_mut() {
                    Some((first, second)) if first.start == i && second.start == j => {
                        first.start -= 1;
                        second.start -= 1;
                    }
                    _ => matches.push((i - 1..i, j - 1..j)),
                }
                i -= 1;
                j -= 1;
            } else if self.at(i - 1, j) > self.at(i, j - 1) {
                i -= 1;
            } else {
                j -= 1;
            }
        }
        matches
    }
}

fn write_places(matches: &[Match], options: &Options, length: usize, reply: &mut Reply<'_>) {
    let long_enough = |(first, _): &&Match| first.len() >= options.shortest;
    reply.map(2);
    reply.bulk(b"matches");
    reply.array(matches.iter().filter(long_enough).count());
    for (first, second) in matches.iter().filter(long_enough) {
        reply.array(if options.with_lengths { 3 } else { 2 });
        for places in [first, second] {
            reply.array(2);
            reply.count(places.start);
            reply.count(places.end - 1);
        }
        if options.with_lengths {
            reply.count(first.len());
        }
    }
    reply.bulk(b"len");
    reply.count(length);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The parts are as long together as the table says, stand in both strings, and do not overlap.
        #[test]
        fn the_parts_are_common(first in "[a-d]{0,30}", second in "[a-d]{0,30}") {
            let table = Table::new(first.as_bytes(), second.as_bytes(), 1 << 20).unwrap();
            let matches = table.matches();
            prop_assert_eq!(matches.iter().map(|(part, _)| part.len()).sum::<usize>(), table.length());
            for (one, other) in &matches {
                prop_assert_eq!(&first[one.clone()], &second[other.clone()]);
            }
            for pair in matches.windows(2) {
                prop_assert!(pair[1].0.end <= pair[0].0.start && pair[1].1.end <= pair[0].1.start);
            }
        }
    }

    #[test]
    fn a_table_too_large_is_refused() {
        assert!(Table::new(&[0; 15], &[0; 15], 1024).is_ok());
        assert!(Table::new(&[0; 15], &[0; 16], 1024).is_err());
    }
}
