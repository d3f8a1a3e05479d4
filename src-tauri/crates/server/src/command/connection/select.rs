//! [`SELECT index`](https://redis.io/docs/latest/commands/select/): chooses the database. O(1).

use crate::command::{Arguments, Context, Spec, integer, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "select",
    arity: 2,
    flags: &["loading", "stale", "fast"],
    categories: &["connection"],
    group: "connection",
    summary: "Change the selected database for the current connection",
    ..spec::NONE
};

pub(crate) fn select(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [index] = arguments.exactly()?;
    context.client.database = database(index, context)?;
    reply.ok();
    Ok(())
}

/// The number of a database there is.
pub(crate) fn database(index: &[u8], context: &Context<'_>) -> Result<usize, Error> {
    let out_of_range = Error::IntegerRange(i32::MIN.into(), i32::MAX.into());
    let index = i32::try_from(integer(index)?).map_err(|_| out_of_range)?;
    let databases = context.state.keyspace.databases().len();
    usize::try_from(index).ok().filter(|index| *index < databases).ok_or(Error::IndexOutOfRange)
}
