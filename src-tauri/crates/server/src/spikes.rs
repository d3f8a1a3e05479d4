//! What took longer than `latency-monitor-threshold`: what `LATENCY LATEST` and `LATENCY HISTORY` tell.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

/// How many samples of an event are kept.
const KEPT: usize = 160;

/// What took how long: the worst of a second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Spike {
    /// Unix seconds.
    pub(crate) at: i64,
    /// Milliseconds.
    pub(crate) took: u64,
}

/// The spikes of one kind of event, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Event {
    pub(crate) spikes: VecDeque<Spike>,
    /// The longest since the last reset, in milliseconds.
    pub(crate) longest: u64,
}

/// The spikes of all kinds of events, by their names in Redis: `command`, `fast-command`, `expire-cycle`,
/// `eviction-cycle`.
#[derive(Debug, Default)]
pub(crate) struct Spikes {
    /// Milliseconds; zero: nothing is kept.
    pub(crate) threshold: u64,
    events: BTreeMap<&'static str, Event>,
}

impl Spikes {
    /// Keeps it if it took long. `at` is in Unix seconds.
    pub(crate) fn note(&mut self, event: &'static str, at: i64, took: Duration) {
        let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        if self.threshold == 0 || took < self.threshold {
            return;
        }
        let event = self.events.entry(event).or_default();
        event.longest = event.longest.max(took);
        match event.spikes.back_mut() {
            Some(last) if last.at == at => last.took = last.took.max(took),
            _ => {
                if event.spikes.len() == KEPT {
                    event.spikes.pop_front();
                }
                event.spikes.push_back(Spike { at, took });
            }
        }
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&'static str, &Event)> {
        self.events.iter().map(|(name, event)| (*name, event))
    }

    pub(crate) fn get(&self, event: &[u8]) -> Option<&Event> {
        self.events.iter().find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(event)).map(|(_, event)| event)
    }

    /// Forgets an event, or all, and says how many these were.
    pub(crate) fn reset(&mut self, event: Option<&[u8]>) -> usize {
        let before = self.events.len();
        self.events.retain(|name, _| event.is_some_and(|event| !name.as_bytes().eq_ignore_ascii_case(event)));
        before - self.events.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spikes(threshold: u64, took: &[(i64, u64)]) -> Spikes {
        let mut spikes = Spikes { threshold, ..Spikes::default() };
        for (at, took) in took {
            spikes.note("command", *at, Duration::from_millis(*took));
        }
        spikes
    }

    #[test]
    fn the_worst_of_each_second_is_kept_and_nothing_below_the_threshold() {
        let spikes = spikes(10, &[(1, 9), (1, 10), (1, 30), (1, 20), (2, 12)]);
        let event = spikes.get(b"COMMAND").unwrap();
        assert_eq!(event.spikes, [Spike { at: 1, took: 30 }, Spike { at: 2, took: 12 }]);
        assert_eq!(event.longest, 30);
    }

    #[test]
    fn without_a_threshold_nothing_is_kept() {
        assert_eq!(spikes(0, &[(1, 1_000)]).iter().len(), 0);
    }

    #[test]
    fn the_oldest_go_first_and_the_longest_is_remembered() {
        let many: Vec<(i64, u64)> = (0..200_i64).map(|at| (at, 500 - at.unsigned_abs())).collect();
        let mut spikes = spikes(1, &many);
        let event = spikes.get(b"command").unwrap();
        assert_eq!((event.spikes.len(), event.spikes[0].at, event.longest), (KEPT, 40, 500));
        assert_eq!(spikes.reset(Some(b"other")), 0);
        assert_eq!(spikes.reset(None), 1);
    }
}
