//! [`SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]`](https://redis.io/docs/latest/commands/scan/): the next few
//! keys, and the cursor to go on from; 0 begins and ends. A key that is there all the while is returned, whatever
//! happens to others. O(1) a call, O(n) for all n keys.

use crate::command::{Arguments, Context, Spec, integer, spec};
use crate::error::Error;
use crate::glob;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "scan",
    arity: -2,
    flags: &["readonly"],
    categories: &["keyspace"],
    tips: &["nondeterministic_output", "request_policy:special"],
    group: "generic",
    since: "2.8.0",
    summary: "Incrementally iterate the keys space",
    complexity: "O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to \
                 return back to 0. N is the number of elements inside the collection.",
    ..spec::NONE
};

pub(crate) fn scan(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([cursor], options) = arguments.split()?;
    let scan = Scan::parse(cursor, options, true)?;
    let mut keys = context.keys();
    let mut found = Vec::new();
    let cursor = keys.scan(scan.cursor, scan.count, |entry| {
        if scan.matches(entry.key()) {
            found.push(entry.key().to_vec());
        }
    });
    found.retain(|key| match (keys.look(key, false), scan.kind) {
        (Some(value), Some(kind)) => kind.eq_ignore_ascii_case(value.type_name().as_bytes()),
        (value, _) => value.is_some(),
    });
    reply.array(2);
    reply.bulk_number(cursor);
    reply.array(found.len());
    found.iter().for_each(|key| reply.bulk(key));
    Ok(())
}

/// What the commands of the `SCAN` family have in common.
#[derive(Debug)]
pub(crate) struct Scan<'a> {
    pub(crate) cursor: u64,
    pub(crate) pattern: Option<&'a [u8]>,
    pub(crate) count: usize,
    /// The type of key to look for.
    pub(crate) kind: Option<&'a [u8]>,
}

impl<'a> Scan<'a> {
    /// Reads the cursor and the options; `TYPE` is one only when keys are scanned.
    pub(crate) fn parse(cursor: &[u8], mut options: Arguments<'a>, of_keys: bool) -> Result<Self, Error> {
        let mut scan = Self { cursor: parse_cursor(cursor)?, pattern: None, count: 10, kind: None };
        while options.len() > 0 {
            let ([name, value], rest) = options.split().map_err(|_| Error::Syntax)?;
            match name.to_ascii_lowercase().as_slice() {
                b"match" => scan.pattern = Some(value),
                b"type" if of_keys => scan.kind = Some(value),
                b"count" => {
                    let count = integer(value)?;
                    scan.count = usize::try_from(count).ok().filter(|count| *count > 0).ok_or(Error::Syntax)?;
                }
                _ => return Err(Error::Syntax),
            }
            options = rest;
        }
        Ok(scan)
    }

    pub(crate) fn matches(&self, name: &[u8]) -> bool {
        self.pattern.is_none_or(|pattern| glob::matches(pattern, name, false))
    }

    /// The places to visit in a table of `len` entries that stand one behind the other, from the last to the first, and
    /// the cursor to go on from: see [`dict`](crate::dict).
    pub(crate) fn places(&self, len: usize) -> (std::iter::Rev<std::ops::Range<usize>>, u64) {
        let end = match usize::try_from(self.cursor) {
            Ok(cursor) if cursor > 0 => cursor.min(len),
            _ => len,
        };
        let start = end.saturating_sub(self.count);
        ((start..end).rev(), start as u64)
    }
}

/// What C's `strtoul` takes, but no spaces: an optional sign, digits, or nothing at all.
fn parse_cursor(cursor: &[u8]) -> Result<u64, Error> {
    let (negative, digits) = match cursor {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits.strip_prefix(b"+").unwrap_or(digits)),
    };
    if digits.is_empty() && !cursor.is_empty() {
        return Err(Error::InvalidCursor);
    }
    let mut value: u64 = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(Error::InvalidCursor);
        }
        let shifted = value.checked_mul(10).and_then(|value| value.checked_add(u64::from(digit - b'0')));
        value = shifted.ok_or(Error::InvalidCursor)?;
    }
    Ok(if negative { value.wrapping_neg() } else { value })
}
