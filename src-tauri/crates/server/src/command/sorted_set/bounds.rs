//! The ends of ranges, as clients write them, and the ranks they mean.

use std::ops::Range;

use crate::command::integer;
use crate::error::Error;
use crate::number;
use crate::value::SortedSet;

/// What members of a sorted set can be chosen by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Rank,
    Score,
    Lex,
}

/// A part of a sorted set, as a client asks for it.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bounds<'a> {
    /// From the first, negative from the last; both ends belong to it.
    Ranks(i64, i64),
    Scores(Score, Score),
    /// Members of one score by their bytes.
    Members(Lex<'a>, Lex<'a>),
}

/// One end of a range of scores.
#[derive(Clone, Copy, Debug)]
pub(super) struct Score {
    value: f64,
    /// Whether this very score does not belong to the range: `(5`.
    excluded: bool,
}

/// One end of a range of members.
#[derive(Clone, Copy, Debug)]
pub(super) enum Lex<'a> {
    /// `-`: before all members.
    First,
    /// `+`: behind all members.
    Last,
    /// `[member`
    Included(&'a [u8]),
    /// `(member`
    Excluded(&'a [u8]),
}

impl<'a> Bounds<'a> {
    pub(super) fn parse(by: By, from: &'a [u8], to: &'a [u8]) -> Result<Self, Error> {
        match by {
            By::Rank => Ok(Self::Ranks(integer(from)?, integer(to)?)),
            By::Score => Score::parse(from)
                .zip(Score::parse(to))
                .map(|(from, to)| Self::Scores(from, to))
                .ok_or(Error::Message("ERR min or max is not a float")),
            By::Lex => Lex::parse(from)
                .zip(Lex::parse(to))
                .map(|(from, to)| Self::Members(from, to))
                .ok_or(Error::Message("ERR min or max not valid string range item")),
        }
    }

    /// The ranks in this sorted set; with `reverse`, ranks count from the other end. O(log(n)).
    pub(super) fn ranks(self, sorted: &SortedSet, reverse: bool) -> Range<usize> {
        let (start, end) = match self {
            Self::Ranks(from, to) => {
                let Range { start, end } = places(from, to, sorted.len());
                if reverse { (sorted.len() - end, sorted.len() - start) } else { (start, end) }
            }
            Self::Scores(from, to) => (
                sorted.count_while(|score, _| if from.excluded { score <= from.value } else { score < from.value }),
                sorted.count_while(|score, _| if to.excluded { score < to.value } else { score <= to.value }),
            ),
            Self::Members(from, to) => (
                sorted.count_while(|_, member| match from {
                    Lex::First => false,
                    Lex::Last => true,
                    Lex::Included(bound) => member < bound,
                    Lex::Excluded(bound) => member <= bound,
                }),
                sorted.count_while(|_, member| match to {
                    Lex::First => false,
                    Lex::Last => true,
                    Lex::Included(bound) => member <= bound,
                    Lex::Excluded(bound) => member < bound,
                }),
            ),
        };
        start..end.max(start)
    }
}

/// Both ends belong to it, and are counted from the last if negative.
fn places(from: i64, to: i64, len: usize) -> Range<usize> {
    let signed = i64::try_from(len).unwrap_or(i64::MAX);
    let place = |index: i64| if index < 0 { index.saturating_add(signed) } else { index };
    let start = usize::try_from(place(from)).unwrap_or(0).min(len);
    let end = usize::try_from(place(to).saturating_add(1)).unwrap_or(0).min(len);
    start..end.max(start)
}

impl Score {
    fn parse(text: &[u8]) -> Option<Self> {
        let (excluded, number) = text.strip_prefix(b"(").map_or((false, text), |number| (true, number));
        Some(Self { value: number::parse_bound(number)?, excluded })
    }
}

impl<'a> Lex<'a> {
    fn parse(text: &'a [u8]) -> Option<Self> {
        match text {
            b"-" => Some(Self::First),
            b"+" => Some(Self::Last),
            [b'[', member @ ..] => Some(Self::Included(member)),
            [b'(', member @ ..] => Some(Self::Excluded(member)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn found(sorted: &SortedSet, bounds: Bounds<'_>) -> Vec<(Vec<u8>, f64)> {
        sorted.range(bounds.ranks(sorted, false)).map(|(member, score)| (member.to_vec(), score)).collect()
    }

    proptest! {
        /// A range holds the members that lie between its ends, and no others.
        #[test]
        fn ranges_hold_what_lies_between_their_ends(
            members in prop::collection::btree_map("[a-e]{0,3}", -5i32..5, 0..60),
            (from, to) in (-6i32..6, -6i32..6),
            (first, last) in ("[a-e]{0,3}", "[a-e]{0,3}"),
            (from_excluded, to_excluded) in (any::<bool>(), any::<bool>()),
        ) {
            let (mut sorted, mut level) = (SortedSet::default(), SortedSet::default());
            for (member, score) in &members {
                sorted.set(member.as_bytes(), f64::from(*score));
                level.set(member.as_bytes(), 0.0);
            }
            let end = |value: i32, excluded| Score { value: value.into(), excluded };
            let expected: Vec<_> = sorted.iter().map(|(member, score)| (member.to_vec(), score)).filter(|(_, score)| {
                (if from_excluded { *score > from.into() } else { *score >= from.into() })
                    && (if to_excluded { *score < to.into() } else { *score <= to.into() })
            }).collect();
            prop_assert_eq!(found(&sorted, Bounds::Scores(end(from, from_excluded), end(to, to_excluded))), expected);

            let lex = |text: &'static [u8], excluded| if excluded { Lex::Excluded(text) } else { Lex::Included(text) };
            let first: &'static [u8] = first.into_bytes().leak();
            let last: &'static [u8] = last.into_bytes().leak();
            let expected: Vec<_> = level.iter().map(|(member, score)| (member.to_vec(), score)).filter(|(member, _)| {
                (if from_excluded { &**member > first } else { &**member >= first })
                    && (if to_excluded { &**member < last } else { &**member <= last })
            }).collect();
            let bounds = Bounds::Members(lex(first, from_excluded), lex(last, to_excluded));
            prop_assert_eq!(found(&level, bounds), expected);
        }

        /// Whatever the numbers, ranks are such as there are.
        #[test]
        fn ranks_are_within_the_set(from: i64, to: i64, len in 0usize..5, reverse: bool) {
            let mut sorted = SortedSet::default();
            for member in 0..len {
                sorted.set(&[u8::try_from(member).unwrap()], 0.0);
            }
            let ranks = Bounds::Ranks(from, to).ranks(&sorted, reverse);
            prop_assert!(ranks.start <= ranks.end && ranks.end <= len);
        }
    }
}
