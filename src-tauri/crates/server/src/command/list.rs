//! Commands on lists.

mod blpop;
mod lindex;
mod linsert;
mod llen;
mod lmove;
mod lmpop;
mod lpos;
mod lrange;
mod lrem;
mod lset;
mod ltrim;
mod pop;
mod push;

use std::ops::Range;

use super::{Context, Row, Spec, row, spec};
use crate::changes::Classes;
use crate::error::Error;
use crate::keyspace::{Keys, Value};
use crate::value::{End, List};

/// This group's lines of the table.
pub(super) static COMMANDS: &[Row] = &[
    row(&lmove::BLMOVE, lmove::blmove),
    row(&lmpop::BLMPOP, lmpop::blmpop),
    row(&blpop::BLPOP, blpop::blpop),
    row(&blpop::BRPOP, blpop::blpop),
    row(&lmove::BRPOPLPUSH, lmove::blmove),
    row(&lindex::SPEC, lindex::lindex),
    row(&linsert::SPEC, linsert::linsert),
    row(&llen::SPEC, llen::llen),
    row(&lmove::LMOVE, lmove::lmove),
    row(&lmpop::LMPOP, lmpop::lmpop),
    row(&pop::LPOP, pop::pop),
    row(&lpos::SPEC, lpos::lpos),
    row(&push::LPUSH, push::push),
    row(&push::LPUSHX, push::push),
    row(&lrange::SPEC, lrange::lrange),
    row(&lrem::SPEC, lrem::lrem),
    row(&lset::SPEC, lset::lset),
    row(&ltrim::SPEC, ltrim::ltrim),
    row(&pop::RPOP, pop::pop),
    row(&lmove::RPOPLPUSH, lmove::lmove),
    row(&push::RPUSH, push::push),
    row(&push::RPUSHX, push::push),
];

/// What the specifications of this group have in common.
const SPEC: Spec = Spec { categories: &["list"], group: "list", ..spec::NONE };

/// An argument that has to be `LEFT` or `RIGHT`.
fn end(argument: &[u8]) -> Result<End, Error> {
    match argument.to_ascii_lowercase().as_slice() {
        b"left" => Ok(End::Left),
        b"right" => Ok(End::Right),
        _ => Err(Error::Syntax),
    }
}

/// The place that an index means: negative ones count from the right, -1 being the last.
fn place(index: i64, len: usize) -> Option<usize> {
    let back = usize::try_from(index.unsigned_abs()).ok()?;
    if index < 0 { len.checked_sub(back) } else { Some(back).filter(|place| *place < len) }
}

/// The places from one index to another, with it.
fn places(start: i64, stop: i64, len: usize) -> Range<usize> {
    // An index beyond an end means the end, but nothing lies behind the right one and nothing before the left one.
    let start = if start < 0 { place(start, len).or(Some(0)) } else { place(start, len) };
    let stop = if stop < 0 { place(stop, len) } else { place(stop, len).or(len.checked_sub(1)) };
    match (start, stop) {
        (Some(start), Some(stop)) if start <= stop && stop < len => start..stop + 1,
        _ => 0..0,
    }
}

/// Says that elements were pushed at an end of a list.
fn pushed(keys: &mut Keys<'_>, key: &[u8], end: End) {
    keys.changed(Classes::LIST, if end == End::Left { "lpush" } else { "rpush" }, key);
}

/// Says that elements were popped off an end of a list.
fn popped(keys: &mut Keys<'_>, key: &[u8], end: End) {
    keys.changed(Classes::LIST, if end == End::Left { "lpop" } else { "rpop" }, key);
}

/// The first of the keys that has a list. A command that waited and runs again looks only at the key that something
/// came to, and waits on if that is no list.
fn first_list<'k>(context: &mut Context<'_>, keys: impl Iterator<Item = &'k [u8]>) -> Result<Option<&'k [u8]>, Error> {
    let ready = context.ready;
    for key in keys.filter(|key| ready.is_none_or(|ready| ready == *key)) {
        match context.keys().look(key, false).map(Value::kind::<List>).transpose() {
            Ok(Some(_)) => return Ok(Some(key)),
            Err(error) if ready.is_none() => return Err(error),
            Ok(None) | Err(_) => {}
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn indices_count_from_both_ends() {
        for (start, stop, expected) in [
            (0, -1, 0..3),
            (0, i64::MAX, 0..3),
            (i64::MIN, -2, 0..2),
            (1, 1, 1..2),
            (-1, -1, 2..3),
            (2, 1, 0..0),
            (3, 5, 0..0),
            (i64::MIN, i64::MIN, 0..0),
            (i64::MAX, i64::MAX, 0..0),
        ] {
            assert_eq!(places(start, stop, 3), expected, "{start} {stop}");
        }
        assert_eq!((place(-3, 3), place(-4, 3), place(2, 3), place(3, 3)), (Some(0), None, Some(2), None));
        assert_eq!((place(i64::MIN, 3), place(i64::MAX, 3), places(0, -1, 0)), (None, None, 0..0));
    }

    proptest! {
        #[test]
        fn places_are_within_the_list(start in any::<i64>(), stop in -10i64..10, len in 0usize..10) {
            prop_assert!(places(start, stop, len).end <= len);
            prop_assert!(places(stop, start, len).end <= len);
        }
    }
}
