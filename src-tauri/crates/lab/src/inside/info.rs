use serde::{Deserialize, Serialize};
use trace::Clock as _;
use ts_rs::TS;

use crate::{Error, Lab};

/// How many lines of INFO are passed on.
const MAX_LINES: usize = 600;

/// How long a value of it may be, in characters.
const MAX_VALUE: usize = 200;

/// The server's own numbers at one moment. What it does not tell is absent; on a cluster, counts are of all masters together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, TS)]
pub struct ServerInfo {
    /// When, in milliseconds of the laboratory's clock.
    #[ts(type = "number")]
    pub at_ms: u64,
    /// Its version, as it says: `7.0.15`.
    pub version: Option<String>,
    /// For how long it has been up, in seconds; of several, the youngest.
    #[ts(type = "number | null")]
    pub uptime_s: Option<u64>,
    /// The bytes it uses.
    #[ts(type = "number | null")]
    pub used_memory: Option<u64>,
    /// The bytes it may use; 0: no limit.
    #[ts(type = "number | null")]
    pub max_memory: Option<u64>,
    /// Which keys go when it is full.
    pub policy: Option<String>,
    /// Commands a second, as it measures them itself.
    #[ts(type = "number | null")]
    pub ops_per_second: Option<u64>,
    /// Keys asked for that were there, since its start.
    #[ts(type = "number | null")]
    pub hits: Option<u64>,
    /// Keys asked for that were not.
    #[ts(type = "number | null")]
    pub misses: Option<u64>,
    /// Connected clients, ours among them.
    #[ts(type = "number | null")]
    pub clients: Option<u64>,
    /// Keys that had to go since its start because it was full.
    #[ts(type = "number | null")]
    pub evicted: Option<u64>,
    /// Keys that expired since its start.
    #[ts(type = "number | null")]
    pub expired: Option<u64>,
    /// How many keys it holds, anybody's, in all its databases.
    #[ts(type = "number | null")]
    pub keys: Option<u64>,
    /// All of it, as the server says it.
    pub sections: Vec<InfoSection>,
}

/// A section of INFO.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InfoSection {
    /// Its heading; on a cluster with the master it is of.
    pub name: String,
    /// What it says.
    pub lines: Vec<InfoLine>,
}

/// A line of INFO.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct InfoLine {
    /// What it is about.
    pub name: String,
    /// What it says of it.
    pub value: String,
}

impl Lab {
    /// What the server says of itself. Asking changes none of what it says of keys.
    ///
    /// # Errors
    /// [`Error::Look`] when it does not answer; mini-redis has no INFO.
    pub async fn server_info(&self) -> Result<ServerInfo, Error> {
        let cache = self.core.looking_cache();
        let text = self.core.look_by(async move { cache.info().await }).await?.map_err(Error::Look)?;
        Ok(ServerInfo { at_ms: self.core.clock.now_ns() / 1_000_000, ..read(&text) })
    }
}

/// Reads the text of INFO; of several servers below each other, each under `# Node host:port`.
fn read(text: &str) -> ServerInfo {
    let mut servers: Vec<Vec<(&str, &str)>> = Vec::new();
    let mut sections: Vec<InfoSection> = Vec::new();
    let (mut node, mut lines) = (String::new(), 0);
    for line in text.lines() {
        if let Some(host) = line.strip_prefix("# Node ") {
            node = format!("{}: ", shown(host));
            servers.push(Vec::new());
        } else if let Some(name) = line.strip_prefix("# ") {
            sections.push(InfoSection { name: format!("{node}{}", shown(name)), lines: Vec::new() });
        } else if let Some((name, value)) = line.split_once(':') {
            if servers.is_empty() {
                servers.push(Vec::new());
            }
            servers.last_mut().into_iter().for_each(|server| server.push((name, value.trim())));
            if let (Some(section), true) = (sections.last_mut(), lines < MAX_LINES) {
                lines += 1;
                section.lines.push(InfoLine { name: shown(name), value: shown(value) });
            }
        }
    }
    let field = |server: &[(&str, &str)], name: &str| {
        server.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
    };
    let numbers =
        |name: &str| -> Vec<Option<u64>> { servers.iter().map(|server| field(server, name)?.parse().ok()).collect() };
    // Told by all of them, or not told.
    let sum = |name: &str| numbers(name).into_iter().sum::<Option<u64>>().filter(|_| !servers.is_empty());
    let word = |name: &str| servers.iter().find_map(|server| field(server, name)).map(|word| shown(&word));
    let in_database = |value: &str| value.split(',').next()?.strip_prefix("keys=")?.parse::<u64>().ok();
    let keys = servers
        .iter()
        .flatten()
        .filter(|(name, _)| name.strip_prefix("db").is_some_and(|number| number.parse::<u32>().is_ok()))
        .filter_map(|(_, value)| in_database(value))
        .sum::<u64>();
    ServerInfo {
        at_ms: 0,
        version: word("valkey_version").or_else(|| word("redis_version")),
        uptime_s: numbers("uptime_in_seconds").into_iter().flatten().min(),
        used_memory: sum("used_memory"),
        max_memory: sum("maxmemory"),
        policy: word("maxmemory_policy"),
        ops_per_second: sum("instantaneous_ops_per_sec"),
        hits: sum("keyspace_hits"),
        misses: sum("keyspace_misses"),
        clients: sum("connected_clients"),
        evicted: sum("evicted_keys"),
        expired: sum("expired_keys"),
        keys: (!servers.is_empty()).then_some(keys),
        sections,
    }
}

/// A stranger's words, fit to be shown.
fn shown(words: &str) -> String {
    words.trim().chars().filter(|letter| !letter.is_control()).take(MAX_VALUE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "# Server\r\nredis_version:7.0.15\r\nuptime_in_seconds:12\r\n\r\n# Memory\r\nused_memory:100\r\n\
                       maxmemory:0\r\nmaxmemory_policy:noeviction\r\n# Stats\r\nkeyspace_hits:3\r\nkeyspace_misses:1\r\n\
                       # Keyspace\r\ndb0:keys=5,expires=2,avg_ttl=10\r\ndb3:keys=1,expires=0,avg_ttl=0\r\n";

    #[test]
    fn what_info_tells_is_read_and_what_it_does_not_is_not_made_up() {
        let info = read(ONE);
        assert_eq!((info.version.as_deref(), info.uptime_s), (Some("7.0.15"), Some(12)));
        assert_eq!(
            (info.used_memory, info.max_memory, info.policy.as_deref()),
            (Some(100), Some(0), Some("noeviction"))
        );
        assert_eq!((info.hits, info.misses, info.keys, info.clients), (Some(3), Some(1), Some(6), None));
        assert_eq!(info.sections.iter().map(|section| section.lines.len()).collect::<Vec<_>>(), [2, 3, 2, 2]);
        assert_eq!(read(""), ServerInfo::default());
        assert_eq!(read("keyspace_hits:many\r\n").hits, None);
    }

    #[test]
    fn masters_of_a_cluster_are_added_up_where_all_of_them_tell() {
        let two = format!("# Node 10.0.0.1:1\r\n{ONE}# Node 10.0.0.2:1\r\n{ONE}");
        let info = read(&two);
        assert_eq!((info.hits, info.used_memory, info.keys, info.uptime_s), (Some(6), Some(200), Some(12), Some(12)));
        assert_eq!(info.sections[0].name, "10.0.0.1:1: Server");
        let silent = format!("{two}# Node 10.0.0.3:1\r\n# Server\r\nuptime_in_seconds:3\r\n");
        assert_eq!((read(&silent).hits, read(&silent).uptime_s), (None, Some(3)));
    }
}
