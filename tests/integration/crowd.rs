//! Many clients, slow ones and rude ones, at the server alone: nobody else may notice, and nothing may stay behind.

use std::fs;
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use redis::Connection;
use socket2::SockRef;

use crate::command_line::{Running, server_alone};

/// A number of `INFO clients` or `INFO stats`.
fn count(redis: &mut Connection, name: &str) -> Result<usize> {
    let info: String = redis::cmd("INFO").arg("clients").arg("stats").query(redis)?;
    let count =
        info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).with_context(|| name.to_owned())?;
    Ok(count.trim().parse()?)
}

/// Asks until so many others have come, and all have been let go. That they never are would be found by the test's time
/// running out.
fn until_gone(redis: &mut Connection, others: usize) -> Result<()> {
    // The first to come is who asks.
    while count(redis, "total_connections_received")? < 1 + others || count(redis, "connected_clients")? > 1 {
        thread::yield_now();
    }
    Ok(())
}

/// Makes room for so many connections of this process, and keeps other crowds away meanwhile: there are descriptors for one of
/// them. How many there may be is answered.
pub(crate) fn crowd_of(wanted: usize) -> Result<(usize, MutexGuard<'static, ()>)> {
    /// What this process needs beside them.
    const OTHERS: u64 = 1_000;
    static ONE_CROWD: Mutex<()> = Mutex::new(());
    let turn = ONE_CROWD.lock().unwrap_or_else(PoisonError::into_inner);
    let all = wanted as u64 + OTHERS;
    let allowed = rlimit::increase_nofile_limit(all)?.min(all);
    Ok((usize::try_from(allowed.saturating_sub(OTHERS))?, turn))
}

/// One of many: when it goes, it leaves no port behind that the system keeps for a minute.
pub(crate) fn connect(address: SocketAddr) -> Result<TcpStream> {
    let client = TcpStream::connect(address)?;
    SockRef::from(&client).set_linger(Some(Duration::ZERO))?;
    Ok(client)
}

fn ping(redis: &mut Connection) -> Result<()> {
    let pong: String = redis::cmd("PING").query(redis)?;
    ensure!(pong == "PONG");
    Ok(())
}

/// Resident bytes of a server.
pub(crate) fn resident(running: &Running) -> Result<usize> {
    let status = fs::read_to_string(format!("/proc/{}/status", running.0.id()))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<usize>()? * 1024)
}

#[test]
fn ten_thousand_idle_clients_cost_little_and_keep_nobody_waiting() -> Result<()> {
    let (wanted, _turn) = crowd_of(10_000)?;
    let (running, address, mut redis) = server_alone(&["--port", "0", "--maxclients", "10100"])?;
    let before = resident(&running)?;
    let mut idle = (0..wanted).map(|_| connect(address)).collect::<Result<Vec<_>>>()?;
    // Connections are served in the order in which they came.
    for place in [0, wanted / 2, wanted - 1] {
        idle[place].write_all(b"PING\r\n")?;
        idle[place].read_exact(&mut [0; 7])?;
    }
    ping(&mut redis)?;
    assert_eq!(count(&mut redis, "connected_clients")?, wanted + 1);
    // A buffer for each would be 16 KiB.
    let each = (resident(&running)?.saturating_sub(before)) / wanted;
    assert!(each < 8 * 1024, "{each} bytes a client");
    drop(idle);
    until_gone(&mut redis, wanted)
}

#[test]
fn a_client_that_never_reads_fills_its_own_buffers_and_not_the_servers() -> Result<()> {
    let (running, address, mut redis) = server_alone(&["--port", "0"])?;
    let _: usize = redis::cmd("SETRANGE").arg("big").arg(1_000_000).arg("x").query(&mut redis)?;
    let before = resident(&running)?;
    let mut rude = TcpStream::connect(address)?;
    rude.set_nonblocking(true)?;
    let requests = b"GET big\r\n".repeat(1_000);
    let mut refusals = 0;
    while refusals < 1_000 {
        match rude.write(&requests) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                refusals += 1;
                ping(&mut redis)?;
            }
            Err(error) => return Err(error.into()),
        }
    }
    let grown = resident(&running)?.saturating_sub(before);
    assert!(grown < 32 << 20, "{grown} bytes more");
    drop(rude);
    until_gone(&mut redis, 1)
}

