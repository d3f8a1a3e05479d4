//! What the server counts, for `INFO` and `LATENCY HISTOGRAM`.

use std::collections::BTreeMap;

use hdrhistogram::Histogram;

/// Counts since the start or since `CONFIG RESETSTAT`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stats {
    pub(crate) connections_received: u64,
    pub(crate) connections_rejected: u64,
    pub(crate) commands_processed: u64,
    pub(crate) error_replies: u64,
    pub(crate) expired_keys: u64,
    pub(crate) evicted_keys: u64,
    /// By their first word, such as `WRONGTYPE`.
    pub(crate) errors: BTreeMap<String, u64>,
    /// By the command's number in the table.
    pub(crate) commands: Vec<CommandStats>,
    pub(crate) output_limit_disconnections: u64,
    pub(crate) query_limit_disconnections: u64,
    pub(crate) keyspace_hits: u64,
    pub(crate) keyspace_misses: u64,
    pub(crate) net_input_bytes: u64,
    pub(crate) net_output_bytes: u64,
    pub(crate) peak_memory: usize,
    rate: Rate,
}

impl Stats {
    pub(crate) fn reset(&mut self) {
        *self = Self::default();
    }

    /// Takes a sample of the command rate; `elapsed` is in milliseconds since the last one.
    pub(crate) fn sample_rate(&mut self, elapsed: u64) {
        self.rate.sample(self.commands_processed, elapsed);
    }

    /// Counts an error by its code: the first word of the reply.
    pub(crate) fn count_error(&mut self, message: &str) {
        /// More codes than that come from somebody who makes them up.
        const MOST: usize = 128;
        self.error_replies += 1;
        let code = message.split(' ').next().unwrap_or_default();
        if let Some(count) = self.errors.get_mut(code) {
            *count += 1;
        } else if self.errors.len() < MOST {
            self.errors.insert(code.to_owned(), 1);
        }
    }

    /// The counts of the command with this number.
    pub(crate) fn command(&mut self, number: usize) -> &mut CommandStats {
        if number >= self.commands.len() {
            self.commands.resize_with(number + 1, CommandStats::default);
        }
        &mut self.commands[number]
    }

    pub(crate) fn commands_per_second(&self) -> u64 {
        self.rate.mean()
    }
}

/// How often a command ran, and how long it took.
#[derive(Clone, Debug, Default)]
pub(crate) struct CommandStats {
    pub(crate) calls: u64,
    /// In all.
    pub(crate) nanoseconds: u64,
    /// Refused before it ran: wrong number of arguments, no memory, not authenticated.
    pub(crate) rejected: u64,
    /// Answered by an error.
    pub(crate) failed: u64,
    /// Nanoseconds, if they are tracked.
    pub(crate) latency: Option<Box<Histogram<u64>>>,
}

impl CommandStats {
    pub(crate) fn record(&mut self, nanoseconds: u64, track: bool) {
        self.calls += 1;
        self.nanoseconds += nanoseconds;
        if track {
            if self.latency.is_none() {
                // Redis's own: up to a second, two significant digits.
                self.latency = Histogram::new_with_bounds(1, 1_000_000_000, 2).ok().map(Box::new);
            }
            if let Some(latency) = &mut self.latency {
                latency.saturating_record(nanoseconds);
            }
        }
    }
}

/// The mean of the last 16 samples, as in Redis.
#[derive(Clone, Debug, Default)]
struct Rate {
    samples: [u64; 16],
    next: usize,
    last: u64,
}

impl Rate {
    fn sample(&mut self, count: u64, elapsed: u64) {
        let since = count.saturating_sub(self.last);
        self.last = count;
        self.samples[self.next] = (since * 1000).checked_div(elapsed).unwrap_or(0);
        self.next = (self.next + 1) % self.samples.len();
    }

    fn mean(&self) -> u64 {
        self.samples.iter().sum::<u64>() / 16
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_mean_of_the_last_samples() {
        let mut stats = Stats::default();
        for _ in 0..20 {
            stats.commands_processed += 50;
            stats.sample_rate(100);
        }
        assert_eq!(stats.commands_per_second(), 500);
        stats.reset();
        assert_eq!(stats.commands_per_second(), 0);
    }
}
