use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::Query;

/// Where the bundled server runs. It decides the latency of a hit more than what the server is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Placement {
    /// On the runtime of the flow, which is not the window's: no other thread has to be woken for an answer.
    #[default]
    FlowRuntime,
    /// On a thread of its own, as a server in a process of its own would be.
    OwnThread,
}

/// The Redis-compatible server behind the cache.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Engine {
    /// The app's own server.
    Bundled {
        /// Where it runs.
        placement: Placement,
    },
    /// tokio's teaching server, in a process of its own.
    MiniRedis {
        /// Whether TCP_NODELAY is set on its listener. As published it is not.
        nodelay: bool,
    },
    /// Somebody else's server. Only keys under [`KEY_PREFIX`](crate::KEY_PREFIX) are touched there.
    External {
        /// `redis://[user[:password]@]host[:port][/database]`
        url: String,
    },
}

impl Default for Engine {
    fn default() -> Self {
        Self::Bundled { placement: Placement::default() }
    }
}

impl Display for Engine {
    /// The engine's name, without the address of an external one, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bundled { .. } => "bundled",
            Self::MiniRedis { .. } => "mini-redis",
            Self::External { .. } => "external",
        })
    }
}

/// Everything that shapes a run besides the requests.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Conditions {
    /// The server behind the cache.
    pub engine: Engine,
    /// What is asked of the database.
    pub query: Query,
    /// How long a stored value lives, in milliseconds; at least 1.
    pub ttl_ms: u32,
}

impl Default for Conditions {
    fn default() -> Self {
        Self { engine: Engine::default(), query: Query::default(), ttl_ms: 60_000 }
    }
}
