//! Good clients and hostile ones at the same server, for ten minutes: the good ones must see no error, and memory must
//! stay flat.
//!
//! ```text
//!   make soak                       # ten minutes
//!   SOAK_MINUTES=1 make soak        # or as long as you like
//! ```
//!
//! The server is `target/release/cachescope server` in a process of its own, with a limit for memory and eviction, so that
//! keys come and go. What is printed is its resident memory, what the good clients did, and what the hostile ones tried.

use std::env;
use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use redis::aio::MultiplexedConnection;
use redis::{AsyncCommands as _, RedisError};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

/// How often it is said how things stand.
const REPORT: Duration = Duration::from_secs(10);

/// How much larger the median of the last fifth of the time may be than that of the second: by then all keys and buffers that
/// will be there are there.
const GROWTH: f64 = 1.10;

/// How much larger the largest size ever may be than that median: a hostile client may fill what it is allowed to fill at any
/// time, and what that comes to is bounded too.
const PEAK: f64 = 1.25;

/// What has happened so far.
#[derive(Debug, Default)]
struct Tally {
    good: AtomicU64,
    hostile: AtomicU64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let minutes: f64 = env::var("SOAK_MINUTES").ok().and_then(|minutes| minutes.parse().ok()).unwrap_or(10.0);
    let length = Duration::from_secs_f64(minutes * 60.0);
    let (server, address) = start().await?;
    let process = server.id().context("the server has ended")?;
    println!("server {process} on {address}, {minutes} minutes");
    let tally = Arc::new(Tally::default());
    let mut good = JoinSet::new();
    for seed in 0..8 {
        good.spawn(good_client(address, seed, Arc::clone(&tally)));
    }
    good.spawn(listener(address, Arc::clone(&tally)));
    let mut hostile = JoinSet::new();
    for kind in 0..HOSTILE {
        hostile.spawn(hostile_client(address, kind, Arc::clone(&tally)));
    }
    let begin = Instant::now();
    let mut sizes = Vec::new();
    while begin.elapsed() < length {
        tokio::select! {
            Some(ended) = good.join_next() => bail!("a good client was let down: {:#}", ended?.unwrap_err()),
            () = sleep(REPORT.min(length)) => {}
        }
        let (elapsed, size) = (begin.elapsed().as_secs_f64(), resident(process)?);
        sizes.push((elapsed, size));
        println!(
            "{elapsed:6.0} s   {:8.1} MiB   {:>12} good   {:>9} hostile",
            size,
            tally.good.load(Ordering::Relaxed),
            tally.hostile.load(Ordering::Relaxed)
        );
    }
    let whole = begin.elapsed().as_secs_f64();
    let fifth = |which: f64| {
        let within = |at: f64| (which - 1.0..which).contains(&(at * 5.0 / (whole * 1.001)));
        median(sizes.iter().filter(|(at, _)| within(*at)).map(|(_, size)| *size).collect())
    };
    let (early, late) = (fifth(2.0), fifth(5.0));
    let most = sizes.iter().map(|(_, size)| *size).fold(0.0, f64::max);
    println!("medians: {early:.1} MiB in the second fifth, {late:.1} MiB in the last; at most {most:.1} MiB");
    ensure!(late <= early.max(1.0) * GROWTH, "memory has grown");
    ensure!(most <= early.max(1.0) * PEAK, "memory has had a peak that nothing accounts for");
    println!("Memory is flat, and no good client saw an error.");
    Ok(())
}

async fn start() -> Result<(Child, SocketAddr)> {
    let target = env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let binary = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(target).join("release/cachescope");
    let mut server = Command::new(&binary)
        .args(["server", "--port", "0", "--maxmemory", "64mb", "--maxmemory-policy", "allkeys-lru"])
        .args(["--maxclients", "2000", "--timeout", "30"])
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .with_context(|| format!("{} is missing: make build", binary.display()))?;
    let output = server.stdout.take().context("it has no output")?;
    let mut lines = BufReader::new(output).lines();
    let line = lines.next_line().await?.context("the server said nothing")?;
    let address = line.split(" is ready on ").nth(1).and_then(|rest| rest.split(". ").next());
    let address = address.with_context(|| format!("no address in {line:?}"))?.parse()?;
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((server, address))
}

fn median(mut sizes: Vec<f64>) -> f64 {
    sizes.sort_by(f64::total_cmp);
    sizes.get(sizes.len() / 2).copied().unwrap_or(f64::NAN)
}

/// MiB.
fn resident(process: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).context("the server has ended")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kib / 1024.0)
}

async fn connect(address: SocketAddr) -> Result<MultiplexedConnection> {
    Ok(redis::Client::open(format!("redis://{address}"))?.get_multiplexed_async_connection().await?)
}

