//! [`INFO [section …]`](https://redis.io/docs/latest/commands/info/): what the server counts, as `name:value` lines.
//! Only what this server has; memory is added up, see `dict.rs`.
//! O(n) for n clients.

use std::fmt::Write as _;
use std::sync::atomic::Ordering;

use crate::client::Client;
use crate::command::{self, Arguments, Context, Spec, spec};
use crate::error::Error;
use crate::reply::Reply;

/// The version whose behaviour and words this server follows.
pub(crate) const REDIS_VERSION: &str = "7.0.15";

pub(crate) const SPEC: Spec = Spec {
    name: "info",
    arity: -1,
    flags: &["loading", "stale"],
    categories: &["dangerous"],
    tips: &["nondeterministic_output", "request_policy:all_shards", "response_policy:special"],
    group: "server",
    summary: "Get information and statistics about the server",
    ..spec::NONE
};

type Write = fn(&Context<'_>, &mut String) -> std::fmt::Result;

/// In Redis's order; the last column says whether one gets it without asking.
const SECTIONS: [(&str, Write, bool); 13] = [
    ("Server", server, true),
    ("Clients", clients, true),
    ("Memory", memory, true),
    ("Persistence", persistence, true),
    ("Stats", stats, true),
    ("Replication", replication, true),
    ("CPU", cpu, true),
    ("Modules", |_, _| Ok(()), true),
    ("Commandstats", command_stats, false),
    ("Errorstats", error_stats, true),
    ("Latencystats", latency_stats, false),
    ("Cluster", cluster, true),
    ("Keyspace", keyspace, true),
];

pub(crate) fn info(arguments: Arguments<'_>, context: &mut Context<'_>, reply: &mut Reply<'_>) -> Result<(), Error> {
    let asked = |name: &str| arguments.iter().any(|word| word.eq_ignore_ascii_case(name.as_bytes()));
    let default = arguments.len() == 0 || asked("default");
    let all = asked("all") || asked("everything");
    let mut text = String::new();
    for (name, write, by_default) in SECTIONS {
        if all || default && by_default || asked(name) {
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

fn server(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    let shared = context.shared;
    let uptime = shared.started.elapsed().as_secs();
    write!(
        text,
        "redis_version:{REDIS_VERSION}\r\n\
         redis_git_sha1:00000000\r\n\
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

fn all_clients<'a>(context: &'a Context<'_>) -> impl Iterator<Item = &'a Client> {
    context.state.clients.others().chain(std::iter::once(&*context.client))
}

fn clients(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    let largest = |of: fn(&Client) -> usize| all_clients(context).map(of).max().unwrap_or(0);
    write!(
        text,
        "connected_clients:{}\r\n\
         maxclients:{}\r\n\
         client_recent_max_input_buffer:{}\r\n\
         client_recent_max_output_buffer:{}\r\n\
         blocked_clients:{}\r\n",
        all_clients(context).count(),
        context.state.settings.max_clients,
        largest(|client| client.input_capacity),
        largest(|client| client.output_waiting() + client.outbox.len()),
        all_clients(context).filter(|client| client.blocked.is_some() || client.held_up).count(),
    )
}

fn memory(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    let keys = context.state.keyspace.memory();
    let clients: usize = all_clients(context).map(Client::memory).sum();
    let used = keys + clients;
    let peak = context.state.keyspace.stats.peak_memory.max(used);
    let settings = &context.state.settings;
    let limit = usize::try_from(settings.max_memory).unwrap_or(usize::MAX);
    write!(
        text,
        "used_memory:{used}\r\n\
         used_memory_human:{}\r\n",
        human(used)
    )?;
    if let Some(resident) = resident_memory() {
        write!(text, "used_memory_rss:{resident}\r\nused_memory_rss_human:{}\r\n", human(resident))?;
    }
    write!(
        text,
        "used_memory_peak:{peak}\r\n\
         used_memory_peak_human:{}\r\n\
         used_memory_dataset:{keys}\r\n\
         maxmemory:{limit}\r\n\
         maxmemory_human:{}\r\n\
         maxmemory_policy:{}\r\n\
         mem_not_counted_for_evict:{clients}\r\n\
         mem_clients_slaves:0\r\n\
         mem_clients_normal:{clients}\r\n\
         mem_allocator:libc\r\n",
        human(peak),
        human(limit),
        settings.policy.name(),
    )
}

/// Nothing is kept on disk; the fields are those that clients look for.
fn persistence(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    write!(
        text,
        "loading:0\r\nrdb_changes_since_last_save:{}\r\nrdb_bgsave_in_progress:0\r\naof_enabled:0\r\n\
         aof_rewrite_in_progress:0\r\n",
        context.state.keyspace.changes.dirty
    )
}

fn stats(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    let stats = &context.state.keyspace.stats;
    write!(
        text,
        "total_connections_received:{}\r\n\
         total_commands_processed:{}\r\n\
         instantaneous_ops_per_sec:{}\r\n\
         total_net_input_bytes:{}\r\n\
         total_net_output_bytes:{}\r\n\
         rejected_connections:{}\r\n\
         expired_keys:{}\r\n\
         evicted_keys:{}\r\n\
         evicted_clients:0\r\n\
         keyspace_hits:{}\r\n\
         keyspace_misses:{}\r\n\
         pubsub_channels:{}\r\n\
         pubsub_patterns:{}\r\n\
         total_error_replies:{}\r\n\
         client_query_buffer_limit_disconnections:{}\r\n\
         client_output_buffer_limit_disconnections:{}\r\n",
        stats.connections_received,
        stats.commands_processed,
        stats.commands_per_second(),
        stats.net_input_bytes,
        stats.net_output_bytes,
        stats.connections_rejected,
        stats.expired_keys,
        stats.evicted_keys,
        stats.keyspace_hits,
        stats.keyspace_misses,
        context.state.clients.channels().count(),
        context.state.clients.patterns(),
        stats.error_replies,
        stats.query_limit_disconnections,
        stats.output_limit_disconnections,
    )
}

fn replication(_context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    text.write_str("role:master\r\nconnected_slaves:0\r\nmaster_repl_offset:0\r\n")
}

fn cpu(_context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    let Some([user, system]) = processor_seconds() else { return Ok(()) };
    write!(text, "used_cpu_sys:{system:.6}\r\nused_cpu_user:{user:.6}\r\n")
}

fn command_stats(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    for (name, stats) in command::names().zip(&context.state.keyspace.stats.commands) {
        if stats.calls + stats.rejected + stats.failed > 0 {
            let micros = stats.nanoseconds / 1000;
            #[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
            let each = if stats.calls == 0 { 0.0 } else { stats.nanoseconds as f64 / 1000.0 / stats.calls as f64 };
            write!(
                text,
                "cmdstat_{name}:calls={},usec={micros},usec_per_call={each:.2},rejected_calls={},failed_calls={}\r\n",
                stats.calls, stats.rejected, stats.failed
            )?;
        }
    }
    Ok(())
}

fn error_stats(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    for (code, count) in &context.state.keyspace.stats.errors {
        write!(text, "errorstat_{code}:count={count}\r\n")?;
    }
    Ok(())
}

fn latency_stats(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    for (name, stats) in command::names().zip(&context.state.keyspace.stats.commands) {
        let Some(latency) = &stats.latency else { continue };
        write!(text, "latency_percentiles_usec_{name}:")?;
        for (place, percentile) in context.state.settings.latency_percentiles.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
            let micros = latency.value_at_percentile(*percentile) as f64 / 1000.0;
            write!(text, "{}p{percentile}={micros:.3}", if place > 0 { "," } else { "" })?;
        }
        text.push_str("\r\n");
    }
    Ok(())
}

fn cluster(_context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    text.write_str("cluster_enabled:0\r\n")
}

fn keyspace(context: &Context<'_>, text: &mut String) -> std::fmt::Result {
    for (index, database) in context.state.keyspace.databases().iter().enumerate() {
        let (keys, expires) = (database.dict.len(), database.dict.expiring_len());
        if keys > 0 {
            // What was sampled may have gone since.
            let average_ttl = if expires > 0 { database.average_ttl } else { 0 };
            write!(text, "db{index}:keys={keys},expires={expires},avg_ttl={average_ttl}\r\n")?;
        }
    }
    Ok(())
}

/// The resident bytes of this process, where the system tells.
fn resident_memory() -> Option<usize> {
    const PAGE: usize = 4096;
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    pages.split_whitespace().nth(1)?.parse::<usize>().ok()?.checked_mul(PAGE)
}

/// The processor time of this process, its own and the system's for it, where the system tells.
fn processor_seconds() -> Option<[f64; 2]> {
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name, which may hold anything.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(11);
    let mut seconds = || Some(fields.next()?.parse::<f64>().ok()? / TICKS);
    Some([seconds()?, seconds()?])
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
