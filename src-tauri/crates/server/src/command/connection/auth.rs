//! [`AUTH [username] password`](https://redis.io/docs/latest/commands/auth/): lets a client in. The only user is
//! `default`. O(1).

use crate::command::{Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(crate) const SPEC: Spec = Spec {
    name: "auth",
    arity: -2,
    flags: &["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
    categories: &["connection"],
    group: "connection",
    summary: "Authenticate to the server",
    complexity: "O(N) where N is the number of passwords defined for the user",
    ..spec::NONE
};

pub(crate) fn auth(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    if arguments.len() > 2 {
        return Err(Error::Syntax);
    }
    let (username, password) = match arguments.split::<1>()? {
        ([password], rest) if rest.len() == 0 => (None, password),
        ([username], rest) => (Some(username), rest.exactly::<1>()?[0]),
    };
    if username.is_none() && context.state.settings.password.is_none() {
        return Err(Error::NoPasswordConfigured);
    }
    check(context, username.unwrap_or(b"default"), password)?;
    context.client.authenticated = true;
    reply.ok();
    Ok(())
}

/// Whether the password is the user's; without one configured, any is.
pub(crate) fn check(context: &Context<'_>, username: &[u8], password: &[u8]) -> Result<(), Error> {
    let right = context.state.settings.password.as_ref().is_none_or(|right| same(right.as_bytes(), password));
    if username == b"default" && right { Ok(()) } else { Err(Error::WrongPassword) }
}

/// Compares in a time that does not tell where the difference is.
fn same(right: &[u8], given: &[u8]) -> bool {
    let difference = right.iter().zip(given).fold(0, |difference, (a, b)| difference | (a ^ b));
    right.len() == given.len() && difference == 0
}
