//! The other engines: mini-redis in a process of its own, and somebody else's Redis, in every way one is met.

use std::net::TcpListener;

use anyhow::{Result, bail};
use lab::{EngineState, Error, Lab, Options, Settings};
use redis::AsyncCommands;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use trace::{Conditions, Engine, Eviction, Memory, Outcome, Query};

use crate::command_line::launcher;
use crate::laboratory::notice;
use crate::redis_server::RedisServer;
use crate::stranger::stranger;

mod connecting;
mod failing;
mod kinds;
mod secrets;
mod servers;
mod several;
mod tls;
mod troubles;

pub(crate) use kinds::{Kind, PASSWORD, Running};

async fn open(folder: &TempDir, engine: Engine) -> Result<Lab> {
    let conditions = Conditions { engine, ..Conditions::default() };
    let settings = Some(Settings { conditions, ..Settings::default() });
    let data_dir = folder.path().to_owned();
    let lab = Lab::open(Options {
        data_dir,
        size: database::Size::Tiny,
        launcher: launcher(),
        settings,
        port: 0,
        create_schema: false,
    })?;
    lab.ready().await?;
    Ok(lab)
}

fn running_at(lab: &Lab) -> Result<String> {
    match lab.status().engine {
        EngineState::Running { address } => Ok(address),
        other => bail!("the engine is not running: {other:?}"),
    }
}

#[tokio::test]
async fn mini_redis_takes_the_same_paths() -> Result<()> {
    for nodelay in [false, true] {
        let folder = TempDir::new()?;
        let lab = open(&folder, Engine::MiniRedis { nodelay }).await?;
        assert_eq!(lab.read(3, Query::Lookup).await?.trace.outcome, Outcome::Miss);
        assert_eq!(lab.read(3, Query::Lookup).await?.trace.outcome, Outcome::Hit);

        let written = lab.write(3).await?;
        assert!(written.trace.notes.iter().any(|note| note.contains("SET that expires in 1 ms")), "{written:?}");
        assert!(written.wire[0].sent.text.contains(r"PX\r\n"), "{:?}", written.wire);

        lab.read(4, Query::Lookup).await?;
        assert_eq!(lab.clear_cache().await?.keys, None);
        assert_eq!(lab.read(4, Query::Lookup).await?.trace.outcome, Outcome::Miss, "it was started anew, empty");

        lab.stop_engine().await?;
        assert_eq!(lab.read(4, Query::Lookup).await?.trace.outcome, Outcome::Bypass);
        lab.revive_engine().await?;
        assert_eq!(lab.read(4, Query::Lookup).await?.trace.outcome, Outcome::Miss);
        lab.close().await;
    }
    Ok(())
}

#[tokio::test]
async fn nested_arrays_end_mini_redis_alone_and_it_is_started_again() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(&folder, Engine::MiniRedis { nodelay: false }).await?;
    let mut events = lab.events();
    let mut attacker = tokio::net::TcpStream::connect(running_at(&lab)?).await?;
    // In a debug build 100 000 are enough. It may be gone before it has read them all.
    let _ = attacker.write_all("*1\r\n".repeat(200_000).as_bytes()).await;

    let told = notice(&mut events).await?;
    assert!(told.contains("mini-redis ended by itself"), "{told}");
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Miss);
    assert_eq!(lab.read(1, Query::Lookup).await?.trace.outcome, Outcome::Hit);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn on_somebody_elses_server_only_our_keys_are_touched() -> Result<()> {
    let server = RedisServer::start().await?;
    let mut theirs = stranger(server.url()).await?;
    let _: () = theirs.set("their:key", "their value").await?;
    let folder = TempDir::new()?;
    let lab = open(&folder, Engine::External { url: server.url().into() }).await?;

    assert_eq!(lab.read(8, Query::Page).await?.trace.outcome, Outcome::Miss);
    assert_eq!(lab.read(8, Query::Page).await?.trace.outcome, Outcome::Hit);
    lab.write(8).await?;
    assert_eq!(lab.read(8, Query::Page).await?.trace.outcome, Outcome::Miss);
    assert!(matches!(lab.stop_engine().await, Err(Error::Invalid(_))), "it is not ours to stop");
    assert_eq!(lab.clear_cache().await?.keys, Some(1));
    lab.close().await;

    let left: Vec<String> = theirs.keys("*").await?;
    assert_eq!(left, ["their:key"]);
    let commands: String = redis::cmd("INFO").arg("commandstats").query_async(&mut theirs).await?;
    for forbidden in ["flushdb", "flushall", "config", "shutdown"] {
        assert!(!commands.contains(&format!("cmdstat_{forbidden}")), "{commands}");
    }
    Ok(())
}

#[tokio::test]
async fn an_external_server_that_is_not_there_is_bypassed_until_it_is() -> Result<()> {
    let nobody = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let folder = TempDir::new()?;
    let lab = open(&folder, Engine::External { url: format!("redis://{nobody}").into() }).await?;
    let EngineState::Unreachable { message } = lab.status().engine else { bail!("nobody listens there") };
    assert!(message.contains("connection refused"), "{message}");
    assert_eq!(lab.read(1, Query::Page).await?.trace.outcome, Outcome::Bypass);

    let mut settings = lab.settings();
    let server = RedisServer::start().await?;
    settings.conditions.engine = Engine::External { url: server.url().into() };
    lab.change_settings(settings).await?;
    running_at(&lab)?;
    assert_eq!(lab.read(1, Query::Page).await?.trace.outcome, Outcome::Miss);

    drop(server);
    assert_eq!(lab.read(1, Query::Page).await?.trace.outcome, Outcome::Bypass);
    assert!(matches!(lab.status().engine, EngineState::Unreachable { .. }), "the state follows what requests meet");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn what_answers_but_is_no_redis_is_told_apart() -> Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let web = tokio::spawn(async move {
        while let Ok((mut visitor, _)) = listener.accept().await {
            let _ = visitor.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let folder = TempDir::new()?;
    let lab = open(&folder, Engine::External { url: format!("redis://{address}").into() }).await?;
    assert!(matches!(lab.status().engine, EngineState::Unreachable { .. }), "{:?}", lab.status().engine);
    assert_eq!(lab.read(1, Query::Page).await?.trace.outcome, Outcome::Bypass);
    lab.close().await;
    web.abort();
    Ok(())
}

#[tokio::test]
async fn the_bundled_server_holds_as_much_as_it_may_and_evicts_by_its_policy() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(&folder, Engine::default()).await?;
    let mut settings = lab.settings();
    settings.conditions.memory = Memory { max_bytes: 2 << 20, policy: Eviction::AllkeysLfu };
    let EngineState::Running { address } = lab.change_settings(settings).await?.engine else {
        bail!("the engine is not running");
    };
    let mut redis = stranger(format!("redis://{address}")).await?;
    let set: Vec<String> = redis::cmd("CONFIG").arg("GET").arg("maxmemory*").query_async(&mut redis).await?;
    let value = |name: &str| set.iter().skip_while(|word| *word != name).nth(1).cloned();
    assert_eq!(value("maxmemory"), Some("2097152".to_owned()));
    assert_eq!(value("maxmemory-policy"), Some("allkeys-lfu".to_owned()));
    for number in 0..30 {
        let _: () = redis.set(format!("cachescope:filler:{number}"), "x".repeat(100_000)).await?;
    }
    let left: u64 = redis::cmd("DBSIZE").query_async(&mut redis).await?;
    assert!((10..30).contains(&left), "{left} of 30 keys of 100 kB fit into 2 MiB");
    lab.close().await;
    Ok(())
}