/// Does what clients do, on keys of its own, and checks every answer.
async fn good_client(address: SocketAddr, seed: u64, tally: Arc<Tally>) -> Result<()> {
    let mut connection = connect(address).await?;
    let mut random = seed;
    for turn in 0_u64.. {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (key, size) = (format!("good:{seed}:{}", (random >> 33) % 5_000), 10 + (random >> 40) % 2_000);
        let value = "v".repeat(usize::try_from(size)?);
        let _: () = connection.set_ex(&key, &value, 60).await?;
        // It may have been evicted, but what is there is what was put there.
        let read: Option<String> = connection.get(&key).await?;
        ensure!(read.is_none_or(|read| read == value), "{key} holds something else");
        let (hash, list, set, sorted) =
            (format!("h:{seed}"), format!("l:{seed}"), format!("s:{seed}"), format!("z:{seed}"));
        let mut pipe = redis::pipe();
        pipe.atomic();
        pipe.del(&hash).ignore().del(&list).ignore().del(&set).ignore().del(&sorted).ignore();
        pipe.hset(&hash, "turn", turn).ignore().hget(&hash, "turn");
        pipe.rpush(&list, &[1, 2, 3]).ignore().lrange(&list, 0, -1);
        pipe.sadd(&set, &[1, 2]).ignore().scard(&set);
        pipe.zadd(&sorted, "m", 3).ignore().zscore(&sorted, "m");
        let found: Result<(u64, Vec<u8>, usize, f64), RedisError> = pipe.query_async(&mut connection).await;
        ensure!(found? == (turn, vec![1, 2, 3], 2, 3.0), "a transaction was not what it should be");
        let _: usize = connection.publish("soak", turn).await?;
        tally.good.fetch_add(14, Ordering::Relaxed);
    }
    Ok(())
}

/// Listens and reads what comes.
async fn listener(address: SocketAddr, tally: Arc<Tally>) -> Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"SUBSCRIBE soak\r\n").await?;
    let mut buffer = vec![0; 64 * 1024];
    while stream.read(&mut buffer).await? > 0 {
        tally.good.fetch_add(1, Ordering::Relaxed);
    }
    bail!("the listener was let go")
}

/// How many kinds of hostile clients there are.
const HOSTILE: usize = 9;

/// Tries to do harm in one way, again and again. That it fails is no matter.
async fn hostile_client(address: SocketAddr, kind: usize, tally: Arc<Tally>) {
    loop {
        let _ = timeout(Duration::from_secs(20), attack(address, kind)).await;
        tally.hostile.fetch_add(1, Ordering::Relaxed);
        sleep(Duration::from_millis(5)).await;
    }
}

async fn attack(address: SocketAddr, kind: usize) -> Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    match kind {
        // Half a request, and gone.
        0 => stream.write_all(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100\r\nhalf").await?,
        // Announces more than it sends.
        1 => {
            stream.write_all(b"*1048576\r\n$3\r\nSET\r\n$536870912\r\n").await?;
            stream.write_all(&vec![b'x'; 1 << 20]).await?;
        }
        // No protocol at all.
        2 => {
            let noise: Vec<u8> = (0..10_000_u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
            stream.write_all(&noise).await?;
        }
        // Asks for a lot and never reads.
        3 => {
            stream.write_all(b"SETRANGE hostile:big 1000000 x\r\n").await?;
            for _ in 0..1_000 {
                stream.write_all(&b"GET hostile:big\r\n".repeat(100)).await?;
            }
        }
        // Listens and never reads, while it is talked to.
        4 => {
            stream.write_all(b"PSUBSCRIBE *\r\n").await?;
            sleep(Duration::from_secs(5)).await;
        }
        // One byte at a time.
        5 => {
            for byte in b"*2\r\n$3\r\nGET\r\n$4\r\nslow\r\n" {
                stream.write_all(&[*byte]).await?;
                sleep(Duration::from_millis(500)).await;
            }
        }
        // Many at once that say nothing.
        6 => {
            let mut crowd = Vec::new();
            for _ in 0..500 {
                crowd.push(TcpStream::connect(address).await?);
            }
        }
        // A long pipeline, killed in the middle.
        7 => {
            let _ = stream.try_write(
                &b"INCR hostile:counter\r\nLPUSH hostile:list x\r\nLTRIM hostile:list 0 99\r\n".repeat(1_000),
            );
        }
        // Every watch and wait there is, and gone.
        _ => {
            stream.write_all(b"WATCH a b c\r\nMONITOR\r\nMULTI\r\nSET a b\r\n").await?;
            let mut other = TcpStream::connect(address).await?;
            other.write_all(b"BLPOP hostile:none hostile:never 0\r\n").await?;
            sleep(Duration::from_millis(100)).await;
        }
    }
    Ok(())
}
