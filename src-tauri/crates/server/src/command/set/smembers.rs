//! [`SMEMBERS key`](https://redis.io/docs/latest/commands/smembers/): replies all members of a set, in no order. O(n).

use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Set;

pub(crate) const SPEC: Spec = Spec {
    name: "smembers",
    arity: 2,
    flags: &["readonly"],
    keys: &[KeySpec::one(&["RO", "access"])],
    tips: &["nondeterministic_output_order"],
    summary: "Get all the members in a set",
    complexity: "O(N) where N is the set cardinality.",
    ..super::SPEC
};

pub(crate) fn smembers(
    arguments: Arguments<'_>,
    context: &mut Context<'_>,
    reply: &mut Reply<'_>,
) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    let mut keys = context.keys();
    match keys.read_as::<Set>(key)? {
        Some(set) => {
            reply.set(set.len());
            set.iter().for_each(|member| reply.bulk(member));
        }
        None => reply.set(0),
    }
    Ok(())
}
