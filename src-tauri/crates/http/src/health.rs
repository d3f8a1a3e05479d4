//! `GET /healthz`: 503 until requests can be answered, then 200.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use lab::CatalogueState;
use schemars::JsonSchema;
use serde::Serialize;

use crate::cache::json;
use crate::door::Inside;
use crate::problem::unavailable;

/// That all is well.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Health {
    /// Always `ready`.
    status: &'static str,
}

/// Whether the catalogue is open. A cache that is down makes nothing unwell: its requests go to the database.
pub(crate) async fn health(State(inside): State<Arc<Inside>>) -> Response {
    match inside.lab.status().catalogue {
        CatalogueState::Ready { .. } => json(&Health { status: "ready" }),
        CatalogueState::Opening => unavailable("The catalogue is being opened.", 1, None),
        CatalogueState::Building { done_rows, total_rows, .. } => {
            unavailable(format!("The catalogue is being built: {done_rows} of {total_rows} rows."), 2, None)
        }
        CatalogueState::Asking { .. } => unavailable(
            "The database has no catalogue yet, and may only be given one once that is agreed to.",
            10,
            None,
        ),
        CatalogueState::Failed { .. } => {
            unavailable("The catalogue could not be opened; Cachescope's own window or terminal says why.", 10, None)
        }
    }
}
