//! The databases, with Redis's rules on top of their tables: what has expired is gone for whoever looks, reads count as
//! hits and misses, and what changes is told.

mod look;

pub use look::Seen;

use crate::changes::{Audience, Changes, Classes, Event};
use crate::dict::{Dict, Entry, Expiry, Slot};
use crate::error::Error;
use crate::random::Random;
use crate::stats::Stats;
use crate::usage::Usage;
use crate::value::{Kind, Object};

/// All keys, and what goes with them.
#[derive(Debug)]
pub(crate) struct Keyspace {
    databases: Vec<Database>,
    pub(crate) stats: Stats,
    pub(crate) changes: Changes,
    pub(crate) usage: Usage,
    random: Random,
    /// The database the next expiry cycle begins with.
    pub(crate) expiry_cursor: usize,
    /// `DEBUG SET-ACTIVE-EXPIRE 0` turns the expiry cycle off.
    pub(crate) active_expiry: bool,
    /// While `CLIENT PAUSE` holds, keys expire for whoever looks but do not go: nothing changes then.
    pub(crate) hold_expired: bool,
}

/// One of the numbered databases.
#[derive(Debug)]
pub(crate) struct Database {
    pub(crate) dict: Dict,
    /// A running mean of the milliseconds left to keys with a time-out, kept up by the expiry cycle.
    pub(crate) average_ttl: i64,
    pub(crate) audience: Audience,
}

/// A value as a command finds it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    String(&'a [u8]),
    Object(&'a Object),
}

/// A value taken out of its key, or to be put into one.
#[derive(Clone, Debug)]
pub(crate) enum Owned {
    String(Box<[u8]>),
    Object(Object),
}

impl<'a> Value<'a> {
    /// As `TYPE` names it.
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::String(_) => "string",
            Self::Object(object) => object.type_name(),
        }
    }

    pub(crate) fn string(self) -> Result<&'a [u8], Error> {
        match self {
            Self::String(string) => Ok(string),
            Self::Object(_) => Err(Error::WrongType),
        }
    }

    pub(crate) fn kind<T: Kind>(self) -> Result<&'a T, Error> {
        match self {
            Self::Object(object) => T::of(object).ok_or(Error::WrongType),
            Self::String(_) => Err(Error::WrongType),
        }
    }

    pub(crate) fn to_owned(self) -> Owned {
        match self {
            Self::String(string) => Owned::String(string.into()),
            Self::Object(object) => Owned::Object(object.clone()),
        }
    }
}

impl Keyspace {
    pub(crate) fn new(databases: usize, seed: u64) -> Self {
        let mut random = Random(seed);
        let databases = (0..databases)
            .map(|_| Database { dict: Dict::new(random.next()), average_ttl: 0, audience: Audience::default() })
            .collect();
        Self {
            databases,
            stats: Stats::default(),
            changes: Changes::default(),
            usage: Usage::Recency,
            random,
            expiry_cursor: 0,
            active_expiry: true,
            hold_expired: false,
        }
    }

    /// The keys of one database at `now` (Unix milliseconds).
    pub(crate) fn keys(&mut self, database: usize, now: i64) -> Keys<'_> {
        // `SELECT` lets no other number through.
        let index = database.min(self.databases.len() - 1);
        Keys {
            database: &mut self.databases[index],
            index,
            stats: &mut self.stats,
            changes: &mut self.changes,
            usage: self.usage,
            random: &mut self.random,
            hold_expired: self.hold_expired,
            now,
        }
    }

    pub(crate) fn databases(&self) -> &[Database] {
        &self.databases
    }

    pub(crate) fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Who watches and waits for the keys of a database.
    pub(crate) fn audience(&mut self, database: usize) -> Option<&mut Audience> {
        self.databases.get_mut(database).map(|database| &mut database.audience)
    }

    /// Exchanges the keys of two databases; who watches and waits stays with the number.
    pub(crate) fn swap(&mut self, one: usize, other: usize) {
        if one == other {
            return;
        }
        let (low, high) = self.databases.split_at_mut(one.max(other));
        let (low, high) = (&mut low[one.min(other)], &mut high[0]);
        for (own, opposite) in [(&*low, &*high), (&*high, &*low)] {
            own.audience.touch_where(|key| own.dict.find(key).is_some() || opposite.dict.find(key).is_some());
        }
        std::mem::swap(&mut low.dict, &mut high.dict);
        std::mem::swap(&mut low.average_ttl, &mut high.average_ttl);
        for index in [one, other] {
            let database = &self.databases[index];
            let ready = database.audience.waiting.keys().filter(|key| database.dict.find(key).is_some());
            self.changes.ready.extend(ready.map(|key| (index, key.clone())));
        }
    }

    /// The bytes held. O(1).
    pub(crate) fn memory(&self) -> usize {
        self.databases.iter().map(|database| database.dict.memory()).sum()
    }
}

