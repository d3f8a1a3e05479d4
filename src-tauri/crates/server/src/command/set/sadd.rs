//! [`SADD key member [member ...]`](https://redis.io/docs/latest/commands/sadd/): puts members into a set. Replies how
//! many are new. O(1) a member.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Set;

pub(crate) const SPEC: Spec = Spec {
    name: "sadd",
    arity: -3,
    flags: &["write", "denyoom", "fast"],
    keys: &[KeySpec::one(&["RW", "insert"])],
    summary: "Add one or more members to a set",
    complexity: "O(1) for each element added, so O(N) to add N elements when the command is called with multiple \
                 arguments.",
    ..super::SPEC
};

pub(crate) fn sadd(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], members) = arguments.split()?;
    let mut keys = context.keys();
    let added = keys.edit_or_new(key, |set: &mut Set| members.iter().filter(|member| set.add(member)).count())?;
    if added > 0 {
        keys.changed(Classes::SET, "sadd", key);
    }
    reply.count(added);
    Ok(())
}
