//! Commands that wait: `BLPOP` and its like.
//!
//! A client that finds nothing to pop is put down as waiting for its keys, with its command. When something is pushed to
//! one of them, the command runs again, for the client that came first, then the next, as long as there is something.

use std::time::Duration;

use tokio::time::Instant;

use crate::client::{Client, Replies};
use crate::command::{self, Context};
use crate::error::Error;
use crate::number;
use crate::reply::Reply;
use crate::request::OwnedArgs;
use crate::server::Shared;
use crate::state::State;

/// What a client waits for.
#[derive(Debug)]
pub(crate) struct Blocked {
    pub(crate) database: usize,
    pub(crate) keys: Vec<Box<[u8]>>,
    /// None: until something comes.
    pub(crate) deadline: Option<Instant>,
    /// Its command, to be run again; put in by who runs commands.
    pub(crate) command: Option<OwnedArgs>,
}

/// Reads a time-out in seconds; 0 is for ever.
pub(crate) fn timeout(argument: &[u8]) -> Result<Option<Duration>, Error> {
    let seconds = number::parse_double(argument).ok_or(Error::Message("ERR timeout is not a float or out of range"))?;
    let millis = (seconds * 1000.0).ceil();
    // What does not fit into Redis's milliseconds, in 64 bits, comes out negative there.
    if !(0.0..2_f64.powi(63)).contains(&millis) {
        return Err(Error::Message("ERR timeout is negative"));
    }
    if millis == 0.0 {
        return Ok(None);
    }
    Ok(Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX)))
}

impl Context<'_> {
    /// Makes the client wait for the keys, or answers at once that there is nothing where waiting is not allowed.
    pub(crate) fn block<'k>(
        &mut self,
        keys: impl Iterator<Item = &'k [u8]>,
        timeout: Option<Duration>,
        reply: &mut Reply<'_>,
    ) {
        if self.in_transaction {
            return reply.null_array();
        }
        let database = self.client.database;
        let keys: Vec<Box<[u8]>> = keys.map(Into::into).collect();
        if let Some(audience) = self.state.keyspace.audience(database) {
            keys.iter().for_each(|key| audience.wait(key, self.client.seat));
        }
        // Longer than one can count is for ever.
        let deadline = timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        self.client.blocked = Some(Blocked { database, keys, deadline, command: None });
    }
}

/// Takes a client off the lists of those who wait.
pub(crate) fn leave(state: &mut State, client: &mut Client) -> Option<Blocked> {
    let blocked = client.blocked.take()?;
    if let Some(audience) = state.keyspace.audience(blocked.database) {
        blocked.keys.iter().for_each(|key| audience.leave(key, client.seat));
    }
    Some(blocked)
}

/// Runs the commands of those who wait for keys that something was pushed to.
pub(crate) fn serve(state: &mut State, shared: &Shared, now: i64) {
    while let Some((database, key)) = state.keyspace.changes.ready.pop_front() {
        let waiting = state.keyspace.audience(database).and_then(|audience| audience.waiting.get(&key).cloned());
        for seat in waiting.unwrap_or_default() {
            let Some(mut client) = state.clients.rise(seat) else { continue };
            if let Some(blocked) = client.blocked.take() {
                retry(state, shared, &mut client, blocked, &key, now);
            }
            state.clients.sit(client);
            if state.keyspace.keys(database, now).peek(&key).is_none() {
                break;
            }
        }
    }
}

/// Runs a client's command again for the key that something came to.
fn retry(state: &mut State, shared: &Shared, client: &mut Client, blocked: Blocked, ready: &[u8], now: i64) {
    let Some(args) = &blocked.command else { return };
    let mut outbox = std::mem::take(&mut client.outbox);
    let before = outbox.len();
    let silent = client.replies == Replies::None;
    let mut reply = Reply::new(&mut outbox, client.protocol);
    let context = Context { state, client, shared, now, in_transaction: false, ready: Some(ready) };
    command::again(args.args(), context, &mut reply);
    if silent {
        outbox.truncate(before);
    }
    client.outbox = outbox;
    if client.blocked.is_some() {
        // Nothing for it yet: it waits on, no longer than it wanted to at first.
        client.blocked = Some(blocked);
    } else {
        if let Some(audience) = state.keyspace.audience(blocked.database) {
            blocked.keys.iter().for_each(|key| audience.leave(key, client.seat));
        }
        client.link.wake.notify_one();
    }
}

#[cfg(test)]
mod tests;
