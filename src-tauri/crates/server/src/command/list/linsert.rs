//! [`LINSERT key BEFORE|AFTER pivot element`](https://redis.io/docs/latest/commands/linsert/): puts an element beside
//! the first one that equals the pivot. Replies the length, -1 if there is no such element, 0 if there is no list. O(n)
//! for n elements in the list.

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::value::List;

pub(crate) const SPEC: Spec = Spec {
    name: "linsert",
    arity: 5,
    flags: &["write", "denyoom"],
    keys: &[KeySpec::one(&["RW", "insert"])],
    since: "2.2.0",
    summary: "Insert an element before or after another element in a list",
    complexity: "O(N) where N is the number of elements to traverse before seeing the value pivot. This means that \
                 inserting somewhere on the left end on the list (head) can be considered O(1) and inserting \
                 somewhere on the right end (tail) is O(N).",
    ..super::SPEC
};

pub(crate) fn linsert(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let [key, side, pivot, element] = arguments.exactly()?;
    let behind = match side.to_ascii_lowercase().as_slice() {
        b"before" => 0,
        b"after" => 1,
        _ => return Err(Error::Syntax),
    };
    let mut keys = context.keys();
    let inserted = keys.edit(key, |list: &mut List| {
        let place = list.iter().position(|other| other == pivot)?;
        list.insert(place + behind, element);
        Some(list.len())
    })?;
    match inserted {
        Some(Some(length)) => {
            keys.changed(Classes::LIST, "linsert", key);
            reply.count(length);
        }
        Some(None) => reply.integer(-1),
        None => reply.count(0),
    }
    Ok(())
}
