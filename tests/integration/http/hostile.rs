//! Bad input and bad neighbours: the right status, nothing leaked, still serving.

use std::time::Duration;

use anyhow::{Context, Result};
use http::Limits;
use trace::Conditions;

use super::client::Client;
use super::{House, until};

/// After whatever has happened, a good client is served.
async fn assert_serves(house: &House) -> Result<()> {
    assert_eq!(house.client().await?.get("/api/products/1").await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn what_is_no_http_is_refused_in_words_and_the_connection_closed() -> Result<()> {
    let house = House::open().await?;
    for (bytes, status, words) in [
        (&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], 400, "not well-formed"),
        (b"*1\r\n$4\r\nPING\r\n\r\n", 400, "not well-formed"),
        (b"GET\r\n\r\n", 400, "not well-formed"),
        (b"GET /healthz\r\n\r\n", 400, "not well-formed"),
        (b"GET /healthz HTTP/one\r\n\r\n", 400, "not well-formed"),
        (b"GET /healthz HTTP/9.9\r\n\r\n", 505, "HTTP/1.1 and HTTP/1.0"),
        (b"GET /healthz HTTP/2.0\r\nhost: localhost\r\n\r\n", 505, "HTTP/1.1 and HTTP/1.0"),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "HTTP/1.1 and HTTP/1.0"),
        (b"GET /healthz HTTP/1.1\r\nhost localhost\r\n\r\n", 400, "not well-formed"),
        (b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nx: a\x00b\r\n\r\n", 400, "not well-formed"),
        (b"GET /heal\x00thz HTTP/1.1\r\nhost: localhost\r\n\r\n", 400, "not well-formed"),
        (
            b"PUT /api/products/1 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nhello",
            400,
            "not well-formed",
        ),
        (b"PUT /api/products/1 HTTP/1.1\r\nhost: localhost\r\ncontent-length: -1\r\n\r\n", 400, "not well-formed"),
        (b"PUT /api/products/1 HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: gzip\r\n\r\n", 400, "not well-formed"),
    ] {
        let sent = String::from_utf8_lossy(bytes);
        // Alone, and behind a request that is answered.
        for before in ["", "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"] {
            let mut client = house.client().await?;
            client.send(&[before.as_bytes(), bytes].concat()).await?;
            if !before.is_empty() {
                assert_eq!(client.reply(false).await?.status, 200, "{sent}");
            }
            let reply = client.reply(false).await.with_context(|| sent.clone().into_owned())?;
            let (told, detail) = reply.problem().with_context(|| sent.clone().into_owned())?;
            assert_eq!((reply.status, told), (status, status), "{sent}");
            assert!(detail.contains(words), "{sent}: {detail}");
            assert_eq!(reply.header("connection"), Some("close"), "{sent}");
            assert!(reply.header("date").is_some_and(|date| date.ends_with(" GMT")), "{sent}");
            assert!(client.closes().await?, "{sent}");
        }
    }
    let page = String::from_utf8(house.client().await?.get("/metrics").await?.body)?;
    assert!(page.lines().any(|line| line == "http_requests_total{method=\"other\",code=\"505\"} 6"), "{page}");
    assert_serves(&house).await?;
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn a_chunked_body_that_is_none_is_refused_in_words_and_is_no_second_request() -> Result<()> {
    let house = House::open().await?;
    for body in
        ["xyz\r\nhello\r\n0\r\n\r\n", "-5\r\nhello\r\n", "5\r\nhelloGET / HTTP/1.1\r\n\r\n", "ffffffffffffffffff\r\n"]
    {
        let mut client = house.client().await?;
        let head = "PUT /api/products/1 HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n";
        client.send([head, body].concat().as_bytes()).await?;
        let reply = client.reply(false).await.with_context(|| body.to_owned())?;
        assert_eq!(reply.problem().with_context(|| body.to_owned())?.0, 400, "{body}");
        assert!(client.closes().await?, "{body}");
    }
    assert_eq!(house.lab.visited().sent, 0, "none of it came to the flow");
    assert_serves(&house).await?;
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn two_requests_cannot_be_smuggled_as_one() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    client
        .send(
            b"PUT /api/products/1 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 6\r\ntransfer-encoding: chunked\r\n\r\n\
              0\r\n\r\nGET /api/stats HTTP/1.1\r\nhost: localhost\r\n\r\n",
        )
        .await?;
    // Whichever of the two lengths is heeded, what is left over is not taken for a request on the same connection.
    let reply = client.reply(false).await?;
    assert!(matches!(reply.status, 200 | 400), "{reply:?}");
    assert!(client.reply(false).await.map_or(true, |second| second.status == 400 || second.status == 200));
    assert_serves(&house).await?;
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn heads_and_bodies_beyond_their_limits_are_refused() -> Result<()> {
    let house = House::open().await?;
    let many = "x: y\r\n".repeat(200);
    let long = format!("x: {}\r\n", "y".repeat(20 * 1024));
    for headers in [&many, &long] {
        let mut client = house.client().await?;
        let reply = client.ask("GET", "/healthz", headers, b"").await?;
        assert_eq!((reply.status, reply.problem()?.0), (431, 431));
        assert!(client.closes().await?);
    }
    // So much that the end of it is on its way when the answer comes.
    let path = format!("/{}", "x".repeat(700_000));
    let mut client = house.client().await?;
    let reply = client.get(&path).await?;
    assert_eq!((reply.status, reply.problem()?.0), (414, 414));
    assert!(client.closes().await?);

    // By its own word too long: it is not even read.
    let mut client = house.client().await?;
    client.send(b"PUT /api/products/1 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10000000\r\n\r\n").await?;
    let reply = client.reply(false).await?;
    assert_eq!((reply.status, reply.problem()?.0), (413, 413));

    // Without a word: it is read as far as it may go.
    let mut client = house.client().await?;
    let chunk = format!("4000\r\n{}\r\n", "x".repeat(0x4000));
    let head = "PUT /api/products/1 HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\n\r\n";
    client.send([head, &chunk, &chunk].concat().as_bytes()).await?;
    assert_eq!(client.reply(false).await?.problem()?.0, 413);

    let reply = house.client().await?.ask("PUT", "/api/products/1", "", b"{\"price_cents\": 1}").await?;
    assert_eq!(reply.problem()?.0, 400, "a body that says something is not passed over in silence");
    assert_serves(&house).await?;
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn who_sends_slowly_or_nothing_or_does_not_read_is_cut_off() -> Result<()> {
    let limits = Limits { patience: Duration::from_millis(300), ..Limits::default() };
    let house = House::with(Conditions::default(), limits).await?;
    let silent = house.client().await?;
    let mut slow_head = house.client().await?;
    slow_head.send(b"GET /healthz HTTP/1.1\r\nhost: local").await?;
    let mut idle = house.client().await?;
    assert_eq!(idle.get("/healthz").await?.status, 200);
    let mut slow_body = house.client().await?;
    slow_body.send(b"PUT /api/products/1 HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{").await?;

    assert_eq!(slow_body.reply(false).await?.problem()?.0, 408);
    for client in [silent, slow_head, idle, slow_body] {
        assert!(client.closes().await?);
    }
    let page = house.client().await?.get("/metrics").await?;
    let cut_off = String::from_utf8(page.body)?;
    assert!(cut_off.lines().any(|line| line == "http_connections_cut_off_total 3"), "{cut_off}");
    assert_serves(&house).await?;
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn no_path_leads_anywhere_but_to_what_there_is() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    for path in [
        "/",
        "//",
        "/api",
        "/api/products",
        "/api/products/",
        "/api/products/../stats",
        "/api/products/..%2f..%2fetc%2fpasswd",
        "/../../etc/passwd",
        "/api/products/%00",
        "/api/products/1/",
        "/api/products/1/2",
        "/api/products/1%2f2",
        "/api/products/0",
        "/api/products/-1",
        "/api/products/4294967296",
        "/API/PRODUCTS/1",
        "/api/products/1;x=1",
        "/healthz/",
        "/metrics.json",
    ] {
        let reply = client.get(path).await?;
        assert_eq!(reply.problem().with_context(|| path.to_owned())?.0, 404, "{path}");
        assert!(!String::from_utf8_lossy(&reply.body).contains("etc"), "nothing of it is said again");
    }
    for query in ["query=x", "query=page&query=page", "x=1", "query=%00"] {
        assert_eq!(client.get(&format!("/api/products/1?{query}")).await?.problem()?.0, 400, "{query}");
    }
    assert_serves(&house).await?;
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn wrong_methods_are_told_the_right_ones() -> Result<()> {
    let house = House::open().await?;
    for (method, path, allowed) in [
        ("POST", "/api/products/1", "GET,HEAD,PUT"),
        ("DELETE", "/api/products/1", "GET,HEAD,PUT"),
        ("OPTIONS", "/api/products/1", "GET,HEAD,PUT"),
        ("TRACE", "/healthz", "GET,HEAD"),
        ("BREW", "/api/cache", "DELETE"),
        ("GET", "/api/cache/1", "DELETE"),
        ("PUT", "/metrics", "GET,HEAD"),
    ] {
        let reply = house.client().await?.ask(method, path, "", b"").await?;
        assert_eq!((reply.problem()?.0, reply.header("allow")), (405, Some(allowed)), "{method} {path}");
    }
    let head = house.client().await?.ask("HEAD", "/api/products/1", "", b"").await?;
    assert_eq!((head.status, head.body.len(), head.header("x-cache")), (200, 0, Some("MISS")));
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn a_name_that_is_made_to_point_here_is_not_answered_and_other_sites_change_nothing() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    client.send(b"GET /api/products/1 HTTP/1.1\r\nhost: rebound.evil.example\r\n\r\n").await?;
    assert_eq!(client.reply(false).await?.problem()?.0, 421);
    client.send(b"GET /api/products/1 HTTP/1.1\r\n\r\n").await?;
    assert_eq!(client.reply(false).await?.problem()?.0, 400);

    for (method, path) in [("DELETE", "/api/cache"), ("PUT", "/api/products/1"), ("GET", "/api/products/1")] {
        for headers in ["origin: https://evil.example\r\n", "sec-fetch-site: cross-site\r\n", "origin: null\r\n"] {
            let reply = client.ask(method, path, headers, b"").await?;
            assert_eq!(reply.problem()?.0, 403, "{method} {path} {headers}");
            assert_eq!(reply.header("access-control-allow-origin"), None);
        }
    }
    let preflight = "origin: https://evil.example\r\naccess-control-request-method: DELETE\r\n";
    assert_eq!(client.ask("OPTIONS", "/api/cache", preflight, b"").await?.status, 403);
    assert_eq!(house.lab.visited().sent, 0, "none of it came to the flow");
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn beyond_as_many_connections_as_there_may_be_one_is_told_to_come_again() -> Result<()> {
    let house = House::with(Conditions::default(), Limits { connections: 2, ..Limits::default() }).await?;
    let (mut first, mut second) = (house.client().await?, house.client().await?);
    assert_eq!(first.get("/healthz").await?.status, 200);
    assert_eq!(second.get("/healthz").await?.status, 200);
    let mut third = house.client().await?;
    let reply = third.get("/healthz").await?;
    assert_eq!((reply.problem()?.0, reply.header("retry-after")), (503, Some("1")));
    assert!(third.closes().await?);

    // Those inside are served, and who leaves makes room.
    assert_eq!(first.get("/api/products/1").await?.status, 200);
    drop(second);
    loop {
        let mut next = house.client().await?;
        if next.get("/healthz").await.is_ok_and(|reply| reply.status == 200) {
            break;
        }
    }
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn a_crowd_that_comes_and_goes_leaves_nothing_behind() -> Result<()> {
    let house = House::open().await?;
    for _ in 0..20 {
        let mut crowd = Vec::new();
        for number in 0..50 {
            let mut client = Client::to(house.door.address()).await?;
            // Each goes away at another moment: before a word, in the middle of one, and before the answer.
            match number % 3 {
                0 => {}
                1 => client.send(b"GET /api/pro").await?,
                _ => client.send(b"GET /api/products/1 HTTP/1.1\r\nhost: localhost\r\n\r\n").await?,
            }
            crowd.push(client);
        }
        drop(crowd);
    }
    let mut client = house.client().await?;
    loop {
        let page = String::from_utf8(client.get("/metrics").await?.body)?;
        // The one that asks is left.
        if page.lines().any(|line| line == "http_connections 1")
            && page.lines().any(|line| line == "cachescope_requests_in_flight 0")
        {
            break;
        }
    }
    assert_serves(&house).await?;
    until(&house.lab, |status| matches!(status.traffic, lab::TrafficState::Visited { .. })).await?;
    house.close().await;
    Ok(())
}
