//! [`HGETALL key`](https://redis.io/docs/latest/commands/hgetall/),
//! [`HKEYS`](https://redis.io/docs/latest/commands/hkeys/) and
//! [`HVALS`](https://redis.io/docs/latest/commands/hvals/): reply all fields with their values (a map in RESP3), all
//! fields, or all values; nothing if there is no hash. Count as a hit or a miss. O(n).

use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::Hash;

pub(crate) const HGETALL: Spec = Spec { name: "hgetall", summary: "Get all the fields and values in a hash", ..SPEC };

pub(crate) const HKEYS: Spec = Spec { name: "hkeys", summary: "Get all the fields in a hash", ..SPEC };

pub(crate) const HVALS: Spec = Spec { name: "hvals", summary: "Get all the values in a hash", ..SPEC };

const SPEC: Spec = Spec {
    arity: 2,
    flags: &["readonly"],
    categories: &["hash"],
    keys: &[KeySpec::one(&["RO", "access"])],
    tips: &["nondeterministic_output_order"],
    group: "hash",
    since: "2.0.0",
    complexity: "O(N) where N is the size of the hash.",
    ..spec::NONE
};

pub(crate) fn hgetall(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key] = arguments.exactly()?;
    let (fields, values) = (arguments.name() != HVALS.name, arguments.name() != HKEYS.name);
    let mut keys = context.keys();
    let hash: Option<&Hash> = keys.read_as(key)?;
    let length = hash.map_or(0, Hash::len);
    if fields && values {
        reply.map(length);
    } else {
        reply.array(length);
    }
    for (field, value) in hash.into_iter().flat_map(Hash::iter) {
        if fields {
            reply.bulk(field);
        }
        if values {
            reply.bulk(value);
        }
        if reply.overflowed() {
            break;
        }
    }
    Ok(())
}
