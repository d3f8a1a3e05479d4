//! A connection's stream as hyper is given it: what hyper would say by itself is kept back.
//!
//! What is no HTTP never becomes a request: hyper answers it with a bare status, and offers no way to say more. It does so only
//! where it owes no other answer, so such words are known by when they come; whoever serves the connection says better ones in
//! their place. Reading every head before hyper does would find the same, and cost every request for the sake of the bad ones.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use axum::http::StatusCode;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// How far a connection is: two for each request, one when it begins and one when it has been answered.
#[derive(Debug, Default)]
pub(crate) struct Pulse(AtomicU64);

/// A request is being answered, until this is dropped.
pub(crate) struct Beat<'a>(&'a Pulse);

impl Pulse {
    pub(crate) fn begin(&self) -> Beat<'_> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Beat(self)
    }

    /// Odd while a request is being answered.
    pub(crate) fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

impl Drop for Beat<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// The stream.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: TcpStream,
    pulse: Arc<Pulse>,
    /// How far it was when everything had been sent that there was to send.
    sent: u64,
    unsaid: Option<StatusCode>,
}

impl Wire {
    pub(crate) fn new(stream: TcpStream, pulse: Arc<Pulse>) -> Self {
        Self { stream, pulse, sent: 0, unsaid: None }
    }

    /// The stream itself, and which status hyper wanted to answer with, if that was kept back.
    pub(crate) fn into_inner(self) -> (TcpStream, Option<StatusCode>) {
        (self.stream, self.unsaid)
    }

    /// Whether these bytes are not to be sent. After the first of them none are: the connection ends there.
    fn keeps_back(&mut self, bytes: &[u8]) -> bool {
        // What a WebSocket sends begins otherwise.
        if self.unsaid.is_none() && self.pulse.now() == self.sent && bytes.starts_with(b"HTTP/1.") {
            self.unsaid = bytes.get(9..12).and_then(|status| StatusCode::from_bytes(status).ok());
        }
        self.unsaid.is_some()
    }
}

impl AsyncRead for Wire {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Wire {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.keeps_back(bytes) {
            return Poll::Ready(Ok(bytes.len()));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = pieces.iter().find(|piece| !piece.is_empty());
        if first.is_some_and(|first| self.keeps_back(first)) {
            return Poll::Ready(Ok(pieces.iter().map(|piece| piece.len()).sum()));
        }
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    /// hyper asks for it when it has nothing more to send.
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let now = self.pulse.now();
        if now.is_multiple_of(2) {
            self.sent = now;
        }
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.unsaid.is_some() {
            return Poll::Ready(Ok(()));
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
