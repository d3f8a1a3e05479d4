//! Last words: what is said to somebody who has no request that could be answered, before the connection is closed.

use std::time::{Duration, SystemTime};

use axum::http::StatusCode;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::Limits;
use crate::problem::{MEDIA_TYPE, Problem};

/// For how long somebody who is sent away may still say what they came for.
const STAY: Duration = Duration::from_secs(1);

/// As many headers as hyper reads if nothing else is said; to say so would cost an allocation for each request.
const HEADERS: usize = 100;

/// Says that, and closes. What they say is heard first, or else the system would take the answer back before they have read it.
pub(crate) async fn say(mut stream: TcpStream, words: &[u8]) {
    let farewell = async {
        stream.write_all(words).await?;
        stream.shutdown().await?;
        let mut heard = [0; 1024];
        while stream.read(&mut heard).await? > 0 {}
        Ok::<_, std::io::Error>(())
    };
    let _ = timeout(STAY, farewell).await;
}

/// For somebody who comes when there is no room.
pub(crate) fn no_room() -> Vec<u8> {
    let detail = "There are as many connections as there may be. Try again later.";
    answer(StatusCode::SERVICE_UNAVAILABLE, detail, "retry-after: 1\r\n")
}

/// For somebody whose words were not understood: what they said, and what hyper makes of it. With the status.
pub(crate) fn misunderstood(status: StatusCode, said: &[u8], limits: &Limits) -> (StatusCode, Vec<u8>) {
    let first_line = said.trim_ascii_start().split(|byte| *byte == b'\n');
    let (status, detail) = match status {
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE if first_line.count() < 2 => {
            (StatusCode::URI_TOO_LONG, format!("A request's first line has at most {} bytes here.", limits.head))
        }
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE => {
            let detail = format!(
                "A request has at most {HEADERS} headers here, and they and its first line have at most {} bytes.",
                limits.head
            );
            (status, detail)
        }
        _ if speaks_another_version(said) => {
            let detail = "This server speaks HTTP/1.1 and HTTP/1.0, and no other version.".to_owned();
            (StatusCode::HTTP_VERSION_NOT_SUPPORTED, detail)
        }
        status => (status, "That is not well-formed HTTP/1.1.".to_owned()),
    };
    (status, answer(status, &detail, ""))
}

/// Whether the first line is a request's, of another version.
fn speaks_another_version(said: &[u8]) -> bool {
    let line = said.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default().trim_ascii_end();
    let version = line.rsplit(|byte| *byte == b' ').next().and_then(|word| word.strip_prefix(b"HTTP/"));
    match version {
        Some([major, b'.', minor]) => {
            major.is_ascii_digit() && minor.is_ascii_digit() && (*major, *minor) > (b'1', b'1')
        }
        _ => false,
    }
}

/// Problem details with their head, written by hand: there is no request that a router could answer.
fn answer(status: StatusCode, detail: &str, more: &str) -> Vec<u8> {
    let body = serde_json::to_string(&Problem::new(status, detail, None)).unwrap_or_default();
    let date = httpdate::fmt_http_date(SystemTime::now());
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {MEDIA_TYPE}\r\ncache-control: no-store\r\nx-content-type-options: nosniff\r\n\
         {more}content-length: {}\r\nconnection: close\r\ndate: {date}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: StatusCode, said: &[u8]) -> u16 {
        misunderstood(status, said, &Limits::default()).0.as_u16()
    }

    #[test]
    fn a_first_line_without_an_end_is_too_long_and_headers_behind_one_are_too_large() {
        let too_large = StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE;
        assert_eq!(status(too_large, b"GET /xxx"), 414);
        assert_eq!(status(too_large, b"\r\nGET /xxx"), 414);
        assert_eq!(status(too_large, b"GET / HTTP/1.1\r\nx: yyy"), 431);
    }

    #[test]
    fn another_version_is_told_from_what_is_none() {
        let bad = StatusCode::BAD_REQUEST;
        for said in [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], b"GET / HTTP/9.9\r\n", b"\r\nGET / HTTP/1.2\n"] {
            assert_eq!(status(bad, said), 505, "{}", String::from_utf8_lossy(said));
        }
        for said in
            [&b"GET / HTTP/x.y\r\n"[..], b"GET / HTTP/11\r\n", b"GET / HTTP/1.1\r\nx\r\n", b"HTTP/2.0x", b"", b"\n"]
        {
            assert_eq!(status(bad, said), 400, "{}", String::from_utf8_lossy(said));
        }
    }

    #[test]
    fn the_body_is_as_long_as_the_head_says() {
        let text = String::from_utf8(no_room()).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("head and body");
        assert!(head.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{head}");
        assert!(head.lines().any(|line| line == format!("content-length: {}", body.len())), "{head}");
        assert!(serde_json::from_str::<Problem>(body).is_ok_and(|problem| problem.status == 503));
    }
}
