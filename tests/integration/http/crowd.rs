//! Ten thousand connections at the door.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use super::client::Client;
use super::serve::serving;
use crate::crowd::{connect, crowd_of, resident};

/// What somebody hears who was not asked for anything.
fn farewell(stream: &mut TcpStream) -> Result<Option<String>> {
    stream.set_read_timeout(Some(Duration::from_secs(1)))?;
    let mut heard = Vec::new();
    match stream.read_to_end(&mut heard) {
        Ok(_) => Ok(Some(String::from_utf8(heard)?)),
        // It was let in: nothing is said to it.
        Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
        // Sent away without a word, since too many were told at once.
        Err(error) if error.kind() == ErrorKind::ConnectionReset => Ok(Some(String::new())),
        Err(error) => Err(error.into()),
    }
}

/// A number of the door's own.
async fn metric(client: &mut Client, name: &str) -> Result<usize> {
    let page = String::from_utf8(client.get("/metrics").await?.body)?;
    let value = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    Ok(value.with_context(|| name.to_owned())?.parse()?)
}

/// One of the crowd: every third says nothing, every third begins a request and does not end it, the others ask and stay.
fn one_of_many(address: SocketAddr, number: usize) -> Result<TcpStream> {
    let mut stream = connect(address)?;
    let said: &[u8] = match number % 3 {
        0 => b"",
        1 => b"GET /api/products/42 HTTP/1.1\r\nhost: loc",
        _ => b"GET /api/products/42?query=lookup HTTP/1.1\r\nhost: localhost\r\n\r\n",
    };
    // Whoever was sent away already may find that nobody listens.
    let _ = stream.write_all(said);
    Ok(stream)
}

#[tokio::test]
#[expect(
    clippy::await_holding_lock,
    reason = "the turn lasts as long as the test, and nobody else on this runtime waits for it"
)]
async fn ten_thousand_connections_are_served_up_to_the_limit_and_sent_away_beyond_it_and_leave_nothing() -> Result<()> {
    let (wanted, _turn) = crowd_of(10_000)?;
    let places = wanted * 4 / 5;
    let folder = TempDir::new()?;
    let (door, address) = serving(&folder, &["--http-connections", &places.to_string()])?;
    let mut good = Client::to(address).await?;
    assert_eq!(good.get("/api/products/42?query=lookup").await?.status, 200);
    let before = resident(&door)?;

    // As many as there is room for: nobody notices them.
    let mut crowd = Vec::new();
    for number in 1..places {
        crowd.push(one_of_many(address, number)?);
        if number % 100 == 0 {
            assert_eq!(good.get("/api/products/42?query=lookup").await?.header("x-cache"), Some("HIT"));
        }
    }
    // Connections are accepted in the order in which they came.
    let mut last = Client::to(address).await?;
    while metric(&mut good, "http_connections_total").await?
        + metric(&mut good, "http_connections_refused_total").await?
        < places + 1
    {}
    let each = resident(&door)?.saturating_sub(before) / places;
    assert!(each < 32 * 1024, "{each} bytes a connection");

    // Beyond that they are told to come again, or sent away without a word where many come at once. Whoever sends nothing for
    // long is cut off, so that on a slow machine there may be room again for some.
    let (mut told, mut let_in) = (0, 0);
    for number in places..wanted {
        let mut surplus = connect(address)?;
        if number % 10 == 0 {
            match farewell(&mut surplus)? {
                None => let_in += 1,
                Some(said) if said.is_empty() => {}
                Some(said) => {
                    ensure!(said.starts_with("HTTP/1.1 503 ") && said.contains("\r\nretry-after: 1\r\n"), "{said}");
                    ensure!(said.contains("application/problem+json"), "{said}");
                    told += 1;
                }
            }
        }
        crowd.push(surplus);
    }
    let cut_off = metric(&mut good, "http_connections_cut_off_total").await?;
    assert!(told > 0 || cut_off > 0, "nobody was told");
    assert!(let_in <= cut_off, "{let_in} were let in where there was no room");
    assert!(metric(&mut good, "http_connections").await? <= places);
    let refused = metric(&mut good, "http_connections_refused_total").await?;
    assert!(refused + cut_off + places >= wanted, "{refused} refused, {cut_off} cut off");
    assert_eq!(good.get("/api/products/42?query=lookup").await?.header("x-cache"), Some("HIT"));
    let _ = last.get("/healthz").await;

    drop(crowd);
    drop(last);
    while metric(&mut good, "http_connections").await? > 1
        || metric(&mut good, "cachescope_requests_in_flight").await? > 0
    {}
    for _ in 0..100 {
        assert_eq!(Client::to(address).await?.get("/api/products/1").await?.status, 200);
    }
    Ok(())
}
