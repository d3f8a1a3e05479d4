use std::fmt::{self, Display};
use std::str::FromStr;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Background, DatabaseKind, Faults, Memory, Protections, Query, ServerUrl};

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
        /// `redis://[user[:password]@]host[:port][/database]`, or `rediss://` (TLS), `unix:`, `redis+sentinel://`,
        /// `redis+cluster://`. A password never leaves it but to connect.
        #[schemars(with = "String")]
        #[ts(type = "string")]
        url: ServerUrl,
    },
}

impl Engine {
    /// Whether it is a Redis Cluster, by its URL.
    #[must_use]
    pub fn is_cluster(&self) -> bool {
        self.has_scheme(&["redis+cluster", "rediss+cluster"])
    }

    /// Why no proxy of ours can stand before it, if none can.
    fn no_proxy(&self) -> Option<&'static str> {
        if self.is_cluster() {
            Some("the nodes of a cluster send clients on to one another, past the proxy that would do it")
        } else if self.has_scheme(&["redis+sentinel", "rediss+sentinel"]) {
            Some(
                "the master that Sentinel names may be another in a moment, and the proxy that would do it stands before one",
            )
        } else if self.has_scheme(&["unix", "redis+unix"]) {
            Some("the proxy that would do it speaks TCP, and this server is reached by a Unix socket")
        } else {
            None
        }
    }

    fn has_scheme(&self, schemes: &[&str]) -> bool {
        let Self::External { url } = self else { return false };
        schemes.iter().any(|known| url.scheme().eq_ignore_ascii_case(known))
    }
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

/// How cache and database work together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    /// Ask the cache first; on a miss ask the database and store the answer; a write deletes.
    #[default]
    CacheAside,
    /// As cache-aside, but a write stores the new answer instead of deleting the old one.
    WriteThrough,
    /// As cache-aside, but a write goes past the cache: what it holds stays until its time is over.
    WriteAround,
    /// Ask the database alone: what a cache is to be compared with.
    NoCache,
    /// Ask the cache alone, which loads what it does not hold, once for all who want it; a write deletes.
    ReadThrough,
    /// As cache-aside, but a value whose time is nearly over is reloaded in the background when it is asked for.
    RefreshAhead,
    /// As cache-aside, but a value whose time is over is served a while longer, and reloaded in the background.
    StaleWhileRevalidate,
    /// A write is stored in the cache and acknowledged; its row is written later, with others.
    WriteBehind,
}

impl Pattern {
    /// Every pattern.
    pub const ALL: [Self; 8] = [
        Self::CacheAside,
        Self::ReadThrough,
        Self::WriteThrough,
        Self::WriteBehind,
        Self::WriteAround,
        Self::RefreshAhead,
        Self::StaleWhileRevalidate,
        Self::NoCache,
    ];

    /// Whether it asks a cache at all.
    #[must_use]
    pub fn has_cache(self) -> bool {
        self != Self::NoCache
    }

    /// Whether its reads ask how long a value has left to live.
    #[must_use]
    pub fn looks_at_lives(self) -> bool {
        matches!(self, Self::RefreshAhead | Self::StaleWhileRevalidate)
    }

    /// Its name, as it stands on the command line and in plans.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::CacheAside => "cache-aside",
            Self::WriteThrough => "write-through",
            Self::WriteAround => "write-around",
            Self::NoCache => "no-cache",
            Self::ReadThrough => "read-through",
            Self::RefreshAhead => "refresh-ahead",
            Self::StaleWhileRevalidate => "stale-while-revalidate",
            Self::WriteBehind => "write-behind",
        }
    }
}

