//! What can be set while the server runs: `CONFIG SET` and the directives of a configuration file.

use crate::request::Limits;

/// How the server behaves; the defaults are Redis's.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// Bytes, 0 for no limit.
    pub(crate) max_memory: u64,
    pub(crate) policy: Policy,
    /// How many keys eviction looks at before it chooses one.
    pub(crate) samples: usize,
    pub(crate) lfu_log_factor: u32,
    /// Minutes.
    pub(crate) lfu_decay: u32,
    pub(crate) max_clients: usize,
    pub(crate) limits: Limits,
    pub(crate) normal_output: OutputLimit,
    pub(crate) pubsub_output: OutputLimit,
    /// There are no replicas: kept for those who set it along with the others.
    pub(crate) replica_output: OutputLimit,
    /// Seconds after which a silent client is let go, 0 for never.
    pub(crate) timeout: u64,
    /// Seconds between probes of a silent connection, 0 for none.
    pub(crate) tcp_keepalive: u64,
    pub(crate) password: Option<String>,
    /// Whether clients from other machines are refused while there is no password.
    pub(crate) protected_mode: bool,
    /// Microseconds; negative: nothing is logged.
    pub(crate) slow_after: i64,
    pub(crate) slow_most: usize,
    /// Milliseconds from which something counts as a latency spike; zero: nothing does.
    pub(crate) spike_after: u64,
    /// Whether the time each command takes is counted.
    pub(crate) latency_tracking: bool,
    pub(crate) latency_percentiles: Vec<f64>,
    /// Whether `DEBUG` may be used.
    pub(crate) debug_command: bool,
    /// What is set and read back and changes nothing: see `command/config.rs`.
    pub(crate) inert: std::collections::BTreeMap<&'static str, String>,
}

/// How much may wait to be sent to a client before it is disconnected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OutputLimit {
    /// Bytes at once, 0 for no limit.
    pub(crate) hard: usize,
    /// Bytes for longer than `seconds`, 0 for no limit.
    pub(crate) soft: usize,
    pub(crate) seconds: u64,
}

/// Which keys go when `maxmemory` is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Policy {
    /// None: what would need memory is refused.
    NoEviction,
    /// One of these, chosen so.
    Evict { from: Candidates, by: Choice },
}

/// Which keys may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Candidates {
    AllKeys,
    /// Those with a time-out.
    Volatile,
}

/// Which of them goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Choice {
    LeastRecentlyUsed,
    LeastFrequentlyUsed,
    Random,
    ShortestTimeToLive,
}

impl Policy {
    const NAMES: [(&'static str, Self); 8] = [
        ("volatile-lru", Self::Evict { from: Candidates::Volatile, by: Choice::LeastRecentlyUsed }),
        ("volatile-lfu", Self::Evict { from: Candidates::Volatile, by: Choice::LeastFrequentlyUsed }),
        ("volatile-random", Self::Evict { from: Candidates::Volatile, by: Choice::Random }),
        ("volatile-ttl", Self::Evict { from: Candidates::Volatile, by: Choice::ShortestTimeToLive }),
        ("allkeys-lru", Self::Evict { from: Candidates::AllKeys, by: Choice::LeastRecentlyUsed }),
        ("allkeys-lfu", Self::Evict { from: Candidates::AllKeys, by: Choice::LeastFrequentlyUsed }),
        ("allkeys-random", Self::Evict { from: Candidates::AllKeys, by: Choice::Random }),
        ("noeviction", Self::NoEviction),
    ];

    /// All names, as Redis lists them when it is given another.
    pub(crate) fn names() -> String {
        Self::NAMES.map(|(name, _)| name).join(", ")
    }

    pub(crate) fn parse(name: &[u8]) -> Option<Self> {
        Self::NAMES.iter().find(|(own, _)| own.as_bytes().eq_ignore_ascii_case(name)).map(|(_, policy)| *policy)
    }

    pub(crate) fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, policy)| *policy == self).map_or("noeviction", |(name, _)| name)
    }

    pub(crate) fn counts_uses(self) -> bool {
        matches!(self, Self::Evict { by: Choice::LeastFrequentlyUsed, .. })
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            max_memory: 0,
            policy: Policy::NoEviction,
            samples: 5,
            lfu_log_factor: 10,
            lfu_decay: 1,
            max_clients: 10_000,
            limits: Limits::default(),
            normal_output: OutputLimit { hard: 0, soft: 0, seconds: 0 },
            pubsub_output: OutputLimit { hard: 32 << 20, soft: 8 << 20, seconds: 60 },
            replica_output: OutputLimit { hard: 256 << 20, soft: 64 << 20, seconds: 60 },
            timeout: 0,
            tcp_keepalive: 300,
            password: None,
            protected_mode: true,
            slow_after: 10_000,
            slow_most: 128,
            spike_after: 0,
            latency_tracking: true,
            latency_percentiles: vec![50.0, 99.0, 99.9],
            debug_command: false,
            inert: std::collections::BTreeMap::new(),
        }
    }
}
