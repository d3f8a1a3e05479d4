//! The servers behind the cache: starting them, stopping them, knowing where they are.

pub(crate) mod bundled;
pub(crate) mod facts;
pub mod mini_redis;
pub(crate) mod upkeep;

use std::net::SocketAddr;

use bundled::Bundled;
use cache::Target;
use mini_redis::MiniRedis;

/// A server that is up, or somebody else's.
#[derive(Debug)]
pub(crate) enum RunningEngine {
    Bundled(Bundled),
    MiniRedis(MiniRedis),
    External(Target),
}

impl RunningEngine {
    /// Where it listens, if it is ours.
    pub(crate) fn own_address(&self) -> Option<SocketAddr> {
        match self {
            Self::Bundled(server) => Some(server.address()),
            Self::MiniRedis(server) => Some(server.address()),
            Self::External(_) => None,
        }
    }

    /// Stops it, if it is ours, and waits until its port is free.
    pub(crate) async fn stop(self) {
        match self {
            Self::Bundled(server) => server.stop().await,
            Self::MiniRedis(server) => server.stop().await,
            Self::External(_) => {}
        }
    }
}
