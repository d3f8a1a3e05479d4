//! [`SORT key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA]
//! [STORE destination]`](https://redis.io/docs/latest/commands/sort/): replies the elements of a list, set or sorted set
//! in the order of their numbers, with `ALPHA` of their bytes. [`SORT_RO`](https://redis.io/docs/latest/commands/sort_ro/)
//! is the same without `STORE`, which makes a list of the result and replies its length.
//!
//! `BY weight_*` sorts by what stands in the key in whose name the element takes the place of `*`, and `BY weight_*->field`
//! by a field of the hash there; `BY nosort`, or any name without `*`, does not sort. `GET` replies what is found so
//! instead of the element, `GET #` the element itself. O(n·log n) for n elements.

use std::cmp::Ordering;

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec};
use crate::error::Error;
use crate::keyspace::{Keys, Value};
use crate::number;
use crate::reply::Reply;
use crate::request::Args;
use crate::value::{End, Hash, List, Object};

pub(crate) const SORT: Spec = Spec {
    name: "sort",
    flags: &["write", "denyoom", "movablekeys"],
    keys: &[
        KeySpec::one(&["RO", "access"]),
        PATTERNS,
        KeySpec {
            notes: "For the optional STORE keyword. It is marked 'unknown' because the keyword can appear anywhere in \
                    the argument array",
            ..KeySpec::unknown(&["OW", "update"])
        },
    ],
    summary: "Sort the elements in a list, set or sorted set",
    ..SPEC
};

pub(crate) const SORT_RO: Spec = Spec {
    name: "sort_ro",
    flags: &["readonly", "movablekeys"],
    keys: &[KeySpec::one(&["RO", "access"]), PATTERNS],
    since: "7.0.0",
    summary: "Sort the elements in a list, set or sorted set. Read-only variant of SORT.",
    ..SPEC
};

const SPEC: Spec = Spec {
    arity: -2,
    categories: &["set", "sortedset", "list", "dangerous"],
    group: "generic",
    complexity: "O(N+M*log(M)) where N is the number of elements in the list or set to sort, and M the number of \
                 returned elements. When the elements are not sorted, complexity is O(N).",
    ..spec::NONE
};

const PATTERNS: KeySpec = KeySpec {
    notes: "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content of \
            the key we sort",
    ..KeySpec::unknown(&["RO", "access"])
};

pub(crate) fn sort(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], options) = arguments.split()?;
    let options = Options::parse(options, arguments.name() == SORT.name)?;
    let longest = context.shared.max_reply;
    let mut keys = context.keys();
    let elements = match keys.read(key) {
        Some(value) => options.elements(value)?,
        None => Vec::new(),
    };
    let sorted = options.sort(elements, &mut keys)?;
    let number = sorted.len() * options.get.len().max(1);
    let Some(destination) = options.store else {
        reply.array(number);
        for element in &sorted {
            options.each(element, &mut keys, |found| reply.bulk_or_null(found));
            if reply.overflowed() {
                break;
            }
        }
        return Ok(());
    };
    let (mut list, mut left) = (List::default(), Some(longest));
    for element in &sorted {
        options.each(element, &mut keys, |found| {
            let found = found.unwrap_or_default();
            left = left.and_then(|left| left.checked_sub(found.len() + size_of::<Box<[u8]>>()));
            if left.is_some() {
                list.push(End::Right, found);
            }
        });
        if left.is_none() {
            // Each `GET` of a short request may bring a long value.
            return Err(Error::Message("ERR result is too long"));
        }
    }
    keys.store(destination, list, Classes::LIST, "sortstore");
    reply.count(number);
    Ok(())
}

#[derive(Debug)]
struct Options<'a> {
    descending: bool,
    alpha: bool,
    offset: i64,
    /// How many; negative: all.
    count: i64,
    by: Option<&'a [u8]>,
    get: Vec<&'a [u8]>,
    store: Option<&'a [u8]>,
}

