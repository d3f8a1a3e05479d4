//! Errors as problem details (RFC 9457): a status, and what happened in a sentence.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What such a body is.
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Problem {
    /// Says no more than the status: the detail does.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// The status in words.
    pub(crate) title: String,
    /// The status.
    pub(crate) status: u16,
    /// What happened, in a sentence.
    pub(crate) detail: String,
    /// Number of the request in Cachescope, where it got that far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) request: Option<u64>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, detail: impl Into<String>, request: Option<u64>) -> Self {
        Self {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or("Error").to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            request,
        }
    }
}

/// An answer that says what went wrong.
pub(crate) fn problem(status: StatusCode, detail: impl Into<String>) -> Response {
    numbered(status, detail, None)
}

/// The same of a request that has a number.
pub(crate) fn numbered(status: StatusCode, detail: impl Into<String>, request: Option<u64>) -> Response {
    let problem = Problem::new(status, detail, request);
    let mut response = Response::new(Body::from(serde_json::to_vec(&problem).unwrap_or_default()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// A refusal that may be no refusal later.
pub(crate) fn unavailable(detail: impl Into<String>, seconds: u16, request: Option<u64>) -> Response {
    let mut response = numbered(StatusCode::SERVICE_UNAVAILABLE, detail, request);
    response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    response
}

/// What the laboratory says when it sends nothing.
pub(crate) fn not_sent(error: &api::Error) -> Response {
    match error.code {
        api::ErrorCode::NotReady => unavailable(error.message.clone(), 2, None),
        // A planned comparison goes on, or the Stage is split, and this would be measured with it.
        api::ErrorCode::Invalid => unavailable(error.message.clone(), 30, None),
        api::ErrorCode::Failed => unavailable(error.message.clone(), 1, None),
    }
}
