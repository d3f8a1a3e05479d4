//! Commands on strings.

mod append;
mod get;
mod getdel;
mod getex;
mod incr;
mod mget;
mod mset;
mod set;
mod setex;
mod setnx;
mod strlen;

use super::{Row, row};

/// This group's lines of the table.
pub(super) static COMMANDS: &[Row] = &[
    row(&append::SPEC, append::append),
    row(&incr::DECR, incr::incr),
    row(&incr::DECRBY, incr::incr),
    row(&get::SPEC, get::get),
    row(&getdel::SPEC, getdel::getdel),
    row(&getex::SPEC, getex::getex),
    row(&incr::INCR, incr::incr),
    row(&incr::INCRBY, incr::incr),
    row(&mget::SPEC, mget::mget),
    row(&mset::MSET, mset::mset),
    row(&mset::MSETNX, mset::mset),
    row(&setex::PSETEX, setex::setex),
    row(&set::SPEC, set::set),
    row(&setex::SETEX, setex::setex),
    row(&setnx::SPEC, setnx::setnx),
    row(&strlen::SPEC, strlen::strlen),
];
