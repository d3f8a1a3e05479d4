//! The parameters of `CONFIG GET` and `CONFIG SET`, and how their values are read and written.

use std::sync::atomic::Ordering;

use crate::changes::Classes;
use crate::number::parse_memory;
use crate::request::integer;
use crate::server::Shared;
use crate::settings::{OutputLimit, Policy, Settings};
use crate::state::State;

/// One parameter.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    /// The name it had before.
    pub(crate) alias: Option<&'static str>,
    pub(crate) get: fn(&State, &Shared) -> String,
    /// None if it cannot be set while the server runs.
    pub(crate) set: Option<fn(&mut Draft, &[u8]) -> Result<(), String>>,
}

/// Settings about to be applied: all that one `CONFIG SET` names, or none.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) settings: Settings,
    pub(crate) classes: Classes,
    /// Where it listens, which cannot be changed.
    pub(crate) port: u16,
}

impl Parameter {
    const fn fixed(name: &'static str, get: fn(&State, &Shared) -> String) -> Self {
        Self { name, alias: None, get, set: None }
    }

    const fn new(
        name: &'static str,
        get: fn(&State, &Shared) -> String,
        set: fn(&mut Draft, &[u8]) -> Result<(), String>,
    ) -> Self {
        Self { name, alias: None, get, set: Some(set) }
    }

    pub(crate) fn is(&self, name: &[u8]) -> bool {
        let same = |own: &str| own.as_bytes().eq_ignore_ascii_case(name);
        same(self.name) || self.alias.is_some_and(same)
    }
}

/// The parameter of that name.
pub(crate) fn find(name: &[u8]) -> Option<&'static Parameter> {
    PARAMETERS.iter().find(|parameter| parameter.is(name))
}

/// A parameter that is taken and given back, since Redis's clients and tests set it, and that changes nothing here: there
/// is no disk to save to, and each type is kept in one form.
macro_rules! inert {
    ($name:literal, $default:literal) => {
        inert!($name, None, $default)
    };
    ($name:literal, $alias:expr, $default:literal) => {
        Parameter {
            name: $name,
            alias: $alias,
            get: |state, _| state.settings.inert.get($name).cloned().unwrap_or_else(|| $default.to_owned()),
            set: Some(|draft, value| {
                draft.settings.inert.insert($name, String::from_utf8_lossy(value).into_owned());
                Ok(())
            }),
        }
    };
}

/// A parameter that has one value here, which may be set.
macro_rules! only {
    ($name:literal, $value:literal) => {
        Parameter::new(
            $name,
            |_, _| $value.to_owned(),
            |_, value| {
                if value == $value.as_bytes() {
                    Ok(())
                } else {
                    Err(concat!("it can only be ", $value, " here").to_owned())
                }
            },
        )
    };
}

