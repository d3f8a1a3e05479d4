//! Commands on sets.

mod combine;
mod sadd;
mod scard;
mod sintercard;
mod sismember;
mod smembers;
mod smove;
mod spop;
mod srandmember;
mod srem;
mod sscan;

use super::{Row, Spec, row, spec};

/// This group's lines of the table.
pub(super) static COMMANDS: &[Row] = &[
    row(&sadd::SPEC, sadd::sadd),
    row(&scard::SPEC, scard::scard),
    row(&combine::SDIFF, combine::combine),
    row(&combine::SDIFFSTORE, combine::store),
    row(&combine::SINTER, combine::combine),
    row(&sintercard::SPEC, sintercard::sintercard),
    row(&combine::SINTERSTORE, combine::store),
    row(&sismember::SISMEMBER, sismember::sismember),
    row(&smembers::SPEC, smembers::smembers),
    row(&sismember::SMISMEMBER, sismember::smismember),
    row(&smove::SPEC, smove::smove),
    row(&spop::SPEC, spop::spop),
    row(&srandmember::SPEC, srandmember::srandmember),
    row(&srem::SPEC, srem::srem),
    row(&sscan::SPEC, sscan::sscan),
    row(&combine::SUNION, combine::combine),
    row(&combine::SUNIONSTORE, combine::store),
];

/// What the specifications of this group have in common.
const SPEC: Spec = Spec { categories: &["set"], group: "set", ..spec::NONE };
