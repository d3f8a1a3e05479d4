//! The page of the window, for a browser: its files, and who may use it.
//!
//! The files hold nothing that is secret, so anybody on this machine may have them. What moves the laboratory is the socket
//! (`socket.rs`), and that opens only to a page that knows the launch token, which is printed where the door was opened.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::Response;
use axum::routing::get;
use bytes::Bytes;
use tokio::sync::Semaphore;
use uuid::Uuid;

use crate::door::Inside;
use crate::problem::problem;
use crate::socket;

const CROSS_ORIGIN_OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// How many pages may be open at once.
const PAGES: usize = 16;

/// The page that a browser is given.
#[derive(Debug, Clone)]
pub struct Page {
    files: Arc<HashMap<String, Bytes>>,
    token: Arc<str>,
}

impl Page {
    /// A page of these files, by their paths from the root (`index.html`, `assets/index.js`), with a token of its own.
    #[must_use]
    pub fn new(files: impl IntoIterator<Item = (String, Bytes)>) -> Self {
        let files = files.into_iter().map(|(path, bytes)| (path.trim_start_matches('/').to_owned(), bytes)).collect();
        Self { files: Arc::new(files), token: Uuid::new_v4().simple().to_string().into() }
    }

    /// What a page has to know to be let in: 122 random bits.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    fn file(&self, path: &str) -> Option<(&str, &Bytes)> {
        let path = path.trim_start_matches('/');
        let path = if path.is_empty() { "index.html" } else { path };
        self.files.get_key_value(path).map(|(path, bytes)| (path.as_str(), bytes))
    }
}

/// What the handlers of the page share.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    pub(crate) inside: Arc<Inside>,
    pub(crate) page: Page,
    pub(crate) places: Arc<Semaphore>,
}

/// The page's ways, beside the door's own.
pub(crate) fn ways(inside: &Arc<Inside>, page: Page) -> Router {
    let room = Room { inside: Arc::clone(inside), page, places: Arc::new(Semaphore::new(PAGES)) };
    Router::new()
        .route("/ui/socket", get(socket::open))
        .route("/", get(file))
        .route("/index.html", get(file))
        .route("/assets/{*path}", get(file))
        .with_state(room)
}

async fn file(State(room): State<Room>, uri: Uri, headers: HeaderMap) -> Response {
    let Some((path, bytes)) = room.page.file(uri.path()) else {
        return problem(StatusCode::NOT_FOUND, "The page has no such file.");
    };
    let mut response = Response::new(Body::from(bytes.clone()));
    let answer = response.headers_mut();
    answer.insert(CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    answer.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    answer.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    answer.insert(CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    // Assets are named by what they hold; the page itself is that of the binary that runs.
    let lasting = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    answer.insert(CACHE_CONTROL, HeaderValue::from_static(lasting));
    // The guard has let this name in.
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    if let Ok(policy) = HeaderValue::try_from(policy(host)) {
        answer.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// As strict as in the window: nothing but what came with the page, and a socket to where it came from.
fn policy(host: &str) -> String {
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; img-src 'self' data:; \
         connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("html") => "text/html; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("woff2") => "font/woff2",
        Some("json") => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_its_files_and_no_other() {
        let page = Page::new([("/index.html".to_owned(), Bytes::from_static(b"<p>"))]);
        assert!(page.file("/").is_some() && page.file("/index.html").is_some());
        assert!(page.file("/assets/../index.html").is_none() && page.file("//etc/passwd").is_none());
    }

    #[test]
    fn each_start_has_a_token_of_its_own() {
        let token = || Page::new([]).token().to_owned();
        assert_eq!(token().len(), 32);
        assert_ne!(token(), token());
    }
}
