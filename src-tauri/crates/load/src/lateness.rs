//! Whether the generator keeps up with its own schedule, and why not.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How late the next request may be before the generator says that it does not keep up, in nanoseconds.
const LATE_NS: u64 = 1_000_000;

/// From which share of its time on a thread counts as busy throughout.
const BUSY: f64 = 0.9;

/// Whether requests are sent when they are due.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Lateness {
    /// They are, to a millisecond.
    #[default]
    OnTime,
    /// They are late, since every client waits for an answer: the system that is measured is the limit.
    ClientsBusy,
    /// They are late, since the thread that sends them has no time left, or was not let run: the machine is the limit, and
    /// what is measured is that.
    CpuBound,
}

/// For which share of a run its requests were late.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Record {
    looks: u64,
    clients_busy: u64,
    cpu_bound: u64,
}

impl Record {
    /// Looks once: how late the next request is, whether it waits for a client, and which share of its time since the last
    /// look the thread was busy.
    pub(crate) fn look(&mut self, late_ns: u64, waits_for_client: bool, busy: f64) -> Lateness {
        self.looks += 1;
        if late_ns <= LATE_NS {
            Lateness::OnTime
        } else if busy >= BUSY || !waits_for_client {
            self.cpu_bound += 1;
            Lateness::CpuBound
        } else {
            self.clients_busy += 1;
            Lateness::ClientsBusy
        }
    }

    pub(crate) fn clients_busy_percent(&self) -> f64 {
        self.percent(self.clients_busy)
    }

    pub(crate) fn cpu_bound_percent(&self) -> f64 {
        self.percent(self.cpu_bound)
    }

    fn percent(&self, looks: u64) -> f64 {
        if self.looks == 0 { 0.0 } else { looks as f64 * 100.0 / self.looks as f64 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_request_is_the_fault_of_busy_clients_only_where_it_waits_for_one_and_the_thread_has_time() {
        let mut record = Record::default();
        assert_eq!(record.look(900_000, true, 1.0), Lateness::OnTime);
        assert_eq!(record.look(2_000_000, true, 0.3), Lateness::ClientsBusy);
        assert_eq!(record.look(2_000_000, true, 0.99), Lateness::CpuBound);
        assert_eq!(record.look(2_000_000, false, 0.3), Lateness::CpuBound);
        assert_eq!((record.clients_busy_percent(), record.cpu_bound_percent()), (25.0, 50.0));
    }
}
