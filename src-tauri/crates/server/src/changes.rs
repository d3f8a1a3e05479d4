//! What commands do to keys, told to those who want to know: clients that watch keys, clients that wait for a list, and
//! subscribers of keyspace notifications.

use std::collections::{HashMap, VecDeque};
use std::ops::BitOr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::clients::Seat;

/// The classes of events of `notify-keyspace-events`, by their letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Classes(u16);

impl Classes {
    pub(crate) const NONE: Self = Self(0);
    /// Published as `__keyspace@<db>__:<key>`.
    pub(crate) const KEYSPACE: Self = Self(1);
    /// Published as `__keyevent@<db>__:<event>`.
    pub(crate) const KEYEVENT: Self = Self(1 << 1);
    pub(crate) const GENERIC: Self = Self(1 << 2);
    pub(crate) const STRING: Self = Self(1 << 3);
    pub(crate) const LIST: Self = Self(1 << 4);
    pub(crate) const SET: Self = Self(1 << 5);
    pub(crate) const HASH: Self = Self(1 << 6);
    pub(crate) const SORTED_SET: Self = Self(1 << 7);
    pub(crate) const EXPIRED: Self = Self(1 << 8);
    pub(crate) const EVICTED: Self = Self(1 << 9);
    pub(crate) const STREAM: Self = Self(1 << 10);
    pub(crate) const MISS: Self = Self(1 << 11);
    pub(crate) const MODULE: Self = Self(1 << 12);
    pub(crate) const NEW: Self = Self(1 << 13);
    /// The letter `A`.
    const ALL: Self = Self(
        Self::GENERIC.0
            | Self::STRING.0
            | Self::LIST.0
            | Self::SET.0
            | Self::HASH.0
            | Self::SORTED_SET.0
            | Self::EXPIRED.0
            | Self::EVICTED.0
            | Self::STREAM.0
            | Self::MODULE.0,
    );
    /// In the order in which Redis writes them.
    const LETTERS: [(u8, Self); 15] = [
        (b'A', Self::ALL),
        (b'g', Self::GENERIC),
        (b'$', Self::STRING),
        (b'l', Self::LIST),
        (b's', Self::SET),
        (b'h', Self::HASH),
        (b'z', Self::SORTED_SET),
        (b'x', Self::EXPIRED),
        (b'e', Self::EVICTED),
        (b't', Self::STREAM),
        (b'd', Self::MODULE),
        (b'n', Self::NEW),
        (b'K', Self::KEYSPACE),
        (b'E', Self::KEYEVENT),
        (b'm', Self::MISS),
    ];

    pub(crate) fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Reads letters as `CONFIG SET notify-keyspace-events` takes them.
    pub(crate) fn parse(letters: &[u8]) -> Option<Self> {
        let class = |letter: &u8| Self::LETTERS.iter().find(|(own, _)| own == letter).map(|(_, class)| *class);
        letters.iter().try_fold(Self::NONE, |classes, letter| Some(classes | class(letter)?))
    }
}

impl BitOr for Classes {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl std::fmt::Display for Classes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let all = self.contains(Self::ALL);
        for (letter, class) in Self::LETTERS {
            let within = class != Self::ALL && Self::ALL.contains(class);
            if self.contains(class) && !(all && within) {
                write!(f, "{}", char::from(letter))?;
            }
        }
        Ok(())
    }
}

/// Something that happened to a key.
#[derive(Debug)]
pub(crate) struct Event {
    pub(crate) database: usize,
    pub(crate) name: &'static str,
    pub(crate) key: Box<[u8]>,
}

/// What happened since it was last asked.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    /// Changes since the start. (Redis: since the last save; here there is none.)
    pub(crate) dirty: u64,
    /// What is to be told at all.
    pub(crate) classes: Classes,
    pub(crate) events: Vec<Event>,
    /// Keys that others wait for, and that something was pushed to.
    pub(crate) ready: VecDeque<(usize, Box<[u8]>)>,
}

/// Whether a key that a client watches was touched.
pub(crate) type Touched = Arc<AtomicBool>;

/// Who watches and who waits for the keys of one database.
#[derive(Debug, Default)]
pub(crate) struct Audience {
    watching: HashMap<Box<[u8]>, Vec<Touched>>,
    /// The seats of clients that wait for something to pop, the one that came first in front.
    pub(crate) waiting: HashMap<Box<[u8]>, VecDeque<Seat>>,
}

impl Audience {
    pub(crate) fn watch(&mut self, key: &[u8], by: &Touched) {
        let watchers = self.watching.entry(key.into()).or_default();
        if !watchers.iter().any(|other| Arc::ptr_eq(other, by)) {
            watchers.push(Arc::clone(by));
        }
    }

    pub(crate) fn unwatch(&mut self, key: &[u8], by: &Touched) {
        if let Some(watchers) = self.watching.get_mut(key) {
            watchers.retain(|other| !Arc::ptr_eq(other, by));
            if watchers.is_empty() {
                self.watching.remove(key);
            }
        }
    }

    pub(crate) fn touch(&self, key: &[u8]) {
        if !self.watching.is_empty()
            && let Some(watchers) = self.watching.get(key)
        {
            watchers.iter().for_each(|watcher| watcher.store(true, Ordering::Relaxed));
        }
    }

    /// Touches the keys of which this holds.
    pub(crate) fn touch_where(&self, holds: impl Fn(&[u8]) -> bool) {
        for (key, watchers) in &self.watching {
            if holds(key) {
                watchers.iter().for_each(|watcher| watcher.store(true, Ordering::Relaxed));
            }
        }
    }

    pub(crate) fn wait(&mut self, key: &[u8], client: Seat) {
        let waiting = self.waiting.entry(key.into()).or_default();
        if !waiting.contains(&client) {
            waiting.push_back(client);
        }
    }

    pub(crate) fn leave(&mut self, key: &[u8], client: Seat) {
        if let Some(waiting) = self.waiting.get_mut(key) {
            waiting.retain(|other| *other != client);
            if waiting.is_empty() {
                self.waiting.remove(key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_and_written_as_redis_does() {
        for (given, written) in
            [("", ""), ("KEA", "AKE"), ("xK", "xK"), ("g$lshzxetdKE", "AKE"), ("Elg", "glE"), ("KEAmn", "AnKEm")]
        {
            assert_eq!(Classes::parse(given.as_bytes()).unwrap().to_string(), written);
        }
        assert_eq!(Classes::parse(b"Kq"), None);
    }
}
