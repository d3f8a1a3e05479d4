//! The password of an engine is looked for wherever something of the laboratory can be seen or is kept.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use lab::{EngineState, Error, Event, Lab, Settings, TrafficState};
use tempfile::TempDir;
use trace::{Conditions, Engine, Length, Outcome, Pace, Query, ServerUrl, Workload};

use super::kinds::{Kind, PASSWORD};
use crate::command_line::command;
use crate::laboratory::options;

fn external(url: &str) -> Conditions {
    Conditions { engine: Engine::External { url: url.into() }, query: Query::Lookup, ..Conditions::default() }
}

/// Whether the password stands in any file of a folder.
fn kept_in(folder: &Path) -> Result<bool> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            kept_in(&path)?
        } else {
            fs::read(&path)?.windows(PASSWORD.len()).any(|bytes| bytes == PASSWORD.as_bytes())
        };
        if found {
            eprintln!("the password is in {}", path.display());
            return Ok(true);
        }
    }
    Ok(false)
}

fn assert_hidden(what: &str, shown: &str) {
    assert!(!shown.contains(PASSWORD), "{what} shows the password: {shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_password_of_an_engine_is_seen_nowhere_and_kept_nowhere() -> Result<()> {
    for kind in [Kind::Password, Kind::User, Kind::Socket, Kind::Sentinel, Kind::ClusterOverTls] {
        let running = kind.start().await?;
        let folder = TempDir::new()?;
        // Settings that are kept.
        let lab = Lab::open(options(folder.path(), None))?;
        lab.ready().await?;
        let mut events = lab.events();
        let workload = Workload {
            length: Length::Count { requests: 200 },
            pace: Pace::Closed,
            products: Some(20),
            ..Workload::default()
        };
        let settings = Settings { conditions: external(&running.url), workload, ..lab.settings() };
        let status = lab.change_settings(settings).await?;
        let EngineState::Running { .. } = status.engine else { bail!("{kind:?}: {:?}", status.engine) };
        let facts = status.engine_facts.clone().context("facts")?;
        assert_hidden("what was found out", &format!("{facts:?}"));
        for shown in [format!("{status:?}"), serde_json::to_string(&status)?] {
            assert_hidden("the status", &shown);
            assert!(shown.contains('…'), "{shown}");
        }
        assert_hidden("the settings", &format!("{:?} {}", lab.settings(), serde_json::to_string(&lab.settings())?));
        assert_hidden("the laboratory", &format!("{lab:?}"));

        let click = lab.read(1, Query::Lookup).await?;
        assert_eq!(click.trace.outcome, Outcome::Miss, "{kind:?}: {click:?}");
        assert_hidden("a click", &serde_json::to_string(&click)?);

        lab.start_recording(Some("with a password".to_owned())).await?;
        let TrafficState::Ended { recording: Some(id), .. } = lab.traffic_ended().await? else { bail!("no recording") };
        let (about, sections) = lab.open_recording(id).await?;
        assert_hidden("a recording", &format!("{about:?} {sections:?}"));
        assert_hidden("a report", &serde_json::to_string(&sections)?);
        assert_hidden("an export", &serde_json::to_string(&lab.recording_file(id).await?)?);
        assert_hidden("the run", &format!("{:?}", lab.summary(0)));

        // What a window sends back has dots, and means what was there.
        let back: Settings = serde_json::from_str(&serde_json::to_string(&lab.settings())?)?;
        let status = lab.change_settings(Settings { product: 7, ..back }).await?;
        assert!(matches!(status.engine, EngineState::Running { .. }), "{:?}", status.engine);
        assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Hit, "{kind:?}: it is still connected");

        lab.close().await;
        while let Some(event) = events.next().await {
            match event {
                Event::Notice(notice) => assert_hidden("a notice", &notice),
                Event::Status(status) => assert_hidden("a status", &format!("{status:?}")),
            }
        }
        assert!(!kept_in(folder.path())?, "{kind:?}");
        let settings = fs::read_to_string(folder.path().join("settings.json"))?;
        assert!(settings.contains('…'), "the address is kept, with dots: {settings}");
    }
    Ok(())
}

