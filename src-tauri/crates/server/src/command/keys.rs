//! Commands on keys, whatever they hold.

mod copy;
mod del;
mod dump;
mod exists;
mod expire;
#[expect(clippy::module_inception, reason = "the command has the group's name")]
mod keys;
mod move_to;
mod object;
mod persist;
mod randomkey;
mod rename;
mod restore;
mod scan;
mod sort;
mod touch;
mod ttl;
mod type_of;

pub(crate) use scan::Scan;
pub(crate) use sort::destination as sort_destination;

use super::{Row, container, row, spec};

/// This group's lines of the table.
pub(super) static COMMANDS: &[Row] = &[
    row(&copy::SPEC, copy::copy),
    row(&del::DEL, del::del),
    row(&dump::SPEC, dump::dump),
    row(&exists::SPEC, exists::exists),
    row(&expire::EXPIRE, expire::expire),
    row(&expire::EXPIREAT, expire::expire),
    row(&ttl::EXPIRETIME, ttl::ttl),
    row(&keys::SPEC, keys::keys),
    row(&move_to::SPEC, move_to::move_to),
    container(&object::SPEC, spec::container, OBJECT),
    row(&persist::SPEC, persist::persist),
    row(&expire::PEXPIRE, expire::expire),
    row(&expire::PEXPIREAT, expire::expire),
    row(&ttl::PEXPIRETIME, ttl::ttl),
    row(&ttl::PTTL, ttl::ttl),
    row(&randomkey::SPEC, randomkey::randomkey),
    row(&rename::RENAME, rename::rename),
    row(&rename::RENAMENX, rename::rename),
    row(&restore::SPEC, restore::restore),
    row(&scan::SPEC, scan::scan),
    row(&sort::SORT, sort::sort),
    row(&sort::SORT_RO, sort::sort),
    row(&touch::SPEC, touch::touch),
    row(&ttl::TTL, ttl::ttl),
    row(&type_of::SPEC, type_of::type_of),
    row(&del::UNLINK, del::del),
];

static OBJECT: &[Row] = &[
    row(&object::ENCODING, object::encoding),
    row(&object::FREQ, object::freq),
    row(&object::IDLETIME, object::idletime),
    row(&object::REFCOUNT, object::refcount),
];
