//! The machine a recording ran on.

use std::fs;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sysinfo::{CpuRefreshKind, RefreshKind, System};
use ts_rs::TS;

/// What one has to know of a machine to judge whether two recordings can be compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Environment {
    /// The processor, as it names itself.
    pub cpu: String,
    /// How many processors the system counts.
    pub cores: u32,
    /// Main memory in MiB.
    #[ts(type = "number")]
    pub memory_mib: u64,
    /// The operating system and its version.
    pub os: String,
    /// The version of its kernel.
    pub kernel: String,
    /// The version of Cachescope.
    pub app: String,
    /// The cache's server and its version, as it says itself.
    pub engine: String,
    /// The database and its version.
    pub database: String,
    /// Where power comes from and how the processors are clocked, where the system tells.
    pub power: Option<String>,
}

impl Environment {
    /// This machine, with those parts.
    #[must_use]
    pub fn here(app: &str, engine: String, database: String) -> Self {
        let system = System::new_with_specifics(
            RefreshKind::nothing()
                .with_cpu(CpuRefreshKind::nothing())
                .with_memory(sysinfo::MemoryRefreshKind::nothing().with_ram()),
        );
        let cpu = system.cpus().first().map(|cpu| cpu.brand().trim().to_owned()).unwrap_or_default();
        Self {
            cpu,
            cores: u32::try_from(system.cpus().len()).unwrap_or(u32::MAX),
            memory_mib: system.total_memory() / (1024 * 1024),
            os: System::long_os_version().unwrap_or_default(),
            kernel: System::kernel_version().unwrap_or_default(),
            app: app.to_owned(),
            engine,
            database,
            power: power(),
        }
    }

    /// Whether it is the same machine with the same system, as far as can be told.
    #[must_use]
    pub fn same_machine(&self, other: &Self) -> bool {
        (&self.cpu, self.cores, self.memory_mib, &self.os, &self.kernel)
            == (&other.cpu, other.cores, other.memory_mib, &other.os, &other.kernel)
    }
}

/// On Linux, whether the mains are plugged in and which governor clocks the processors.
fn power() -> Option<String> {
    let read = |path: &str| fs::read_to_string(path).ok().map(|text| text.trim().to_owned());
    let mains = fs::read_dir("/sys/class/power_supply").ok().into_iter().flatten().flatten().find_map(|supply| {
        let online = fs::read_to_string(supply.path().join("online")).ok()?;
        Some(if online.trim() == "1" { "mains" } else { "battery" })
    });
    let governor = read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").map(|name| format!("governor {name}"));
    let parts: Vec<String> = mains.map(str::to_owned).into_iter().chain(governor).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Tells how busy the machine is.
#[derive(Debug)]
pub struct Busy {
    system: System,
}

impl Default for Busy {
    fn default() -> Self {
        let mut system = System::new();
        system.refresh_cpu_usage();
        Self { system }
    }
}

impl Busy {
    /// How busy all processors were since the last time, with everything that runs, in percent. To be asked at most five times
    /// a second: the system's own count is no finer.
    pub fn percent(&mut self) -> f32 {
        self.system.refresh_cpu_usage();
        self.system.global_cpu_usage()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_machine_has_a_processor_and_is_the_same_as_itself() {
        let here = Environment::here("1.2.3", "bundled".to_owned(), "SQLite 3".to_owned());
        assert!(here.cores > 0 && here.memory_mib > 0, "{here:?}");
        assert!(here.same_machine(&Environment { app: "9".to_owned(), ..here.clone() }));
        assert!(!here.same_machine(&Environment { cores: here.cores + 1, ..here.clone() }));
    }
}
