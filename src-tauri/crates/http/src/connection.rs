//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval, timeout};
use tower_service::Service as _;

use crate::door::{Inside, OneMore};
use crate::problem::problem;

/// Into how many looks the time is divided that a client may take.
const LOOKS: u32 = 3;

/// How much of a connection is read ahead, in bytes, at least: what hyper asks for.
const LEAST_BUFFER: usize = 8 * 1024;

/// For how long somebody who is sent away may still say what they came for.
const FAREWELL: Duration = Duration::from_secs(1);

/// What somebody is told who comes when there is no room: written as it is, since nothing else is kept for them.
const NO_ROOM: &[u8] = b"HTTP/1.1 503 Service Unavailable\r\n\
    content-type: application/problem+json\r\n\
    cache-control: no-store\r\n\
    retry-after: 1\r\n\
    connection: close\r\n\
    content-length: 140\r\n\r\n\
    {\"type\":\"about:blank\",\"title\":\"Service Unavailable\",\"status\":503,\"detail\":\"There are as many connections as there may be. Try again later.\"}";

/// How far a connection is: two for each request, one when it begins and one when it has been answered.
#[derive(Debug, Default)]
struct Pulse(AtomicU64);

/// A request is being answered, until this is dropped.
struct Beat<'a>(&'a Pulse);

impl Pulse {
    fn begin(&self) -> Beat<'_> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Beat(self)
    }
}

impl Drop for Beat<'_> {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// Serves one connection until either side closes it, or its client takes too long: to send a request's head, to begin the next
/// request, or to take an answer. hyper's own timer for that costs an allocation and a turn of the timer's wheel for each
/// request; looking at a count now and then costs nothing, and sees those who do not read as well.
pub(crate) async fn serve(stream: TcpStream, inside: Arc<Inside>, app: Router, mut closing: watch::Receiver<bool>) {
    let _connected = OneMore::of(&inside.connected);
    inside.tally.connections.fetch_add(1, Ordering::Relaxed);
    let pulse = Arc::new(Pulse::default());
    let limits = inside.limits;
    let service = {
        let (inside, pulse) = (Arc::clone(&inside), Arc::clone(&pulse));
        service_fn(move |request| {
            let (inside, pulse, app) = (Arc::clone(&inside), Arc::clone(&pulse), app.clone());
            async move {
                let _beat = pulse.begin();
                Ok::<_, Infallible>(answer(&inside, app, request).await)
            }
        })
    };
    let mut builder = http1::Builder::new();
    builder
        .max_header_size(limits.head)
        .max_buf_size(limits.head.max(LEAST_BUFFER))
        .header_read_timeout(None::<Duration>);
    let connection = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
    let mut connection = pin!(connection);
    let mut closes = pin!(async move { drop(closing.wait_for(|closing| *closing).await) });
    let mut is_closing = false;
    let mut look = interval(limits.patience / LOOKS);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut before, mut idle) = (u64::MAX, 0);
    loop {
        tokio::select! {
            biased;
            _ = connection.as_mut() => return,
            () = &mut closes, if !is_closing => {
                is_closing = true;
                connection.as_mut().graceful_shutdown();
            }
            _ = look.tick() => {
                let now = pulse.0.load(Ordering::Relaxed);
                // Odd: the flow is at work, which has time-outs of its own.
                idle = if now == before && now.is_multiple_of(2) { idle + 1 } else { 0 };
                before = now;
                if idle == LOOKS {
                    inside.tally.cut_off.fetch_add(1, Ordering::Relaxed);
                    return;
                }
            }
        }
    }
}

async fn answer(inside: &Inside, mut app: Router, request: Request<Incoming>) -> Response<Body> {
    let method = request.method().clone();
    let response = match inside.names.check(&request) {
        Ok(()) => {
            let Ok(response) = app.call(request).await;
            response
        }
        Err(refusal) => problem(refusal.status, refusal.why),
    };
    inside.tally.count(&method, response.status());
    response
}

/// Tells somebody that there is no room, and closes. What they say is heard first, or else the system would take the answer
/// back before they have read it.
pub(crate) async fn send_away(mut stream: TcpStream) {
    let farewell = async {
        stream.write_all(NO_ROOM).await?;
        stream.shutdown().await?;
        let mut heard = [0; 1024];
        while stream.read(&mut heard).await? > 0 {}
        Ok::<_, std::io::Error>(())
    };
    let _ = timeout(FAREWELL, farewell).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_where_there_is_no_room_is_as_long_as_it_says() {
        let text = std::str::from_utf8(NO_ROOM).expect("text");
        let (head, body) = text.split_once("\r\n\r\n").expect("head and body");
        assert!(head.lines().any(|line| line == format!("content-length: {}", body.len())), "{} bytes", body.len());
        assert!(serde_json::from_str::<crate::problem::Problem>(body).is_ok_and(|problem| problem.status == 503));
    }
}
