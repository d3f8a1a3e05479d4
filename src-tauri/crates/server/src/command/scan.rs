//! [`SCAN cursor [MATCH pattern] [COUNT count] [TYPE type]`](https://redis.io/docs/latest/commands/scan/): the next few
//! keys, and the cursor to go on from; 0 begins and ends. A key that is there all the while is returned, whatever
//! happens to others. O(1) a call, O(n) for all n keys.

use super::{Arguments, Command, Context, Spec, integer, spec};
use crate::error::Error;
use crate::glob;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
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

#[derive(Debug)]
pub(super) struct Scan<'a> {
    cursor: u64,
    pattern: Option<&'a [u8]>,
    count: usize,
    kind: Option<&'a [u8]>,
}

impl<'a> Command<'a> for Scan<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let ([cursor], mut options) = arguments.split()?;
        let mut scan = Self { cursor: parse_cursor(cursor)?, pattern: None, count: 10, kind: None };
        while options.len() > 0 {
            let ([name, value], rest) = options.split().map_err(|_| Error::Syntax)?;
            match name.to_ascii_lowercase().as_slice() {
                b"match" => scan.pattern = Some(value),
                b"type" => scan.kind = Some(value),
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

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let mut keys = context.keys();
        let mut found = Vec::new();
        let cursor = keys.scan(self.cursor, self.count, |entry| {
            if self.pattern.is_none_or(|pattern| glob::matches(pattern, entry.key(), false)) {
                found.push(entry.key().to_vec());
            }
        });
        // Looking at the type counts as reading, in Redis too.
        found.retain(|key| match self.kind {
            Some(kind) => keys.read(key).is_some() && kind.eq_ignore_ascii_case(b"string"),
            None => keys.contains(key),
        });
        reply.array(2);
        reply.bulk_number(cursor);
        reply.array(found.len());
        found.iter().for_each(|key| reply.bulk(key));
        Ok(())
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
