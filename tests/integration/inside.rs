//! Looking inside: what is shown is what is there, and nobody who is measured notices.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use lab::{
    ConsoleAnswer, EngineState, KeyFacts, KeysPage, Lab, LookAt, Passing, RespReply, Settings, TableAt, TableName,
    Watch,
};
use redis::AsyncCommands as _;
use redis::aio::MultiplexedConnection;
use tempfile::TempDir;
use tokio::time::{Instant, interval};
use trace::{Conditions, Engine, Eviction, Memory, Outcome, Query};

use crate::laboratory::options;
use crate::redis_server::RedisServer;
use crate::stranger;

async fn open(folder: &TempDir, engine: Engine) -> Result<Lab> {
    let conditions = Conditions { engine, ..Conditions::default() };
    let lab = Lab::open(options(folder.path(), Some(Settings { conditions, ..Settings::default() })))?;
    lab.ready().await?;
    Ok(lab)
}

/// Somebody else's client on the engine.
async fn stranger(lab: &Lab) -> Result<MultiplexedConnection> {
    let EngineState::Running { address } = lab.status().engine else { bail!("the engine is not running") };
    stranger::stranger(format!("redis://{address}")).await
}

/// Everything there is, page by page.
async fn look(lab: &Lab, pattern: &str, each: bool) -> Result<(HashMap<String, KeyFacts>, KeysPage)> {
    let (mut keys, mut at) = (HashMap::new(), None);
    loop {
        let page = lab.look(LookAt { pattern: pattern.to_owned(), at, each }).await?;
        keys.extend(page.keys.iter().map(|key| (key.key.clone(), key.clone())));
        at = page.next.clone();
        if at.is_none() {
            return Ok((keys, page));
        }
    }
}

async fn counted(redis: &mut MultiplexedConnection) -> Result<(u64, u64)> {
    let info: String = redis::cmd("INFO").arg("stats").query_async(redis).await?;
    let field = |name: &str| -> Result<u64> {
        let line = info.lines().find_map(|line| line.strip_prefix(name)).context("INFO has it")?;
        Ok(line.trim().parse()?)
    };
    Ok((field("keyspace_hits:")?, field("keyspace_misses:")?))
}

async fn type_in(lab: &Lab, line: &str) -> Result<RespReply> {
    match lab.console_send(line, false).await? {
        ConsoleAnswer::Reply { reply, .. } => Ok(reply),
        other => bail!("{line}: {other:?}"),
    }
}

fn bulk(text: &str) -> RespReply {
    let value = lab::Excerpt { text: text.to_owned(), bytes: text.len() as u64, cut: false };
    RespReply::Bulk { value, lines: false }
}