/// All parameters, by name.
pub(crate) static PARAMETERS: &[Parameter] = &[
    only!("appendonly", "no"),
    Parameter::new(
        "client-output-buffer-limit",
        |state, _| {
            let class = |name, limit: OutputLimit| format!("{name} {} {} {}", limit.hard, limit.soft, limit.seconds);
            let Settings { normal_output, replica_output, pubsub_output, .. } = state.settings;
            let classes = [("normal", normal_output), ("slave", replica_output), ("pubsub", pubsub_output)];
            classes.map(|(name, limit)| class(name, limit)).join(" ")
        },
        set_output_limits,
    ),
    Parameter::new(
        "client-query-buffer-limit",
        |state, _| state.settings.limits.max_buffer.to_string(),
        |draft, value| {
            draft.settings.limits.max_buffer = memory_between(value, 1 << 20, i64::MAX as u64)?;
            Ok(())
        },
    ),
    Parameter::fixed("cluster-enabled", |_, _| "no".to_owned()),
    Parameter::fixed("daemonize", |_, _| "no".to_owned()),
    Parameter::fixed("databases", |state, _| state.keyspace.databases().len().to_string()),
    Parameter::fixed("enable-debug-command", |state, _| yes_no(state.settings.debug_command)),
    inert!("hash-max-listpack-entries", Some("hash-max-ziplist-entries"), "512"),
    inert!("hash-max-listpack-value", Some("hash-max-ziplist-value"), "64"),
    only!("hz", "10"),
    Parameter::new(
        "latency-monitor-threshold",
        |state, _| state.settings.spike_after.to_string(),
        |draft, value| {
            draft.settings.spike_after = between(value, 0, i64::MAX)?;
            Ok(())
        },
    ),
    Parameter::new(
        "latency-tracking",
        |state, _| yes_no(state.settings.latency_tracking),
        |draft, value| {
            draft.settings.latency_tracking = truth(value)?;
            Ok(())
        },
    ),
    Parameter::new(
        "latency-tracking-info-percentiles",
        |state, _| state.settings.latency_percentiles.iter().map(f64::to_string).collect::<Vec<_>>().join(" "),
        |draft, value| {
            let percentile = |word: &str| word.parse().ok().filter(|value| (0.0..=100.0).contains(value));
            let words: Option<Vec<f64>> = String::from_utf8_lossy(value).split_whitespace().map(percentile).collect();
            draft.settings.latency_percentiles =
                words.ok_or("latency-tracking-info-percentiles should contain only numbers between 0.0 and 100.0")?;
            Ok(())
        },
    ),
    Parameter::new(
        "lfu-decay-time",
        |state, _| state.settings.lfu_decay.to_string(),
        |draft, value| {
            draft.settings.lfu_decay = between(value, 0, i32::MAX.into())?;
            Ok(())
        },
    ),
    Parameter::new(
        "lfu-log-factor",
        |state, _| state.settings.lfu_log_factor.to_string(),
        |draft, value| {
            draft.settings.lfu_log_factor = between(value, 0, i32::MAX.into())?;
            Ok(())
        },
    ),
    inert!("list-compress-depth", "0"),
    inert!("list-max-listpack-size", Some("list-max-ziplist-size"), "-2"),
    Parameter::new(
        "maxclients",
        |state, _| state.settings.max_clients.to_string(),
        |draft, value| {
            draft.settings.max_clients = between(value, 1, u32::MAX.into())?;
            Ok(())
        },
    ),
    Parameter::new(
        "maxmemory",
        |state, _| state.settings.max_memory.to_string(),
        |draft, value| {
            draft.settings.max_memory = parse_memory(value).ok_or("argument must be a memory value")?;
            Ok(())
        },
    ),
    Parameter::new(
        "maxmemory-policy",
        |state, _| state.settings.policy.name().to_owned(),
        |draft, value| {
            draft.settings.policy = Policy::parse(value)
                .ok_or_else(|| format!("argument(s) must be one of the following: {}", Policy::names()))?;
            Ok(())
        },
    ),
    Parameter::new(
        "maxmemory-samples",
        |state, _| state.settings.samples.to_string(),
        |draft, value| {
            draft.settings.samples = between(value, 1, 64)?;
            Ok(())
        },
    ),
    Parameter::new(
        "notify-keyspace-events",
        |state, _| state.keyspace.changes.classes.to_string(),
        |draft, value| {
            draft.classes = Classes::parse(value).ok_or("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")?;
            Ok(())
        },
    ),
    Parameter::new(
        "port",
        |_, shared| shared.port.load(Ordering::Relaxed).to_string(),
        |draft, value| {
            let same = between::<u16>(value, 0, 65_535)? == draft.port;
            if same { Ok(()) } else { Err("Unable to listen on this port. Check server logs.".to_owned()) }
        },
    ),
    Parameter::new(
        "protected-mode",
        |state, _| yes_no(state.settings.protected_mode),
        |draft, value| {
            draft.settings.protected_mode = truth(value)?;
            Ok(())
        },
    ),
    Parameter::new(
        "proto-max-bulk-len",
        |state, _| state.settings.limits.max_bulk.to_string(),
        |draft, value| {
            draft.settings.limits.max_bulk = memory_between(value, 1 << 20, i64::MAX as u64)?;
            Ok(())
        },
    ),
    Parameter::new(
        "requirepass",
        |state, _| state.settings.password.clone().unwrap_or_default(),
        |draft, value| {
            // As in Redis, the empty password is none.
            let password = String::from_utf8(value.to_vec()).map_err(|_| "the password must be text")?;
            draft.settings.password = Some(password).filter(|password| !password.is_empty());
            Ok(())
        },
    ),
    inert!("sanitize-dump-payload", "no"),
    inert!("save", ""),
    inert!("set-max-intset-entries", "512"),
    Parameter::new(
        "slowlog-log-slower-than",
        |state, _| state.settings.slow_after.to_string(),
        |draft, value| {
            draft.settings.slow_after = between(value, -1, i64::MAX)?;
            Ok(())
        },
    ),
    Parameter::new(
        "slowlog-max-len",
        |state, _| state.settings.slow_most.to_string(),
        |draft, value| {
            draft.settings.slow_most = between(value, 0, i64::MAX)?;
            Ok(())
        },
    ),
    Parameter::new(
        "tcp-keepalive",
        |state, _| state.settings.tcp_keepalive.to_string(),
        |draft, value| {
            draft.settings.tcp_keepalive = between(value, 0, i32::MAX.into())?;
            Ok(())
        },
    ),
    Parameter::new(
        "timeout",
        |state, _| state.settings.timeout.to_string(),
        |draft, value| {
            draft.settings.timeout = between(value, 0, i32::MAX.into())?;
            Ok(())
        },
    ),
    inert!("zset-max-listpack-entries", Some("zset-max-ziplist-entries"), "128"),
    inert!("zset-max-listpack-value", Some("zset-max-ziplist-value"), "64"),
];

