//! The clock that the page's frames go by, where no display has one.
//!
//! WebKit then stands in with a thread of its own, `VBlankMonitor`: it tells the page to draw, and only when it has been given
//! the time to say so sleeps for 16 ms. On two processors, one of which the flow keeps busy, the page often begins to draw on
//! the very processor on which that thread has not come to its sleep yet. It waits until the page is done, and 54 to 58 frames a
//! second are drawn instead of 61 (`tests/recordings/frames.txt`).
//!
//! Beside the flow it never waits for long: that sleeps for each answer, thousands of times a second. So while requests are sent
//! the clock is kept on the processor on which the flow is. The flow itself goes where it likes, and what is measured with it.

use std::fs;
use std::io;
use std::time::Duration;

use lab::{Event, Events, Lab, TrafficState};
use rustix::thread::{CpuSet, Pid, sched_getaffinity, sched_setaffinity};
use tokio::time::{MissedTickBehavior, interval};

/// WebKit's thread.
const CLOCK: &str = "VBlankMonitor";

/// The lab's thread; the system keeps fifteen letters of a name, and these are as many.
const FLOW: &str = "cachescope-flow";

/// How often the clock follows the flow, which moves every few seconds.
const BETWEEN: Duration = Duration::from_millis(500);

/// Keeps the clock beside the flow whenever requests are sent, on a machine with two processors. With more there is a free one
/// for the page, and with one nothing to choose.
pub(super) fn keep_beside_flow(lab: &Lab) {
    if let Ok(everywhere) = sched_getaffinity(None)
        && everywhere.count() == 2
    {
        tauri::async_runtime::spawn(follow(lab.events(), everywhere));
    }
}

async fn follow(mut events: Events, everywhere: CpuSet) {
    let mut beat = interval(BETWEEN);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut busy = false;
    loop {
        tokio::select! {
            event = events.next() => match event {
                Some(Event::Status(status)) => {
                    let before = busy;
                    busy = keeps_flow_busy(&status.traffic);
                    if before && !busy {
                        let _ = place(CLOCK, &everywhere);
                    }
                }
                Some(Event::Notice(_)) => {}
                None => return,
            },
            // There may be no such thread: then the display has a clock, or nothing has been drawn yet.
            _ = beat.tick(), if busy => drop(bring(CLOCK, FLOW)),
        }
    }
}

fn keeps_flow_busy(traffic: &TrafficState) -> bool {
    use TrafficState::{Running, Stopping, Visited, Warming};
    matches!(traffic, Warming { .. } | Running { .. } | Stopping { .. } | Visited { live: true, .. })
}

/// Keeps one thread of this process on the processor on which another is now.
fn bring(thread: &str, to: &str) -> io::Result<()> {
    let mut there = CpuSet::new();
    let processor = processor_of(find(to)?)?;
    if processor < CpuSet::MAX_CPU {
        there.set(processor);
    }
    place(thread, &there)
}

/// Lets a thread of this process run on these processors only.
fn place(thread: &str, processors: &CpuSet) -> io::Result<()> {
    Ok(sched_setaffinity(Some(find(thread)?), processors)?)
}

/// The thread of this process that has that name.
fn find(name: &str) -> io::Result<Pid> {
    for task in fs::read_dir("/proc/self/task")?.flatten() {
        if fs::read_to_string(task.path().join("comm")).is_ok_and(|comm| comm.trim_end() == name) {
            let number = task.file_name().to_str().and_then(|number| number.parse().ok());
            return number.and_then(Pid::from_raw).ok_or_else(|| io::ErrorKind::InvalidData.into());
        }
    }
    Err(io::ErrorKind::NotFound.into())
}

/// The processor on which a thread of this process is, or was last.
fn processor_of(thread: Pid) -> io::Result<usize> {
    let stat = fs::read_to_string(format!("/proc/self/task/{}/stat", thread.as_raw_nonzero()))?;
    processor_in(&stat).ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// The 39th field of proc_pid_stat(5). The second is a name in brackets, in which there may be anything.
fn processor_in(stat: &str) -> Option<usize> {
    let (_, from_third) = stat.rsplit_once(')')?;
    from_third.split_whitespace().nth(36)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};
    use std::thread;

    use super::*;

    /// A thread of that name, which waits until its end is dropped.
    fn waiting(name: &str) -> (Pid, Sender<()>) {
        let ((end, ended), (began, begun)) = (channel::<()>(), channel());
        let wait = move || {
            let _ = began.send(rustix::thread::gettid());
            let _ = ended.recv();
        };
        thread::Builder::new().name(name.to_owned()).spawn(wait).expect("a thread");
        (begun.recv().expect("it began"), end)
    }

    #[test]
    fn the_clock_is_brought_to_where_the_flow_is_and_let_go_again() {
        let ((clock, _clock), (flow, _flow)) = (waiting("a clock"), waiting("a ) flow"));
        let everywhere = sched_getaffinity(Some(clock)).expect("allowed somewhere");
        bring("a clock", "a ) flow").expect("both are there");
        let there = sched_getaffinity(Some(clock)).expect("allowed somewhere");
        assert_eq!(there.count(), 1);
        assert!(there.is_set(processor_of(flow).expect("it has run")), "the flow waits, and does not move");
        assert_eq!(sched_getaffinity(Some(flow)).expect("allowed somewhere"), everywhere, "the flow is left alone");
        place("a clock", &everywhere).expect("it is there");
        assert_eq!(sched_getaffinity(Some(clock)).expect("allowed somewhere"), everywhere);
    }

    #[test]
    fn where_there_is_no_clock_nothing_is_done() {
        let error = bring("no such clock", "no such flow").expect_err("there is none");
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert_eq!(processor_in("17 (x) S 1 2"), None);
    }
}
