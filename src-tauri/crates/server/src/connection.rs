//! One client's connection: read what is there, execute all of it, send all replies in one write.
//!
//! This is where a server wins or loses under pipelining. mini-redis flushes reply by reply, which costs a system call
//! each and, without `TCP_NODELAY`, lets Nagle's algorithm wait for delayed acknowledgements: 40 ms a stall.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf as _, BytesMut};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::time::Instant;

use crate::blocking;
use crate::client::{Client, Replies};
use crate::clients::Seat;
use crate::command::{self, Context, transaction};
use crate::error::Error;
use crate::reply::{Protocol, Reply};
use crate::request::Parser;
use crate::server::Shared;
use crate::state::State;

/// How much to read at once.
const READ: usize = 16 * 1024;
/// A buffer that has grown beyond this is given back when it is empty.
const KEEP: usize = 64 * 1024;
/// How much a client may have sent behind a mistake that we still take off its hands before closing.
const DRAIN: usize = 1024 * 1024;
/// How many buffers a thread keeps for the next that have something to read.
const SPARE: usize = 16;

thread_local! {
    /// Buffers for input. Most connections are silent most of the time: they need none.
    static BUFFERS: RefCell<Vec<BytesMut>> = const { RefCell::new(Vec::new()) };
}

/// Why executing stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
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

