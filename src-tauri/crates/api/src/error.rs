use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What went wrong, for a face to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize, TS)]
#[error("{message}")]
#[ts(rename = "ApiError")]
pub struct Error {
    /// What a face should do about it.
    pub code: ErrorCode,
    /// What happened, what was kept and what to do, in sentences.
    pub message: String,
}

/// What a face should do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Show it beside the field it is about.
    Invalid,
    /// The catalogue is not ready: wait for it.
    NotReady,
    /// Show it.
    Failed,
}

impl From<lab::Error> for Error {
    fn from(error: lab::Error) -> Self {
        let code = match error {
            lab::Error::Invalid(_) | lab::Error::Recording(recording::Error::Invalid(_)) => ErrorCode::Invalid,
            lab::Error::NotReady(_) => ErrorCode::NotReady,
            lab::Error::Recording(_)
            | lab::Error::Cache(_)
            | lab::Error::Look(_)
            | lab::Error::Rows(_)
            | lab::Error::SettingsNotKept { .. }
            | lab::Error::NotSplit(_)
            | lab::Error::Start(_)
            | lab::Error::Closing => ErrorCode::Failed,
        };
        Self { code, message: error.to_string() }
    }
}
