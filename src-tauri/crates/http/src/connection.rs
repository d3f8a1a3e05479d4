//! One connection, from its first byte to its last.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};
use tower_service::Service as _;

use crate::door::{Inside, OneMore};
use crate::problem::problem;
use crate::wire::{Pulse, Wire};
use crate::{farewell, products};

/// Into how many looks the time is divided that a client may take.
const LOOKS: u32 = 3;

/// How much of a connection is read ahead, in bytes, at least: what hyper asks for.
const LEAST_BUFFER: usize = 8 * 1024;

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
        // Answers are small: put together they are sent for less than in pieces.
        .writev(false)
        .header_read_timeout(None::<Duration>);
    let wire = TokioIo::new(Wire::new(stream, Arc::clone(&pulse)));
    let mut connection = builder.serve_connection(wire, service).with_upgrades();
    let mut closes = pin!(async move { drop(closing.wait_for(|closing| *closing).await) });
    let mut is_closing = false;
    let mut look = interval(limits.patience / LOOKS);
    look.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut before, mut idle) = (u64::MAX, 0);
    let ended = loop {
        tokio::select! {
            biased;
            ended = &mut connection => break ended,
            () = &mut closes, if !is_closing => {
                is_closing = true;
                std::pin::Pin::new(&mut connection).graceful_shutdown();
            }
            _ = look.tick() => {
                let now = pulse.now();
                // Odd: the flow is at work, which has time-outs of its own.
                idle = if now == before && now.is_multiple_of(2) { idle + 1 } else { 0 };
                before = now;
                if idle == LOOKS {
                    inside.tally.cut_off.fetch_add(1, Ordering::Relaxed);
                    return;
                }
            }
        }
    };
    if let (Err(error), Some(parts)) = (ended, connection.into_parts()) {
        let (stream, unsaid) = parts.io.into_inner().into_inner();
        // To the beginning of HTTP/2 hyper wants to say nothing at all.
        let unsaid = unsaid.or_else(|| error.is_parse_version_h2().then_some(StatusCode::BAD_REQUEST));
        if let Some(status) = unsaid {
            let (status, words) = farewell::misunderstood(status, &parts.read_buf, &limits);
            inside.tally.count("", status);
            farewell::say(stream, &words).await;
        }
    }
}

async fn answer(inside: &Arc<Inside>, mut app: Router, request: Request<Incoming>) -> Response<Body> {
    let method = request.method().clone();
    let response = match inside.names.check(&request) {
        // The way that is gone most often is not looked for among all others.
        Ok(()) if products::is_read(&request) => {
            Box::pin(products::read(State(Arc::clone(inside)), request.map(|_| Body::empty()))).await
        }
        Ok(()) => {
            let Ok(response) = app.call(request).await;
            response
        }
        Err(refusal) => problem(refusal.status, refusal.why),
    };
    inside.tally.count(method.as_str(), response.status());
    response
}
