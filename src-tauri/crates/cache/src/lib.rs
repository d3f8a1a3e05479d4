//! The client side of the cache: get, set and delete on any Redis-compatible server.
//!
//! A [`Cache`] is made for a [`Target`] and reaches it through a URL like any client, whichever engine stands there.
//! One multiplexed connection serves every caller, so requests that overlap are pipelined; a broken one is replaced at
//! the next call, and where none can be had it is tried again after a wait that grows, while calls fail at once. Connecting
//! and waiting for a reply have time-outs ([`Timeouts`]).
//!
//! A target is one server (over TCP, TLS or a Unix socket), the master that Sentinel names, or a Redis Cluster.
//! [`Cache::examine`] tests the connection, says in words what is wrong with it, and finds out what stands there
//! ([`Capabilities`]).
//!
//! ```text
//!   client ── link ── dial ──┬── address, tls: a host, with or without TLS; a socket
//!               │            ├── sentinel: asks who is the master, again after each break
//!               │            └── cluster: redis-rs's client, which keeps a connection to each node
//!               └── backoff
//! ```
//!
//! [`Cache::look`] looks at the keys there are, and a [`Line`] is a connection on which one says what one likes. [`Ours`] knows from
//! which addresses we speak, so that MONITOR can tell us from others.
//!
//! For a single click one wants to see the wire: [`Cache::tapped`] gives a second connection to the same server whose
//! exact bytes are read from a [`Tap`]. What a tap shows was seen on the socket; nothing is encoded a second time.
//!
//! A [`Claim`] is a key that says who may do something: taken if nobody has it, given back only by whoever took it. Locks
//! and leases are made of it.
//!
//! Only keys under [`trace::KEY_PREFIX`] are touched. Nothing is flushed and nothing is configured.
//!
//! ```no_run
//! # async fn example() -> Result<(), cache::Error> {
//! use std::time::Duration;
//!
//! let cache = cache::Cache::new(cache::Target::redis("redis://127.0.0.1:6379")?);
//! cache.set("cachescope:page:42", b"{}", Duration::from_secs(60)).await?;
//! assert_eq!(cache.get("cachescope:page:42").await?.as_deref(), Some(&b"{}"[..]));
//! # Ok(())
//! # }
//! ```

mod address;
mod backoff;
mod capabilities;
mod claim;
mod client;
mod cluster;
mod connection;
mod dial;
mod error;
mod examine;
mod keyspace;
mod line;
mod link;
mod look;
mod nodes;
mod ours;
mod reply;
mod sentinel;
mod tap;
mod target;
mod tls;

pub use capabilities::{Capabilities, Topology};
pub use claim::{Claim, Claimed};
pub use client::Cache;
pub use error::Error;
pub use keyspace::Keyspace;
pub use line::Line;
pub use look::{Bookmark, Each, KeySeen};
pub use ours::{Mark, Ours};
pub use reply::{Bounds, Reply};
pub use tap::{Captured, Exchange, Tap};
pub use target::{Dialect, Protocol, Target, Timeouts};
