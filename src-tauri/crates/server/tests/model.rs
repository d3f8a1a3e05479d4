//! The server against a model: thousands of random sequences of commands over all types, with the time moved by hand, and
//! every reply compared with what plain collections say.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::fmt::Write as _;
use std::time::Duration;

use proptest::prelude::*;
use server::{Clock, Server};

/// A command of the sequence; keys, members and values are small numbers so that they meet.
#[derive(Clone, Debug)]
enum Step {
    Command(Vec<String>),
    /// Milliseconds.
    Wait(u16),
    ExpiryCycle,
}

#[derive(Clone, Debug)]
enum Value {
    String(String),
    List(VecDeque<String>),
    Hash(BTreeMap<String, String>),
    Set(BTreeSet<String>),
    Sorted(BTreeMap<String, i64>),
}

impl Value {
    fn type_name(&self) -> &'static str {
        match self {
            Self::String(_) => "string",
            Self::List(_) => "list",
            Self::Hash(_) => "hash",
            Self::Set(_) => "set",
            Self::Sorted(_) => "zset",
        }
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::String(_) => false,
            Self::List(list) => list.is_empty(),
            Self::Hash(hash) => hash.is_empty(),
            Self::Set(set) => set.is_empty(),
            Self::Sorted(sorted) => sorted.is_empty(),
        }
    }
}

/// What a server should hold at one moment.
#[derive(Default)]
struct Model {
    now: i64,
    keys: HashMap<String, (Value, Option<i64>)>,
}

const WRONG_TYPE: &str = "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n";
const NO_INTEGER: &str = "-ERR value is not an integer or out of range\r\n";

fn bulk(text: &str) -> String {
    format!("${}\r\n{text}\r\n", text.len())
}

fn integer(value: impl TryInto<i64>) -> String {
    format!(":{}\r\n", value.try_into().unwrap_or(i64::MAX))
}

fn array<'a>(elements: impl IntoIterator<Item = &'a str>) -> String {
    let elements: Vec<String> = elements.into_iter().map(bulk).collect();
    format!("*{}\r\n{}", elements.len(), elements.concat())
}

/// Takes the value of that kind, an empty one where there is none, and gives the reply for a wrong type otherwise.
macro_rules! of_kind {
    ($model:expr, $key:expr, $kind:ident) => {
        match $model.keys.get_mut($key).map(|(value, _)| value) {
            Some(Value::$kind(value)) => value,
            Some(_) => return WRONG_TYPE.to_owned(),
            None => match &mut $model.keys.entry($key.clone()).or_insert((Value::$kind(Default::default()), None)).0 {
                Value::$kind(value) => value,
                _ => return WRONG_TYPE.to_owned(),
            },
        }
    };
}

impl Model {
    fn forget(&mut self) {
        let now = self.now;
        self.keys.retain(|_, (value, at)| !value.is_empty() && at.is_none_or(|at| at > now));
    }

    fn answer(&mut self, words: &[String]) -> String {
        self.forget();
        let reply = self.execute(words);
        self.forget();
        reply
    }

