use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A clock: nanoseconds since an origin of its own, never going back.
pub type Now = Arc<dyn Fn() -> u64 + Send + Sync>;

/// How many chunks that have gone on are remembered, each way. A step that ends asks for one of the newest.
const REMEMBERED: usize = 4_096;

/// What was held back, and for how long. Cloning it shares it.
#[derive(Clone)]
pub struct Account {
    now: Now,
    books: Arc<Mutex<Books>>,
}

/// Which way a chunk goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    /// To the server.
    Up,
    /// To the client.
    Down,
}

#[derive(Debug, Default)]
struct Books {
    last: u64,
    up: Ways,
    down: Ways,
}

#[derive(Debug, Default)]
struct Ways {
    /// When each that is held came, by its number.
    held: BTreeMap<u64, u64>,
    /// Those that went on, in that order.
    passed: VecDeque<Span>,
    /// Those that never did: their connection was cut.
    lost: VecDeque<Span>,
}

/// When a chunk came, and when it went on or was lost; the same moment where it was not held on purpose.
#[derive(Debug, Clone, Copy)]
struct Span {
    from_ns: u64,
    to_ns: u64,
}

impl Span {
    fn within(self, start_ns: u64, end_ns: u64) -> u64 {
        self.to_ns.min(end_ns).saturating_sub(self.from_ns.max(start_ns))
    }
}

/// A chunk in the books. One that is dropped before it has gone on is lost.
#[derive(Debug)]
pub(crate) struct Entry {
    account: Account,
    way: Way,
    number: u64,
}

impl Account {
    pub(crate) fn new(now: Now) -> Self {
        Self { now, books: Arc::default() }
    }

    /// Enters a chunk that has come.
    pub(crate) fn came(&self, way: Way) -> Entry {
        let mut books = self.books();
        books.last += 1;
        let (number, now_ns) = (books.last, (self.now)());
        books.of(way).held.insert(number, now_ns);
        drop(books);
        Entry { account: self.clone(), way, number }
    }

    /// How many of the nanoseconds from `start_ns` to `end_ns` the proxy held back what somebody waited for just that long;
    /// `answered` says whether they had their answer then, or gave up.
    ///
    /// An answer is complete when its last chunk has gone on, which is the last one that went on before the end: for as long as
    /// it was held counts, and for as long as the last chunk that went up before it came. For one in vain it counts from when
    /// the first chunk of the request was held that is held still.
    ///
    /// For a client that asks for one thing at a time that is exact. Where requests share a connection and overlap, the last
    /// chunk that went on may be another's: the sums stay right as far as all are held alike, a single one may be off by how
    /// much two chunks' times differ (the jitter, or the time that one chunk takes on a slow line).
    #[must_use]
    pub fn held_ns(&self, start_ns: u64, end_ns: u64, answered: bool) -> u64 {
        let books = self.books();
        if !answered {
            let in_vain = books.up.in_vain(start_ns, end_ns).max(books.down.in_vain(start_ns, end_ns));
            // Nothing may have been held: the server refused, and its answer went on.
            if in_vain > 0 {
                return in_vain;
            }
        }
        let Some(answer) = books.down.last_passed(start_ns, end_ns) else { return 0 };
        let question = books.up.last_passed(start_ns, answer.from_ns);
        answer.within(start_ns, end_ns) + question.map_or(0, |question| question.within(start_ns, answer.from_ns))
    }

    fn books(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("books", &self.books).finish_non_exhaustive()
    }
}

impl Books {
    fn of(&mut self, way: Way) -> &mut Ways {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }
}

impl Ways {
    /// The last chunk that went on between two moments.
    fn last_passed(&self, after_ns: u64, by_ns: u64) -> Option<Span> {
        self.passed.iter().rev().find(|span| span.to_ns <= by_ns).filter(|span| span.to_ns >= after_ns).copied()
    }

