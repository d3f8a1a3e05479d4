//! How many frames a second the real window presents under load, how long its main thread is busy in each, what drawing
//! costs the traffic, and whether memory stays flat.
//!
//! ```text
//!   make build && cargo bench -p tests --bench frames             # a few minutes
//!   FLAT_MINUTES=10 cargo bench -p tests --bench frames           # instead: ten minutes of memory
//! ```
//!
//! Under Xvfb no display says when to draw. WebKit stands a clock of its own in, which sleeps 16 ms after each tick: 62 a second at
//! best, fewer where it is kept waiting before it sleeps. How often it ticked stands beside the frames.
//!
//! The release binary runs under Xvfb with WebKitGTK as it ships, drawing in software. A frame is one moment of
//! requestAnimationFrame in which something on the page was changed, on a canvas or elsewhere: one in which nothing was is not
//! counted. Its time is told twice:
//!
//! - busy: on the page's own clock, from the frame's first callback to the first task after the page was laid out and painted
//!   (WebKit's clock ticks in whole milliseconds). A thread that waits for a processor is busy by this clock.
//! - running: what the kernel counts of the main thread from the beginning of one frame to that of the next: all of its work,
//!   answers that come between frames included, and nothing else. How long it waited for a processor stands beside it.

#[path = "frames/clock.rs"]
mod clock;
#[path = "../integration/driver.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod driver;
#[path = "frames/main_thread.rs"]
mod main_thread;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use database::{Database, Size};
use driver::{Display, Window};
use lab::Settings;
use main_thread::MainThread;
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;
use trace::{Conditions, Length, Pace, Query, Rate, Spacing, Workload};

/// How long frames are counted for, in milliseconds.
const WATCHED_MS: u32 = 10_000;

/// What a frame of the main thread should stay under, in milliseconds.
const BUDGET_MS: f64 = 8.0;

/// Rounds of a run that is drawn against one that is not.
const ROUNDS: usize = 5;

/// How long each of those runs lasts, in milliseconds.
const RUN_MS: u32 = 4_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let binary = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(target()).join("release/cachescope");
    if !binary.is_file() {
        bail!("{} is missing: make build", binary.display());
    }
    let folder = TempDir::new()?;
    Database::open_or_build(folder.path(), Size::Small, |_| {}).await?.database.close().await?;

    if let Some(minutes) = env::var("FLAT_MINUTES").ok().and_then(|minutes| minutes.parse().ok()) {
        return memory(&binary, folder.path(), minutes).await;
    }
    for size in ["1280x800", "1920x1080"] {
        println!("{size}: frames a second, and main-thread milliseconds a frame");
        for (name, rate) in
            [("no traffic", None), ("5,000 a second", Some(5_000.0)), ("20,000 a second", Some(20_000.0))]
        {
            println!("  {name:<16} {}", frames(&binary, folder.path(), size, rate).await?);
        }
    }
    println!(
        "\nthe window drawing against quiet, {ROUNDS} rounds of {} s each, taken alternately; medians",
        RUN_MS / 1_000
    );
    for rate in [5_000.0, 20_000.0] {
        drawn_against_quiet(&binary, folder.path(), rate).await?;
    }
    Ok(())
}

/// Cargo's target folder, which may be elsewhere.
fn target() -> PathBuf {
    env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from)
}

/// Reads only, of looked-up products, most of them hits: what is measured is the window, not the database.
fn settings(rate: Option<f64>, length: Length, quiet: bool) -> Settings {
    let workload = Workload {
        pace: Pace::Open { rate: Rate::Steady { per_second: rate.unwrap_or(200.0) }, spacing: Spacing::Constant },
        length,
        warm: true,
        products: Some(2_000),
        ..Workload::default()
    };
    let conditions = Conditions { query: Query::Lookup, ttl_ms: 3_600_000, ..Conditions::default() };
    Settings { conditions, workload, quiet, ..Settings::default() }
}

