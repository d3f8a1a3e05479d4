use cache::{Capabilities, Protocol, Topology};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What the server behind the cache is, as found out when it was connected to. What it does not tell is absent, never guessed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EngineFacts {
    /// What it calls itself, such as `redis` or `valkey`.
    pub server: Option<String>,
    /// Its version.
    pub version: Option<String>,
    /// Which version of Redis's protocol is spoken with it: 2 or 3.
    pub protocol: u8,
    /// Whether it speaks RESP3.
    pub resp3: Option<bool>,
    /// The master that Sentinel named when we connected; absent where there is no Sentinel.
    pub sentinel_master: Option<String>,
    /// The masters of a cluster; empty where it is none.
    pub cluster_masters: Vec<String>,
    /// Which keys go when it is full.
    pub eviction: Option<String>,
    /// How many bytes it may hold; 0 for no limit.
    #[ts(type = "number | null")]
    pub max_memory: Option<u64>,
    /// Whether what passes is encrypted.
    pub tls: bool,
    /// All of that in words.
    pub words: String,
}

impl From<Capabilities> for EngineFacts {
    fn from(found: Capabilities) -> Self {
        let words = in_words(&found);
        let Capabilities { server, version, protocol, resp3, topology, eviction, max_memory, tls, read_only: _ } =
            found;
        let (sentinel_master, cluster_masters) = match topology {
            Topology::Single => (None, Vec::new()),
            Topology::Sentinel { master } => (Some(master), Vec::new()),
            Topology::Cluster { masters } => (None, masters),
        };
        let protocol = if protocol == Protocol::Resp3 { 3 } else { 2 };
        Self { server, version, protocol, resp3, sentinel_master, cluster_masters, eviction, max_memory, tls, words }
    }
}

/// Such as `Redis 7.0.15, one server, RESP2 (speaks RESP3 too), eviction noeviction, no memory limit, not encrypted`.
fn in_words(found: &Capabilities) -> String {
    let name = match found.server.as_deref() {
        Some("redis") => "Redis",
        Some("valkey") => "Valkey",
        Some(other) => other,
        None => "server not told",
    };
    let name = match &found.version {
        Some(version) => format!("{name} {version}"),
        None => format!("{name} (version not told)"),
    };
    let topology = match &found.topology {
        Topology::Single if found.read_only == Some(true) => "a replica, which stores nothing".to_owned(),
        Topology::Single => "one server".to_owned(),
        Topology::Sentinel { master } => format!("master {master} by Sentinel"),
        Topology::Cluster { masters } if masters.is_empty() => "cluster (masters not told)".to_owned(),
        Topology::Cluster { masters } if masters.len() == 1 => "cluster of 1 master".to_owned(),
        Topology::Cluster { masters } => format!("cluster of {} masters", masters.len()),
    };
    let protocol = match (found.protocol, found.resp3) {
        (Protocol::Resp3, _) => "RESP3".to_owned(),
        (Protocol::Resp2, Some(true)) => "RESP2 (speaks RESP3 too)".to_owned(),
        (Protocol::Resp2, Some(false)) => "RESP2".to_owned(),
        (Protocol::Resp2, None) => "RESP2 (RESP3 not told)".to_owned(),
    };
    let eviction = format!("eviction {}", found.eviction.as_deref().unwrap_or("not told"));
    let memory = match found.max_memory {
        None => "memory limit not told".to_owned(),
        Some(0) => "no memory limit".to_owned(),
        Some(bytes) => format!("memory limit {} MiB", (bytes as f64 / f64::from(1 << 20)).ceil()),
    };
    let encrypted = if found.tls { "TLS" } else { "not encrypted" };
    [name, topology, protocol, eviction, memory, encrypted.to_owned()].join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_out_is_said_in_words_and_what_was_not_too() {
        let silent = Capabilities {
            server: None,
            version: None,
            protocol: Protocol::Resp2,
            resp3: None,
            topology: Topology::Single,
            eviction: None,
            max_memory: None,
            tls: false,
            read_only: None,
        };
        assert_eq!(
            in_words(&silent),
            "server not told (version not told), one server, RESP2 (RESP3 not told), eviction not told, memory limit not told, \
             not encrypted"
        );
        let cluster = Capabilities {
            server: Some("valkey".to_owned()),
            version: Some("8.0.1".to_owned()),
            resp3: Some(true),
            topology: Topology::Cluster { masters: vec!["a:1".to_owned(), "b:2".to_owned()] },
            eviction: Some("allkeys-lru".to_owned()),
            max_memory: Some(64 << 20),
            tls: true,
            ..silent
        };
        assert_eq!(
            in_words(&cluster),
            "Valkey 8.0.1, cluster of 2 masters, RESP2 (speaks RESP3 too), eviction allkeys-lru, memory limit 64 MiB, TLS"
        );
        let replica = Capabilities { read_only: Some(true), ..silent };
        assert!(in_words(&replica).contains("a replica, which stores nothing"));
    }
}
