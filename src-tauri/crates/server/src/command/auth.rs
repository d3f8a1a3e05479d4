//! [`AUTH [username] password`](https://redis.io/docs/latest/commands/auth/): lets a client in. The only user is
//! `default`. O(1).

use super::{Arguments, Command, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;
use crate::server::Shared;

pub(super) const SPEC: Spec = Spec {
    name: "auth",
    arity: -2,
    flags: &["noscript", "loading", "stale", "fast", "no_auth", "allow_busy"],
    categories: &["connection"],
    group: "connection",
    summary: "Authenticate to the server",
    complexity: "O(N) where N is the number of passwords defined for the user",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Auth<'a> {
    username: Option<&'a [u8]>,
    password: &'a [u8],
}

impl<'a> Command<'a> for Auth<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        if arguments.len() > 2 {
            return Err(Error::Syntax);
        }
        match arguments.split::<1>()? {
            ([password], rest) if rest.len() == 0 => Ok(Self { username: None, password }),
            ([username], rest) => {
                let [password] = rest.exactly()?;
                Ok(Self { username: Some(username), password })
            }
        }
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        if self.username.is_none() && context.shared.config.password.is_none() {
            return Err(Error::NoPasswordConfigured);
        }
        check(context.shared, self.username.unwrap_or(b"default"), self.password)?;
        context.client.authenticated = true;
        reply.ok();
        Ok(())
    }
}

/// Whether the password is the user's; without one configured, any is.
pub(super) fn check(shared: &Shared, username: &[u8], password: &[u8]) -> Result<(), Error> {
    let right = shared.config.password.as_ref().is_none_or(|right| same(right.as_bytes(), password));
    if username == b"default" && right { Ok(()) } else { Err(Error::WrongPassword) }
}

/// Compares in a time that does not tell where the difference is.
fn same(right: &[u8], given: &[u8]) -> bool {
    let difference = right.iter().zip(given).fold(0, |difference, (a, b)| difference | (a ^ b));
    right.len() == given.len() && difference == 0
}