async fn open(display: &Display, binary: &Path, folder: &Path, settings: &Settings) -> Result<Window> {
    fs::write(folder.join("settings.json"), serde_json::to_vec(settings)?)?;
    let window = Window::open(display, binary, folder).await?;
    window.enabled("[data-testid=send]").await?;
    Ok(window)
}

/// Starts the traffic by its key, and waits until it runs.
async fn start(window: &Window) -> Result<()> {
    window.press("t").await?;
    window
        .when("the traffic to run", async || {
            Ok((invoke(window, "status", Value::Null).await?["traffic"]["state"] == "running").then_some(()))
        })
        .await
}

async fn invoke(window: &Window, command: &str, request: Value) -> Result<Value> {
    const SCRIPT: &str = "const [command, request, done] = arguments;
        window.__TAURI_INTERNALS__.invoke(command, request === null ? {} : { request }).then(done, (error) => done({ error }));";
    let reply = window.client.execute_async(SCRIPT, vec![json!(command), request]).await?;
    match reply.get("error") {
        Some(error) => bail!("{command}: {error}"),
        None => Ok(reply),
    }
}

async fn frames(binary: &Path, folder: &Path, size: &str, rate: Option<f64>) -> Result<String> {
    // The page's own callbacks are wrapped, so that the first of a frame is seen, whoever asked for it. What a frame changes is
    // seen by the first task after it.
    const SCRIPT: &str = "const [ms, done] = arguments;
        const frames = [], channel = new MessageChannel();
        const request = window.requestAnimationFrame.bind(window);
        const pen = CanvasRenderingContext2D.prototype;
        let changed = false, frame = null;
        for (const stroke of ['clearRect', 'fillRect', 'drawImage', 'putImageData', 'stroke', 'fill', 'fillText']) {
          const draw = pen[stroke];
          pen[stroke] = function (...how) {
            changed = true;
            return draw.apply(this, how);
          };
        }
        new MutationObserver(() => (changed = true)).observe(document.body,
          { subtree: true, childList: true, attributes: true, characterData: true });
        function mark(now) {
          if (frame?.now === now) return;
          frame = { now, began: performance.now() };
          channel.port2.postMessage(now);
        }
        channel.port1.onmessage = ({ data }) => {
          if (changed) frames.push({ ...frame, over: data === frame.now ? performance.now() : frame.began });
          changed = false;
        };
        window.requestAnimationFrame = (draw) => request((now) => {
          mark(now);
          draw(now);
        });
        const end = performance.now() + ms;
        function count(now) {
          mark(now);
          if (now < end) request(count);
          else setTimeout(() => done(frames), 200);
        }
        request(count);";
    let display = Display::open(size)?;
    let window = open(&display, binary, folder, &settings(rate, Length::UntilStopped, false)).await?;
    resize(&window, size).await?;
    if rate.is_some() {
        start(&window).await?;
        // The strip is full after half a minute; a third of that shows its steady state well enough.
        tokio::time::sleep(Duration::from_secs(10)).await;
    }
    window
        .client
        .update_timeouts(fantoccini::wd::TimeoutConfiguration::new(Some(Duration::from_secs(120)), None, None))
        .await?;
    let zero = clock_zero(&window).await?;
    let thread = MainThread::watch(pages()?);
    let app = process("cachescope")?;
    let (began, before) = (Instant::now(), clock::ticks(app)?);
    let frames = window.client.execute_async(SCRIPT, vec![json!(WATCHED_MS)]).await?;
    let ticks = (clock::ticks(app)? - before) as f64 / began.elapsed().as_secs_f64();
    let frames: Vec<Drawn> = serde_json::from_value(frames)?;
    let starts: Vec<_> = frames.iter().map(|frame| zero + Duration::from_secs_f64(frame.began / 1e3)).collect();
    let (mut running, mut waiting): (Vec<_>, Vec<_>) =
        thread.between(&starts)?.into_iter().map(|spent| (spent.running, spent.waiting)).unzip();
    let mut gaps: Vec<_> = frames.windows(2).map(|pair| pair[1].now - pair[0].now).collect();
    let mut busy: Vec<_> = frames.iter().map(|frame| frame.over - frame.began).collect();
    let seconds: f64 = gaps.iter().sum::<f64>() / 1e3;
    let count = gaps.len();
    let achieved = match invoke(&window, "summary", json!({ "first_second": 0 })).await? {
        Value::Null => String::new(),
        run => {
            let sent = run["summary"]["counts"]["sent"].as_f64().context("a count")?;
            format!(", {:.0} sent a second", sent / (run["elapsed_ns"].as_f64().context("a time")? / 1e9))
        }
    };
    window.close().await?;
    if count == 0 {
        return Ok(format!("{:>5} fps: nothing changes, and nothing is drawn", 0));
    }
    Ok(format!(
        "{:>5.1} fps of {ticks:.1} ticks, gap p10 {:.0}, p50 {:.0}, p90 {:.0}, p99 {:.0} ms{achieved}\n{INDENT}busy     {}\n{INDENT}running  {}; waiting for a processor p50 {:.1}, p99 {:.1} ms",
        count as f64 / seconds,
        quantile(&mut gaps, 0.1),
        quantile(&mut gaps, 0.5),
        quantile(&mut gaps, 0.9),
        quantile(&mut gaps, 0.99),
        in_words(&mut busy),
        in_words(&mut running),
        quantile(&mut waiting, 0.5),
        quantile(&mut waiting, 0.99),
    ))
}

