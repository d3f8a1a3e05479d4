//! Commands on the server.

mod command_info;
mod config;
mod dbsize;
mod debug;
mod flush;
mod function;
mod info;
mod latency;
mod memory;
mod monitor;
mod role;
mod slowlog;
mod swapdb;
mod time;

pub(crate) use info::REDIS_VERSION;
pub(crate) use monitor::show as show_to_monitors;

use super::{Row, container, row, spec};

/// This group's lines of the table.
pub(super) static COMMANDS: &[Row] = &[
    container(&command_info::SPEC, command_info::info, COMMAND),
    container(&config::SPEC, spec::container, CONFIG),
    row(&debug::SPEC, debug::debug),
    row(&dbsize::SPEC, dbsize::dbsize),
    row(&flush::FLUSHALL, flush::flush),
    row(&flush::FLUSHDB, flush::flush),
    row(&info::SPEC, info::info),
    container(&function::SPEC, spec::container, FUNCTION),
    container(&latency::SPEC, spec::container, LATENCY),
    container(&memory::SPEC, spec::container, MEMORY),
    row(&monitor::SPEC, monitor::monitor),
    row(&role::SPEC, role::role),
    container(&slowlog::SPEC, spec::container, SLOWLOG),
    row(&swapdb::SPEC, swapdb::swapdb),
    row(&time::SPEC, time::time),
];

static COMMAND: &[Row] = &[
    row(&command_info::COUNT, command_info::count),
    row(&command_info::DOCS, command_info::docs),
    row(&command_info::GETKEYS, command_info::getkeys),
    row(&command_info::GETKEYSANDFLAGS, command_info::getkeys),
    row(&command_info::INFO, command_info::info),
    row(&command_info::LIST, command_info::list),
];

static CONFIG: &[Row] =
    &[row(&config::GET, config::get), row(&config::RESETSTAT, config::resetstat), row(&config::SET, config::set)];

static FUNCTION: &[Row] = &[row(&function::FLUSH, function::flush)];

static LATENCY: &[Row] = &[
    row(&latency::HISTOGRAM, latency::histogram),
    row(&latency::HISTORY, latency::history),
    row(&latency::LATEST, latency::latest),
    row(&latency::RESET, latency::reset),
];

static MEMORY: &[Row] = &[row(&memory::USAGE, memory::usage)];

static SLOWLOG: &[Row] =
    &[row(&slowlog::GET, slowlog::get), row(&slowlog::LEN, slowlog::len), row(&slowlog::RESET, slowlog::reset)];
