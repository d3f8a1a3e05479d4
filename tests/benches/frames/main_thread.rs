//! What the main thread of another process does with its time, by the kernel's count: how long it ran, and how long it
//! could have run but no processor was free.
//!
//! The clock on the wall cannot tell the two apart: on two processors that also send 20,000 requests a second, a frame of
//! 5 ms of work may take 15.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow};

/// How often the kernel is asked. It counts a thread up to date when it stops running, and every 4 ms or so (a tick) while it
/// runs: where a frame begins with the thread at rest, as it mostly does, the count is exact.
const EVERY: Duration = Duration::from_millis(1);

/// Since the thread began, in milliseconds.
#[derive(Debug, Clone, Copy)]
struct Count {
    at: Instant,
    ran: f64,
    waited: f64,
}

/// What a span of time went into, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spent {
    pub(crate) running: f64,
    pub(crate) waiting: f64,
}

/// Counts until it is asked for what it counted.
pub(crate) struct MainThread {
    done: Arc<AtomicBool>,
    counts: JoinHandle<Result<Vec<Count>>>,
}

impl MainThread {
    /// Of the process with this number.
    pub(crate) fn watch(pid: u32) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&done);
        let counts = thread::spawn(move || {
            let mut counts = Vec::new();
            while !seen.load(Ordering::Relaxed) {
                counts.push(count(pid)?);
                thread::sleep(EVERY);
            }
            Ok(counts)
        });
        Self { done, counts }
    }

    /// What it did between each of these moments and the next.
    pub(crate) fn between(self, moments: &[Instant]) -> Result<Vec<Spent>> {
        self.done.store(true, Ordering::Relaxed);
        let counts = self.counts.join().map_err(|_| anyhow!("counting failed"))??;
        let last_before = |moment: &Instant| {
            let later = counts.partition_point(|count| count.at <= *moment);
            later.checked_sub(1).and_then(|index| counts.get(index))
        };
        let at: Vec<&Count> = moments.iter().filter_map(last_before).collect();
        let spent =
            |(one, next): (&&Count, &&Count)| Spent { running: next.ran - one.ran, waiting: next.waited - one.waited };
        Ok(at.iter().zip(at.iter().skip(1)).map(spent).collect())
    }
}

/// Of its main thread, which has the number of the process.
fn count(pid: u32) -> Result<Count> {
    let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/schedstat")).context("the kernel's count")?;
    let mut fields = text.split_whitespace().map(|ns| ns.parse::<f64>().map(|ns| ns / 1e6));
    let mut next = || fields.next().context("a field").and_then(|ms| Ok(ms?));
    Ok(Count { at: Instant::now(), ran: next()?, waited: next()? })
}
