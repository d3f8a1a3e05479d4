//! The real window under Xvfb, driven through WebKit's own driver: what its user clicks and reads.
//!
//! Screenshots are left in `tests/artifacts/`, to be looked at.

use std::process::Command;

use anyhow::Result;
use fantoccini::key::Key;
use tempfile::TempDir;

use crate::command_line::binary;
use crate::driver::{Display, Window};

const SEND: &str = "[data-testid=send]";
const STOP_OR_REVIVE: &str = "[data-testid=engine-power]";
const SPLIT: &str = "[data-testid=split]";
const SCORE: &str = "[data-testid=score]";
const OUTCOME: &str = "[data-testid=outcome]";

#[tokio::test]
async fn send_twice_then_stop_the_server_and_revive_it() -> Result<()> {
    let folder = TempDir::new()?;
    let display = Display::open("1280x800")?;
    let window = Window::open(&display, &binary(), folder.path()).await?;

    window.click(SEND).await?;
    window.text_when(OUTCOME, |text| text == "MISS").await?;
    window.lit_path("miss").await?;
    for (node, lit) in [("check", true), ("fetch", true), ("store", true), ("return", false)] {
        assert_eq!(window.is_lit(node).await?, lit, "{node} after a miss");
    }
    window.save_screenshot("window-miss").await?;

    window.click(SEND).await?;
    window.text_when(OUTCOME, |text| text == "HIT").await?;
    window.lit_path("hit").await?;
    for (node, lit) in [("check", true), ("fetch", false), ("store", false), ("return", true)] {
        assert_eq!(window.is_lit(node).await?, lit, "{node} after a hit");
    }
    window.save_screenshot("window-hit").await?;

    window.click(STOP_OR_REVIVE).await?;
    window.text_when(STOP_OR_REVIVE, |text| text.contains("Revive")).await?;
    window.click(SEND).await?;
    window.text_when(OUTCOME, |text| text == "BYPASS").await?;
    window.lit_path("bypass").await?;
    window.save_screenshot("window-bypass").await?;

    window.click(STOP_OR_REVIVE).await?;
    window.text_when(STOP_OR_REVIVE, |text| text.contains("Stop")).await?;
    window.click(SEND).await?;
    window.text_when(OUTCOME, |text| text == "MISS").await?;
    window.click(SEND).await?;
    window.text_when(OUTCOME, |text| text == "HIT").await?;
    window.close().await
}

#[tokio::test]
async fn the_keys_do_what_the_buttons_do_and_a_second_window_gives_way() -> Result<()> {
    let folder = TempDir::new()?;
    let display = Display::open("1920x1080")?;
    let window = Window::open(&display, &binary(), folder.path()).await?;
    window.enabled(SEND).await?;

    window.press("h").await?;
    window.text_when(OUTCOME, |text| text == "MISS").await?;
    window.press("h").await?;
    window.text_when(OUTCOME, |text| text == "HIT").await?;
    window.press("w").await?;
    window.text_when(OUTCOME, |text| text == "WRITTEN").await?;
    window.lit_path("written").await?;
    window.press("?").await?;
    window.text_when("dialog[open]", |text| text.contains("Space")).await?;
    window.press(&Key::Escape.to_string()).await?;

    let second = Command::new(binary()).arg("--data-dir").arg(folder.path()).env("DISPLAY", display.name()).output()?;
    assert!(second.status.success());
    assert!(String::from_utf8_lossy(&second.stderr).contains("brought to the front"));

    let demo = Command::new(binary()).args(["demo", "--query", "lookup", "--data-dir"]).arg(folder.path()).output()?;
    assert!(demo.status.success(), "the command line works while the window is open");
    window.press("h").await?;
    window.text_when(OUTCOME, |text| text == "MISS").await?;
    window.close().await
}

#[tokio::test]
async fn a_split_stage_sends_one_request_down_two_paths_and_is_one_stage_again() -> Result<()> {
    let folder = TempDir::new()?;
    let display = Display::open("1280x800")?;
    let window = Window::open(&display, &binary(), folder.path()).await?;
    window.enabled(SEND).await?;

    window.click(SPLIT).await?;
    window.text_when("[data-testid=side-b]", |text| text.contains("No cache")).await?;
    for (path_a, of_a) in [("miss", "miss"), ("hit", "hit")] {
        window.click(SEND).await?;
        window.text_when(SCORE, |text| text.contains(of_a) && text.contains("database")).await?;
        for (side, expected) in [("a", path_a), ("b", "bypass")] {
            let selector = format!("[data-testid=side-{side}] [data-path={expected}]");
            window.enabled(&selector).await?;
        }
    }
    window.text_when(SCORE, |text| text.contains("slower")).await?;
    window.press("t").await?;
    window.text_when(SCORE, |text| text.contains("p99") && text.contains("/s")).await?;
    window.save_screenshot("window-split").await?;
    window.press("s").await?;
    window.text_when(STOP_OR_REVIVE, |text| text.contains("Stop")).await?;
    window.enabled("[data-testid=outcome], .aside-tabs").await?;
    window.close().await
}