    fn execute(&mut self, words: &[String]) -> String {
        let word = |index: usize| words.get(index).cloned().unwrap_or_default();
        let key = word(1);
        match words[0].as_str() {
            "GET" => match self.keys.get(&key) {
                None => "$-1\r\n".to_owned(),
                Some((Value::String(value), _)) => bulk(value),
                Some(_) => WRONG_TYPE.to_owned(),
            },
            "SET" => {
                self.keys.insert(key, (Value::String(word(2)), None));
                "+OK\r\n".to_owned()
            }
            "PSETEX" => {
                let at = self.now + word(2).parse::<i64>().unwrap_or(1);
                self.keys.insert(key, (Value::String(word(3)), Some(at)));
                "+OK\r\n".to_owned()
            }
            "APPEND" => {
                let value = of_kind!(self, &key, String);
                value.push_str(&word(2));
                integer(value.len())
            }
            "INCRBY" => {
                let there = self.keys.contains_key(&key);
                let value = of_kind!(self, &key, String);
                let number = if there { value.parse::<i64>().ok() } else { Some(0) };
                let canonical = number.filter(|number| !there || number.to_string() == *value);
                let Some(number) = canonical else { return NO_INTEGER.to_owned() };
                *value = (number + word(2).parse::<i64>().unwrap_or(0)).to_string();
                format!(":{value}\r\n")
            }
            "DEL" => integer(i64::from(self.keys.remove(&key).is_some())),
            "EXISTS" => integer(i64::from(self.keys.contains_key(&key))),
            "TYPE" => format!("+{}\r\n", self.keys.get(&key).map_or("none", |(value, _)| value.type_name())),
            "DBSIZE" => integer(self.keys.len()),
            "PEXPIRE" => {
                let at = self.now + word(2).parse::<i64>().unwrap_or(0);
                integer(i64::from(self.keys.get_mut(&key).map(|(_, expiry)| *expiry = Some(at)).is_some()))
            }
            "PERSIST" => integer(i64::from(self.keys.get_mut(&key).is_some_and(|(_, expiry)| expiry.take().is_some()))),
            "PTTL" => match self.keys.get(&key) {
                None => integer(-2),
                Some((_, None)) => integer(-1),
                Some((_, Some(at))) => integer(at - self.now),
            },
            "RENAME" => match self.keys.remove(&key) {
                None => "-ERR no such key\r\n".to_owned(),
                Some(value) => {
                    self.keys.insert(word(2), value);
                    "+OK\r\n".to_owned()
                }
            },
            "COPY" => {
                if key == word(2) {
                    return "-ERR source and destination objects are the same\r\n".to_owned();
                }
                match self.keys.get(&key).cloned() {
                    Some(value) if !self.keys.contains_key(&word(2)) => {
                        self.keys.insert(word(2), value);
                        integer(1)
                    }
                    _ => integer(0),
                }
            }
            _ => self.execute_on_collections(words),
        }
    }

    fn execute_on_collections(&mut self, words: &[String]) -> String {
        let word = |index: usize| words.get(index).cloned().unwrap_or_default();
        let key = word(1);
        match words[0].as_str() {
            "LPUSH" | "RPUSH" => {
                let list = of_kind!(self, &key, List);
                if words[0] == "LPUSH" {
                    list.push_front(word(2))
                } else {
                    list.push_back(word(2))
                }
                integer(list.len())
            }
            "LPOP" | "RPOP" => {
                let list = of_kind!(self, &key, List);
                let element = if words[0] == "LPOP" { list.pop_front() } else { list.pop_back() };
                element.map_or("$-1\r\n".to_owned(), |element| bulk(&element))
            }
            "LLEN" => integer(of_kind!(self, &key, List).len()),
            "LRANGE" => array(of_kind!(self, &key, List).iter().map(String::as_str)),
            "HSET" => integer(i64::from(of_kind!(self, &key, Hash).insert(word(2), word(3)).is_none())),
            "HGET" => of_kind!(self, &key, Hash).get(&word(2)).map_or("$-1\r\n".to_owned(), |value| bulk(value)),
            "HDEL" => integer(i64::from(of_kind!(self, &key, Hash).remove(&word(2)).is_some())),
            "HLEN" => integer(of_kind!(self, &key, Hash).len()),
            "SADD" => integer(i64::from(of_kind!(self, &key, Set).insert(word(2)))),
            "SREM" => integer(i64::from(of_kind!(self, &key, Set).remove(&word(2)))),
            "SISMEMBER" => integer(i64::from(of_kind!(self, &key, Set).contains(&word(2)))),
            "SCARD" => integer(of_kind!(self, &key, Set).len()),
            "ZADD" => {
                let score = word(2).parse().unwrap_or(0);
                integer(i64::from(of_kind!(self, &key, Sorted).insert(word(3), score).is_none()))
            }
            "ZREM" => integer(i64::from(of_kind!(self, &key, Sorted).remove(&word(2)).is_some())),
            "ZSCORE" => of_kind!(self, &key, Sorted)
                .get(&word(2))
                .map_or("$-1\r\n".to_owned(), |score| bulk(&score.to_string())),
            "ZRANK" => {
                let sorted = of_kind!(self, &key, Sorted);
                let in_order = ranked(sorted);
                in_order.iter().position(|member| **member == word(2)).map_or("$-1\r\n".to_owned(), integer)
            }
            "ZRANGE" => array(ranked(of_kind!(self, &key, Sorted))),
            other => unreachable!("{other} is not in the model"),
        }
    }
}

