/// Why a run did not begin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The workload makes no sense, or not on this catalogue. Nothing was sent.
    #[error("{0}")]
    Invalid(String),
    /// It was stopped while it got ready. Nothing that counts was sent.
    #[error("The run was stopped before it began.")]
    Stopped,
}
