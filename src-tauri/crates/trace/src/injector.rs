use std::fmt::Debug;

/// Who puts time into steps on purpose, and keeps account of it.
pub trait Injector: Debug + Send + Sync {
    /// How many of the nanoseconds from `start_ns` to `end_ns`, on the clock of the run, were put into a step that lasted for
    /// just that long; `answered` says whether the step had its answer at its end, or failed.
    fn injected_ns(&self, start_ns: u64, end_ns: u64, answered: bool) -> u64;
}