fn ranked(sorted: &BTreeMap<String, i64>) -> Vec<&str> {
    let mut members: Vec<(i64, &str)> = sorted.iter().map(|(member, score)| (*score, member.as_str())).collect();
    members.sort_unstable();
    members.into_iter().map(|(_, member)| member).collect()
}

fn step() -> impl Strategy<Value = Step> {
    let key = || (0..6u8).prop_map(|key| format!("key:{key}"));
    let member = || (0..5u8).prop_map(|member| format!("m{member}"));
    let number = || (-3..30i64).prop_map(|number| number.to_string());
    let value = || prop_oneof![number(), "[a-z]{0,12}"];
    let milliseconds = || (1..400i64).prop_map(|number| number.to_string());
    let alone = |names: &'static [&'static str]| {
        (prop::sample::select(names), key()).prop_map(|(name, key)| vec![name.to_owned(), key])
    };
    let with = |names: &'static [&'static str], argument: BoxedStrategy<String>| {
        (prop::sample::select(names), key(), argument)
            .prop_map(|(name, key, argument)| vec![name.to_owned(), key, argument])
    };
    let command = prop_oneof![
        4 => alone(&["GET", "DEL", "EXISTS", "TYPE", "PERSIST", "PTTL", "LPOP", "RPOP", "LLEN", "HLEN", "SCARD"]),
        2 => with(&["SET", "APPEND"], value().boxed()),
        1 => with(&["INCRBY"], number().boxed()),
        1 => (key(), milliseconds(), value()).prop_map(|(key, ms, value)| vec!["PSETEX".into(), key, ms, value]),
        1 => with(&["PEXPIRE"], milliseconds().boxed()),
        1 => with(&["RENAME", "COPY"], key().boxed()),
        3 => with(&["LPUSH", "RPUSH"], member().boxed()),
        3 => with(&["HGET", "HDEL", "SADD", "SREM", "SISMEMBER", "ZREM", "ZSCORE", "ZRANK"], member().boxed()),
        2 => (key(), member(), value()).prop_map(|(key, field, value)| vec!["HSET".into(), key, field, value]),
        2 => (key(), number(), member()).prop_map(|(key, score, member)| vec!["ZADD".into(), key, score, member]),
        1 => (prop::sample::select(&["LRANGE", "ZRANGE"][..]), key())
            .prop_map(|(name, key)| vec![name.into(), key, "0".into(), "-1".into()]),
        1 => Just(vec!["DBSIZE".to_owned()]),
    ];
    prop_oneof![
        20 => command.prop_map(Step::Command),
        2 => (1..300u16).prop_map(Step::Wait),
        1 => Just(Step::ExpiryCycle),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn every_reply_is_the_models(steps in prop::collection::vec(step(), 1..120), seed in any::<u64>()) {
        let clock = Clock::manual(1_000_000);
        let server = Server::builder().clock(clock.clone()).seed(seed).build();
        let mut model = Model { now: clock.unix_ms(), ..Model::default() };
        let mut log = String::new();
        for step in steps {
            match step {
                Step::Wait(milliseconds) => {
                    clock.advance(Duration::from_millis(milliseconds.into()));
                    model.now = clock.unix_ms();
                    let _ = writeln!(log, "({milliseconds} ms)");
                }
                Step::ExpiryCycle => {
                    let _ = server.expire_cycle();
                }
                Step::Command(words) => {
                    let _ = writeln!(log, "{}", words.join(" "));
                    // DBSIZE counts what has expired and was not noticed: let it be noticed.
                    if words[0] == "DBSIZE" {
                        let looks: String = (0..6).map(|key| format!("EXISTS key:{key}\r\n")).collect();
                        let _ = server.answer(looks.as_bytes());
                    }
                    let arguments: String = words.iter().map(|word| bulk(word)).collect();
                    let reply = server.answer(format!("*{}\r\n{arguments}", words.len()).as_bytes());
                    prop_assert_eq!(String::from_utf8_lossy(&reply), model.answer(&words), "after\n{}", log);
                }
            }
        }
    }
}
