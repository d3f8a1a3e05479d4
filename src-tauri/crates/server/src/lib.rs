//! The bundled server: a small Redis-compatible server in memory, made to be started inside another program.
//!
//! Any Redis client can talk to it: RESP2 and RESP3, strings, hashes, lists, sets and sorted sets, time-outs, transactions,
//! publish and subscribe, commands that wait, a limit for memory and Redis's ways to evict, in Redis 7.0.15's own words.
//! It keeps nothing on disk.
//!
//! The caller brings the listener and says when to stop, so tests use port 0 and a program decides on which runtime the
//! server runs, which matters more for latency than anything in here:
//!
//! ```
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! use tokio::net::{TcpListener, TcpStream};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! let mut builder = server::Server::builder();
//! builder.set("maxmemory", "64mb")?;
//! builder.set("maxmemory-policy", "allkeys-lfu")?;
//! let server = builder.build();
//! let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
//! let running = tokio::spawn(async move { server.run(listener, async { drop(stopped.await) }).await });
//!
//! let mut client = TcpStream::connect(address).await?;
//! client.write_all(b"SET greeting hello\r\nGET greeting\r\n").await?;
//! let mut reply = [0; 16];
//! client.read_exact(&mut reply).await?;
//! assert_eq!(&reply, b"+OK\r\n$5\r\nhello\r\n");
//!
//! stop.send(()).ok();
//! running.await??;
//! # Ok(())
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
//! the commands in them, `command/` parses and executes one, on `keyspace.rs` (rules) over `dict.rs` (table) and `value/`
//! (types), and `reply.rs` writes the answer. All requests that have arrived are executed under one lock (`state.rs`), and
//! their replies leave in one write. `lookahead.rs` fetches what the next of them will look at.
//!
//! Beside the way: `expiry.rs` and `eviction.rs` take keys away, `usage.rs` knows which are used; `changes.rs`,
//! `clients.rs` and `blocking.rs` tell others of what happened; `parameters.rs` over `settings.rs` is what can be set, and
//! [`directives`] reads it from a file; `dump/` is Redis's format of a value; `stats.rs` and `slowlog.rs` count.
//!
//! To add a command, copy `command/string/get.rs` and add a line to the list in `command/string.rs`.
//!
//! # What it is not
//!
//! No scripts, streams, geo commands, HyperLogLog, users, persistence, replication, cluster or tracking. A command it does
//! not have is answered as Redis answers unknown ones.

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
mod spikes;
mod state;
mod stats;
mod transaction;
mod usage;
mod value;

pub use clock::Clock;
pub use keyspace::Seen;
pub use number::parse_memory;
pub use request::Limits;
pub use server::{Builder, Server, SettingError, listen, run};