impl Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Pattern {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|pattern| pattern.name() == name).ok_or_else(|| {
            format!("there is no pattern \"{name}\"; the patterns are {}", Self::ALL.map(Self::name).join(", "))
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
    /// How cache and database work together.
    pub pattern: Pattern,
    /// What keeps misses from harming the database.
    pub protections: Protections,
    /// How much the bundled server may hold, and which keys go when it is full. The others have settings of their own.
    pub memory: Memory,
    /// What is broken on purpose.
    pub faults: Faults,
    /// What the work goes by that the pattern does behind a request's back.
    pub background: Background,
    /// The database behind the flow.
    pub database: DatabaseKind,
}

/// The longest TTL, in milliseconds: a day.
const MAX_TTL_MS: u32 = 24 * 60 * 60 * 1_000;

impl Conditions {
    /// Whether they make sense, as far as can be told without looking for the engine.
    ///
    /// # Errors
    /// A sentence that says what does not.
    pub fn check(&self) -> Result<(), String> {
        if !(1..=MAX_TTL_MS).contains(&self.ttl_ms) {
            return Err("The TTL must be between 1 ms and 24 hours.".to_owned());
        }
        if self.memory.is_limited() && !matches!(self.engine, Engine::Bundled { .. }) {
            let engine = &self.engine;
            return Err(format!("Only the bundled server's memory can be limited from here, not that of {engine}."));
        }
        self.memory.check()?;
        self.faults.check(self.pattern.has_cache())?;
        if let (Some(_), Some(why)) = (self.faults.cache, self.engine.no_proxy()) {
            return Err(format!(
                "The cache cannot be broken on purpose here: {why}. Take the fault out, or choose another engine."
            ));
        }
        if let (true, Engine::MiniRedis { .. }) = (self.pattern.looks_at_lives(), &self.engine) {
            return Err(format!(
                "By {} a read must know how long a value has left to live, and mini-redis does not say: it has no PTTL. \
                 Choose the bundled server or a Redis of your own.",
                self.pattern
            ));
        }
        self.background.check(self.pattern, self.ttl_ms, MAX_TTL_MS)?;
        self.protections.check(MAX_TTL_MS)?;
        self.protections.fit(self.pattern, &self.engine)
    }

    /// How long a stored value lives.
    #[must_use]
    pub fn ttl(&self) -> Duration {
        Duration::from_millis(self.ttl_ms.into())
    }

    /// What they are called where they stand beside others: `no cache`, or the engine with what is out of the ordinary, as
    /// in `bundled, write-through, with single-flight; cache hung`.
    #[must_use]
    pub fn short_name(&self) -> String {
        match self.faults.to_string() {
            none if none.is_empty() => self.sound_name(),
            faults => format!("{}; {faults}", self.sound_name()),
        }
    }

    /// The same without what is broken on purpose.
    fn sound_name(&self) -> String {
        let over = match &self.database {
            DatabaseKind::Sqlite => String::new(),
            server @ DatabaseKind::Postgres { .. } => format!(" over {server}"),
        };
        let pattern = match self.pattern {
            Pattern::NoCache => {
                return match self.protections.of_the_database().to_string() {
                    none if none.is_empty() => format!("no cache{over}"),
                    protections => format!("no cache{over} with {protections}"),
                };
            }
            Pattern::CacheAside => String::new(),
            other => format!(", {other}"),
        };
        let memory = self.memory.to_string();
        let engine = if memory.is_empty() { self.engine.to_string() } else { format!("{} of {memory}", self.engine) };
        let engine = format!("{engine}{over}");
        match self.protections.to_string() {
            none if none.is_empty() => format!("{engine}{pattern}"),
            protections if pattern.is_empty() => format!("{engine} with {protections}"),
            protections => format!("{engine}{pattern}, with {protections}"),
        }
    }
}

impl Default for Conditions {
    fn default() -> Self {
        Self {
            engine: Engine::default(),
            query: Query::default(),
            ttl_ms: 60_000,
            pattern: Pattern::default(),
            protections: Protections::default(),
            memory: Memory::default(),
            faults: Faults::default(),
            background: Background::default(),
            database: DatabaseKind::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_show_no_password_and_lose_nothing_else() {
        let engine = Engine::External { url: "redis://me:secret@host:6379/1".into() };
        let database = DatabaseKind::Postgres { url: "postgres://me:secret@host:5432/shop".into() };
        let conditions = Conditions { engine, database, ..Conditions::default() };
        for told in [format!("{conditions:?}"), serde_json::to_string(&conditions).expect("plain data")] {
            assert!(!told.contains("secret"), "{told}");
            for url in ["redis://me:…@host:6379/1", "postgres://me:…@host:5432/shop"] {
                assert!(told.contains(url), "{told}");
            }
        }
    }

    #[test]
    fn what_an_engine_of_several_servers_cannot_do_is_refused_with_the_reason() {
        let on = |url: &str| Conditions { engine: Engine::External { url: url.into() }, ..Conditions::default() };
        let faults = Faults { cache: Some(crate::CacheFault::Hung), ..Faults::default() };
        for (url, words) in [
            ("redis+cluster://a:1,b:2", "cluster"),
            ("rediss+cluster://a:1", "cluster"),
            ("redis+sentinel://a:1/main", "Sentinel"),
            ("unix:///run/redis.sock", "socket"),
        ] {
            let refused = Conditions { faults, ..on(url) }.check().expect_err(url);
            assert!(refused.contains(words), "{refused}");
            assert_eq!(on(url).check(), Ok(()));
        }
        assert_eq!(Conditions { faults, ..on("rediss://host") }.check(), Ok(()));
        for protections in [
            Protections { cache_lock: true, ..Protections::default() },
            Protections { lease: true, ..Protections::default() },
        ] {
            assert!(Conditions { protections, ..on("redis+cluster://a:1") }.check().unwrap_err().contains("one node"));
            assert_eq!(Conditions { protections, ..on("redis+sentinel://a:1/main") }.check(), Ok(()));
        }
    }

    #[test]
    fn protections_are_checked_and_named_where_there_is_a_cache() {
        let protections = Protections { single_flight: true, ..Protections::default() };
        let conditions = Conditions { protections, ..Conditions::default() };
        assert_eq!(conditions.short_name(), "bundled with single-flight");
        let by = |pattern| Conditions { pattern, ..conditions.clone() }.short_name();
        assert_eq!(by(Pattern::NoCache), "no cache");
        assert_eq!(by(Pattern::WriteThrough), "bundled, write-through, with single-flight");
        let memory = Memory { max_bytes: 8 << 20, ..Memory::default() };
        let limited = Conditions { memory, ..conditions.clone() };
        assert_eq!(limited.short_name(), "bundled of 8 MiB allkeys-lru with single-flight");
        assert_eq!(limited.check(), Ok(()));
        assert!(Conditions { engine: Engine::MiniRedis { nodelay: true }, ..limited }.check().is_err());
        let with = |protections| Conditions { protections, ..conditions.clone() }.check();
        assert!(with(Protections { ttl_jitter_percent: 91, ..protections }).unwrap_err().contains("90 percent"));
        assert!(with(Protections { negative_ttl_ms: u32::MAX, ..protections }).unwrap_err().contains("24 hours"));
        assert!(with(Protections { cache_lock: true, lease: true, ..protections }).is_err());
        assert_eq!(with(protections), Ok(()));
        let bounded = Protections { database_limit: 2, ..protections };
        let no_cache = Conditions { pattern: Pattern::NoCache, protections: bounded, ..conditions.clone() };
        assert_eq!(no_cache.short_name(), "no cache with 2 at the database");
        let locked = Protections { cache_lock: true, ..protections };
        assert!(Conditions { protections: locked, ..no_cache }.check().unwrap_err().contains("needs a cache"));
    }

    #[test]
    fn a_database_out_of_the_ordinary_is_named() {
        let database = DatabaseKind::Postgres { url: "postgres://me:secret@host/shop".into() };
        let conditions = Conditions { database, ..Conditions::default() };
        assert_eq!(conditions.short_name(), "bundled over PostgreSQL");
        let without = Conditions { pattern: Pattern::NoCache, ..conditions };
        assert_eq!(without.short_name(), "no cache over PostgreSQL");
        assert_eq!(Conditions::default().short_name(), "bundled");
    }

    #[test]
    fn what_is_broken_on_purpose_is_named_and_must_be_there_to_be_broken() {
        let faults = Faults {
            cache: Some(crate::CacheFault::Hung),
            database: Some(crate::DatabaseFault::Slow { delay_ms: 50 }),
            ..Faults::default()
        };
        let conditions = Conditions { faults, ..Conditions::default() };
        assert_eq!(conditions.short_name(), "bundled; cache hung, database slow by 50 ms");
        assert_eq!(conditions.check(), Ok(()));
        let without = Conditions { pattern: Pattern::NoCache, ..conditions };
        assert!(without.check().unwrap_err().contains("Without a cache"));
    }

    #[test]
    fn a_pattern_is_read_by_its_name() {
        assert!(Pattern::ALL.into_iter().all(|pattern| pattern.name().parse() == Ok(pattern)));
        assert!("write-ahead".parse::<Pattern>().is_err());
    }

    #[test]
    fn what_must_know_lives_is_refused_on_an_engine_that_does_not_tell_them() {
        for pattern in Pattern::ALL {
            let engine = Engine::MiniRedis { nodelay: true };
            let refused = Conditions { pattern, engine, ..Conditions::default() }.check().is_err();
            assert_eq!(refused, pattern.looks_at_lives(), "{pattern}");
            assert_eq!(Conditions { pattern, ..Conditions::default() }.check(), Ok(()));
        }
    }
}
