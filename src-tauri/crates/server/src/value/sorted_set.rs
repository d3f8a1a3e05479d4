//! A sorted set: members to scores, and the members in the order of their scores.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use foldhash::fast::RandomState;
use indexmap::IndexMap;

use super::block;
use super::hash::table_memory;

/// Up to so many members, none longer than that: Redis keeps such a sorted set as a listpack.
const LISTPACK_ENTRIES: usize = 128;
const LISTPACK_VALUE: usize = 64;
/// How many members a run has before it is cut in two.
const RUN: usize = 512;

type Member = Arc<[u8]>;

/// Redis has a skip list for the order; here it is runs of members, each a sorted vector. A member's rank is the lengths
/// of the runs before its own, and its place in it: for a million members some thousand additions.
#[derive(Clone, Debug, Default)]
pub(crate) struct SortedSet {
    scores: IndexMap<Member, f64, RandomState>,
    /// None is empty.
    runs: Vec<Vec<(f64, Member)>>,
    payload: usize,
    /// Redis would have turned it into a skip list, which it never turns back.
    skip_list: bool,
}

impl SortedSet {
    pub(crate) fn len(&self) -> usize {
        self.scores.len()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.scores.is_empty()
    }

    pub(crate) fn score(&self, member: &[u8]) -> Option<f64> {
        self.scores.get(member).copied()
    }

    /// Some member and its score, for a place below [`len`](Self::len): in no order, but see [`Hash`](super::Hash).
    pub(crate) fn any(&self, place: usize) -> Option<(&[u8], f64)> {
        self.scores.get_index(place).map(|(member, score)| (&**member, *score))
    }

    /// Gives a member its score, which is not NaN. Returns the one it had.
    pub(crate) fn set(&mut self, member: &[u8], score: f64) -> Option<f64> {
        self.skip_list |= member.len() > LISTPACK_VALUE;
        // In a listpack Redis keeps whole numbers as integers, and among these there is no negative zero.
        let score = if score == 0.0 && !self.skip_list { 0.0 } else { score };
        let old = self.scores.get_full(member).map(|(_, member, score)| (Arc::clone(member), *score));
        let (member, old) = match old {
            Some((_, old)) if old.to_bits() == score.to_bits() => return Some(old),
            Some((member, old)) => {
                self.unorder(old, &member);
                (member, Some(old))
            }
            None => {
                self.payload += member_block(member);
                (member.into(), None)
            }
        };
        self.order(score, &member);
        self.scores.insert(member, score);
        self.skip_list |= self.scores.len() > LISTPACK_ENTRIES;
        old
    }

    /// The score the member had.
    pub(crate) fn remove(&mut self, member: &[u8]) -> Option<f64> {
        let (member, score) = self.scores.swap_remove_entry(member)?;
        self.payload -= member_block(&member);
        self.unorder(score, &member);
        Some(score)
    }

    /// Removes the members of these ranks; returns how many there were.
    pub(crate) fn remove_range(&mut self, ranks: Range<usize>) -> usize {
        let members: Vec<Member> = self.range(ranks).map(|(member, _)| Member::from(member)).collect();
        members.iter().for_each(|member| {
            self.remove(member);
        });
        members.len()
    }

    /// How many members come before this one, if it is there.
    pub(crate) fn rank(&self, member: &[u8]) -> Option<usize> {
        let score = self.score(member)?;
        Some(self.count_while(|other, name| compare(other, name, score, member) == Ordering::Less))
    }

    /// How many members from the first on satisfy a condition that no member does behind one that does not.
    pub(crate) fn count_while(&self, condition: impl Fn(f64, &[u8]) -> bool) -> usize {
        let holds = |(score, member): &(f64, Member)| condition(*score, member);
        let run = self.runs.partition_point(|run| run.last().is_some_and(holds));
        let before: usize = self.runs[..run].iter().map(Vec::len).sum();
        before + self.runs.get(run).map_or(0, |run| run.partition_point(holds))
    }

    /// The members of these ranks in order.
    pub(crate) fn range(&self, ranks: Range<usize>) -> impl DoubleEndedIterator<Item = (&[u8], f64)> {
        let (first, offset) = self.place(ranks.start);
        let (last, end) = self.place(ranks.end.max(ranks.start));
        let middle = self.runs.get(first + 1..last.max(first + 1)).unwrap_or_default().iter().flatten();
        let (head, tail) = if first == last {
            (self.runs.get(first).map_or(&[][..], |run| &run[offset..end]), &[][..])
        } else {
            (
                self.runs.get(first).map_or(&[][..], |run| &run[offset..]),
                self.runs.get(last).map_or(&[][..], |run| &run[..end]),
            )
        };
        head.iter().chain(middle).chain(tail).map(|(score, member)| (&**member, *score))
    }

