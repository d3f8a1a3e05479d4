//! One client's connection: read what is there, execute all of it, send all replies in one write.
//!
//! This is where a server wins or loses under pipelining. mini-redis flushes reply by reply, which costs a system call
//! each and, without `TCP_NODELAY`, lets Nagle's algorithm wait for delayed acknowledgements: 40 ms a stall.

use std::io;
use std::sync::Arc;

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::client::Client;
use crate::command::{self, Context};
use crate::error::Error;
use crate::reply::{Protocol, Reply};
use crate::request::Parser;
use crate::server::Shared;

/// How much to read at once.
const READ: usize = 16 * 1024;
/// A buffer that has grown beyond this is given back when it is empty.
const KEEP: usize = 64 * 1024;
/// How much a client may have sent behind a mistake that we still take off its hands before closing.
const DRAIN: usize = 1024 * 1024;

/// Why executing stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pause {
    /// No complete request is left.
    NeedInput,
    /// Enough replies wait: send them first.
    OutputFull,
    /// The last reply was the last one.
    Close,
}

#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    shared: Arc<Shared>,
    client: Client,
    parser: Parser,
    input: BytesMut,
    output: Vec<u8>,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, shared: Arc<Shared>) -> Self {
        let client = Client {
            id: shared.next_client_id(),
            address: stream.peer_addr().ok(),
            local_address: stream.local_addr().ok(),
            name: Vec::new(),
            database: 0,
            protocol: Protocol::default(),
            authenticated: shared.config.password.is_none(),
            connected_at: shared.clock.unix_ms(),
            closing: false,
        };
        let mut parser = Parser::new(shared.config.limits);
        parser.set_authenticated(client.authenticated);
        {
            let stats = &mut shared.keyspace().stats;
            stats.connected_clients += 1;
            stats.connections_received += 1;
        }
        Self { stream, shared, client, parser, input: BytesMut::new(), output: Vec::new() }
    }

    /// Serves the client until it goes, asks to, or sends what is no request.
    pub(crate) async fn run(mut self) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        loop {
            self.input.reserve(READ);
            if self.stream.read_buf(&mut self.input).await? == 0 {
                return Ok(());
            }
            loop {
                let pause = self.execute();
                if !self.output.is_empty() {
                    // Waiting here, we do not read either: a client that never reads fills its own buffers, not ours.
                    self.stream.write_all(&self.output).await?;
                    self.output.clear();
                    self.output.shrink_to(KEEP);
                }
                match pause {
                    Pause::NeedInput => break,
                    Pause::OutputFull => {}
                    Pause::Close => return self.close().await,
                }
            }
            if self.input.is_empty() && self.input.capacity() > KEEP {
                self.input = BytesMut::new();
            }
            if self.input.len() > self.shared.config.limits.max_buffer {
                return Ok(());
            }
        }
    }

    /// Executes the complete requests in the input until it has to pause.
    fn execute(&mut self) -> Pause {
        let mut consumed = 0;
        let mut keyspace = None;
        let mut now = 0;
        let pause = loop {
            let input = &self.input[consumed..];
            match self.parser.parse(input) {
                Ok(Some(length)) => {
                    consumed += length;
                    let args = self.parser.args(input);
                    if args.is_empty() {
                        continue;
                    }
                    // The lock and the time are taken once a batch.
                    let keyspace = keyspace.get_or_insert_with(|| {
                        now = self.shared.clock.unix_ms();
                        self.shared.keyspace()
                    });
                    let begin = self.output.len();
                    let mut reply =
                        Reply::new(&mut self.output, self.client.protocol).limited(self.shared.config.max_reply);
                    let context = Context { keyspace, client: &mut self.client, shared: &self.shared, now };
                    command::execute(args, context, &mut reply);
                    if reply.overflowed() {
                        // As Redis does at its hard limit: no reply is better than half of one.
                        self.output.truncate(begin);
                        break Pause::Close;
                    }
                    if self.client.closing {
                        break Pause::Close;
                    }
                    self.parser.set_authenticated(self.client.authenticated);
                    if self.output.len() >= self.shared.config.max_output {
                        break Pause::OutputFull;
                    }
                }
                Ok(None) => break Pause::NeedInput,
                Err(error) => {
                    Reply::new(&mut self.output, self.client.protocol).error(&Error::Protocol(error));
                    break Pause::Close;
                }
            }
        };
        if let Some(keyspace) = &mut keyspace {
            keyspace.stats.net_input_bytes += consumed as u64;
            keyspace.stats.net_output_bytes += self.output.len() as u64;
        }
        drop(keyspace);
        if consumed == self.input.len() {
            self.input.clear();
        } else {
            self.input.advance(consumed);
        }
        pause
    }

    /// Closes so that the last reply arrives: a socket closed with unread bytes in it resets the connection, and the
    /// client loses what it has not read yet.
    async fn close(mut self) -> io::Result<()> {
        self.stream.shutdown().await?;
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

impl Drop for Connection {
    fn drop(&mut self) {
        self.shared.keyspace().stats.connected_clients -= 1;
    }
}

/// Tells a client that there are too many, and closes.
pub(crate) async fn refuse(mut stream: TcpStream) -> io::Result<()> {
    let mut output = Vec::new();
    Reply::new(&mut output, Protocol::default()).error(&Error::MaxClients);
    stream.write_all(&output).await?;
    stream.shutdown().await
}

#[cfg(test)]
mod tests;
