//! The laboratory as a face sees it: what a button promises, happens.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use lab::{CatalogueState, EngineState, Error, Event, Events, Lab, Options, Settings};
use tempfile::TempDir;
use tokio::time::timeout;
use trace::{Conditions, Engine, Outcome, Placement, Query, StepKind};

use crate::command_line::launcher;
use crate::stranger::stranger;

/// Opens a laboratory with settings of its own, and waits until it is ready.
async fn open(folder: &Path, engine: Engine) -> Result<Lab> {
    let conditions = Conditions { engine, ..Conditions::default() };
    let lab = Lab::open(options(folder, Some(Settings { conditions, ..Settings::default() })))?;
    lab.ready().await?;
    Ok(lab)
}

pub(crate) fn options(folder: &Path, settings: Option<Settings>) -> Options {
    Options {
        data_dir: folder.to_owned(),
        size: database::Size::Tiny,
        launcher: launcher(),
        settings,
        port: 0,
        create_schema: false,
    }
}

fn address(lab: &Lab) -> Result<String> {
    match lab.status().engine {
        EngineState::Running { address } => Ok(address),
        other => bail!("the engine is not running: {other:?}"),
    }
}

/// The next notice; one that never comes is a failure, not a wait.
pub(crate) async fn notice(events: &mut Events) -> Result<String> {
    let next = async {
        loop {
            match events.next().await {
                Some(Event::Notice(notice)) => return Ok(notice),
                Some(Event::Status(_)) => {}
                None => bail!("the laboratory closed without a notice"),
            }
        }
    };
    timeout(Duration::from_secs(60), next).await.context("no notice came")?
}

