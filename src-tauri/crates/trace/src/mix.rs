use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Which shares of the requests are reads, writes and reads of what is not there.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema, TS)]
#[serde(default)]
pub struct Mix {
    /// Writes among the requests, in percent; the rest are reads.
    pub write_percent: f64,
    /// Reads of products that do not exist among the reads, in percent.
    pub missing_percent: f64,
    /// Reads come in runs of this many consecutive products at most; the length of each run is uniform. 1: no runs.
    pub longest_run: u32,
    /// Each write comes right after a read of the same product.
    pub read_before_write: bool,
}

impl Default for Mix {
    fn default() -> Self {
        Self { write_percent: 0.0, missing_percent: 0.0, longest_run: 1, read_before_write: false }
    }
}

impl Mix {
    /// Whether it makes sense; if not, a sentence says why.
    pub(crate) fn check(self) -> Result<(), String> {
        for (what, share) in [("writes", self.write_percent), ("missing products", self.missing_percent)] {
            if !(0.0..=100.0).contains(&share) {
                return Err(format!("The share of {what} must be between 0 % and 100 %."));
            }
        }
        if !(1..=1_000).contains(&self.longest_run) {
            return Err("A run of reads must be 1 to 1,000 products long.".to_owned());
        }
        Ok(())
    }
}