impl<'a> Options<'a> {
    fn parse(options: Arguments<'a>, may_store: bool) -> Result<Self, Error> {
        let mut parsed =
            Self { descending: false, alpha: false, offset: 0, count: -1, by: None, get: Vec::new(), store: None };
        let mut words = options.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(Error::Syntax);
            match word.to_ascii_lowercase().as_slice() {
                b"asc" => parsed.descending = false,
                b"desc" => parsed.descending = true,
                b"alpha" => parsed.alpha = true,
                b"limit" => {
                    let (offset, count) = (value()?, value()?);
                    (parsed.offset, parsed.count) = (integer(offset)?, integer(count)?);
                }
                b"by" => parsed.by = Some(value()?),
                b"get" => parsed.get.push(value()?),
                b"store" if may_store => parsed.store = Some(value()?),
                _ => return Err(Error::Syntax),
            }
        }
        Ok(parsed)
    }

    /// Whether the elements stay as they are.
    fn unsorted(&self) -> bool {
        self.by.is_some_and(|by| !by.contains(&b'*'))
    }

    /// The elements of a value, in the order in which it has them, or backwards if they are not to be sorted but to come
    /// in descending order.
    fn elements(&self, value: Value<'_>) -> Result<Vec<Element>, Error> {
        let element = |element: &[u8]| Element { name: element.into(), number: 0.0, text: None };
        let mut ordered = true;
        let mut elements: Vec<Element> = match value {
            Value::Object(Object::List(list)) => list.iter().map(element).collect(),
            Value::Object(Object::SortedSet(sorted)) => sorted.iter().map(|(member, _)| element(member)).collect(),
            Value::Object(Object::Set(set)) => {
                ordered = false;
                let mut elements: Vec<Element> = set.iter().map(element).collect();
                if self.unsorted() && self.store.is_some() {
                    // What is stored is always in some order, but not in that of the table.
                    elements.sort_by(|one, other| self.directed(one.name.cmp(&other.name)));
                }
                elements
            }
            _ => return Err(Error::WrongType),
        };
        if ordered && self.descending && self.unsorted() {
            elements.reverse();
        }
        Ok(elements)
    }

    /// Sorts the elements, and leaves those within the limit.
    fn sort(&self, mut elements: Vec<Element>, keys: &mut Keys<'_>) -> Result<Vec<Element>, Error> {
        if !self.unsorted() {
            let mut numbers = true;
            for element in &mut elements {
                let found = match self.by {
                    Some(by) => look_up(keys, by, &element.name),
                    None if self.alpha => None,
                    None => Some(&*element.name),
                };
                let Some(found) = found else { continue };
                if self.alpha {
                    element.text = Some(found.into());
                } else if let Some(number) = weight(found) {
                    element.number = number;
                } else {
                    numbers = false;
                }
            }
            if !numbers {
                return Err(Error::Message("ERR One or more scores can't be converted into double"));
            }
            elements.sort_by(|one, other| {
                self.directed(match (self.alpha, self.by) {
                    (true, Some(_)) => one.text.cmp(&other.text),
                    (true, None) => one.name.cmp(&other.name),
                    (false, _) => one.number.total_cmp(&other.number).then_with(|| one.name.cmp(&other.name)),
                })
            });
        }
        let offset = usize::try_from(self.offset.max(0)).unwrap_or(usize::MAX);
        let count = usize::try_from(self.count).unwrap_or(usize::MAX);
        Ok(elements.into_iter().skip(offset).take(count).collect())
    }

    fn directed(&self, order: Ordering) -> Ordering {
        if self.descending { order.reverse() } else { order }
    }

    /// What is to be replied for an element.
    fn each(&self, element: &Element, keys: &mut Keys<'_>, mut reply: impl FnMut(Option<&[u8]>)) {
        if self.get.is_empty() {
            reply(Some(&element.name));
        }
        for pattern in &self.get {
            reply(look_up(keys, pattern, &element.name));
        }
    }
}

/// Something to sort.
#[derive(Debug)]
struct Element {
    name: Box<[u8]>,
    /// What to sort by.
    number: f64,
    /// The same for `BY … ALPHA`; none comes first.
    text: Option<Box<[u8]>>,
}

/// What stands in the key, or in the field, whose name the pattern gives with the element in place of `*`.
fn look_up<'e>(keys: &'e mut Keys<'_>, pattern: &[u8], element: &'e [u8]) -> Option<&'e [u8]> {
    if pattern == b"#" {
        return Some(element);
    }
    let star = memchr::memchr(b'*', pattern)?;
    let (before, behind) = (pattern.get(..star)?, pattern.get(star + 1..)?);
    let (behind, field) = match memchr::memmem::find(behind, b"->") {
        Some(arrow) if behind.len() > arrow + 2 => (behind.get(..arrow)?, behind.get(arrow + 2..)),
        _ => (behind, None),
    };
    let value = keys.read(&[before, element, behind].concat())?;
    match field {
        Some(field) => value.kind::<Hash>().ok()?.get(field),
        None => value.string().ok(),
    }
}

/// Where the destination is among the words, for `COMMAND GETKEYS`.
pub(crate) fn destination(args: Args<'_>) -> Option<usize> {
    let (mut place, mut found) = (2, None);
    while let Some(word) = args.get(place) {
        place += 1;
        match word.to_ascii_lowercase().as_slice() {
            b"limit" => place += 2,
            b"get" | b"by" => place += 1,
            b"store" if place < args.len() => found = Some(place),
            _ => {}
        }
    }
    found
}

/// A number as C's `strtod` reads it: spaces before it are allowed, and nothing at all is 0, but it has to fit.
fn weight(text: &[u8]) -> Option<f64> {
    if text.is_empty() {
        return Some(0.0);
    }
    let text = text.trim_ascii_start();
    let number = number::parse_double(text)?;
    let named = text.iter().any(|byte| matches!(byte, b'i' | b'I'));
    let zero = || text.iter().take_while(|byte| !matches!(byte, b'e' | b'E')).all(|byte| !matches!(byte, b'1'..=b'9'));
    // Too large, or too small: then it came out as infinite or as 0.
    let fits = if number.is_infinite() { named } else { number != 0.0 || zero() };
    fits.then_some(if number == 0.0 { 0.0 } else { number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_read_as_c_does() {
        for (text, number) in [
            ("", Some(0.0)),
            (" 1.5", Some(1.5)),
            ("-0", Some(0.0)),
            ("0e5", Some(0.0)),
            ("inf", Some(f64::INFINITY)),
            ("0x10", Some(16.0)),
            ("1e400", None),
            ("1e-400", None),
            (" ", None),
            ("1 ", None),
            ("nan", None),
            ("one", None),
        ] {
            assert_eq!(weight(text.as_bytes()), number, "{text}");
        }
    }
}