#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    shared: Arc<Shared>,
    seat: Seat,
    wake: Arc<Notify>,
    parser: Parser,
    input: BytesMut,
    output: Vec<u8>,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, shared: Arc<Shared>) -> Self {
        let mut client = Client::new(
            shared.next_client_id(),
            stream.peer_addr().ok(),
            stream.local_addr().ok(),
            shared.clock.unix_ms(),
        );
        let wake = Arc::clone(&client.wake);
        let mut state = shared.state();
        client.authenticated = state.settings.password.is_none();
        let mut parser = Parser::new(state.settings.limits);
        parser.set_authenticated(client.authenticated);
        state.keyspace.stats.connections_received += 1;
        let seat = state.clients.enter(Box::new(client));
        drop(state);
        Self { stream, shared, seat, wake, parser, input: BytesMut::new(), output: Vec::new() }
    }

    /// Serves the client until it goes, asks to, or sends what is no request.
    pub(crate) async fn run(mut self) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        loop {
            let pause = self.turn();
            if pause == Pause::Killed || !self.send().await? {
                return Ok(());
            }
            let there = match pause {
                Pause::OutputFull => true,
                Pause::NeedInput => self.wait(None).await?,
                Pause::Blocked(until) => self.wait(until).await?,
                Pause::HeldUp(until) => self.wait(Some(until)).await?,
                Pause::Close | Pause::Killed => return self.close().await,
            };
            if !there {
                return Ok(());
            }
        }
    }

    /// Waits for input, for something in the outbox, or for the time. False if the client has gone.
    async fn wait(&mut self, until: Option<Instant>) -> io::Result<bool> {
        let timer = async {
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            ready = self.stream.readable() => ready?,
            () = self.wake.notified() => return Ok(true),
            () = timer => return Ok(true),
        }
        self.read()
    }

    /// Reads what is there. False if the client has gone.
    fn read(&mut self) -> io::Result<bool> {
        if self.input.capacity() == 0 {
            self.input = BUFFERS.with_borrow_mut(Vec::pop).unwrap_or_default();
        }
        self.input.reserve(READ);
        match self.stream.try_read_buf(&mut self.input) {
            Ok(0) => Ok(false),
            Ok(_) => Ok(true),
            // Not after all.
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(true),
            Err(error) => Err(error),
        }
    }

    /// Gives an empty buffer to the next connection that reads.
    fn give_back(&mut self) {
        if self.input.is_empty() && self.input.capacity() > 0 {
            let buffer = std::mem::take(&mut self.input);
            if buffer.capacity() <= KEEP {
                BUFFERS.with_borrow_mut(|buffers| {
                    if buffers.len() < SPARE {
                        buffers.push(buffer);
                    }
                });
            }
        }
    }

    /// Executes what can be executed, and takes what others have for the client.
    fn turn(&mut self) -> Pause {
        let shared = Arc::clone(&self.shared);
        let mut state = shared.state();
        let Some(mut client) = state.clients.rise(self.seat) else { return Pause::Killed };
        let pause = if client.killed {
            Pause::Killed
        } else {
            self.output.append(&mut client.outbox);
            self.execute(&mut state, &mut client)
        };
        self.give_back();
        client.input_waiting = self.input.len();
        client.input_capacity = self.input.capacity();
        client.output_waiting = self.output.len();
        if self.input.len() > state.settings.limits.max_buffer {
            state.keyspace.stats.query_limit_disconnections += 1;
            client.killed = true;
        }
        let killed = client.killed;
        state.clients.sit(client);
        if killed { Pause::Killed } else { pause }
    }

    /// Executes the complete requests in the input until it has to pause.
    fn execute(&mut self, state: &mut State, client: &mut Client) -> Pause {
        let shared = Arc::clone(&self.shared);
        let now = shared.clock.unix_ms();
        if let Some(pause) = self.still_blocked(state, client) {
            return pause;
        }
        let mut consumed = 0;
        let pause = loop {
            let input = &self.input[consumed..];
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
                        break Pause::HeldUp(pause.until);
                    }
                    consumed += length;
                    client.active_at = now;
                    let begin = self.output.len();
                    let limit = reply_limit(state, &shared);
                    let mut reply = Reply::new(&mut self.output, client.protocol).limited(limit);
                    let context = Context { state, client, shared: &shared, now, in_transaction: false, ready: None };
                    command::execute(args, context, &mut reply);
                    if reply.overflowed() {
                        // As Redis does at its hard limit: no reply is better than half of one.
                        state.keyspace.stats.output_limit_disconnections += 1;
                        self.output.truncate(begin);
                        break Pause::Close;
                    }
                    // What it published to itself comes behind the reply.
                    self.output.append(&mut client.outbox);
                    if client.closing || client.killed {
                        break Pause::Close;
                    }
                    if let Some(blocked) = &client.blocked {
                        break Pause::Blocked(blocked.deadline);
                    }
                    self.parser.set_authenticated(client.authenticated);
                    if self.output.len() >= self.shared.max_output {
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
        if let Some(blocked) = blocking::leave(state, client)
            && client.replies != Replies::None
        {
            blocked.nothing.write(&mut Reply::new(&mut self.output, client.protocol));
        }
        None
    }

    /// Sends all output. While it waits to be sent, nothing is read: a client that never reads fills its own buffers, not
    /// ours. False if the client was killed meanwhile.
    async fn send(&mut self) -> io::Result<bool> {
        let mut sent = 0;
        while sent < self.output.len() {
            match self.stream.try_write(&self.output[sent..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => sent += count,
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    tokio::select! {
                        ready = self.stream.writable() => ready?,
                        () = self.wake.notified() => {
                            if self.is_killed() {
                                return Ok(false);
                            }
                            // Something is in the outbox: its turn comes.
                            self.stream.writable().await?;
                        }
                    }
                }
                Err(error) => return Err(error),
            }
        }
        self.output.clear();
        self.output.shrink_to(KEEP);
        Ok(true)
    }

    fn is_killed(&self) -> bool {
        self.shared.state().clients.get_mut(self.seat).is_none_or(|client| client.killed)
    }

    /// Closes so that the last reply arrives: a socket closed with unread bytes in it resets the connection, and the
    /// client loses what it has not read yet.
    async fn close(mut self) -> io::Result<()> {
        /// A client that does not take its last reply is not waited for.
        const PATIENCE: Duration = Duration::from_secs(5);
        let _ = tokio::time::timeout(PATIENCE, self.stream.shutdown()).await;
        let mut drained = 0;
        self.input.clear();
        self.input.reserve(READ);
        while drained < DRAIN {
            match self.stream.try_read_buf(&mut self.input) {
                Ok(0) | Err(_) => break,
                Ok(count) => drained += count,
            }
            self.input.clear();
        }
        Ok(())
    }
}

/// How long a reply may become: what the server may hold at all, or less if `client-output-buffer-limit` says so.
fn reply_limit(state: &State, shared: &Shared) -> usize {
    match state.settings.normal_output.hard {
        0 => shared.max_reply,
        hard => shared.max_reply.min(hard),
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        if let Some(mut client) = state.clients.leave(self.seat) {
            blocking::leave(&mut state, &mut client);
            transaction::end(&mut state, &mut client);
        }
    }
}

/// Tells a client that it cannot be served, and closes.
pub(crate) async fn refuse(mut stream: TcpStream, error: &Error) -> io::Result<()> {
    let mut output = Vec::new();
    Reply::new(&mut output, Protocol::default()).error(error);
    stream.write_all(&output).await?;
    stream.shutdown().await
}

#[cfg(test)]
mod tests;