#[test]
fn a_listener_that_never_reads_is_let_go() -> Result<()> {
    let (_running, address, mut redis) =
        server_alone(&["--port", "0", "--client-output-buffer-limit", "pubsub", "1mb", "0", "0"])?;
    let mut rude = TcpStream::connect(address)?;
    rude.write_all(b"SUBSCRIBE news\r\n")?;
    rude.read_exact(&mut [0; b"*3\r\n$9\r\nsubscribe\r\n$4\r\nnews\r\n:1\r\n".len()])?;
    let message = "x".repeat(100_000);
    let mut told = 0;
    while redis::cmd("PUBLISH").arg("news").arg(&message).query::<usize>(&mut redis)? > 0 {
        told += 1;
        // What the sockets hold, and a megabyte.
        assert!(told < 1_000, "it listens without reading");
    }
    until_gone(&mut redis, 1)?;
    // It is counted at the next tick.
    while count(&mut redis, "client_output_buffer_limit_disconnections")? < 1 {
        thread::yield_now();
    }
    Ok(())
}

#[test]
fn a_request_byte_by_byte_is_answered_and_holds_up_nobody() -> Result<()> {
    let (_running, address, mut redis) = server_alone(&["--port", "0"])?;
    let mut slow = TcpStream::connect(address)?;
    slow.set_nodelay(true)?;
    for byte in b"*3\r\n$3\r\nSET\r\n$4\r\nslow\r\n$3\r\nand\r\nGET slow\r\nQUIT\r\n" {
        slow.write_all(&[*byte])?;
        ping(&mut redis)?;
    }
    let mut replies = String::new();
    slow.read_to_string(&mut replies)?;
    assert_eq!(replies, "+OK\r\n$3\r\nand\r\n+OK\r\n");
    Ok(())
}

#[test]
fn a_storm_of_connections_passes_and_leaves_nothing() -> Result<()> {
    let (_running, address, mut redis) = server_alone(&["--port", "0"])?;
    thread::scope(|scope| -> Result<()> {
        let rude = |kind: usize| {
            move || -> Result<()> {
                for turn in 0..1_000 {
                    let mut client = connect(address)?;
                    match (kind + turn) % 4 {
                        0 => {}
                        1 => client.write_all(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100\r\nhalf a requ")?,
                        // Gone before it has read: the server's replies meet a closed connection.
                        2 => client.write_all(&b"PING\r\n".repeat(100))?,
                        _ => client.write_all(b"WATCH k\r\nMULTI\r\nSUBSCRIBE c\r\nBLPOP list 0\r\n")?,
                    }
                }
                Ok(())
            }
        };
        let storm: Vec<_> = (0..4).map(|kind| scope.spawn(rude(kind))).collect();
        while storm.iter().any(|thread| !thread.is_finished()) {
            ping(&mut redis)?;
        }
        for thread in storm {
            thread.join().expect("it does not panic")?;
        }
        Ok(())
    })?;
    until_gone(&mut redis, 4_000)?;
    let left: (Vec<String>, usize) = redis::pipe().cmd("PUBSUB").arg("CHANNELS").cmd("DBSIZE").query(&mut redis)?;
    assert_eq!(left, (Vec::new(), 0));
    Ok(())
}

#[test]
fn of_a_pipeline_cut_off_whole_requests_count_and_no_others() -> Result<()> {
    let (_running, address, mut redis) = server_alone(&["--port", "0"])?;
    for (number, cut) in (1..).zip([1, 10, 100, 1_000, 10_000]) {
        cut_off(address, cut)?;
        until_gone(&mut redis, number)?;
        let (one, other): (Option<usize>, Option<usize>) =
            redis::pipe().cmd("GETDEL").arg("one").cmd("GETDEL").arg("other").query(&mut redis)?;
        let (one, other) = (one.unwrap_or(0), other.unwrap_or(0));
        assert!(one <= cut && (one == other || one == other + 1), "{one} and {other} of {cut}");
    }
    Ok(())
}

/// Sends so many pairs of requests and half of another, and goes without reading a reply.
fn cut_off(address: SocketAddr, pairs: usize) -> Result<()> {
    let mut client = TcpStream::connect(address)?;
    client.write_all(&b"INCR one\r\nINCR other\r\n".repeat(pairs))?;
    client.write_all(b"*2\r\n$4\r\nINCR\r\n$3\r\non")?;
    Ok(())
}
