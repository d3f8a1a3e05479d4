//! [`TYPE key`](https://redis.io/docs/latest/commands/type/): replies `string`, or `none` if there is no such key. Counts
//! as a hit or a miss. O(1).

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::keyspace::Value;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "type",
    arity: 2,
    flags: &["readonly", "fast"],
    categories: &["keyspace"],
    keys: &[KeySpec::one(&["RO"])],
    group: "generic",
    summary: "Determine the type stored at key",
    ..spec::NONE
};

pub(crate) fn type_of(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    reply.simple(context.keys().look(key, true).map_or("none", Value::type_name));
    Ok(())
}