fn yes_no(value: bool) -> String {
    if value { "yes" } else { "no" }.to_owned()
}

fn truth(value: &[u8]) -> Result<bool, String> {
    match value.to_ascii_lowercase().as_slice() {
        b"yes" => Ok(true),
        b"no" => Ok(false),
        _ => Err("argument must be 'yes' or 'no'".to_owned()),
    }
}

fn between<T: TryFrom<i64>>(value: &[u8], least: i64, most: i64) -> Result<T, String> {
    let value = integer(value).ok_or("argument couldn't be parsed into an integer")?;
    let out_of_range = || format!("argument must be between {least} and {most} inclusive");
    if !(least..=most).contains(&value) {
        return Err(out_of_range());
    }
    T::try_from(value).map_err(|_| out_of_range())
}

fn memory_between(value: &[u8], least: u64, most: u64) -> Result<usize, String> {
    let value = parse_memory(value).ok_or("argument must be a memory value")?;
    if !(least..=most).contains(&value) {
        return Err(format!("argument must be between {least} and {most} inclusive"));
    }
    usize::try_from(value).map_err(|_| "argument must be a memory value".to_owned())
}

fn set_output_limits(draft: &mut Draft, value: &[u8]) -> Result<(), String> {
    let text = String::from_utf8_lossy(value);
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.is_empty() || !words.len().is_multiple_of(4) {
        return Err("Wrong number of arguments in buffer limit configuration.".to_owned());
    }
    for class in words.chunks_exact(4) {
        let bytes = |word: &str| parse_memory(word.as_bytes()).and_then(|bytes| usize::try_from(bytes).ok());
        let (Some(hard), Some(soft), Ok(seconds)) = (bytes(class[1]), bytes(class[2]), class[3].parse()) else {
            return Err("Error in hard, soft or soft_seconds setting in buffer limit configuration.".to_owned());
        };
        let limit = OutputLimit { hard, soft, seconds };
        match class[0].to_ascii_lowercase().as_str() {
            "normal" => draft.settings.normal_output = limit,
            "pubsub" => draft.settings.pubsub_output = limit,
            "slave" | "replica" => draft.settings.replica_output = limit,
            _ => return Err("Invalid client class specified in buffer limit configuration.".to_owned()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        assert!(PARAMETERS.is_sorted_by_key(|parameter| parameter.name));
    }
}
