//! The window's page in a browser: who is let in. That it works there, ui/tests/served shows.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::Stdio;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::client::Client;
use super::serve::line_that_begins;
use crate::command_line::{Running, command};

/// `cachescope serve --ui`, and the address it printed, with the token.
async fn served(folder: &TempDir) -> Result<(Running, String)> {
    let arguments = ["serve", "--ui", "--http", "127.0.0.1:0"];
    let mut serving = Running(command(&arguments, folder.path()).stdout(Stdio::piped()).spawn()?);
    let mut lines = BufReader::new(serving.0.stdout.take().context("its output")?).lines();
    let url = line_that_begins(&mut lines, "The window, in a browser: ")?;
    line_that_begins(&mut lines, "Try: curl -i http://")?;
    Ok((serving, url))
}

/// Asks for the socket with that token, as a page of that origin, and gives the status.
async fn knock(address: SocketAddr, token: &str, origin: &str) -> Result<u16> {
    let headers = format!(
        "connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
         sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\nsec-websocket-protocol: cachescope, token.{token}\r\n\
         origin: {origin}\r\n"
    );
    Ok(Client::to(address).await?.ask("GET", "/ui/socket", &headers, b"").await?.status)
}

#[tokio::test]
async fn the_socket_opens_to_a_page_of_ours_that_knows_the_token_and_to_no_other() -> Result<()> {
    let folder = TempDir::new()?;
    let (_serving, url) = served(&folder).await?;
    let (origin, token) = url.split_once("/?token=").context("an address with a token")?;
    let address: SocketAddr = origin.trim_start_matches("http://").parse()?;

    assert_eq!(knock(address, token, origin).await?, 101);
    let other = if token.starts_with('0') { "1" } else { "0" };
    let wrong = format!("{other}{}", &token[1..]);
    for token in ["", "0", wrong.as_str()] {
        assert_eq!(knock(address, token, origin).await?, 401, "{token:?}");
    }
    assert_eq!(knock(address, token, "https://evil.example").await?, 403);

    let page = Client::to(address).await?.get("/").await?;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let policy = page.header("content-security-policy").context("a policy")?;
    assert!(policy.starts_with("default-src 'none'; script-src 'self';"), "{policy}");
    assert!(!String::from_utf8_lossy(&page.body).contains(token), "the page does not give the token away");
    for path in ["/assets/nothing.js", "/assets/..%2f..%2fetc/passwd", "/assets/../index.html"] {
        assert_eq!(Client::to(address).await?.get(path).await?.status, 404, "{path}");
    }
    Ok(())
}
