//! `GET` and `PUT /api/products/{id}`: a read and a write, through the flow.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request as HttpRequest, State};
use axum::http::header::{CONNECTION, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::Response;
use http_body_util::{BodyExt as _, Limited};
use hyper::body::Body as _;
use lab::Answered;
use tokio::time::timeout;
use trace::{Outcome, ProductId, Query, Request};

use crate::door::{Inside, OneMore};
use crate::etag;
use crate::head::Head;
use crate::problem::{not_sent, numbered, problem, unavailable};
use crate::seen::Seen;

/// What stands before a product's number.
const PLACE: &str = "/api/products/";

/// Whether this is one that [`read`] answers.
pub(crate) fn is_read<B>(asked: &axum::http::Request<B>) -> bool {
    let product = asked.uri().path().strip_prefix(PLACE);
    asked.method() == Method::GET && product.is_some_and(|product| !product.is_empty() && !product.contains('/'))
}

/// Answers a read.
pub(crate) async fn read(State(inside): State<Arc<Inside>>, asked: HttpRequest) -> Response {
    let request = match product_in(asked.uri().path(), PLACE).and_then(|id| Ok(Request::read(id, query(&asked)?))) {
        Ok(request) => request,
        Err(refused) => return *refused,
    };
    let Some(_place) = OneMore::below(&inside.under_way, inside.limits.under_way) else {
        return turned_away(&inside, request);
    };
    let mut seen = Seen::new();
    let answered = match api::let_in(&inside.lab, request, &mut seen).await {
        Ok(answered) => answered,
        Err(error) => return not_sent(&error),
    };
    let head = Head::of(&request, answered.id, answered.outcome, &seen);
    let (tag, age_ns) = (etag::of(answered.digest), answered.age_ns);
    let body = match found(&request, answered) {
        Ok(body) => body,
        Err(mut refused) => {
            refused.headers_mut().extend(head.finish());
            return *refused;
        }
    };
    let known = asked.headers().get_all(IF_NONE_MATCH).iter().any(|named| etag::is_among(&tag, named.as_bytes()));
    let headers = head.json().etag(&tag).age(age_ns).finish();
    if known { not_modified(headers) } else { ok(headers, body) }
}

/// Carries out a write: the one there is raises the price by a cent.
pub(crate) async fn write(State(inside): State<Arc<Inside>>, asked: HttpRequest) -> Response {
    let request = match product_in(asked.uri().path(), PLACE) {
        Ok(id) => Request { query: inside.lab.status().conditions.query, ..Request::write(id) },
        Err(refused) => return *refused,
    };
    if let Some(refused) = nothing_more(&inside, asked).await {
        return refused;
    }
    let Some(_place) = OneMore::below(&inside.under_way, inside.limits.under_way) else {
        return turned_away(&inside, request);
    };
    // As a task of its own: a client who goes away must not leave the row changed and the cache as it was.
    let lab = inside.lab.clone();
    let written = tokio::spawn(async move {
        let mut seen = Seen::new();
        let answered = api::let_in(&lab, request, &mut seen).await;
        answered.map(|answered| (answered, seen))
    });
    let (answered, seen) = match written.await {
        Ok(Ok(written)) => written,
        Ok(Err(error)) => return not_sent(&error),
        Err(_) => return problem(StatusCode::INTERNAL_SERVER_ERROR, "Nobody knows what became of the write."),
    };
    let head = Head::of(&request, answered.id, answered.outcome, &seen);
    match found(&request, answered) {
        Ok(body) => ok(head.json().finish(), body),
        Err(mut refused) => {
            refused.headers_mut().extend(head.finish());
            *refused
        }
    }
}

/// The number of a product behind that part of a path.
pub(crate) fn product_in(path: &str, place: &str) -> Result<ProductId, Box<Response>> {
    let word = path.strip_prefix(place).unwrap_or_default();
    let is_number = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let product = if is_number { word.parse().ok().filter(|product| *product > 0) } else { None };
    product
        .ok_or_else(|| Box::new(problem(StatusCode::NOT_FOUND, "There is no such product. They are numbered from 1.")))
}

/// What is asked about it.
fn query(asked: &HttpRequest) -> Result<Query, Box<Response>> {
    let refused = |detail: &str| Box::new(problem(StatusCode::BAD_REQUEST, detail));
    let Some(text) = asked.uri().query().filter(|text| !text.is_empty()) else { return Ok(Query::default()) };
    let name = text.strip_prefix("query=").filter(|name| !name.contains('&'));
    let name = name.ok_or_else(|| refused("The only parameter is query, and it is given once."))?;
    name.parse().map_err(|_| refused("There is no such query; the queries are lookup, page and report."))
}

/// What the client is given, or why it is given nothing.
fn found(request: &Request, answered: Answered) -> Result<Vec<u8>, Box<Response>> {
    let (id, product) = (answered.id, request.product);
    Err(Box::new(match (answered.outcome, answered.body) {
        (Outcome::Shed, _) => {
            unavailable("The request was refused, to spare the database. Try again later.", 1, Some(id))
        }
        (Outcome::Error, _) => {
            let detail = "No answer could be given; the request's notes in Cachescope say why.";
            unavailable(detail, 1, Some(id))
        }
        (_, Some(body)) => return Ok(body),
        (_, None) => numbered(StatusCode::NOT_FOUND, format!("There is no product {product}."), Some(id)),
    }))
}

fn ok(headers: HeaderMap, body: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(body));
    *response.headers_mut() = headers;
    response
}