#[tokio::test]
async fn after_a_restart_the_password_is_asked_for_and_goes_nowhere_else() -> Result<()> {
    let running = Kind::Password.start().await?;
    let folder = TempDir::new()?;
    let lab = Lab::open(options(folder.path(), None))?;
    lab.ready().await?;
    lab.change_settings(Settings { conditions: external(&running.url), ..lab.settings() }).await?;
    lab.close().await;

    let lab = Lab::open(options(folder.path(), None))?;
    lab.ready().await?;
    let EngineState::Unreachable { message } = lab.status().engine else { bail!("nobody knows the password") };
    assert!(message.contains("has to be given again"), "{message}");
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Bypass);

    let status = lab.change_settings(Settings { conditions: external(&running.url), ..lab.settings() }).await?;
    assert!(matches!(status.engine, EngineState::Running { .. }), "{:?}", status.engine);
    let elsewhere = ServerUrl::from(running.url.as_str()).to_string().replace("127.0.0.1", "localhost");
    let refused = lab.change_settings(Settings { conditions: external(&elsewhere), ..lab.settings() }).await;
    assert!(matches!(&refused, Err(Error::Invalid(why)) if why.contains("Type it again")), "{refused:?}");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_connection_that_fails_does_not_tell_the_password_either() -> Result<()> {
    let nobody = super::servers::free_port()?;
    for url in [
        format!("redis://shop:{PASSWORD}@127.0.0.1:{nobody}"),
        format!("rediss://shop:{PASSWORD}@127.0.0.1:{nobody}?ca=/no.pem"),
        format!("redis+cluster://shop:{PASSWORD}@127.0.0.1:{nobody}"),
        format!("redis+sentinel://shop:{PASSWORD}@127.0.0.1:{nobody}/main?sentinel_password={PASSWORD}"),
        format!("unix:///no.sock?user=shop&pass={PASSWORD}"),
    ] {
        let folder = TempDir::new()?;
        let lab =
            Lab::open(options(folder.path(), Some(Settings { conditions: external(&url), ..Settings::default() })))?;
        lab.ready().await?;
        let status = lab.status();
        let EngineState::Unreachable { message } = &status.engine else { bail!("nobody is there: {url}") };
        assert_hidden("an error", message);
        assert_hidden("the status", &format!("{status:?}"));
        let click = lab.read(1, Query::Lookup).await?;
        assert_eq!(click.trace.outcome, Outcome::Bypass);
        assert_hidden("a click", &serde_json::to_string(&click)?);
        lab.close().await;
        assert!(!kept_in(folder.path())?, "{url}");
    }
    for wrong in ["redis://shop:{}@127.0.0.1:port", "http://shop:{}@host", "shop:{}@host", "unix:?pass={}"] {
        let wrong = wrong.replace("{}", PASSWORD);
        let folder = TempDir::new()?;
        let refused =
            Lab::open(options(folder.path(), Some(Settings { conditions: external(&wrong), ..Settings::default() })));
        assert_hidden("a refusal", &refused.expect_err("it is no address").to_string());
        let output = command(&["demo", "--engine", &wrong], folder.path()).output()?;
        assert!(!output.status.success());
        assert_hidden("the terminal", &format!("{output:?}"));
    }
    Ok(())
}

#[tokio::test]
async fn the_terminal_says_what_was_found_and_takes_the_password_from_the_environment() -> Result<()> {
    let running = Kind::Password.start().await?;
    let folder = TempDir::new()?;
    let without = running.url.replace(&format!(":{PASSWORD}@"), "");
    let mut demo = command(&["demo", "--engine", &without, "--query", "lookup"], folder.path());
    let output = demo.env("REDISCLI_AUTH", PASSWORD).output()?;
    let shown = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("Found there: Redis "), "{shown}");
    assert!(shown.contains("\nHIT "), "{shown}");
    assert_hidden("the terminal", &shown);
    Ok(())
}
