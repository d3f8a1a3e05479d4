use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;

fn filled(count: usize) -> Dict {
    let mut dict = Dict::new(1);
    for i in 0..count {
        dict.set(format!("key:{i}").as_bytes(), b"value", Expiry::Never);
    }
    dict
}

fn scan_all(dict: &Dict, count: usize) -> Vec<Vec<u8>> {
    let (mut keys, mut cursor) = (Vec::new(), 0);
    loop {
        cursor = dict.scan(cursor, count, |entry| keys.push(entry.key().to_vec()));
        if cursor == 0 {
            return keys;
        }
    }
}

#[test]
fn a_scan_returns_every_key_once_when_nothing_changes() {
    for size in [0, 1, 9, 10, 11, 5000] {
        let keys = scan_all(&filled(size), 10);
        assert_eq!(keys.len(), size);
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), size);
    }
}

#[test]
fn a_scan_returns_as_many_keys_as_asked() {
    let dict = filled(1000);
    let mut visited = 0;
    let cursor = dict.scan(0, 10, |_| visited += 1);
    assert_eq!(visited, 10);
    assert_ne!(cursor, 0);
}

#[test]
fn a_scan_finds_every_key_that_stays_while_others_come_and_go() {
    let mut dict = filled(2000);
    let (mut seen, mut cursor, mut round) = (HashSet::new(), 0, 0);
    loop {
        cursor = dict.scan(cursor, 7, |entry| {
            seen.insert(entry.key().to_vec());
        });
        if cursor == 0 {
            break;
        }
        // Grow far beyond the first size, then shrink again.
        for i in 0..20 {
            dict.set(format!("other:{round}:{i}").as_bytes(), b"", Expiry::Never);
            if round > 100
                && let Some(slot) = dict.find(format!("other:{}:{i}", round - 100).as_bytes())
            {
                dict.remove(slot);
            }
        }
        round += 1;
    }
    for i in 0..2000 {
        assert!(seen.contains(format!("key:{i}").as_bytes()), "key:{i} was missed");
    }
}

#[test]
fn any_cursor_is_taken() {
    let dict = filled(100);
    for cursor in [1, 1 << 47, (1 << 48) - 1, 1 << 48, u64::MAX] {
        dict.scan(cursor, 10, |_| {});
    }
}

#[test]
fn clearing_gives_the_memory_back() {
    let mut dict = filled(10_000);
    assert!(dict.memory() > 10_000 * 30);
    dict.clear();
    assert_eq!((dict.len(), dict.memory()), (0, 0));
}

#[test]
fn deleting_gives_the_payload_back() {
    let mut dict = filled(10_000);
    for i in 0..10_000 {
        let slot = dict.find(format!("key:{i}").as_bytes()).unwrap();
        dict.remove(slot);
    }
    assert_eq!((dict.len(), dict.payload), (0, 0));
    assert_eq!(dict.memory(), SHARDS * size_of::<HashTable<Entry>>());
}

#[derive(Clone, Debug)]
enum Operation {
    Set(u8, u8, Option<i64>),
    Keep(u8, u8),
    Expire(u8, Option<i64>),
    Remove(u8),
}

fn operation() -> impl Strategy<Value = Operation> {
    let at = prop::option::of(1..1000i64);
    prop_oneof![
        (any::<u8>(), any::<u8>(), at.clone()).prop_map(|(key, length, at)| Operation::Set(key, length, at)),
        (any::<u8>(), any::<u8>()).prop_map(|(key, length)| Operation::Keep(key, length)),
        (any::<u8>(), at).prop_map(|(key, at)| Operation::Expire(key, at)),
        any::<u8>().prop_map(Operation::Remove),
    ]
}

proptest! {
    /// The dict does what a HashMap of (value, time-out) does, and its list of time-outs stays in step.
    #[test]
    fn it_behaves_like_a_map(operations in prop::collection::vec(operation(), 0..300)) {
        let mut dict = Dict::new(7);
        let mut model: HashMap<Vec<u8>, (Vec<u8>, Option<i64>)> = HashMap::new();
        for operation in operations {
            match operation {
                Operation::Set(key, length, at) => {
                    let (key, value) = (vec![key], vec![key; length.into()]);
                    let replaced = dict.set(&key, &value, at.map_or(Expiry::Never, Expiry::At));
                    prop_assert_eq!(replaced, model.insert(key, (value, at)).and_then(|(_, at)| at));
                }
                Operation::Keep(key, length) => {
                    let (key, value) = (vec![key], vec![0; length.into()]);
                    dict.set(&key, &value, Expiry::Keep);
                    model.entry(key).or_default().0 = value;
                }
                Operation::Expire(key, at) => {
                    if let Some(slot) = dict.find(&[key]) {
                        dict.set_expiry(slot, at);
                        model.get_mut(&vec![key]).unwrap().1 = at;
                    }
                }
                Operation::Remove(key) => {
                    let slot = dict.find(&[key]);
                    prop_assert_eq!(slot.is_some(), model.remove(&vec![key]).is_some());
                    if let Some(slot) = slot {
                        dict.remove(slot);
                    }
                }
            }
        }
        prop_assert_eq!(dict.len(), model.len());
        prop_assert_eq!(dict.expiring_len(), model.values().filter(|(_, at)| at.is_some()).count());
        for (key, (value, at)) in &model {
            let entry = dict.get(dict.find(key).unwrap()).unwrap();
            prop_assert_eq!((entry.value(), entry.expires_at()), (&value[..], *at));
        }
        for place in 0..dict.expiring_len() {
            let entry = dict.get(dict.expiring_slot(place).unwrap()).unwrap();
            prop_assert_eq!(entry.expires_at(), dict.expiring_at(place));
        }
        let payload: usize = dict.iter().map(|entry| block(entry.data.len())).sum();
        prop_assert_eq!(dict.payload, payload);
    }
}