#[tokio::test]
async fn the_keys_of_the_bundled_server_are_seen_with_all_there_is_to_know_and_nothing_is_counted() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(&folder, Engine::default()).await?;
    let mut redis = stranger(&lab).await?;
    for product in 1..=700 {
        let _: () = redis.set_ex(format!("cachescope:lookup:{product}"), "x".repeat(100), 60).await?;
    }
    let _: () = redis.set("cachescope:page:1", "for ever").await?;
    let _: () = redis.set("other:key", "not ours").await?;
    let before = counted(&mut redis).await?;
    let processed =
        |info: String| info.lines().find(|line| line.starts_with("total_commands_processed")).map(str::to_owned);
    let ask = redis::cmd("INFO").arg("stats").clone();
    let commands: String = ask.query_async(&mut redis).await?;

    let (keys, page) = look(&lab, "", false).await?;
    assert_eq!(keys.len(), 701, "all of ours and none of others'");
    assert!(page.unnoticed && page.each && page.note.is_none());
    let one = &keys["cachescope:lookup:7"];
    assert!(one.left_ms.is_some_and(|left| (1..=60_000).contains(&left)), "{one:?}");
    assert!(one.bytes.is_some_and(|bytes| bytes > 100) && one.idle_seconds.is_some() && one.frequency.is_none());
    assert_eq!(keys["cachescope:page:1"].left_ms, Some(-1));
    assert_eq!(look(&lab, "lookup:7?", false).await?.0.len(), 10);

    assert_eq!(counted(&mut redis).await?, before);
    let after: String = ask.query_async(&mut redis).await?;
    // Of the commands of this test itself there are two between: one that counted, one that asked.
    let number = |info: String| processed(info).and_then(|line| line.split(':').nth(1)?.trim().parse::<u64>().ok());
    assert_eq!(number(after).context("a number")? - number(commands).context("a number")?, 2);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn on_somebody_elses_server_sizes_are_seen_uncounted_and_the_rest_only_for_whoever_agrees() -> Result<()> {
    let server = RedisServer::start().await?;
    let folder = TempDir::new()?;
    let lab = open(&folder, Engine::External { url: server.url().into() }).await?;
    let mut redis = stranger(&lab).await?;
    for product in 1..=300 {
        let _: () = redis.set_ex(format!("cachescope:lookup:{product}"), "x".repeat(100), 60).await?;
    }
    let _: () = redis.set("other:key", "not ours").await?;
    let before = counted(&mut redis).await?;

    let (keys, page) = look(&lab, "", false).await?;
    assert_eq!(keys.len(), 300);
    assert!(keys.values().all(|key| key.bytes.is_some() && key.left_ms.is_none() && key.idle_seconds.is_none()));
    assert!(page.unnoticed && page.note.is_some_and(|note| note.contains("counts it as a hit")));
    lab.server_info().await?;
    assert_eq!(counted(&mut redis).await?, before, "SCAN, MEMORY USAGE and INFO count nothing");

    let (keys, page) = look(&lab, "lookup:1", true).await?;
    let key = &keys["cachescope:lookup:1"];
    assert!(key.left_ms.is_some_and(|left| (1..=60_000).contains(&left)) && key.idle_seconds.is_some(), "{key:?}");
    assert!(!page.unnoticed);
    let (hits, misses) = counted(&mut redis).await?;
    assert_eq!(
        (hits - before.0, misses - before.1),
        (2, 0),
        "PTTL and OBJECT IDLETIME count a hit each, and nothing else does"
    );

    let commands: String = redis::cmd("INFO").arg("commandstats").query_async(&mut redis).await?;
    for forbidden in ["flushdb", "flushall", "config", "shutdown", "keys", "debug"] {
        assert!(!commands.contains(&format!("cmdstat_{forbidden}:")), "{commands}");
    }
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_key_is_deleted_or_expires_at_a_press_and_only_one_of_ours() -> Result<()> {
    let server = RedisServer::start().await?;
    for engine in [Engine::default(), Engine::External { url: server.url().into() }] {
        let folder = TempDir::new()?;
        let lab = open(&folder, engine).await?;
        let mut redis = stranger(&lab).await?;
        for key in ["cachescope:page:1", "cachescope:page:2", "cachescope:page:3", "other:key"] {
            let _: () = redis.set(key, "value").await?;
        }
        lab.delete_key("cachescope:page:1".to_owned()).await?;
        assert_eq!(lab.expire_key("cachescope:page:2".to_owned()).await?.keys, Some(1));
        assert_eq!(lab.expire_key("cachescope:page:9".to_owned()).await?.keys, Some(0));
        for refused in [lab.delete_key("other:key".to_owned()).await, lab.expire_key("other:key".to_owned()).await] {
            assert!(refused.is_err_and(|error| error.to_string().contains("does not begin with cachescope:")));
        }
        let gone = until("the key to expire", async || {
            let (keys, _) = look(&lab, "", false).await?;
            Ok((!keys.contains_key("cachescope:page:2")).then_some(keys))
        });
        assert_eq!(gone.await?.into_keys().collect::<Vec<_>>(), ["cachescope:page:3"]);
        assert!(redis.exists::<_, bool>("other:key").await?);
        // The bundled server hides what has expired at once, and counts it when it goes.
        let counted = until("it to count as expired, not as deleted", async || {
            Ok(lab.server_info().await?.expired.filter(|expired| *expired > 0))
        });
        assert_eq!(counted.await?, 1);
        lab.close().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_console_line_is_sent_as_redis_cli_sends_it_and_its_reply_keeps_its_type() -> Result<()> {
    let server = RedisServer::start().await?;
    for engine in [Engine::default(), Engine::External { url: server.url().into() }] {
        let folder = TempDir::new()?;
        let lab = open(&folder, engine).await?;
        let ok = RespReply::Simple { text: "OK".to_owned() };
        assert_eq!(type_in(&lab, r#"set cachescope:a "two words\x21""#).await?, ok);
        assert_eq!(type_in(&lab, "get cachescope:a").await?, bulk("two words!"));
        assert_eq!(type_in(&lab, "get cachescope:none").await?, RespReply::Null);
        assert_eq!(type_in(&lab, "exists cachescope:a").await?, RespReply::Integer { text: "1".to_owned() });
        assert!(matches!(type_in(&lab, "nosuch").await, Err(_) | Ok(RespReply::Error { .. })));
        let RespReply::Bulk { lines: true, .. } = type_in(&lab, "info server").await? else { bail!("INFO is lines") };

        let RespReply::Array { .. } = type_in(&lab, "hgetall cachescope:h").await? else { bail!("RESP2 has lists") };
        let RespReply::Map { .. } = type_in(&lab, "hello 3").await? else { bail!("RESP3 has maps") };
        let RespReply::Map { entries, .. } = type_in(&lab, "hgetall cachescope:h").await? else { bail!("a map") };
        assert!(entries.is_empty());
        for refused in ["", "get 'k", "monitor", "subscribe c", "client reply off"] {
            assert!(matches!(lab.console_send(refused, false).await?, ConsoleAnswer::Refused { .. }), "{refused}");
        }

        let table = lab.console_commands().await?;
        let get = table.commands.iter().find(|docs| docs.name == "GET").context("it has GET")?;
        assert!(get.summary.is_some() && table.note.is_none());
        assert!(table.commands.iter().any(|docs| docs.name == "CONFIG GET"));
        lab.close().await;
    }
    Ok(())
}

#[tokio::test]
async fn what_may_do_harm_on_somebody_elses_server_is_asked_about_and_on_ours_is_done() -> Result<()> {
    let server = RedisServer::start().await?;
    let folder = TempDir::new()?;
    let lab = open(&folder, Engine::External { url: server.url().into() }).await?;
    let mut redis = stranger(&lab).await?;
    let _: () = redis.set("other:key", "value").await?;
    for line in
        ["flushall", "flushdb", "config set maxmemory 1", "shutdown", "debug sleep 0", "set other:key 1", "keys *"]
    {
        let answer = lab.console_send(line, false).await?;
        assert!(matches!(answer, ConsoleAnswer::Asks { .. }), "{line}: {answer:?}");
    }
    assert_eq!(redis.get::<_, String>("other:key").await?, "value", "nothing was sent");
    assert!(matches!(lab.console_send("del other:key", true).await?, ConsoleAnswer::Reply { .. }));
    assert!(!redis.exists::<_, bool>("other:key").await?, "once confirmed, it is");
    lab.close().await;

    let folder = TempDir::new()?;
    let lab = open(&folder, Engine::default()).await?;
    type_in(&lab, "set other:key 1").await?;
    type_in(&lab, "flushall").await?;
    assert_eq!(type_in(&lab, "dbsize").await?, RespReply::Integer { text: "0".to_owned() });
    let ConsoleAnswer::Refused { message } = lab.console_send("shutdown", true).await? else { bail!("it is ours") };
    assert!(message.contains("kills it"), "{message}");
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_command_that_waits_is_ended_by_whoever_sent_it() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(&folder, Engine::default()).await?;
    let waiting = tokio::spawn({
        let lab = lab.clone();
        async move { lab.console_send("blpop cachescope:list 0", false).await }
    });
    let ended = until("it to be ended", async || {
        lab.console_cancel();
        Ok(waiting.is_finished().then_some(()))
    });
    ended.await?;
    let ConsoleAnswer::GivenUp { message } = waiting.await?? else { bail!("there was no reply") };
    assert!(message.contains("connection was closed"), "{message}");
    assert_eq!(type_in(&lab, "ping").await?, RespReply::Simple { text: "PONG".to_owned() });
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn redis_cli_is_seen_passing_by_and_the_app_itself_only_when_asked_for() -> Result<()> {
    let server = RedisServer::start().await?;
    for engine in [Engine::default(), Engine::External { url: server.url().into() }] {
        let folder = TempDir::new()?;
        let lab = open(&folder, engine).await?;
        let mut redis = stranger(&lab).await?;
        let watch = |after, own| Watch { after, own };
        // Whether the server has begun to show what passes is seen by what passes.
        let began = until("the watch to begin", async || {
            let _: () = redis.get("first").await.map(|_: Option<String>| ())?;
            Ok(Some(lab.passing(watch(0, false)).await?).filter(|passing| passing.others > 0))
        });
        let began = began.await?;
        assert_eq!(lab.read(7, Query::Page).await?.trace.outcome, Outcome::Miss);
        lab.look(LookAt { pattern: String::new(), at: None, each: false }).await?;
        let _: () = redis.set("by hand", "a value").await?;
        let passing = seen(&lab, watch(began.last, false), r#"SET "by hand" "a value""#).await?;
        assert!(passing.commands.iter().all(|passed| !passed.own && !passed.words.contains("cachescope:page:7")));
        assert!(passing.own > 0 && passing.watching, "{passing:?}");

        let last = lab.passing(watch(0, true)).await?.last;
        assert_eq!(lab.read(7, Query::Page).await?.trace.outcome, Outcome::Hit);
        let passing = seen(&lab, watch(last, true), "GET cachescope:page:7").await?;
        assert!(passing.commands.iter().any(|passed| passed.own));
        lab.end_watch();
        lab.close().await;
    }
    Ok(())
}

/// What has passed, as soon as that is among it.
async fn seen(lab: &Lab, watch: Watch, words: &str) -> Result<Passing> {
    until(words, async || {
        let passing = lab.passing(watch).await?;
        Ok(passing.commands.iter().any(|passed| passed.words == words).then_some(passing))
    })
    .await
}

#[tokio::test]
async fn the_server_s_own_numbers_move_with_what_is_done() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(&folder, Engine::default()).await?;
    let mut settings = lab.settings();
    settings.conditions.memory = Memory { max_bytes: 2 << 20, policy: Eviction::AllkeysLru };
    lab.change_settings(settings).await?;
    let before = lab.server_info().await?;
    assert_eq!((before.max_memory, before.policy.as_deref()), (Some(2 << 20), Some("allkeys-lru")));
    let mut redis = stranger(&lab).await?;
    for number in 0..30 {
        let _: () = redis.set(format!("cachescope:filler:{number}"), "x".repeat(100_000)).await?;
    }
    let after = lab.server_info().await?;
    assert!(after.evicted > before.evicted && after.used_memory <= Some(2 << 20), "{after:?}");
    assert!(after.keys.is_some_and(|keys| (10..30).contains(&keys)) && after.version.is_some());
    assert!(after.sections.iter().any(|section| section.name == "Memory" && !section.lines.is_empty()));
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn the_rows_that_the_last_request_read_are_marked_in_their_tables() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(&folder, Engine::default()).await?;
    let page = async |table, only_read| lab.table_page(TableAt { table, from: 1, only_read }).await;
    let products = page(TableName::Products, false).await?;
    assert_eq!((products.rows.len(), products.rows[0].id, products.read), (50, 1, None));
    assert!(products.rows.iter().all(|row| row.cells.len() == products.columns.len() && !row.read));

    lab.read(42, Query::Lookup).await?;
    let products = page(TableName::Products, false).await?;
    let marked = |page: &lab::TablePage| page.rows.iter().filter(|row| row.read).map(|row| row.id).collect::<Vec<_>>();
    assert_eq!((marked(&products), products.read, products.first_read), (vec![42], Some(1), Some(42)));
    assert_eq!(page(TableName::Reviews, false).await?.read, None);

    lab.read(42, Query::Page).await?;
    let category = page(TableName::Categories, true).await?;
    assert_eq!(category.read, Some(1));
    let products = page(TableName::Products, true).await?;
    assert!(marked(&products).len() > 1 && products.rows.iter().all(|row| row.read), "it and those beside it");
    let reviews = page(TableName::Reviews, true).await?;
    assert!(reviews.read > Some(1), "{}", reviews.note);
    assert_eq!(page(TableName::Orders, true).await?.read, None, "items of orders are read, no orders");

    lab.read(42, Query::Report).await?;
    assert!(page(TableName::Orders, true).await?.read > Some(0));

    assert_eq!(lab.read(42, Query::Report).await?.trace.outcome, Outcome::Hit);
    let products = page(TableName::Products, false).await?;
    assert!(marked(&products).is_empty() && products.note.contains("did not ask the database"), "{}", products.note);

    lab.write(3).await?;
    let products = page(TableName::Products, false).await?;
    assert!(products.wrote && marked(&products) == [3]);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn what_mini_redis_cannot_show_is_said_in_words() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = open(&folder, Engine::MiniRedis { nodelay: false }).await?;
    let look = lab.look(LookAt { pattern: String::new(), at: None, each: false }).await;
    assert!(look.is_err_and(|error| error.to_string().contains("has no SCAN")));
    assert!(lab.server_info().await.is_err_and(|error| error.to_string().contains("has no INFO")));
    let passing = lab.passing(Watch { after: 0, own: false }).await?;
    assert!(!passing.watching && passing.note.is_some_and(|note| note.contains("MONITOR")));
    assert!(lab.console_commands().await?.note.is_some());
    type_in(&lab, "set k v").await?;
    assert_eq!(type_in(&lab, "get k").await?, bulk("v"));
    lab.close().await;
    Ok(())
}

/// Asks again and again until there is an answer; one that never comes is a failure.
async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut tick = interval(Duration::from_millis(5));
    while Instant::now() < deadline {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        tick.tick().await;
    }
    bail!("waited in vain for {what}")
}