/// A frame in which something was changed, on the page's clock, in milliseconds.
#[derive(Debug, Deserialize)]
struct Drawn {
    now: f64,
    began: f64,
    over: f64,
}

/// What stands before a line that goes on with the one above.
const INDENT: &str = "                     ";

/// Milliseconds of many frames.
fn in_words(ms: &mut [f64]) -> String {
    let over = ms.iter().filter(|ms| **ms > BUDGET_MS).count();
    format!(
        "p50 {:.1}, p99 {:.1}, max {:.1} ms; over {BUDGET_MS} ms: {:.1} of a hundred",
        quantile(ms, 0.5),
        quantile(ms, 0.99),
        quantile(ms, 1.0),
        100.0 * over as f64 / ms.len().max(1) as f64,
    )
}

/// When the page's clock was at 0, as near as asking tells: within a millisecond or so.
async fn clock_zero(window: &Window) -> Result<Instant> {
    let mut best: Option<(Duration, Instant)> = None;
    for _ in 0..30 {
        let asked = Instant::now();
        let now = window.client.execute("return performance.now()", vec![]).await?.as_f64().context("a time")?;
        let took = asked.elapsed();
        if best.is_none_or(|(quickest, _)| took < quickest) {
            best = Some((took, asked + took / 2 - Duration::from_secs_f64(now / 1e3)));
        }
    }
    best.map(|(_, zero)| zero).context("an answer")
}

async fn resize(window: &Window, size: &str) -> Result<()> {
    let (width, height) = size.split_once('x').context("a size")?;
    let (width, height) = (width.parse()?, height.parse()?);
    // WebKit's driver waits for the change, also where there is none to come.
    if window.client.get_window_rect().await? == (0, 0, u64::from(width), u64::from(height)) {
        return Ok(());
    }
    Ok(window.client.set_window_rect(0, 0, width, height).await?)
}

