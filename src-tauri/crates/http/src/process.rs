//! What this process takes of the machine.

use sysinfo::{ProcessRefreshKind, ProcessesToUpdate, System, get_current_pid};

/// What every exporter of Prometheus tells of its process.
#[derive(Debug)]
pub(crate) struct Process {
    /// Processor time since it began, in milliseconds.
    pub(crate) cpu_ms: u64,
    /// Main memory, in bytes.
    pub(crate) resident_bytes: u64,
    /// Addresses, in bytes.
    pub(crate) virtual_bytes: u64,
    /// When it began, in seconds since 1970.
    pub(crate) started_s: u64,
    /// Descriptors now, and how many there may be; absent where the system has no such thing.
    pub(crate) descriptors: Option<(usize, usize)>,
}

impl Process {
    /// This one, now. It reads files of the system and counts descriptors: for a thread that nobody waits for.
    pub(crate) fn now() -> Option<Self> {
        let this = get_current_pid().ok()?;
        let mut system = System::new();
        let what = ProcessRefreshKind::nothing().with_cpu().with_memory();
        system.refresh_processes_specifics(ProcessesToUpdate::Some(&[this]), false, what);
        let process = system.process(this)?;
        Some(Self {
            cpu_ms: process.accumulated_cpu_time(),
            resident_bytes: process.memory(),
            virtual_bytes: process.virtual_memory(),
            started_s: process.start_time(),
            descriptors: process.open_files().zip(process.open_files_limit()),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::{SystemTime, UNIX_EPOCH};

    use super::*;

    #[test]
    fn this_process_has_begun_and_takes_memory() {
        let process = Process::now().expect("it is there");
        let now_s = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        assert!((now_s - 24 * 60 * 60..=now_s).contains(&process.started_s), "{process:?}");
        assert!(process.virtual_bytes > process.resident_bytes && process.resident_bytes > 1 << 20, "{process:?}");
        if cfg!(target_os = "linux") {
            let (open, most) = process.descriptors.expect("Linux tells");
            assert!((3..=most).contains(&open), "{process:?}");
        }
    }
}
