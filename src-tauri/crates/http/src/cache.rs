//! `DELETE /api/cache` and `DELETE /api/cache/{id}`: what the cache holds of ours is removed.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use schemars::JsonSchema;
use serde::Serialize;

use crate::door::Inside;
use crate::problem::not_sent;
use crate::products::product_in;

/// What was removed.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Removed {
    /// How many keys; null where the server cannot count them (mini-redis is started anew instead).
    keys: Option<u64>,
}

/// Removes every key of ours; nobody else's is touched.
pub(crate) async fn clear(State(inside): State<Arc<Inside>>) -> Response {
    match api::clear_for_visitor(&inside.lab).await {
        Ok(cleared) => json(&Removed { keys: cleared.keys }),
        Err(error) => not_sent(&error),
    }
}

/// Removes the keys of one product, whether they are there or not.
pub(crate) async fn clear_product(State(inside): State<Arc<Inside>>, asked: Request) -> Response {
    let product = match product_in(asked.uri().path(), "/api/cache/") {
        Ok(product) => product,
        Err(refused) => return *refused,
    };
    match api::clear_product(&inside.lab, product).await {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(error) => not_sent(&error),
    }
}

/// Something as JSON that is true now and not to be kept.
pub(crate) fn json(value: &impl Serialize) -> Response {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    // Plain data: there is none of it that JSON cannot hold.
    (headers, Body::from(serde_json::to_vec(value).unwrap_or_default())).into_response()
}
