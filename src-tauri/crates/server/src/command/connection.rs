//! Commands on the connection itself.

mod auth;
mod client;
mod echo;
mod hello;
mod ping;
mod quit;
mod reset;
mod select;

pub(crate) use select::database;

use super::{Row, container, row, spec};

/// This group's lines of the table.
pub(super) static COMMANDS: &[Row] = &[
    row(&auth::SPEC, auth::auth),
    container(&client::SPEC, spec::container, CLIENT),
    row(&echo::SPEC, echo::echo),
    row(&hello::SPEC, hello::hello),
    row(&ping::SPEC, ping::ping),
    row(&quit::SPEC, quit::quit),
    row(&reset::SPEC, reset::reset),
    row(&select::SPEC, select::select),
];

static CLIENT: &[Row] = &[
    row(&client::GETNAME, client::getname),
    row(&client::GETREDIR, client::getredir),
    row(&client::ID, client::id),
    row(&client::INFO, client::info),
    row(&client::KILL, client::kill),
    row(&client::LIST, client::list),
    row(&client::NO_EVICT, client::no_evict),
    row(&client::PAUSE, client::pause),
    row(&client::REPLY, client::reply),
    row(&client::SETINFO, client::setinfo),
    row(&client::SETNAME, client::setname),
    row(&client::UNBLOCK, client::unblock),
    row(&client::UNPAUSE, client::unpause),
];
