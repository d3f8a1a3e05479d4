//! A traced hit through the flow against a bare redis-rs GET of the same value, in the same process on the same server;
//! with the server on the flow's runtime and on a thread of its own.
//!
//! The contestants take turns, a round each, so that a change in the machine's speed meets all alike. Printed are medians
//! over rounds of each round's median, and the ratio to the bare GET, pair by pair.

use std::error::Error;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use cache::{Cache, Dialect, Target};
use database::{Database, Size};
use flow::Flow;
use redis::aio::MultiplexedConnection;
use tokio::net::TcpListener;
use tokio::runtime::Builder;
use trace::{Collector, Conditions, Discard, MonotonicClock, Outcome, Query, Request, Sink};

const ROUNDS: usize = 60;
const REQUESTS: usize = 500;

fn main() -> Result<(), Box<dyn Error>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let folder = tempfile::tempdir()?;
        let database = Database::open_or_build(folder.path(), Size::Tiny, |_| {}).await?.database;
        println!("{ROUNDS} rounds of {REQUESTS} requests, one after another, query page; medians\n");

        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tokio::spawn(server::run(listener, pending()));
        compare("server on the flow's runtime", address, &database).await?;

        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        thread::spawn(move || serve(listener));
        compare("server on a thread of its own", address, &database).await
    })
}

fn serve(listener: std::net::TcpListener) -> std::io::Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async { server::run(TcpListener::from_std(listener)?, pending()).await })
}

async fn compare(placement: &str, address: SocketAddr, database: &Database) -> Result<(), Box<dyn Error>> {
    let cache = Cache::new(Target::own(address, Dialect::Redis));
    let clock = Arc::new(MonotonicClock::start());
    let conditions = Conditions { ttl_ms: 3_600_000, ..Conditions::default() };
    let flow = Flow::new(cache, database.clone(), &conditions, clock);
    let mut bare = redis::Client::open(format!("redis://{address}"))?.get_multiplexed_async_connection().await?;
    let request = Request::read(42, Query::Page);
    flow.read(&request, Discard).await;

    let (mut gets, mut untraced, mut traced) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        gets.push(round(async || get(&mut bare.clone(), &request).await).await);
        untraced.push(round(async || hit(&flow, &request, Discard).await).await);
        traced.push(round(async || hit(&flow, &request, Collector::new(1, request)).await).await);
    }
    let _: () = redis::cmd("PING").query_async(&mut bare).await?;

    println!("{placement}");
    println!("  bare redis-rs GET                      {:>6.2} µs", micros(median(&gets)));
    for (name, rounds) in [("hit, times thrown away", &untraced), ("hit, trace collected", &traced)] {
        let ratios: Vec<f64> =
            rounds.iter().zip(&gets).map(|(a, b)| a.as_nanos() as f64 / b.as_nanos() as f64).collect();
        let (time, ratio) = (micros(median(rounds)), median_ratio(ratios));
        println!("  {name:<38} {time:>6.2} µs   {ratio:.2}×");
    }
    println!();
    Ok(())
}

async fn get(connection: &mut MultiplexedConnection, request: &Request) {
    let value: Option<Vec<u8>> = redis::cmd("GET").arg(request.key()).query_async(connection).await.unwrap_or_default();
    assert!(value.is_some());
}

async fn hit(flow: &Flow, request: &Request, sink: impl Sink) {
    assert_eq!(flow.read(request, sink).await.outcome, Outcome::Hit);
}

/// The median time of one round's requests.
async fn round(mut request: impl AsyncFnMut()) -> Duration {
    let mut times = Vec::with_capacity(REQUESTS);
    for _ in 0..REQUESTS {
        let start = Instant::now();
        request().await;
        times.push(start.elapsed());
    }
    median(&times)
}

fn median(times: &[Duration]) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    sorted[sorted.len() / 2]
}

fn median_ratio(mut ratios: Vec<f64>) -> f64 {
    ratios.sort_unstable_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}

fn micros(time: Duration) -> f64 {
    time.as_nanos() as f64 / 1e3
}
