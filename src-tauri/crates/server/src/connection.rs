//! One client's connection: read what is there, execute all of it, send all replies in one write.
//!
//! This is where a server wins or loses under pipelining. mini-redis flushes reply by reply, which costs a system call
//! each and, without `TCP_NODELAY`, lets Nagle's algorithm wait for delayed acknowledgements: 40 ms a stall.

use std::cell::RefCell;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use bytes::BytesMut;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::error::Error;
use crate::reply::{Protocol, Reply};
use crate::server::Shared;
use crate::session::{Pause, Session};

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

#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    session: Session,
}

impl Connection {
    pub(crate) fn new(stream: TcpStream, shared: Arc<Shared>) -> Self {
        let session = Session::new(shared, stream.peer_addr().ok(), stream.local_addr().ok());
        Self { stream, session }
    }

    /// Serves the client until it goes, asks to, or sends what is no request.
    pub(crate) async fn run(mut self) -> io::Result<()> {
        self.stream.set_nodelay(true)?;
        // A new socket counts as readable until it has been asked. Waiting would then keep a buffer for nothing.
        borrow(&mut self.session.input);
        match self.stream.try_read_buf(&mut self.session.input) {
            Ok(0) => return Ok(()),
            Err(error) if error.kind() != io::ErrorKind::WouldBlock => return Err(error),
            Ok(_) | Err(_) => {}
        }
        loop {
            let pause = self.session.turn();
            self.give_back();
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

    /// Waits for input and reads it, for something in the outbox, or for the time. False if the client has gone.
    async fn wait(&mut self, until: Option<Instant>) -> io::Result<bool> {
        let mut timer = pin!(async {
            match until {
                Some(until) => tokio::time::sleep_until(until).await,
                None => std::future::pending().await,
            }
        });
        let mut wake = pin!(self.session.link.wake.notified());
        tokio::select! {
            biased;
            ready = self.stream.readable() => ready?,
            () = &mut wake => return Ok(true),
            () = &mut timer => return Ok(true),
        }
        // A buffer is wanted only now that there is something for it.
        borrow(&mut self.session.input);
        // `try_read` would ask the system again after every request whether there is more; this reads on only when the
        // buffer came back full.
        tokio::select! {
            biased;
            count = self.stream.read_buf(&mut self.session.input) => Ok(count? > 0),
            () = &mut wake => Ok(true),
            () = &mut timer => Ok(true),
        }
    }

    /// Gives an empty buffer to the next connection that reads.
    fn give_back(&mut self) {
        if self.session.input.is_empty() && self.session.input.capacity() > 0 {
            let buffer = std::mem::take(&mut self.session.input);
            if buffer.capacity() <= KEEP {
                BUFFERS.with_borrow_mut(|buffers| {
                    if buffers.len() < SPARE {
                        buffers.push(buffer);
                    }
                });
            }
        }
    }

    /// Sends all output. While it waits to be sent, nothing is read: a client that never reads fills its own buffers, not
    /// ours. False if the client was killed meanwhile.
    async fn send(&mut self) -> io::Result<bool> {
        let mut sent = 0;
        while sent < self.session.output.len() {
            match self.stream.try_write(&self.session.output[sent..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => sent += count,
                // A stranger who does not read is not waited for.
                Err(error) if error.kind() == io::ErrorKind::WouldBlock && self.session.is_stranger() => {
                    return Ok(false);
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    if !self.writable().await? {
                        return Ok(false);
                    }
                }
                Err(error) => return Err(error),
            }
        }
        self.session.output.clear();
        self.session.link.output_waiting.store(0, Ordering::Relaxed);
        self.session.output.shrink_to(KEEP);
        Ok(true)
    }

    /// Waits until the client takes more. False if it was killed meanwhile.
    async fn writable(&self) -> io::Result<bool> {
        loop {
            tokio::select! {
                ready = self.stream.writable() => return ready.map(|()| true),
                // Something came into the outbox, whose turn comes, or it held too much.
                () = self.session.link.wake.notified() => if self.session.is_killed() {
                    return Ok(false);
                },
            }
        }
    }

    /// Closes so that the last reply arrives: a socket closed with unread bytes in it resets the connection, and the
    /// client loses what it has not read yet.
    async fn close(mut self) -> io::Result<()> {
        /// A client that does not take its last reply is not waited for.
        const PATIENCE: Duration = Duration::from_secs(5);
        let _ = tokio::time::timeout(PATIENCE, self.stream.shutdown()).await;
        let mut drained = 0;
        self.session.input.clear();
        self.session.input.reserve(READ);
        while drained < DRAIN {
            match self.stream.try_read_buf(&mut self.session.input) {
                Ok(0) | Err(_) => break,
                Ok(count) => drained += count,
            }
            self.session.input.clear();
        }
        Ok(())
    }
}

/// Makes room for input, in a buffer that another connection has given back if there is one.
fn borrow(input: &mut BytesMut) {
    if input.capacity() == 0 {
        *input = BUFFERS.with_borrow_mut(Vec::pop).unwrap_or_default();
    }
    input.reserve(READ);
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
