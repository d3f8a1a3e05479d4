//! Configuration files as redis-server reads them: a directive a line, its arguments in words or quotes.

use crate::request::split_words;
use crate::server::{Builder, SettingError};

/// One line of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directive {
    /// In lower case.
    pub name: String,
    /// Without their quotes.
    pub arguments: Vec<String>,
}

/// What became of a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applied {
    /// The server follows it.
    Yes,
    /// Redis knows it, and here it means nothing: there is no disk, no replica, no cluster and no log file.
    Irrelevant,
}

/// Directives of redis.conf that mean nothing here.
const IRRELEVANT: [&str; 43] = [
    "activedefrag",
    "activerehashing",
    "always-show-logo",
    "aof-use-rdb-preamble",
    "appenddirname",
    "appendfilename",
    "appendfsync",
    "auto-aof-rewrite-min-size",
    "auto-aof-rewrite-percentage",
    "client-query-buffer-limit-soft",
    "crash-log-enabled",
    "daemonize",
    "dbfilename",
    "dir",
    "disable-thp",
    "dynamic-hz",
    "enable-module-command",
    "enable-protected-configs",
    "hll-sparse-max-bytes",
    "hz",
    "io-threads",
    "lazyfree-lazy-eviction",
    "lazyfree-lazy-expire",
    "lazyfree-lazy-server-del",
    "lazyfree-lazy-user-del",
    "lazyfree-lazy-user-flush",
    "logfile",
    "loglevel",
    "lua-time-limit",
    "no-appendfsync-on-rewrite",
    "pidfile",
    "propagation-error-behavior",
    "rdbchecksum",
    "rdbcompression",
    "repl-diskless-sync",
    "repl-diskless-sync-delay",
    "replica-serve-stale-data",
    "set-proc-title",
    "slave-serve-stale-data",
    "stop-writes-on-bgsave-error",
    "supervised",
    "tcp-backlog",
    "unixsocket",
];

/// Reads a whole file.
///
/// # Errors
///
/// The number of the first line (from 1) whose quotes do not close.
pub fn parse(text: &str) -> Result<Vec<Directive>, usize> {
    let mut directives = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let words = split_words(line.as_bytes()).map_err(|_| number + 1)?;
        let mut words = words.into_iter().map(|word| String::from_utf8_lossy(&word).into_owned());
        if let Some(name) = words.next() {
            directives.push(Directive { name: name.to_ascii_lowercase(), arguments: words.collect() });
        }
    }
    Ok(directives)
}

impl Builder {
    /// Follows a directive. `port` and `bind` are the caller's, who brings the listener.
    ///
    /// # Errors
    ///
    /// When Redis has no such directive, or it cannot be followed here.
    pub fn apply(&mut self, directive: &Directive) -> Result<Applied, SettingError> {
        let Directive { name, arguments } = directive;
        if IRRELEVANT.contains(&name.as_str()) {
            return Ok(Applied::Irrelevant);
        }
        // Nothing is written to disk: only being told not to can be followed, and being told to does no harm to say.
        if matches!(name.as_str(), "save" | "appendonly") {
            return Ok(Applied::Irrelevant);
        }
        self.set(name, &arguments.join(" "))?;
        Ok(Applied::Yes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn directive(name: &str, arguments: &[&str]) -> Directive {
        Directive { name: name.to_owned(), arguments: arguments.iter().map(|word| (*word).to_owned()).collect() }
    }

    #[test]
    fn comments_and_quotes_are_read_as_redis_does() {
        let text =
            "# a comment\n\n  MaxMemory 64mb\nrequirepass \"a b\"\nsave ''\nclient-output-buffer-limit normal 0 0 0\n";
        assert_eq!(
            parse(text),
            Ok(vec![
                directive("maxmemory", &["64mb"]),
                directive("requirepass", &["a b"]),
                directive("save", &[""]),
                directive("client-output-buffer-limit", &["normal", "0", "0", "0"]),
            ])
        );
        assert_eq!(parse("port 1\nrequirepass \"open\n"), Err(2));
    }

    #[test]
    fn directives_are_followed_refused_or_passed_over() {
        let mut builder = Builder::default();
        assert_eq!(builder.apply(&directive("maxmemory-policy", &["allkeys-lfu"])), Ok(Applied::Yes));
        assert_eq!(builder.apply(&directive("databases", &["4"])), Ok(Applied::Yes));
        assert_eq!(builder.apply(&directive("loglevel", &["verbose"])), Ok(Applied::Irrelevant));
        let error = builder.apply(&directive("maxmemory-policy", &["best"])).unwrap_err().to_string();
        assert!(error.starts_with("maxmemory-policy: argument(s) must be one of the following"), "{error}");
        assert!(builder.apply(&directive("replicaof", &["other", "6379"])).is_err());
    }
}
