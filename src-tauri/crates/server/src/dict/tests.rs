use std::collections::{HashMap, HashSet};

use proptest::prelude::*;

use super::*;
use crate::value::{End, Kind, List};

fn filled(count: usize) -> Dict {
    let mut dict = Dict::new(1);
    for i in 0..count {
        dict.insert(format!("key:{i}").as_bytes(), b"value");
    }
    dict
}

fn scan_all(dict: &Dict, count: usize) -> Vec<Vec<u8>> {
    let (mut keys, mut cursor) = (Vec::new(), 0);
    loop {
        cursor = dict.scan(cursor, count, |_, entry| keys.push(entry.key().to_vec()));
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
    let cursor = dict.scan(0, 10, |_, _| visited += 1);
    assert_eq!(visited, 10);
    assert_ne!(cursor, 0);
}

#[test]
fn a_scan_finds_every_key_that_stays_while_others_come_and_go() {
    let mut dict = filled(2000);
    let (mut seen, mut cursor, mut round) = (HashSet::new(), 0, 0);
    loop {
        cursor = dict.scan(cursor, 7, |_, entry| {
            seen.insert(entry.key().to_vec());
        });
        if cursor == 0 {
            break;
        }
        // Grow far beyond the first size, then shrink again.
        for i in 0..20 {
            dict.insert(format!("other:{round}:{i}").as_bytes(), b"");
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
        dict.scan(cursor, 10, |_, _| {});
    }
}

#[test]
fn deleting_gives_the_memory_back() {
    let mut dict = filled(10_000);
    assert!(dict.memory() > 10_000 * 30);
    for i in 0..10_000 {
        let slot = dict.find(format!("key:{i}").as_bytes()).unwrap();
        dict.remove(slot);
    }
    assert_eq!((dict.len(), dict.payload), (0, 0));
    assert!(dict.memory() < 8_000, "{} bytes are left", dict.memory());
}

#[test]
fn an_entry_is_32_bytes() {
    assert_eq!(size_of::<Entry>(), 32);
}

#[derive(Clone, Debug)]
enum Operation {
    /// A string of that length.
    Set(u8, u8),
    /// A list of that many elements.
    List(u8, u8),
    Resize(u8, u8),
    Push(u8),
    Expire(u8, Option<i64>),
    Remove(u8),
    Take(u8),
}

#[derive(Clone, Debug, PartialEq)]
enum Model {
    String(Vec<u8>),
    List(usize),
}

fn operation() -> impl Strategy<Value = Operation> {
    let at = prop::option::of(1..1000i64);
    prop_oneof![
        3 => (any::<u8>(), any::<u8>()).prop_map(|(key, length)| Operation::Set(key, length)),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(key, length)| Operation::List(key, length)),
        1 => (any::<u8>(), any::<u8>()).prop_map(|(key, length)| Operation::Resize(key, length)),
        1 => any::<u8>().prop_map(Operation::Push),
        1 => (any::<u8>(), at).prop_map(|(key, at)| Operation::Expire(key, at)),
        1 => any::<u8>().prop_map(Operation::Remove),
        1 => any::<u8>().prop_map(Operation::Take),
    ]
}

fn list(length: usize) -> Object {
    let mut list = List::default();
    (0..length).for_each(|_| list.push(End::Right, b"element"));
    list.into_object()
}

fn apply(dict: &mut Dict, model: &mut HashMap<Vec<u8>, (Model, Option<i64>)>, operation: &Operation) {
    match *operation {
        Operation::Set(key, length) => {
            let (key, value) = (vec![key], vec![key; length.into()]);
            match dict.find(&key) {
                Some(slot) => dict.replace(slot, &value),
                None => drop(dict.insert(&key, &value)),
            }
            model.entry(key).or_insert((Model::List(0), None)).0 = Model::String(value);
        }
        Operation::List(key, length) => {
            let key = vec![key];
            if let Some(slot) = dict.find(&key) {
                dict.remove(slot);
            }
            dict.insert_object(&key, list(length.into()));
            model.insert(key, (Model::List(length.into()), None));
        }
        Operation::Resize(key, length) => {
            let key = vec![key];
            if let Some((Model::String(value), _)) = model.get_mut(&key) {
                value.resize(length.into(), 0);
                dict.resize(dict.find(&key).unwrap(), length.into());
            }
        }
        Operation::Push(key) => {
            let key = vec![key];
            if let Some((Model::List(length), _)) = model.get_mut(&key) {
                *length += 1;
                let slot = dict.find(&key).unwrap();
                dict.edit(slot, |object| List::of_mut(object).unwrap().push(End::Left, b"pushed"));
            }
        }
        Operation::Expire(key, at) => {
            if let Some(slot) = dict.find(&[key]) {
                dict.set_expiry(slot, at);
                model.get_mut(&vec![key]).unwrap().1 = at;
            }
        }
        Operation::Remove(key) => {
            if let Some(slot) = dict.find(&[key]) {
                dict.remove(slot);
            }
            model.remove(&vec![key]);
        }
        Operation::Take(key) => {
            let taken = dict.find(&[key]).and_then(|slot| dict.take_object(slot));
            if let Some((Model::List(length), _)) = model.get(&vec![key]).cloned() {
                assert_eq!(List::of(&taken.unwrap()).unwrap().len(), length);
                model.remove(&vec![key]);
            }
        }
    }
}

proptest! {
    /// The dict does what a HashMap of (value, time-out) does, and its index and list of time-outs stay in step.
    #[test]
    fn it_behaves_like_a_map(operations in prop::collection::vec(operation(), 0..400)) {
        let mut dict = Dict::new(7);
        let mut model = HashMap::new();
        for operation in operations {
            apply(&mut dict, &mut model, &operation);
        }
        prop_assert_eq!(dict.len(), model.len());
        prop_assert_eq!(dict.objects.len(), model.values().filter(|(value, _)| matches!(value, Model::List(_))).count());
        prop_assert_eq!(dict.expiring_len(), model.values().filter(|(_, at)| at.is_some()).count());
        for (key, (value, at)) in &model {
            let slot = dict.find(key).unwrap();
            prop_assert_eq!(dict.expires_at(slot), *at);
            let found = match dict.get(slot).unwrap().string() {
                Some(string) => Model::String(string.to_vec()),
                None => Model::List(List::of(dict.object(slot).unwrap()).unwrap().len()),
            };
            prop_assert_eq!(&found, value);
        }
        for place in 0..dict.expiring_len() {
            let slot = dict.expiring_slot(place).unwrap();
            prop_assert_eq!(dict.get(slot).unwrap().expiring as usize, place + 1);
        }
        let objects: usize = dict.objects.iter().map(|(_, object)| object.memory()).sum();
        let blocks: usize = dict.iter().map(|(_, entry)| block(entry.data.len())).sum();
        prop_assert_eq!(dict.payload, objects + blocks);
    }
}
