//! A window on a display of its own, driven through WebKit's driver. Shared by the tests and the frames benchmark.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use fantoccini::elements::Element;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long anything in the window may take. Only a failure takes this long.
const PATIENCE: Duration = Duration::from_secs(90);

/// A process ended with this value.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A display of its own.
pub(crate) struct Display {
    _server: Process,
    name: String,
}

impl Display {
    pub(crate) fn open(size: &str) -> Result<Self> {
        // Xvfb finds a free number by itself and writes it to its standard output.
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{size}x24")])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("Xvfb is missing; `make test` installs it (Debian's package xvfb)")?;
        let stdout = server.stdout.take().context("its output")?;
        let server = Process(server);
        let number = BufReader::new(stdout).lines().next().context("Xvfb ended at once")??;
        Ok(Self { _server: server, name: format!(":{number}") })
    }

    /// What `DISPLAY` must hold for a program to appear on it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

/// The app's window.
pub(crate) struct Window {
    pub(crate) client: Client,
    _driver: Process,
}

impl Window {
    pub(crate) async fn open(display: &Display, binary: &Path, data_dir: &Path) -> Result<Self> {
        let (driver, port) = start_driver(display).await?;
        let options = json!({ "binary": binary, "args": ["--data-dir", data_dir] });
        let capabilities = Capabilities::from_iter([("webkitgtk:browserOptions".to_owned(), options)]);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let connected = timeout(PATIENCE, builder.connect(&format!("http://127.0.0.1:{port}"))).await;
        let client = connected.context("the window did not open")??;
        Ok(Self { client, _driver: driver })
    }

    /// The text of the first element that the selector finds, once it is there and `holds` of it.
    pub(crate) async fn text_when(&self, selector: &str, holds: impl Fn(&str) -> bool) -> Result<String> {
        self.when(&format!("the text of {selector}"), async || {
            let Ok(element) = self.client.find(Locator::Css(selector)).await else { return Ok(None) };
            // A page that is being redrawn may take the element away in between.
            Ok(element.text().await.ok().filter(|text| holds(text)))
        })
        .await
    }

    /// Waits until the page, asked again and again, has an answer.
    pub(crate) async fn when<T>(&self, what: &str, ask: impl AsyncFn() -> Result<Option<T>>) -> Result<T> {
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            if let Some(answer) = ask().await? {
                return Ok(answer);
            }
        }
        self.save_screenshot("failed").await?;
        bail!("waited in vain for {what}; see tests/artifacts/failed.png")
    }

    /// Waits until the page and this element of it can be used.
    pub(crate) async fn enabled(&self, selector: &str) -> Result<Element> {
        self.when(&format!("{selector} to be enabled"), async || {
            let Ok(element) = self.client.find(Locator::Css(selector)).await else { return Ok(None) };
            Ok(element.is_enabled().await.unwrap_or(false).then_some(element))
        })
        .await
    }

    pub(crate) async fn click(&self, selector: &str) -> Result<()> {
        self.when(&format!("{selector} to be clickable"), async || Ok(self.enabled(selector).await?.click().await.ok()))
            .await
    }

    pub(crate) async fn press(&self, key: &str) -> Result<()> {
        let body = self.client.active_element().await?;
        Ok(body.send_keys(key).await?)
    }

    /// Which path is lit on the chart.
    pub(crate) async fn lit_path(&self, expected: &str) -> Result<()> {
        self.when(&format!("the path {expected}"), async || {
            let Ok(chart) = self.client.find(Locator::Css("[data-path]")).await else { return Ok(None) };
            Ok(chart.attr("data-path").await.ok().flatten().filter(|path| path == expected).map(drop))
        })
        .await
    }

    /// Whether a node of the chart is lit.
    pub(crate) async fn is_lit(&self, node: &str) -> Result<bool> {
        let node = self.client.find(Locator::Css(&format!("[data-testid=node-{node}]"))).await?;
        Ok(node.attr("data-lit").await?.as_deref() == Some("true"))
    }

    pub(crate) async fn save_screenshot(&self, name: &str) -> Result<()> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("artifacts");
        fs::create_dir_all(&folder)?;
        let picture = timeout(PATIENCE, self.client.screenshot()).await.context("the screenshot hangs")??;
        Ok(fs::write(folder.join(format!("{name}.png")), picture)?)
    }

    pub(crate) async fn close(self) -> Result<()> {
        Ok(timeout(PATIENCE, self.client.close()).await.context("the window did not close")??)
    }
}

/// Starts WebKit's driver and waits until it answers. It cannot find a free port by itself: should another program take
/// the one we found first, the next is tried.
async fn start_driver(display: &Display) -> Result<(Process, u16)> {
    for _ in 0..5 {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let driver = Command::new("WebKitWebDriver")
            .arg(format!("--port={port}"))
            .env("DISPLAY", &display.name)
            .env_remove("WAYLAND_DISPLAY")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("WebKitWebDriver is missing; `make test` installs it (Debian's package webkit2gtk-driver)")?;
        let mut driver = Process(driver);
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline && driver.0.try_wait()?.is_none() {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_ok() {
                return Ok((driver, port));
            }
        }
    }
    bail!("WebKitWebDriver did not start")
}