fn not_modified(headers: HeaderMap) -> Response {
    let mut response = ok(headers, Vec::new());
    *response.status_mut() = StatusCode::NOT_MODIFIED;
    response
}

/// There are more requests under way than can be borne. This one counts as refused, and shows on the Stage as such.
fn turned_away(inside: &Inside, request: Request) -> Response {
    let limit = inside.limits.under_way;
    let why = format!("The front door turned it away: {limit} requests were under way.");
    match api::turn_away(&inside.lab, request, &why) {
        Ok(id) => {
            let mut response =
                unavailable("There are as many requests under way as can be borne. Try again later.", 1, Some(id));
            response.headers_mut().extend(Head::of(&request, id, Outcome::Shed, &Seen::new()).finish());
            response
        }
        Err(error) => not_sent(&error),
    }
}

/// The write takes no body. One that is there all the same is read as far as it may go, and must say nothing.
async fn nothing_more(inside: &Inside, asked: HttpRequest) -> Option<Response> {
    let limit = inside.limits.body;
    let body = asked.into_body();
    if body.is_end_stream() {
        return None;
    }
    let too_large = || {
        let detail = format!("A body has at most {limit} bytes here, and this write needs none.");
        closing(problem(StatusCode::PAYLOAD_TOO_LARGE, detail))
    };
    if body.size_hint().lower() > limit as u64 {
        return Some(too_large());
    }
    let read = timeout(inside.limits.patience, Limited::new(body, limit).collect()).await;
    let Ok(read) = read else {
        return Some(closing(problem(StatusCode::REQUEST_TIMEOUT, "The body did not come in time.")));
    };
    match read.map(|body| body.to_bytes()) {
        Ok(body) if matches!(body.trim_ascii(), b"" | b"{}") => None,
        Ok(_) => {
            let detail = "The write there is raises the price by a cent. It takes no body, or an empty object.";
            Some(problem(StatusCode::BAD_REQUEST, detail))
        }
        Err(error) if error.is::<http_body_util::LengthLimitError>() => Some(too_large()),
        Err(_) => Some(closing(problem(StatusCode::BAD_REQUEST, "The body broke off, or is not well formed."))),
    }
}

/// What was not read of a body would be taken for the next request.
fn closing(mut response: Response) -> Response {
    response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status<T: std::fmt::Debug>(refused: Result<T, Box<Response>>) -> u16 {
        refused.expect_err("refused").status().as_u16()
    }

    #[test]
    fn a_product_is_a_number_from_1_written_in_digits() {
        assert_eq!(product_in("/api/products/42", PLACE).expect("a number"), 42);
        assert_eq!(product_in("/api/products/4294967295", PLACE).expect("a number"), u32::MAX);
        for path in ["0", "-1", "+1", "4294967296", "1.5", "x", "", "1/2", "%31", "..", "99999999999999999999999"] {
            assert_eq!(status(product_in(&format!("{PLACE}{path}"), PLACE)), 404, "{path}");
        }
    }

    #[test]
    fn what_is_no_read_of_one_product_is_left_to_the_router() {
        let asked = |method: &str, path: &str| {
            is_read(&HttpRequest::builder().method(method).uri(path).body(Body::empty()).expect("a request"))
        };
        assert!(asked("GET", "/api/products/1?query=lookup") && asked("GET", "/api/products/x"));
        for (method, path) in [("HEAD", "1"), ("PUT", "1"), ("GET", ""), ("GET", "1/2"), ("GET", "1/")] {
            assert!(!asked(method, &format!("{PLACE}{path}")), "{method} {path}");
        }
        assert!(!asked("GET", "/api/products") && !asked("GET", "/api/cache/1"));
    }

    #[test]
    fn a_query_is_asked_for_by_name_and_is_a_page_if_nothing_is_said() {
        let asked = |uri: &str| query(&HttpRequest::get(uri).body(Body::empty()).expect("a request"));
        assert_eq!(asked("/api/products/1").expect("the usual one"), Query::Page);
        assert_eq!(asked("/api/products/1?").expect("the usual one"), Query::Page);
        assert_eq!(asked("/api/products/1?query=report").expect("by name"), Query::Report);
        for wrong in ["query=", "query=pages", "querry=page", "query=page&query=report", "query=page&x=1", "&"] {
            assert_eq!(status(asked(&format!("/api/products/1?{wrong}"))), 400, "{wrong}");
        }
    }
}
