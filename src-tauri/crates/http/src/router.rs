use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::{delete, get};

use crate::door::Inside;
use crate::problem::problem;
use crate::{Page, cache, health, openapi, page, products, prometheus, stats};

/// Every way there is. More are added here, and told in `openapi.rs`.
pub(crate) fn app(inside: &Arc<Inside>, page: Option<Page>) -> Router {
    let page = page.map_or_else(Router::new, |page| page::ways(inside, page));
    Router::new()
        .route("/api/products/{id}", get(products::read).put(products::write))
        .route("/api/cache/{id}", delete(cache::clear_product))
        .route("/api/cache", delete(cache::clear))
        .route("/api/stats", get(stats::stats))
        .route("/api/openapi.json", get(openapi::serve))
        .route("/metrics", get(prometheus::scrape))
        .route("/healthz", get(health::health))
        .fallback(nowhere)
        .method_not_allowed_fallback(not_so)
        .with_state(Arc::clone(inside))
        .merge(page)
}

async fn nowhere() -> Response {
    problem(StatusCode::NOT_FOUND, "There is nothing here. /api/openapi.json tells what there is.")
}

/// The headers say which methods there are.
async fn not_so(request: Request) -> Response {
    problem(StatusCode::METHOD_NOT_ALLOWED, format!("{} cannot be asked of this.", request.method()))
}