    /// All members in order.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&[u8], f64)> {
        self.runs.iter().flatten().map(|(score, member)| (&**member, *score))
    }

    pub(crate) fn memory(&self) -> usize {
        let runs = self.runs.len() * (RUN / 2 * size_of::<(f64, Member)>() + size_of::<Vec<(f64, Member)>>());
        let runs = if self.runs.len() == 1 { self.len() * size_of::<(f64, Member)>() } else { runs };
        runs + table_memory::<(Member, f64)>(self.scores.capacity()) + size_of::<Self>() + self.payload
    }

    /// Whether Redis would keep it as a listpack.
    pub(crate) fn is_small(&self) -> bool {
        !self.skip_list
    }

    pub(crate) fn encoding(&self) -> &'static str {
        if self.skip_list { "skiplist" } else { "listpack" }
    }

    /// The run and the place in it of a rank; behind the last one for ranks there are not.
    fn place(&self, rank: usize) -> (usize, usize) {
        let mut left = rank;
        for (index, run) in self.runs.iter().enumerate() {
            if left < run.len() {
                return (index, left);
            }
            left -= run.len();
        }
        (self.runs.len(), 0)
    }

    fn order(&mut self, score: f64, member: &Member) {
        let before = |(other, name): &(f64, Member)| compare(*other, name, score, member) == Ordering::Less;
        let index = self.runs.partition_point(|run| run.last().is_some_and(before));
        let index = index.min(self.runs.len().saturating_sub(1));
        if self.runs.is_empty() {
            self.runs.push(Vec::new());
        }
        let run = &mut self.runs[index];
        let place = run.partition_point(before);
        run.insert(place, (score, Arc::clone(member)));
        if run.len() > RUN {
            let behind = run.split_off(RUN / 2);
            self.runs.insert(index + 1, behind);
        }
    }

    fn unorder(&mut self, score: f64, member: &Member) {
        let before = |(other, name): &(f64, Member)| compare(*other, name, score, member) == Ordering::Less;
        let index = self.runs.partition_point(|run| run.last().is_some_and(before));
        let Some(run) = self.runs.get_mut(index) else { return };
        let place = run.partition_point(before);
        run.remove(place);
        if run.is_empty() {
            self.runs.remove(index);
        }
    }
}

/// By score, and members of one score by their bytes.
fn compare(score: f64, member: &[u8], other: f64, name: &[u8]) -> Ordering {
    score.partial_cmp(&other).unwrap_or(Ordering::Equal).then_with(|| member.cmp(name))
}

/// A member in its `Arc`, with its two counts.
fn member_block(member: &[u8]) -> usize {
    block(member.len() + 2 * size_of::<usize>())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// The order, the ranks and the ranges are those of a sorted list.
        #[test]
        fn it_is_a_sorted_list(changes in prop::collection::vec((0u16..3000, prop::option::of(-50i32..50)), 0..3000)) {
            let mut sorted = SortedSet::default();
            let mut model: BTreeMap<Vec<u8>, f64> = BTreeMap::new();
            for (member, score) in changes {
                let member = member.to_string().into_bytes();
                if let Some(score) = score {
                    prop_assert_eq!(sorted.set(&member, score.into()), model.insert(member, score.into()));
                } else {
                    prop_assert_eq!(sorted.remove(&member), model.remove(&member));
                }
            }
            let mut expected: Vec<(Vec<u8>, f64)> = model.into_iter().collect();
            expected.sort_by(|(name, score), (other_name, other)| compare(*score, name, *other, other_name));
            let all: Vec<(Vec<u8>, f64)> = sorted.iter().map(|(member, score)| (member.to_vec(), score)).collect();
            prop_assert_eq!(&all, &expected);
            for (rank, (member, _)) in expected.iter().enumerate().step_by(7) {
                prop_assert_eq!(sorted.rank(member), Some(rank));
            }
            let (from, to) = (expected.len() / 3, expected.len() * 2 / 3);
            let part: Vec<Vec<u8>> = sorted.range(from..to).map(|(member, _)| member.to_vec()).collect();
            prop_assert_eq!(part, expected[from..to].iter().map(|(member, _)| member.clone()).collect::<Vec<_>>());
        }
    }
}
