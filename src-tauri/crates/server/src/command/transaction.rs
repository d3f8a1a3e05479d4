//! Transactions.

mod multi;
mod watch;

pub(crate) use multi::end;

use super::{Row, row};

/// This group's lines of the table.
pub(super) static COMMANDS: &[Row] = &[
    row(&multi::DISCARD, multi::discard),
    row(&multi::EXEC, multi::exec),
    row(&multi::MULTI, multi::multi),
    row(&watch::UNWATCH, watch::unwatch),
    row(&watch::WATCH, watch::watch),
];