async fn drawn_against_quiet(binary: &Path, folder: &Path, rate: f64) -> Result<()> {
    let (mut drawn, mut quiet) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        drawn.push(timed_run(binary, folder, rate, false).await?);
        quiet.push(timed_run(binary, folder, rate, true).await?);
    }
    println!("  {rate} a second             drawing        quiet   ratio");
    for (index, name) in ["requests a second", "response p50, µs", "response p99, µs"].into_iter().enumerate() {
        let of = |runs: &[[f64; 3]]| runs.iter().map(|run| run[index]).collect::<Vec<_>>();
        let mut ratios: Vec<f64> = of(&drawn).iter().zip(of(&quiet)).map(|(drawn, quiet)| drawn / quiet).collect();
        let (drawn, quiet) = (quantile(&mut of(&drawn), 0.5), quantile(&mut of(&quiet), 0.5));
        println!("    {name:<20} {drawn:>10.1} {quiet:>12.1}   {:.2}×", quantile(&mut ratios, 0.5));
    }
    Ok(())
}

/// One run to its end: requests a second, and the response time's p50 and p99 in microseconds.
async fn timed_run(binary: &Path, folder: &Path, rate: f64, quiet: bool) -> Result<[f64; 3]> {
    let display = Display::open("1280x800")?;
    let window = open(&display, binary, folder, &settings(Some(rate), Length::Time { ms: RUN_MS }, quiet)).await?;
    start(&window).await?;
    tokio::time::sleep(Duration::from_millis(RUN_MS.into())).await;
    let run = window
        .when("the run to end", async || {
            let run = invoke(&window, "summary", json!({ "first_second": 0 })).await?;
            Ok((!run["verdict"].is_null()).then_some(run))
        })
        .await?;
    window.close().await?;
    let all = &run["summary"]["all"]["response"];
    let number = |value: &Value| value.as_f64().context("a number");
    let per_second = number(&run["summary"]["counts"]["sent"])? / (number(&run["elapsed_ns"])? / 1e9);
    Ok([per_second, number(&all["p50_ns"])? / 1e3, number(&all["p99_ns"])? / 1e3])
}

/// Resident memory, minute by minute. What the page's collector leaves behind is the least of a minute; between two
/// collections it grows, so it is the least and the median that tell whether it is flat.
async fn memory(binary: &Path, folder: &Path, minutes: u32) -> Result<()> {
    println!(
        "resident memory at 20,000 a second drawn, in MiB, looked at every second: least, median, most of each minute"
    );
    let display = Display::open("1280x800")?;
    let window = open(&display, binary, folder, &settings(Some(20_000.0), Length::UntilStopped, false)).await?;
    start(&window).await?;
    let (app, page) = (process("cachescope")?, pages()?);
    let mut tick = tokio::time::interval(Duration::from_secs(1));
    for minute in 1..=minutes {
        let (mut apps, mut pages) = (Vec::new(), Vec::new());
        for _ in 0..60 {
            tick.tick().await;
            apps.push(resident_mib(app)?);
            pages.push(resident_mib(page)?);
        }
        let told = |values: &mut [f64]| [0.0, 0.5, 1.0].map(|at| quantile(values, at));
        let ([a, b, c], [d, e, f]) = (told(&mut apps), told(&mut pages));
        println!("  minute {minute:>2}   app {a:>6.1} {b:>6.1} {c:>6.1}   page {d:>6.1} {e:>6.1} {f:>6.1}");
    }
    let status = invoke(&window, "status", Value::Null).await?;
    if status["traffic"]["state"] != "running" {
        bail!("the traffic did not run to the end: {}", status["traffic"]);
    }
    window.close().await
}

fn quantile(values: &mut [f64], quantile: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let rank = (quantile * values.len() as f64).ceil().max(1.0) as usize;
    values.get(rank - 1).copied().unwrap_or(f64::NAN)
}

/// The process that draws the page. The one that started last is ours.
fn pages() -> Result<u32> {
    process("WebKitWebProces")
}

/// The newest process of that name; the kernel keeps 15 letters of it.
fn process(name: &str) -> Result<u32> {
    let named = |pid: &u32| fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.trim() == name);
    let pids = fs::read_dir("/proc")?.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    pids.filter(named).max().with_context(|| format!("no process {name} runs"))
}

fn resident_mib(pid: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("a line VmRSS")?;
    let kib: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kib / 1024.0)
}
