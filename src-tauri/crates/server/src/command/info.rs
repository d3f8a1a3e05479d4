//! [`INFO [section …]`](https://redis.io/docs/latest/commands/info/): what the server counts, as `name:value` lines.
//! Only what this server has; memory is an estimate, see `keyspace.rs`. O(1).

use std::fmt::Write as _;
use std::sync::atomic::Ordering;

use super::{Arguments, Command, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

/// The version whose behaviour and words this server follows.
pub(super) const REDIS_VERSION: &str = "7.0.15";

pub(super) const SPEC: Spec = Spec {
    name: "info",
    arity: -1,
    flags: &["loading", "stale"],
    categories: &["dangerous"],
    tips: &["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
    group: "server",
    summary: "Get information and statistics about the server",
    ..spec::NONE
};

#[derive(Debug)]
pub(super) struct Info<'a> {
    sections: Arguments<'a>,
}

type Write = fn(&Context<'_>, &mut String) -> std::fmt::Result;

/// In Redis's order; the last column says whether one gets it without asking.
const SECTIONS: [(&str, Write); 7] = [
    ("Server", server),
    ("Clients", clients),
    ("Memory", memory),
    ("Stats", stats),
    ("Replication", replication),
    ("Cluster", cluster),
    ("Keyspace", keyspace),
];

impl<'a> Command<'a> for Info<'a> {
    fn parse(sections: Arguments<'a>) -> Result<Self, Error> {
        Ok(Self { sections })
    }

    fn execute(self, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
        let mut text = String::new();
        for (name, write) in SECTIONS {
            if self.wants(name) {
                if !text.is_empty() {
                    text.push_str("\r\n");
                }
                // Writing into a String cannot fail.
                let _ = write!(text, "# {name}\r\n").and_then(|()| write(context, &mut text));
            }
        }
        reply.text(&text);
        Ok(())
    }
}

impl Info<'_> {
    fn wants(&self, section: &str) -> bool {
        let all = ["all", "default", "everything", section];
        let asked = |name: &[u8]| all.iter().any(|one| one.as_bytes().eq_ignore_ascii_case(name));
        self.sections.len() == 0 || self.sections.iter().any(asked)
    }
}

fn server(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    let shared = context.shared;
    let uptime = shared.started.elapsed().as_secs();
    write!(
        text,
        "redis_version:{REDIS_VERSION}\r\n\
         cachescope_version:{}\r\n\
         redis_mode:standalone\r\n\
         os:{} {}\r\n\
         arch_bits:{}\r\n\
         process_id:{}\r\n\
         run_id:{}\r\n\
         tcp_port:{}\r\n\
         server_time_usec:{}\r\n\
         uptime_in_seconds:{uptime}\r\n\
         uptime_in_days:{}\r\n\
         hz:10\r\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        usize::BITS,
        std::process::id(),
        shared.run_id,
        shared.port.load(Ordering::Relaxed),
        shared.clock.unix_us(),
        uptime / 86_400,
    )
}

fn clients(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    write!(
        text,
        "connected_clients:{}\r\nmaxclients:{}\r\nblocked_clients:0\r\n",
        context.keyspace.stats.connected_clients, context.shared.config.max_clients
    )
}

fn memory(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    let used = context.keyspace.memory();
    let peak = context.keyspace.stats.peak_memory.max(used);
    write!(
        text,
        "used_memory:{used}\r\n\
         used_memory_human:{}\r\n\
         used_memory_peak:{peak}\r\n\
         used_memory_peak_human:{}\r\n\
         maxmemory:0\r\n\
         maxmemory_human:0B\r\n\
         maxmemory_policy:noeviction\r\n",
        human(used),
        human(peak),
    )
}

fn stats(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    let stats = &context.keyspace.stats;
    write!(
        text,
        "total_connections_received:{}\r\n\
         total_commands_processed:{}\r\n\
         instantaneous_ops_per_sec:{}\r\n\
         total_net_input_bytes:{}\r\n\
         total_net_output_bytes:{}\r\n\
         rejected_connections:{}\r\n\
         expired_keys:{}\r\n\
         evicted_keys:0\r\n\
         keyspace_hits:{}\r\n\
         keyspace_misses:{}\r\n\
         total_error_replies:{}\r\n",
        stats.connections_received,
        stats.commands_processed,
        stats.commands_per_second(),
        stats.net_input_bytes,
        stats.net_output_bytes,
        stats.connections_rejected,
        stats.expired_keys,
        stats.keyspace_hits,
        stats.keyspace_misses,
        stats.error_replies,
    )
}

fn replication(_context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    text.write_str("role:master\r\nconnected_slaves:0\r\n")
}

fn cluster(_context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    text.write_str("cluster_enabled:0\r\n")
}

fn keyspace(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    for (index, database) in context.keyspace.databases().iter().enumerate() {
        let (keys, expires) = (database.dict.len(), database.dict.expiring_len());
        if keys > 0 {
            write!(text, "db{index}:keys={keys},expires={expires},avg_ttl={}\r\n", database.average_ttl)?;
        }
    }
    Ok(())
}

/// Bytes as Redis shortens them: `1.50M`.
fn human(bytes: usize) -> String {
    let units = ["K", "M", "G", "T"];
    if bytes < 1024 {
        return format!("{bytes}B");
    }
    #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < units.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.2}{}", units[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_shortened() {
        for (bytes, text) in [(0, "0B"), (1023, "1023B"), (1536, "1.50K"), (940_920, "918.87K"), (1 << 30, "1.00G")] {
            assert_eq!(human(bytes), text);
        }
    }
}