    /// For how long by then the first chunk that came after `start_ns` has been held in vain.
    fn in_vain(&self, start_ns: u64, end_ns: u64) -> u64 {
        let held = self.held.values().map(|came_ns| Span { from_ns: *came_ns, to_ns: end_ns });
        let first = held.chain(self.lost.iter().copied()).filter(|span| (start_ns..=end_ns).contains(&span.from_ns));
        first.min_by_key(|span| span.from_ns).map_or(0, |span| span.within(start_ns, end_ns))
    }
}

impl Entry {
    /// It goes on, or the next part of it does; `kept` says whether it was held on purpose, `whole` whether nothing of it is left.
    pub(crate) fn passed(&self, kept: bool, whole: bool) {
        let now_ns = (self.account.now)();
        let mut books = self.account.books();
        let ways = books.of(self.way);
        let came_ns = ways.held.get(&self.number).copied().unwrap_or(now_ns);
        let from_ns = if kept { came_ns } else { now_ns };
        remember(&mut ways.passed, Span { from_ns, to_ns: now_ns });
        if whole {
            ways.held.remove(&self.number);
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let now_ns = (self.account.now)();
        let mut books = self.account.books();
        let ways = books.of(self.way);
        if let Some(came_ns) = ways.held.remove(&self.number) {
            remember(&mut ways.lost, Span { from_ns: came_ns, to_ns: now_ns });
        }
    }
}

fn remember(spans: &mut VecDeque<Span>, span: Span) {
    if spans.len() == REMEMBERED {
        spans.pop_front();
    }
    spans.push_back(span);
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// An account whose clock is moved by hand.
    fn account() -> (Account, impl Fn(u64)) {
        let clock = Arc::new(AtomicU64::new(0));
        let read = Arc::clone(&clock);
        (Account::new(Arc::new(move || read.load(Ordering::SeqCst))), move |ns| clock.store(ns, Ordering::SeqCst))
    }

    #[test]
    fn an_answer_counts_for_as_long_as_it_and_its_question_were_held() {
        let (account, at) = account();
        at(100);
        let question = account.came(Way::Up);
        at(130);
        question.passed(true, true);
        at(150);
        let answer = account.came(Way::Down);
        at(350);
        answer.passed(true, true);
        at(360);
        assert_eq!(account.held_ns(90, 360, true), 30 + 200);
        assert_eq!(account.held_ns(90, 340, true), 0, "it had not gone on by then");
        assert_eq!(account.held_ns(355, 360, true), 0, "it had gone on before");
        assert_eq!(account.held_ns(200, 360, true), 150, "no more than there is of the step");
    }

    #[test]
    fn what_was_not_held_on_purpose_does_not_count() {
        let (account, at) = account();
        let answer = account.came(Way::Down);
        at(5_000);
        answer.passed(false, true);
        assert_eq!(account.held_ns(0, 6_000, true), 0);
    }

    #[test]
    fn the_last_part_of_a_long_answer_completes_it() {
        let (account, at) = account();
        at(10);
        let answer = account.came(Way::Down);
        at(20);
        answer.passed(true, false);
        at(25);
        assert_eq!(account.held_ns(0, 25, false), 15, "who gives up now has waited for the rest in vain");
        at(30);
        answer.passed(true, true);
        assert_eq!(account.held_ns(0, 25, true), 10);
        assert_eq!(account.held_ns(0, 35, true), 20);
    }

    #[test]
    fn waiting_in_vain_counts_until_the_end_or_the_cut() {
        let (account, at) = account();
        at(10);
        let others = account.came(Way::Up);
        at(100);
        let question = account.came(Way::Up);
        at(2_100);
        assert_eq!(account.held_ns(90, 2_100, false), 2_000, "not what was held before it began");
        drop(question);
        at(2_200);
        assert_eq!(account.held_ns(90, 2_200, false), 2_000);
        assert_eq!(account.held_ns(2_150, 2_200, false), 0, "nothing of its own was held: it was refused");
        drop(others);
    }
}
