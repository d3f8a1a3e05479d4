//! [`BITOP AND|OR|XOR|NOT destination source [source …]`](https://redis.io/docs/latest/commands/bitop/): stores what the
//! operation makes of strings, bit by bit; shorter ones count as followed by zeros. Replies the length. O(n).

use crate::changes::Classes;
use crate::command::{Arguments, Context, KeySpec, Spec, spec};
use crate::dict::Expiry;
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "bitop",
    arity: -4,
    flags: &["write", "denyoom"],
    categories: &["bitmap"],
    keys: &[KeySpec::at(2, &["OW", "update"]), KeySpec::until(3, -1, 1, &["RO", "access"])],
    group: "bitmap",
    since: "2.6.0",
    summary: "Perform bitwise operations between strings",
    complexity: "O(N)",
    ..spec::NONE
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    And,
    Or,
    Xor,
    Not,
}

impl Operation {
    fn parse(word: &[u8]) -> Result<Self, Error> {
        match word.to_ascii_lowercase().as_slice() {
            b"and" => Ok(Self::And),
            b"or" => Ok(Self::Or),
            b"xor" => Ok(Self::Xor),
            b"not" => Ok(Self::Not),
            _ => Err(Error::Syntax),
        }
    }

    /// Puts another string into the result so far.
    fn combine(self, result: &mut Vec<u8>, other: &[u8]) {
        let length = result.len().max(other.len());
        result.resize(length, 0);
        let (common, rest) = result.split_at_mut(other.len());
        let pairs = common.iter_mut().zip(other);
        match self {
            Self::And => {
                pairs.for_each(|(byte, other)| *byte &= other);
                rest.fill(0);
            }
            Self::Or => pairs.for_each(|(byte, other)| *byte |= other),
            Self::Xor => pairs.for_each(|(byte, other)| *byte ^= other),
            Self::Not => pairs.for_each(|(byte, other)| *byte = !other),
        }
    }
}

pub(crate) fn bitop(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([operation, destination], sources) = arguments.split()?;
    let operation = Operation::parse(operation)?;
    if operation == Operation::Not && sources.len() != 1 {
        return Err(Error::Message("ERR BITOP NOT must be called with a single source key."));
    }
    let mut keys = context.keys();
    let mut result = Vec::new();
    for (index, source) in sources.iter().enumerate() {
        let source = keys.read_string(source)?.unwrap_or_default();
        if index == 0 && operation != Operation::Not {
            result.extend_from_slice(source);
        } else {
            operation.combine(&mut result, source);
        }
    }
    if !result.is_empty() {
        keys.set(destination, &result, Expiry::Never);
        keys.changed(Classes::STRING, "set", destination);
    } else if keys.remove(destination) {
        keys.changed(Classes::GENERIC, "del", destination);
    }
    reply.count(result.len());
    Ok(())
}
