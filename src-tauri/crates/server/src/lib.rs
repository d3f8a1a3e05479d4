//! The bundled server: a small Redis-compatible server in memory, made to be started inside another program.
//!
//! Any Redis client can talk to it: RESP2 and RESP3, pipelining, inline commands, time-outs on keys, and Redis 7.0.15's
//! own words in every error. It holds strings only, keeps nothing on disk, and evicts nothing.
//!
//! The caller brings the listener and says when to stop, so tests use port 0 and a program decides on which runtime the
//! server runs, which matters more for latency than anything in here:
//!
//! ```
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! use tokio::net::{TcpListener, TcpStream};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
//! let running = tokio::spawn(server::run(listener, async move {
//!     stopped.await.ok();
//! }));
//!
//! let mut client = TcpStream::connect(address).await?;
//! client.write_all(b"SET greeting hello\r\nGET greeting\r\n").await?;
//! let mut reply = [0; 16];
//! client.read_exact(&mut reply).await?;
//! assert_eq!(&reply, b"+OK\r\n$5\r\nhello\r\n");
//!
//! stop.send(()).ok();
//! running.await?
//! # }
//! ```
//!
//! # Words
//!
//! A *request* is what a client's bytes say, a *command* what the server does about it, a *reply* what it answers. The
//! *keyspace* is all databases together, a *dict* the table of one of them. A key *expires* when its time-out is over;
//! the *expiry cycle* finds those nobody asks for.
//!
//! # Map
//!
//! A request's way: `server.rs` accepts the connection, `connection.rs` reads its bytes, `session.rs` and [`request`] find
//! the commands in them, `command/` parses and executes one, on `keyspace.rs` (rules) over `dict.rs` (table), and `reply.rs` writes the
//! answer. All requests that have arrived are executed under one lock, and their replies leave in one write. Beside
//! the way: `expiry.rs`, `clock.rs`, `glob.rs`, `stats.rs`, `client.rs`, `error.rs`.
//!
//! To add a command, copy `command/get.rs` and add a line to the table in `command.rs`.
//!
//! # What it is not
//!
//! No other types than strings, no transactions, scripts, publish and subscribe, persistence, replication, cluster or
//! users. A command it does not have is answered as Redis answers unknown ones.

mod blocking;
mod changes;
mod client;
mod clients;
mod clock;
mod command;
mod connection;
mod dict;
pub mod directives;
mod dump;
mod error;
mod eviction;
mod expiry;
mod glob;
mod keyspace;
mod lookahead;
mod number;
mod parameters;
mod random;
mod reply;
pub mod request;
mod server;
mod session;
mod settings;
mod slowlog;
mod state;
mod stats;
mod transaction;
mod usage;
mod value;

pub use clock::Clock;
pub use request::Limits;
pub use server::{Builder, Server, SettingError, run};
