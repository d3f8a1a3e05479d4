//! [`MEMORY USAGE key [SAMPLES n]`](https://redis.io/docs/latest/commands/memory-usage/): the bytes a key and its value
//! occupy. O(1): they are counted as they come and go.

use crate::command::{Arguments, Context, KeySpec, Spec, integer, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "memory",
    arity: -2,
    group: "server",
    since: "4.0.0",
    summary: "A container for memory diagnostics commands",
    complexity: "Depends on subcommand.",
    ..spec::NONE
};

pub(crate) const USAGE: Spec = Spec {
    name: "memory|usage",
    arity: -3,
    flags: &["readonly"],
    keys: &[KeySpec::at(2, &["RO"])],
    group: "server",
    since: "4.0.0",
    summary: "Estimate the memory usage of a key",
    complexity: "O(N) where N is the number of samples.",
    ..spec::NONE
};

pub(crate) fn usage(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let ([key], options) = arguments.split()?;
    if options.len() > 0 {
        // Samples would be looked at; here nothing is estimated from them.
        let [option, samples] = options.exactly().map_err(|_| Error::Syntax)?;
        if !option.eq_ignore_ascii_case(b"samples") || integer(samples)? < 0 {
            return Err(Error::Syntax);
        }
    }
    match context.keys().memory_of(key) {
        Some(bytes) => reply.count(bytes),
        None => reply.null(),
    }
    Ok(())
}
