//! What the server counts, for `INFO`.

/// Counts since the start or since `CONFIG RESETSTAT`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stats {
    /// Clients connected now; no reset touches it.
    pub(crate) connected_clients: u64,
    pub(crate) connections_received: u64,
    pub(crate) connections_rejected: u64,
    pub(crate) commands_processed: u64,
    pub(crate) error_replies: u64,
    pub(crate) expired_keys: u64,
    pub(crate) keyspace_hits: u64,
    pub(crate) keyspace_misses: u64,
    pub(crate) net_input_bytes: u64,
    pub(crate) net_output_bytes: u64,
    pub(crate) peak_memory: usize,
    rate: Rate,
}

impl Stats {
    pub(crate) fn reset(&mut self) {
        *self = Self { connected_clients: self.connected_clients, ..Self::default() };
    }

    /// Takes a sample of the command rate; `elapsed` is in milliseconds since the last one.
    pub(crate) fn sample_rate(&mut self, elapsed: u64) {
        self.rate.sample(self.commands_processed, elapsed);
    }

    pub(crate) fn commands_per_second(&self) -> u64 {
        self.rate.mean()
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
