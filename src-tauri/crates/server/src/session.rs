//! One client's requests and replies, without the wire between: bytes in, bytes out.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::{Buf as _, BytesMut};
use tokio::time::Instant;

use crate::blocking;
use crate::client::{Client, Link, Replies};
use crate::clients::Seat;
use crate::command::{self, Context};
use crate::error::Error;
use crate::lookahead::Lookahead;
use crate::reply::Reply;
use crate::request::Parser;
use crate::server::Shared;
use crate::state::State;

/// Why executing stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pause {
    /// No complete request is left.
    NeedInput,
    /// Enough replies wait: send them first.
    OutputFull,
    /// The client waits for something to pop, until then at most.
    Blocked(Option<Instant>),
    /// Until then `CLIENT PAUSE` holds it up.
    HeldUp(Instant),
    /// The last reply was the last one.
    Close,
    /// Nothing more is to be sent.
    Killed,
}

/// A client among the others, and what it has sent and not yet been sent.
#[derive(Debug)]
pub(crate) struct Session {
    shared: Arc<Shared>,
    seat: Seat,
    parser: Parser,
    lookahead: Lookahead,
    pub(crate) link: Arc<Link>,
    /// Bytes from the client; what is executed is taken off its front.
    pub(crate) input: BytesMut,
    /// Bytes for the client.
    pub(crate) output: Vec<u8>,
}

impl Session {
    pub(crate) fn new(shared: Arc<Shared>, address: Option<SocketAddr>, local_address: Option<SocketAddr>) -> Self {
        let mut client = Client::new(shared.next_client_id(), address, local_address, shared.clock.unix_ms());
        let link = Arc::clone(&client.link);
        let mut state = shared.state();
        client.authenticated = state.settings.password.is_none();
        let mut parser = Parser::new(state.settings.limits);
        parser.set_authenticated(client.authenticated);
        state.keyspace.stats.connections_received += 1;
        let seat = state.clients.enter(Box::new(client));
        drop(state);
        Self { shared, seat, parser, lookahead: Lookahead::default(), link, input: BytesMut::new(), output: Vec::new() }
    }

    /// Executes what can be executed, and takes what others have for the client.
    pub(crate) fn turn(&mut self) -> Pause {
        let shared = Arc::clone(&self.shared);
        let mut state = shared.state();
        let Some(mut client) = state.clients.rise(self.seat) else { return Pause::Killed };
        self.output.append(&mut client.outbox);
        let pause = self.execute(&mut state, &mut client);
        client.input_waiting = self.input.len();
        client.input_capacity = self.input.capacity();
        self.link.output_waiting.store(self.output.len(), Ordering::Relaxed);
        state.clients.sit(client);
        if self.input.len() > state.settings.limits.max_buffer {
            state.keyspace.stats.query_limit_disconnections += 1;
            return Pause::Killed;
        }
        pause
    }

    /// Executes the complete requests in the input until it has to pause.
    fn execute(&mut self, state: &mut State, client: &mut Client) -> Pause {
        let shared = Arc::clone(&self.shared);
        let now = shared.clock.unix_ms();
        if let Some(pause) = self.still_blocked(state, client) {
            return pause;
        }
        let mut consumed = 0;
        let mut warm = 0;
        client.held_up = false;
        state.keyspace.hold_expired = state.pause().is_some();
        let pause = loop {
            let input = &self.input[consumed..];
            if consumed >= warm {
                warm = consumed + self.lookahead.warm(input, &state.keyspace, client.database);
            }
            match self.parser.parse(input) {
                Ok(Some(length)) => {
                    let args = self.parser.args(input);
                    if args.is_empty() {
                        consumed += length;
                        continue;
                    }
                    if let Some(pause) = state.pause()
                        && command::is_paused(args, client, pause.writes_only)
                    {
                        self.parser.restart();
                        client.held_up = true;
                        break Pause::HeldUp(pause.until);
                    }
                    consumed += length;
                    client.input_waiting = input.len();
                    client.active_at = now;
                    let begin = self.output.len();
                    let limit = reply_limit(state, &shared);
                    let mut reply = Reply::new(&mut self.output, client.protocol).limited(limit);
                    let context = Context { state, client, shared: &shared, now, in_transaction: false, ready: None };
                    command::execute(args, context, &mut reply);
                    if reply.overflowed() {
                        state.keyspace.stats.output_limit_disconnections += 1;
                        if state.settings.normal_output.hard > 0 {
                            // As Redis does: the client goes at once, and what waits for it with it.
                            break Pause::Killed;
                        }
                        // No reply is better than half of one.
                        self.output.truncate(begin);
                        break Pause::Close;
                    }
                    // What it published to itself comes before the reply.
                    if !client.outbox.is_empty() {
                        self.output.splice(begin..begin, client.outbox.drain(..));
                    }
                    if client.closing {
                        break Pause::Close;
                    }
                    if let Some(blocked) = &client.blocked {
                        break Pause::Blocked(blocked.deadline);
                    }
                    self.parser.set_authenticated(client.authenticated);
                    // With a limit of its own the client takes all replies to what it sent at once, or none.
                    if self.output.len() >= self.shared.max_output && state.settings.normal_output.hard == 0 {
                        break Pause::OutputFull;
                    }
                }
                Ok(None) => break Pause::NeedInput,
                Err(error) => {
                    state.keyspace.stats.count_error("ERR");
                    if client.replies != Replies::None {
                        Reply::new(&mut self.output, client.protocol).error(&Error::Protocol(error));
                    }
                    break Pause::Close;
                }
            }
        };
        state.keyspace.stats.net_input_bytes += consumed as u64;
        state.keyspace.stats.net_output_bytes += self.output.len() as u64;
        self.parser.set_limits(state.settings.limits);
        if consumed == self.input.len() {
            self.input.clear();
        } else {
            self.input.advance(consumed);
        }
        pause
    }

    /// While a client waits nothing else of it is executed; when its time is over, it has waited in vain.
    fn still_blocked(&mut self, state: &mut State, client: &mut Client) -> Option<Pause> {
        let deadline = client.blocked.as_ref()?.deadline;
        if deadline.is_none_or(|deadline| deadline > Instant::now()) {
            return Some(Pause::Blocked(deadline));
        }
        if blocking::leave(state, client).is_some() && client.replies != Replies::None {
            Reply::new(&mut self.output, client.protocol).null_array();
        }
        None
    }

    /// Whether the client has yet to give the password.
    pub(crate) fn is_stranger(&self) -> bool {
        !self.parser.is_authenticated()
    }

    pub(crate) fn is_killed(&self) -> bool {
        self.shared.state().clients.get_mut(self.seat).is_none_or(|client| client.killed)
    }
}

/// How much may wait for a client: what the server may hold at all, or less if `client-output-buffer-limit` says so.
fn reply_limit(state: &State, shared: &Shared) -> usize {
    match state.settings.normal_output.hard {
        0 => shared.max_reply,
        hard => shared.max_reply.min(hard),
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        state.let_go(self.seat);
        state.clients.free(self.seat);
    }
}
