//! The clock that frames go by where no display has one: a thread of WebKit's in the app's process, which sleeps between ticks.
//! No more frames can be drawn than it ticks.

use std::fs;

use anyhow::{Context, Result};

/// How often it has ticked: it gives its processor up once a tick, when it goes to sleep.
pub(crate) fn ticks(app: u32) -> Result<u64> {
    for task in fs::read_dir(format!("/proc/{app}/task"))?.flatten() {
        let name = fs::read_to_string(task.path().join("comm")).unwrap_or_default();
        if name.trim_end() == "VBlankMonitor" {
            let status = fs::read_to_string(task.path().join("status"))?;
            let sleeps = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            return Ok(sleeps.context("the kernel's count")?.trim().parse()?);
        }
    }
    Ok(0)
}