/// The keys of one database as a command sees them.
#[derive(Debug)]
pub(crate) struct Keys<'a> {
    database: &'a mut Database,
    index: usize,
    stats: &'a mut Stats,
    changes: &'a mut Changes,
    usage: Usage,
    random: &'a mut Random,
    hold_expired: bool,
    now: i64,
}

impl Keys<'_> {
    /// Looks a key up to read it: counts a hit or a miss. (Redis: `lookupKeyRead`.)
    pub(crate) fn read(&mut self, key: &[u8]) -> Option<Value<'_>> {
        if let Some(slot) = self.find(key) {
            self.stats.keyspace_hits += 1;
            self.used(slot);
            self.value(slot)
        } else {
            self.stats.keyspace_misses += 1;
            self.notify(Classes::MISS, "keymiss", key);
            None
        }
    }

    /// Looks a key up to change it: counts nothing. (Redis: `lookupKeyWrite`.)
    pub(crate) fn peek(&mut self, key: &[u8]) -> Option<Value<'_>> {
        let slot = self.find(key)?;
        self.used(slot);
        self.value(slot)
    }

    /// Looks at a key so that it does not count as used either: `TYPE`, `TTL`, `OBJECT`, `EXISTS`. (Redis: `LOOKUP_NOTOUCH`.)
    /// Reads with `count` are hits and misses nevertheless.
    pub(crate) fn look(&mut self, key: &[u8], count: bool) -> Option<Value<'_>> {
        let slot = self.find(key);
        match slot {
            Some(_) if count => self.stats.keyspace_hits += 1,
            None if count => self.stats.keyspace_misses += 1,
            _ => {}
        }
        self.value(slot?)
    }

    /// Looks at a key without anybody noticing: for commands that need several values at once, and have read them before.
    pub(crate) fn again(&self, key: &[u8]) -> Option<Value<'_>> {
        let slot = self.database.dict.find(key)?;
        if self.is_expired(slot) { None } else { self.value(slot) }
    }

    /// As [`read`](Self::read), and the value has to be a string.
    pub(crate) fn read_string(&mut self, key: &[u8]) -> Result<Option<&[u8]>, Error> {
        self.read(key).map(Value::string).transpose()
    }

    /// As [`peek`](Self::peek), and the value has to be a string.
    pub(crate) fn peek_string(&mut self, key: &[u8]) -> Result<Option<&[u8]>, Error> {
        self.peek(key).map(Value::string).transpose()
    }

    /// As [`read`](Self::read), and the value has to be of this kind.
    pub(crate) fn read_as<T: Kind>(&mut self, key: &[u8]) -> Result<Option<&T>, Error> {
        self.read(key).map(Value::kind).transpose()
    }

    /// As [`peek`](Self::peek), and the value has to be of this kind.
    pub(crate) fn peek_as<T: Kind>(&mut self, key: &[u8]) -> Result<Option<&T>, Error> {
        self.peek(key).map(Value::kind).transpose()
    }

    /// Changes a value of this kind in place, if there is one. Tell it with [`changed`](Self::changed), which also takes
    /// away a value that has become empty.
    pub(crate) fn edit<T: Kind, R>(
        &mut self,
        key: &[u8],
        change: impl FnOnce(&mut T) -> R,
    ) -> Result<Option<R>, Error> {
        let Some(slot) = self.find(key) else { return Ok(None) };
        self.used(slot);
        let changed = self.database.dict.edit(slot, |object| T::of_mut(object).map(change));
        changed.flatten().ok_or(Error::WrongType).map(Some)
    }

    /// As [`edit`](Self::edit), and makes the value if there is none. The change must not leave it empty.
    pub(crate) fn edit_or_new<T: Kind, R>(&mut self, key: &[u8], change: impl FnOnce(&mut T) -> R) -> Result<R, Error> {
        if self.find(key).is_some() {
            return self.edit(key, change)?.ok_or(Error::WrongType);
        }
        let mut value = T::default();
        let result = change(&mut value);
        self.put(key, Owned::Object(value.into_object()), None);
        Ok(result)
    }

    pub(crate) fn contains(&mut self, key: &[u8]) -> bool {
        self.find(key).is_some()
    }

    /// Stores a string. Tell it with [`changed`](Self::changed).
    pub(crate) fn set(&mut self, key: &[u8], value: &[u8], expiry: Expiry) {
        let found = self.find(key);
        let slot = if let Some(slot) = found {
            self.database.dict.replace(slot, value);
            slot
        } else {
            self.drop_held(key);
            let slot = self.database.dict.insert(key, value);
            self.notify(Classes::NEW, "new", key);
            slot
        };
        // As in Redis, a value written over keeps how often its key was used, but not when.
        if (found.is_none() || self.usage == Usage::Recency)
            && let Some(entry) = self.database.dict.get_mut(slot)
        {
            entry.usage = self.usage.first(self.now);
        }
        match expiry {
            Expiry::Keep => {}
            Expiry::Never => self.database.dict.set_expiry(slot, None),
            Expiry::At(at) => self.database.dict.set_expiry(slot, Some(at)),
        }
    }

    /// A string's bytes, made at least so long by zeros, to be changed in place. The key is made if it is not there.
    pub(crate) fn grow(&mut self, key: &[u8], length: usize) -> Result<&mut [u8], Error> {
        let slot = if let Some(slot) = self.find(key) {
            slot
        } else {
            self.set(key, b"", Expiry::Never);
            self.database.dict.find(key).ok_or(Error::WrongType)?
        };
        self.used(slot);
        let current = self.value(slot).ok_or(Error::WrongType)?.string()?.len();
        if current < length {
            self.database.dict.resize(slot, length);
        }
        self.database.dict.string_mut(slot).ok_or(Error::WrongType)
    }

    /// Puts a value into a key in place of what was there, with this time-out (Unix milliseconds) or none.
    pub(crate) fn put(&mut self, key: &[u8], value: Owned, expires_at: Option<i64>) {
        self.remove(key);
        self.place(key, value, expires_at);
        self.notify(Classes::NEW, "new", key);
    }

    /// As [`put`](Self::put), for commands that store what they have found: a key written over is not new, and an empty
    /// result leaves no key. Tells it, as this event.
    pub(crate) fn store<T: Kind>(&mut self, key: &[u8], value: T, class: Classes, event: &'static str) {
        let there = self.remove(key);
        let object = value.into_object();
        if !object.is_empty() {
            self.place(key, Owned::Object(object), None);
            if !there {
                self.notify(Classes::NEW, "new", key);
            }
            self.changed(class, event, key);
        } else if there {
            self.changed(Classes::GENERIC, "del", key);
        }
    }

    fn place(&mut self, key: &[u8], value: Owned, expires_at: Option<i64>) {
        self.drop_held(key);
        let slot = match value {
            Owned::String(string) => self.database.dict.insert(key, &string),
            Owned::Object(object) => self.database.dict.insert_object(key, object),
        };
        self.database.dict.set_expiry(slot, expires_at);
        if let Some(entry) = self.database.dict.get_mut(slot) {
            entry.usage = self.usage.first(self.now);
        }
    }

    /// Takes a value out of its key, with its time-out.
    pub(crate) fn take(&mut self, key: &[u8]) -> Option<(Owned, Option<i64>)> {
        let slot = self.find(key)?;
        let expires_at = self.database.dict.expires_at(slot);
        let value = match self.value(slot)? {
            Value::String(string) => {
                let string = string.into();
                self.database.dict.remove(slot);
                Owned::String(string)
            }
            Value::Object(_) => Owned::Object(self.database.dict.take_object(slot)?),
        };
        Some((value, expires_at))
    }

    /// When a key expires (Unix milliseconds), if it does.
    pub(crate) fn expires_at(&mut self, key: &[u8]) -> Option<i64> {
        let slot = self.find(key)?;
        self.database.dict.expires_at(slot)
    }

    /// Sets or removes the time-out (Unix milliseconds). A time-out that has passed deletes the key: then this says so.
    pub(crate) fn set_expiry(&mut self, key: &[u8], at: Option<i64>) -> bool {
        let Some(slot) = self.find(key) else { return false };
        match at {
            Some(at) if at <= self.now => {
                self.database.dict.remove(slot);
                true
            }
            at => {
                self.database.dict.set_expiry(slot, at);
                false
            }
        }
    }

    /// Whether there was such a key.
    pub(crate) fn remove(&mut self, key: &[u8]) -> bool {
        let slot = self.find(key);
        if let Some(slot) = slot {
            self.database.dict.remove(slot);
        }
        slot.is_some()
    }

    /// Says that a key was changed, and by what. A hash, list or set that has become empty goes.
    pub(crate) fn changed(&mut self, class: Classes, event: &'static str, key: &[u8]) {
        self.changes.dirty += 1;
        self.database.audience.touch(key);
        self.notify(class, event, key);
        if class == Classes::STRING {
            return;
        }
        if let Some(slot) = self.database.dict.find(key)
            && let Some(object) = self.database.dict.object(slot)
        {
            if object.is_empty() {
                self.database.dict.remove(slot);
                self.notify(Classes::GENERIC, "del", key);
            } else if self.database.audience.waiting.contains_key(key) {
                self.changes.ready.push_back((self.index, key.into()));
            }
        }
    }

    /// Tells subscribers, if they want to know.
    pub(crate) fn notify(&mut self, class: Classes, event: &'static str, key: &[u8]) {
        if self.changes.classes.contains(class) {
            self.changes.events.push(Event { database: self.index, name: event, key: key.into() });
        }
    }

    /// Keys that have not expired.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.database.dict.iter().filter(|(slot, _)| !self.is_expired(*slot)).map(|(_, entry)| entry)
    }

    /// See [`Dict::scan`]; visits keys that have expired too.
    pub(crate) fn scan(&self, cursor: u64, count: usize, mut visit: impl FnMut(&Entry)) -> u64 {
        self.database.dict.scan(cursor, count, |_, entry| visit(entry))
    }

    /// Some key that has not expired.
    pub(crate) fn random(&mut self) -> Option<&[u8]> {
        if self.hold_expired {
            let now = self.now;
            let Self { database, random, .. } = self;
            let expired = |slot| database.dict.expires_at(slot).is_some_and(|at| at <= now);
            let place = random.below(database.dict.len())?;
            let places = (place..database.dict.len()).chain(0..place);
            let slot = places.filter_map(|place| database.dict.slot(place)).find(|slot| !expired(*slot))?;
            return database.dict.get(slot).map(Entry::key);
        }
        loop {
            let place = self.random.below(self.database.dict.len())?;
            let slot = self.database.dict.slot(place)?;
            if !self.is_expired(slot) {
                return self.database.dict.get(slot).map(Entry::key);
            }
            self.expire(slot);
        }
    }

    /// How many keys there are, with those that have expired and were not noticed yet.
    pub(crate) fn len(&self) -> usize {
        self.database.dict.len()
    }

    /// Takes all keys out; whoever drops them waits for it.
    pub(crate) fn clear(&mut self) -> Dict {
        let dict = &self.database.dict;
        self.database.audience.touch_where(|key| dict.find(key).is_some());
        self.database.average_ttl = 0;
        self.changes.dirty += self.database.dict.len() as u64;
        let empty = self.database.dict.emptied();
        std::mem::replace(&mut self.database.dict, empty)
    }

    /// When or how often a key was used, as `maxmemory-policy` has it written down.
    pub(crate) fn usage(&mut self, key: &[u8]) -> Option<(Usage, u32)> {
        let slot = self.find(key)?;
        Some((self.usage, self.database.dict.get(slot)?.usage))
    }

    /// Writes that down as if.
    pub(crate) fn set_usage(&mut self, key: &[u8], idle_seconds: Option<i64>, frequency: Option<i64>) {
        let usage = self.usage.given(idle_seconds, frequency, self.now);
        if let Some(slot) = self.find(key)
            && let Some(entry) = self.database.dict.get_mut(slot)
        {
            entry.usage = usage;
        }
    }

    /// The bytes a key occupies with its value.
    pub(crate) fn memory_of(&mut self, key: &[u8]) -> Option<usize> {
        let slot = self.find(key)?;
        self.database.dict.memory_of(slot)
    }

    fn value(&self, slot: Slot) -> Option<Value<'_>> {
        match self.database.dict.get(slot)?.string() {
            Some(string) => Some(Value::String(string)),
            None => self.database.dict.object(slot).map(Value::Object),
        }
    }

    fn find(&mut self, key: &[u8]) -> Option<Slot> {
        let slot = self.database.dict.find(key)?;
        if self.is_expired(slot) {
            if !self.hold_expired {
                self.expire(slot);
            }
            return None;
        }
        Some(slot)
    }

    /// What has expired and was held makes way for what is put in its place.
    fn drop_held(&mut self, key: &[u8]) {
        if self.hold_expired
            && let Some(slot) = self.database.dict.find(key)
        {
            self.database.dict.remove(slot);
        }
    }

    fn is_expired(&self, slot: Slot) -> bool {
        self.database.dict.expires_at(slot).is_some_and(|at| at <= self.now)
    }

    fn expire(&mut self, slot: Slot) {
        let Some(key) = self.database.dict.get(slot).map(|entry| Box::<[u8]>::from(entry.key())) else { return };
        self.database.dict.remove(slot);
        self.stats.expired_keys += 1;
        self.database.audience.touch(&key);
        self.notify(Classes::EXPIRED, "expired", &key);
    }

    fn used(&mut self, slot: Slot) {
        if let Some(entry) = self.database.dict.get_mut(slot) {
            entry.usage = self.usage.touched(entry.usage, self.now, self.random);
        }
    }

    // What follows is for the expiry cycle and for eviction.

    pub(crate) fn expiring_len(&self) -> usize {
        self.database.dict.expiring_len()
    }

    /// Looks at a random key with a time-out. Returns the milliseconds it has left; if none, it is gone.
    pub(crate) fn sample_expiring(&mut self) -> Option<i64> {
        let place = self.random.below(self.database.dict.expiring_len())?;
        let slot = self.database.dict.expiring_slot(place)?;
        let left = self.database.dict.expires_at(slot)?.saturating_sub(self.now);
        if left <= 0 {
            self.expire(slot);
        }
        Some(left)
    }

    /// A random key, among those with a time-out or among all, with what is written down of its use and when it expires.
    pub(crate) fn sample(&mut self, expiring: bool) -> Option<(&[u8], u32, Option<i64>)> {
        let dict = &self.database.dict;
        let slot = if expiring {
            dict.expiring_slot(self.random.below(dict.expiring_len())?)?
        } else {
            dict.slot(self.random.below(dict.len())?)?
        };
        let entry = dict.get(slot)?;
        Some((entry.key(), entry.usage, dict.expires_at(slot)))
    }

    /// Removes a key to make room, whatever its time-out.
    pub(crate) fn evict(&mut self, key: &[u8]) -> bool {
        let Some(slot) = self.database.dict.find(key) else { return false };
        self.database.dict.remove(slot);
        self.stats.evicted_keys += 1;
        self.database.audience.touch(key);
        self.notify(Classes::EVICTED, "evicted", key);
        true
    }

    /// Moves the running mean towards `sample`, as slowly as Redis does.
    pub(crate) fn update_average_ttl(&mut self, sample: i64) {
        let mean = &mut self.database.average_ttl;
        *mean = if *mean == 0 { sample } else { *mean / 50 * 49 + sample / 50 };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_expired_is_gone_for_whoever_looks() {
        let mut keyspace = Keyspace::new(1, 1);
        keyspace.keys(0, 1_000).set(b"k", b"v", Expiry::At(2_000));
        assert!(keyspace.keys(0, 1_999).read(b"k").is_some());
        assert_eq!(keyspace.keys(0, 2_000).iter().count(), 0);
        assert_eq!(keyspace.keys(0, 2_000).len(), 1);
        assert!(keyspace.keys(0, 2_000).read(b"k").is_none());
        assert_eq!(keyspace.keys(0, 2_000).len(), 0);
        assert_eq!(
            (keyspace.stats.keyspace_hits, keyspace.stats.keyspace_misses, keyspace.stats.expired_keys),
            (1, 1, 1)
        );
    }

    #[test]
    fn writing_over_an_expired_key_counts_it_as_expired() {
        let mut keyspace = Keyspace::new(1, 1);
        for expiry in [Expiry::Never, Expiry::Keep, Expiry::At(9_000)] {
            keyspace.stats.expired_keys = 0;
            keyspace.keys(0, 1_000).set(b"k", b"v", Expiry::At(2_000));
            keyspace.keys(0, 3_000).set(b"k", b"w", expiry);
            let at = keyspace.keys(0, 3_000).expires_at(b"k");
            assert_eq!(at, (expiry == Expiry::At(9_000)).then_some(9_000));
            assert_eq!(keyspace.stats.expired_keys, 1);
        }
    }

    #[test]
    fn a_random_key_is_found_among_expired_ones() {
        let mut keyspace = Keyspace::new(1, 1);
        let mut keys = keyspace.keys(0, 1_000);
        assert!(keys.random().is_none());
        for i in 0..100u8 {
            keys.set(&[i], b"", Expiry::At(2_000));
        }
        keys.set(b"stays", b"", Expiry::Never);
        assert_eq!(keyspace.keys(0, 3_000).random().unwrap(), b"stays");
    }
}