#[tokio::test]
async fn a_click_shows_the_exact_bytes_the_sql_and_the_value() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::default()).await?;

    let miss = lab.read(42, Query::Page).await?;
    assert_eq!((miss.trace.id, miss.trace.outcome), (1, Outcome::Miss));
    let value = miss.value.expect("there is a product 42").text;
    let length = value.len();

    let get = &miss.wire[0];
    assert_eq!(miss.trace.steps[get.step as usize].kind, StepKind::CacheGet);
    assert_eq!(get.sent.text, r"*2\r\n$3\r\nGET\r\n$18\r\ncachescope:page:42\r\n");
    assert_eq!(get.received.text, r"$-1\r\n");

    let set = &miss.wire[1];
    assert_eq!(miss.trace.steps[set.step as usize].kind, StepKind::CacheSet);
    let head = format!(r"*5\r\n$3\r\nSET\r\n$18\r\ncachescope:page:42\r\n${length}\r\n");
    assert!(set.sent.text.starts_with(&head), "{}", set.sent.text);
    assert!(set.sent.text.ends_with(r"$2\r\nEX\r\n$2\r\n60\r\n") || set.sent.cut, "{}", set.sent.text);
    assert_eq!(set.received.text, r"+OK\r\n");

    let sql = &miss.sql[0];
    assert_eq!(miss.trace.steps[sql.step as usize].kind, StepKind::DbQuery);
    assert!(sql.statements.iter().all(|statement| !statement.plan.is_empty()));
    assert!(sql.statements[0].bindings.iter().any(|(_, value)| value == "42"));

    let hit = lab.read(42, Query::Page).await?;
    assert_eq!((hit.trace.id, hit.trace.outcome), (2, Outcome::Hit));
    assert_eq!(hit.wire.len(), 1);
    assert_eq!(hit.wire[0].received.bytes, (format!("${length}\r\n").len() + length + 2) as u64);
    assert_eq!(hit.value.expect("the same").text, value);
    assert!(hit.sql.is_empty(), "no SQL was run");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn stopped_the_server_is_bypassed_and_revived_it_is_empty_on_the_same_port() -> Result<()> {
    for placement in [Placement::FlowRuntime, Placement::OwnThread] {
        let folder = TempDir::new()?;
        let lab = open(folder.path(), Engine::Bundled { placement }).await?;
        let before = address(&lab)?;
        lab.read(1, Query::Lookup).await?;
        assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Hit);

        let status = lab.stop_engine().await?;
        assert_eq!(status.engine, EngineState::Stopped { address: before.clone() });
        let bypass = lab.read(1, Query::Lookup).await?;
        assert_eq!(bypass.trace.outcome, Outcome::Bypass);
        // The connection may not have heard yet that the server is gone: then the GET was sent, to nobody.
        assert!(bypass.wire.iter().all(|step| step.received.bytes == 0), "{:?}", bypass.wire);
        assert_eq!(bypass.wire.is_empty(), bypass.wire_note.is_some(), "it says why there are no bytes");
        assert_eq!(lab.status().engine, EngineState::Stopped { address: before.clone() });

        lab.revive_engine().await?;
        assert_eq!(address(&lab)?, before, "the port was free again");
        assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Miss, "it lost what it held");
        assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Hit);
        lab.close().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_port_taken_meanwhile_is_replaced_and_told() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::default()).await?;
    let before = address(&lab)?;
    lab.stop_engine().await?;
    let _squatter = std::net::TcpListener::bind(&before)?;

    lab.revive_engine().await?;
    assert_ne!(address(&lab)?, before);
    assert!(notice(&mut lab.events()).await?.contains("is taken"));
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn clear_removes_our_keys_and_no_others() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::default()).await?;
    let mut redis = stranger(format!("redis://{}", address(&lab)?)).await?;
    let _: () = redis::cmd("SET").arg("somebody:else").arg("1").query_async(&mut redis).await?;
    for product in 1..=3 {
        lab.read(product, Query::Lookup).await?;
    }

    assert_eq!(lab.clear_cache().await?.keys, Some(3));
    let left: Vec<String> = redis::cmd("KEYS").arg("*").query_async(&mut redis).await?;
    assert_eq!(left, ["somebody:else"]);
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn settings_that_make_no_sense_change_nothing() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::default()).await?;
    let before = (lab.settings(), address(&lab)?);
    let external = |url: &str| Engine::External { url: url.into() };
    for (engine, ttl_ms) in [
        (Engine::default(), 0),
        (Engine::default(), u32::MAX),
        (external("nonsense"), 1_000),
        (external("http://localhost:6379"), 1_000),
        (external("redis://"), 1_000),
    ] {
        let mut settings = before.0.clone();
        settings.conditions = Conditions { engine, ttl_ms, ..Conditions::default() };
        let error = lab.change_settings(settings).await.expect_err("they make no sense");
        assert!(matches!(error, Error::Invalid(_)), "{error}");
        assert_eq!((lab.settings(), address(&lab)?), before);
    }
    assert!(matches!(lab.read(0, Query::Page).await, Err(Error::Invalid(_))));
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn settings_and_writes_outlive_the_laboratory() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = Lab::open(options(folder.path(), None))?;
    lab.ready().await?;
    let mut settings = lab.settings();
    settings.product = 77;
    settings.conditions.ttl_ms = 5_000;
    lab.change_settings(settings.clone()).await?;
    let before = lab.read(77, Query::Lookup).await?.value;
    lab.write(77).await?;
    let after = lab.read(77, Query::Lookup).await?.value;
    assert_ne!(before, after);
    lab.close().await;

    let lab = Lab::open(options(folder.path(), None))?;
    lab.ready().await?;
    assert_eq!(lab.settings(), settings);
    assert_eq!(lab.read(77, Query::Lookup).await?.value, after);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_written_is_replaced_and_told() -> Result<()> {
    let folder = TempDir::new()?;
    let file = folder.path().join("a-file");
    fs::write(&file, "in the way")?;
    let lab = Lab::open(options(&file.join("data"), None))?;
    lab.ready().await?;
    assert!(notice(&mut lab.events()).await?.contains("cannot be written"));
    assert_eq!(lab.read(1, Query::Page).await?.trace.outcome, Outcome::Miss, "the app stays usable");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_damaged_catalogue_is_kept_aside_and_a_new_one_built() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(folder.path(), Engine::default()).await?;
    let CatalogueState::Ready { path, .. } = lab.status().catalogue else { bail!("it is ready") };
    lab.close().await;
    let whole = fs::read(&path)?;
    fs::write(&path, &whole[..whole.len() / 3])?;

    let lab = open(folder.path(), Engine::default()).await?;
    let told = notice(&mut lab.events()).await?;
    assert!(told.contains("damaged"), "{told}");
    let kept = fs::read_dir(folder.path())?
        .filter_map(Result::ok)
        .any(|entry| entry.file_name().to_string_lossy().contains("damaged"));
    assert!(kept, "nothing the user made is thrown away");
    assert_eq!(lab.read(1, Query::Page).await?.trace.outcome, Outcome::Miss);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_catalogue_that_could_not_be_had_is_had_once_the_reason_is_gone() -> Result<()> {
    let folder = TempDir::new()?;
    let in_the_way = folder.path().join("catalogue-tiny.db");
    fs::create_dir(&in_the_way)?;
    let lab = Lab::open(options(folder.path(), None))?;
    assert!(matches!(lab.ready().await, Err(Error::NotReady(_))));
    assert!(matches!(lab.read(1, Query::Page).await, Err(Error::NotReady(_))));

    fs::remove_dir(&in_the_way)?;
    lab.retry_catalogue();
    lab.ready().await?;
    assert_eq!(lab.read(1, Query::Page).await?.trace.outcome, Outcome::Miss);
    let ready = lab.status();
    lab.retry_catalogue();
    assert_eq!(lab.status(), ready, "there is nothing to try again");
    lab.close().await;
    Ok(())
}
