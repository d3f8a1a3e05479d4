//! Commands on strings.

mod append;
mod get;
mod getdel;
mod getex;
mod getrange;
mod getset;
mod incr;
mod incrbyfloat;
mod lcs;
mod mget;
mod mset;
mod set;
mod setex;
mod setnx;
mod setrange;
mod strlen;

use std::ops::Range;

use super::{Row, row};

/// This group's lines of the table.
pub(super) static COMMANDS: &[Row] = &[
    row(&append::SPEC, append::append),
    row(&incr::DECR, incr::incr),
    row(&incr::DECRBY, incr::incr),
    row(&get::SPEC, get::get),
    row(&getdel::SPEC, getdel::getdel),
    row(&getex::SPEC, getex::getex),
    row(&getrange::GETRANGE, getrange::getrange),
    row(&getset::SPEC, getset::getset),
    row(&incr::INCR, incr::incr),
    row(&incr::INCRBY, incr::incr),
    row(&incrbyfloat::SPEC, incrbyfloat::incrbyfloat),
    row(&lcs::SPEC, lcs::lcs),
    row(&mget::SPEC, mget::mget),
    row(&mset::MSET, mset::mset),
    row(&mset::MSETNX, mset::mset),
    row(&setex::PSETEX, setex::setex),
    row(&set::SPEC, set::set),
    row(&setex::SETEX, setex::setex),
    row(&setnx::SPEC, setnx::setnx),
    row(&setrange::SPEC, setrange::setrange),
    row(&strlen::SPEC, strlen::strlen),
    row(&getrange::SUBSTR, getrange::getrange),
];

/// The places from `start` to `end`, that one included, among `length`; negative ones count from the end. None if there
/// are none.
pub(super) fn places(start: i64, end: i64, length: usize) -> Option<Range<usize>> {
    let length = i64::try_from(length).ok()?;
    let place = |place: i64| if place < 0 { (length + place).max(0) } else { place };
    let (start, end) = (place(start), place(end).min(length - 1));
    Some(usize::try_from(start).ok()?..usize::try_from(end).ok()? + 1).filter(|places| !places.is_empty())
}
