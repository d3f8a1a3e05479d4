//! [`PING [message]`](https://redis.io/docs/latest/commands/ping/): replies `PONG`, or the message. O(1).

use super::{Arguments, Command, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

pub(super) const SPEC: Spec = Spec {
    name: "ping",
    arity: -1,
    flags: &["fast"],
    categories: &["connection"],
    tips: &["request_policy:all_shards", "response_policy:all_succeeded"],
    group: "connection",
    summary: "Ping the server",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Ping<'a> {
    message: Option<&'a [u8]>,
}

impl<'a> Command<'a> for Ping<'a> {
    fn parse(arguments: Arguments<'a>) -> Result<Self, Error> {
        if arguments.len() == 0 {
            return Ok(Self { message: None });
        }
        let [message] = arguments.exactly()?;
        Ok(Self { message: Some(message) })
    }

    fn execute(self, _context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        match self.message {
            Some(message) => reply.bulk(message),
            None => reply.simple("PONG"),
        }
        Ok(())
    }
}
