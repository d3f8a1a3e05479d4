//! `cachescope serve`, as a shell user meets it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Stdio;

use anyhow::{Context, Result};
use tempfile::TempDir;

use super::client::Client;
use crate::command_line::{Running, command};

/// `cachescope serve` on a port of its own with these arguments besides, when requests can be answered; and where.
pub(super) fn serving(folder: &TempDir, more: &[&str]) -> Result<(Running, SocketAddr)> {
    let arguments = [&["serve", "--http", "127.0.0.1:0"], more].concat();
    let mut serving = Running(command(&arguments, folder.path()).stdout(Stdio::piped()).spawn()?);
    let mut lines = BufReader::new(serving.0.stdout.take().context("its output")?).lines();
    let address = line_that_begins(&mut lines, "The front door is open: http://")?.parse()?;
    line_that_begins(&mut lines, "Try: curl -i http://")?;
    Ok((serving, address))
}

/// Reads lines until one begins so, and gives the rest of it.
pub(super) fn line_that_begins(
    lines: &mut impl Iterator<Item = std::io::Result<String>>,
    begin: &str,
) -> Result<String> {
    for line in lines {
        if let Some(rest) = line?.strip_prefix(begin) {
            return Ok(rest.to_owned());
        }
    }
    anyhow::bail!("no line began with {begin:?}")
}

#[cfg(unix)]
#[tokio::test]
async fn it_serves_until_it_is_told_to_end_and_answers_what_is_under_way() -> Result<()> {
    let folder = TempDir::new()?;
    let arguments = ["serve", "--http", "127.0.0.1:0", "--database-fault", "slow=400ms"];
    let mut serving = Running(command(&arguments, folder.path()).stdout(Stdio::piped()).spawn()?);
    let mut lines = BufReader::new(serving.0.stdout.take().context("its output")?).lines();
    let address: SocketAddr = line_that_begins(&mut lines, "The front door is open: http://")?.parse()?;
    line_that_begins(&mut lines, "Try: curl -i http://")?;

    let mut client = Client::to(address).await?;
    let asked = "GET /api/products/42 HTTP/1.1\r\nhost: localhost\r\n\r\n";
    client.send(asked.as_bytes()).await?;
    // It is in the flow when its numbers say so.
    let mut other = Client::to(address).await?;
    while other.get("/api/stats").await?.json()?["under_way"] != 1 {}
    let id = serving.0.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status()?.success());

    let reply = client.reply(false).await?;
    assert_eq!((reply.status, reply.header("x-cache")), (200, Some("MISS")));
    assert!(serving.0.wait()?.success());
    assert_eq!(line_that_begins(&mut lines, "Closed")?, ".");
    Ok(())
}

#[tokio::test]
async fn a_port_that_is_taken_and_an_address_that_others_reach_are_refused_in_words() -> Result<()> {
    let folder = TempDir::new()?;
    let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let here = taken.local_addr()?.to_string();
    for (address, words) in [(here.as_str(), "is taken by another program"), ("0.0.0.0:0", "--let-other-machines-in")] {
        let mut refused =
            Running(command(&["serve", "--http", address], folder.path()).stderr(Stdio::piped()).spawn()?);
        let mut errors = String::new();
        refused.0.stderr.take().context("its errors")?.read_to_string(&mut errors)?;
        assert!(!refused.0.wait()?.success());
        assert!(errors.contains(words), "{errors}");
    }
    Ok(())
}
