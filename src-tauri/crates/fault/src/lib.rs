//! A loopback TCP proxy that slows, hangs and cuts: real faults for any server.
//!
//! A [`Proxy`] stands before a server and passes on what it is sent, until a [`Fault`] is set: then it refuses, resets, holds
//! back or paces, for connections that are open as well. It knows nothing of what passes: to it that is bytes. It listens on
//! loopback alone, and nothing of it outlives the value: no task, no socket.
//!
//! ```text
//!   client ── up ──▶ ┌ proxy ┐ ── up ──▶ server        up:   held while it hangs; paced by a slow line
//!          ◀─ down ─ └───────┘ ◀─ down ─               down: held while it hangs; delayed; paced by a slow line
//! ```
//!
//! **The account.** Every chunk that is held back on purpose is entered with when it came and when it went on
//! ([`Account::held_ns`]), by the clock that the proxy was given. What a client waited in vain for counts too. What it takes to
//! pass through the proxy at all, some microseconds, is not entered: nobody put that in on purpose, and it is told as measured.
//!
//! This crate uses none of ours, so the clock is a function ([`Now`]).
//!
//! ```
//! use std::sync::Arc;
//! use std::time::{Duration, Instant};
//!
//! use fault::{Fault, Proxy};
//! use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
//! use tokio::net::{TcpListener, TcpStream};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! // A server that answers each visitor with what it was told.
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let server = listener.local_addr()?;
//! tokio::spawn(async move {
//!     let (mut visitor, _) = listener.accept().await?;
//!     let (mut from, mut to) = visitor.split();
//!     tokio::io::copy(&mut from, &mut to).await
//! });
//!
//! let origin = Instant::now();
//! let now = move || origin.elapsed().as_nanos() as u64;
//! let slow = Fault::Slow { delay: Duration::from_millis(20), jitter: Duration::ZERO };
//! let proxy = Proxy::start(("127.0.0.1", server.port()), slow, Arc::new(now), 1).await?;
//!
//! let mut client = TcpStream::connect(proxy.address()).await?;
//! let start = now();
//! client.write_all(b"ping").await?;
//! client.read_exact(&mut [0; 4]).await?;
//! let end = now();
//! let held = proxy.account().held_ns(start, end, true);
//! assert!((20_000_000..=end - start).contains(&held));
//! # Ok(())
//! # }
//! ```

mod account;
mod connection;
mod proxy;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use account::{Account, Now};
pub use proxy::{Announce, Proxy};

/// What is wrong with the way to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Nobody listens: connections are refused, and those that are open are closed.
    Down,
    /// Connections are accepted and reset at once; those that are open are reset.
    Reset,
    /// Connections are accepted and what is sent is taken, but nothing goes on to the server or back.
    Hung,
    /// What the server sends is held back.
    Slow {
        /// For so long,
        delay: Duration,
        /// and for up to so much longer, at random, each length as likely. What was sent first still arrives first.
        jitter: Duration,
    },
    /// The line carries only so much in a second, each way.
    Bandwidth {
        /// Bytes, at least 1.
        bytes_per_second: u32,
    },
}
