//! [`SELECT index`](https://redis.io/docs/latest/commands/select/): chooses the database. O(1).

use super::{Arguments, Command, Context, Spec, integer, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "select",
    arity: 2,
    flags: &["loading", "stale", "fast"],
    categories: &["connection"],
    group: "connection",
    summary: "Change the selected database for the current connection",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Select {
    index: i32,
}

impl<'a> Command<'a> for Select {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        let [index] = arguments.exactly()?;
        let out_of_range = Error::IntegerRange(i32::MIN.into(), i32::MAX.into());
        Ok(Self { index: i32::try_from(integer(index)?).map_err(|_| out_of_range)? })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let databases = context.shared.config.databases;
        let index = usize::try_from(self.index).ok().filter(|index| *index < databases);
        context.client.database = index.ok_or(Error::IndexOutOfRange)?;
        reply.ok();
        Ok(())
    }
}
