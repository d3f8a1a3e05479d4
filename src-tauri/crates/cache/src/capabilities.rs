use std::collections::BTreeSet;

use crate::Protocol;

/// What stands behind a cache, as found out when it was connected to. What the server does not tell, or forbids us to ask, is
/// `None`; nothing is guessed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// What the server calls itself: `redis`, `valkey`, or another.
    pub server: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// What we speak with it.
    pub protocol: Protocol,
    /// Whether it speaks RESP3.
    pub resp3: Option<bool>,
    /// How many servers there are, and where.
    pub topology: Topology,
    /// Which keys go when it is full. Where the masters of a cluster differ, all of theirs.
    pub eviction: Option<String>,
    /// How many bytes it may hold, 0 for no limit; on a cluster of all masters together.
    pub max_memory: Option<u64>,
    /// Whether what passes is encrypted, by TLS.
    pub tls: bool,
    /// Whether it is a replica that takes no writes.
    pub read_only: Option<bool>,
}

/// How many servers hold the keys, and who says which.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Topology {
    /// One server.
    Single,
    /// One server at a time, which Sentinel watches over and replaces.
    Sentinel {
        /// `host:port` of the master when we asked.
        master: String,
    },
    /// Several, each with some of the keys.
    Cluster {
        /// `host:port` of each master.
        masters: Vec<String>,
    },
}

/// What one server told.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) server: Option<String>,
    pub(crate) version: Option<String>,
    /// `standalone`, `cluster` or `sentinel`.
    pub(crate) mode: Option<String>,
    pub(crate) resp3: Option<bool>,
    pub(crate) eviction: Option<String>,
    pub(crate) max_memory: Option<u64>,
    pub(crate) read_only: Option<bool>,
}

impl Told {
    /// From the text of `INFO`.
    pub(crate) fn by_info(info: &str) -> Self {
        let field = |name: &str| {
            let value = info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
            Some(printable(value)).filter(|value| !value.is_empty())
        };
        let named = field("server_name");
        let valkey = field("valkey_version");
        let redis = field("redis_version");
        Self {
            server: named
                .or_else(|| valkey.is_some().then(|| "valkey".to_owned()))
                .or(redis.is_some().then(|| "redis".to_owned())),
            // Valkey gives the version of the Redis it is like, besides its own.
            version: valkey.or(redis),
            mode: field("server_mode").or_else(|| field("redis_mode")),
            resp3: None,
            eviction: field("maxmemory_policy"),
            max_memory: field("maxmemory").and_then(|bytes| bytes.parse().ok()),
            read_only: field("role").map(|role| role == "slave" && field("slave_read_only").as_deref() != Some("0")),
        }
    }

    /// From the answer to `HELLO`: names and values, in turn.
    pub(crate) fn by_hello(fields: &[(String, String)]) -> Self {
        let field = |wanted: &str| {
            let (_, value) = fields.iter().find(|(name, _)| name == wanted)?;
            Some(printable(value))
        };
        Self {
            server: field("server"),
            version: field("version"),
            mode: field("mode"),
            resp3: Some(field("proto").as_deref() == Some("3")),
            ..Self::default()
        }
    }

    /// This, and where it is silent the other.
    pub(crate) fn or(self, other: Self) -> Self {
        Self {
            server: self.server.or(other.server),
            version: self.version.or(other.version),
            mode: self.mode.or(other.mode),
            resp3: self.resp3.or(other.resp3),
            eviction: self.eviction.or(other.eviction),
            max_memory: self.max_memory.or(other.max_memory),
            read_only: self.read_only.or(other.read_only),
        }
    }

    /// What the masters of a cluster told, in one; a sum or a list has what all of them told, or is not told.
    pub(crate) fn of_all(all: Vec<Self>) -> Self {
        let evictions: Option<BTreeSet<String>> = all.iter().map(|told| told.eviction.clone()).collect();
        let memory: Option<u64> = all.iter().map(|told| told.max_memory).sum();
        let some = !all.is_empty();
        Self {
            eviction: evictions.filter(|_| some).map(|all| all.into_iter().collect::<Vec<_>>().join(", ")),
            max_memory: memory.filter(|_| some),
            ..all.into_iter().reduce(Self::or).unwrap_or_default()
        }
    }
}

/// A stranger's word, fit to be shown.
fn printable(value: &str) -> String {
    value.trim().chars().filter(|letter| !letter.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_info_tells_is_read_and_what_it_does_not_is_not_made_up() {
        let redis =
            "redis_version:7.0.15\r\nredis_mode:standalone\r\nmaxmemory:1048576\r\nmaxmemory_policy:allkeys-lru\r\n";
        let told = Told::by_info(redis);
        assert_eq!((told.server.as_deref(), told.version.as_deref()), (Some("redis"), Some("7.0.15")));
        assert_eq!(
            (told.eviction.as_deref(), told.max_memory, told.resp3),
            (Some("allkeys-lru"), Some(1_048_576), None)
        );
        assert_eq!(Told::by_info(""), Told::default());
        let read_only = |info| Told::by_info(info).read_only;
        assert_eq!(read_only("role:slave\r\nslave_read_only:1\r\n"), Some(true));
        assert_eq!(read_only("role:slave\r\nslave_read_only:0\r\n"), Some(false));
        assert_eq!(read_only("role:master\r\n"), Some(false));

        let valkey = "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\nserver_mode:cluster\r\n";
        let told = Told::by_info(valkey);
        assert_eq!((told.server.as_deref(), told.version.as_deref()), (Some("valkey"), Some("8.0.1")));
        assert_eq!(told.mode.as_deref(), Some("cluster"));
    }

    #[test]
    fn masters_that_differ_are_told_with_all_they_have_and_one_that_is_silent_silences_the_sum() {
        let master = |eviction: &str, bytes| Told {
            eviction: Some(eviction.to_owned()),
            max_memory: Some(bytes),
            ..Told::default()
        };
        let all = Told::of_all(vec![master("noeviction", 1), master("allkeys-lru", 2), master("noeviction", 3)]);
        assert_eq!((all.eviction.as_deref(), all.max_memory), (Some("allkeys-lru, noeviction"), Some(6)));
        let silent = Told::of_all(vec![master("noeviction", 1), Told::default()]);
        assert_eq!(silent, Told::default());
        assert_eq!(Told::of_all(Vec::new()), Told::default());
    }
}
