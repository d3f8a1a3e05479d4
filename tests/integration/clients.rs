//! Client libraries as people use them, each first on redis-server, where it proves what it asks for, and then on the
//! bundled server: redis-rs here, and ioredis, node-redis and redis-py by the programs in `tests/clients`.

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use redis::aio::{ConnectionLike, ConnectionManagerConfig, MultiplexedConnection, transaction_async};
use redis::{
    AsyncIter, AsyncTypedCommands, Client, Direction, ErrorKind, ExistenceCheck, Expiry, IntegerReplyOrNoOp, PushInfo,
    PushKind, RedisError, RedisResult, ScanOptions, SetExpiry, SetOptions, SortedSetAddOptions, TypedCommands,
    UpdateCheck, Value, cmd, pipe,
};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::mpsc::{self, UnboundedReceiver};
use tokio::time::timeout;

use crate::redis_server::RedisServer;
use crate::stranger::{PATIENCE, patient};

/// How long a whole program may take, on a machine that has other things to do.
const PROGRAM: Duration = Duration::from_secs(240);

async fn on_both(checks: impl AsyncFn(SocketAddr) -> Result<()>) -> Result<()> {
    let redis = RedisServer::start().await?;
    checks(redis.address()).await.context("on redis-server")?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(server::run(listener, std::future::pending()));
    checks(address).await.context("on the bundled server")
}

/// Runs a program of `tests/clients`, which checks what it asks for and says how much that was.
async fn program(library: &str, interpreter: &str, script: &str) -> Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients");
    on_both(async |address| {
        let mut command = Command::new(interpreter);
        command.arg(script).arg(address.ip().to_string()).arg(address.port().to_string());
        command.current_dir(&folder).stdin(Stdio::null()).kill_on_drop(true);
        let output = timeout(PROGRAM, command.output()).await.context("it does not end")?;
        let output = output.with_context(|| format!("{interpreter} is missing; `make test` sets it up"))?;
        let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        ensure!(output.status.success(), "{said}{errors}");
        let count = said.strip_prefix(&format!("{library}: ")).and_then(|said| said.strip_suffix(" checks passed\n"));
        let count: usize = count.with_context(|| format!("it says {said}"))?.parse()?;
        ensure!(count > 20, "it says {said}");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn ioredis() -> Result<()> {
    program("ioredis", "node", "ioredis.mjs").await
}

#[tokio::test(flavor = "multi_thread")]
async fn node_redis() -> Result<()> {
    program("node-redis", "node", "node-redis.mjs").await
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_py() -> Result<()> {
    program("redis-py", ".venv/bin/python", "redis_py.py").await
}

fn client(address: SocketAddr, protocol: &str) -> RedisResult<Client> {
    Client::open(format!("redis://{address}/?protocol={protocol}"))
}

async fn connect(address: SocketAddr, protocol: &str) -> RedisResult<MultiplexedConnection> {
    client(address, protocol)?.get_multiplexed_async_connection_with_config(&patient()).await
}

/// Runs the checks on both servers, over both protocols, each time with a connection to an empty server.
async fn everywhere(checks: impl AsyncFn(MultiplexedConnection, SocketAddr, &str) -> Result<()>) -> Result<()> {
    on_both(async |address| {
        for protocol in ["resp2", "resp3"] {
            let mut redis = connect(address, protocol).await?;
            redis.flushall().await?;
            checks(redis, address, protocol).await.context(protocol.to_owned())?;
        }
        Ok(())
    })
    .await
}

/// What the server said was wrong.
fn refusal<T: std::fmt::Debug>(reply: RedisResult<T>) -> String {
    let error = reply.expect_err("an error was expected");
    format!("{} {}", error.code().unwrap_or("no code"), error.detail().unwrap_or("no words"))
}

async fn all<T: redis::FromRedisValue + Unpin + Send>(mut found: AsyncIter<'_, T>) -> RedisResult<Vec<T>> {
    let mut items = Vec::new();
    while let Some(item) = found.next_item().await {
        items.push(item?);
    }
    Ok(items)
}

/// Asks until somebody waits in a blocking command.
async fn until_blocked(redis: &mut MultiplexedConnection) -> Result<()> {
    let asked = async {
        loop {
            let info: String = cmd("INFO").arg("clients").query_async(redis).await?;
            if info.contains("\r\nblocked_clients:1\r\n") {
                return Ok(());
            }
        }
    };
    timeout(PATIENCE, asked).await.context("nobody waits")?
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_rs_keeps_strings_for_a_time() -> Result<()> {
    everywhere(async |mut redis, _, protocol| {
        let info: String = cmd("CLIENT").arg("INFO").query_async(&mut redis).await?;
        assert!(info.contains(&format!(" resp={}", &protocol[4..])), "{info}");

        let for_long = SetOptions::default().with_expiration(SetExpiry::EX(100));
        assert_eq!(redis.set_options("k", "v", for_long).await?.as_deref(), Some("OK"));
        assert!(matches!(redis.ttl("k").await?, IntegerReplyOrNoOp::IntegerReply(80..=100)));
        let absent = SetOptions::default().conditional_set(ExistenceCheck::NX);
        assert_eq!(redis.set_options("k", "other", absent).await?, None);
        let present = SetOptions::default().conditional_set(ExistenceCheck::XX).get(true);
        assert_eq!(redis.set_options("k", "other", present).await?.as_deref(), Some("v"));
        assert_eq!(redis.ttl("k").await?, IntegerReplyOrNoOp::ExistsButNotRelevant);
        assert_eq!(redis.get_ex("k", Expiry::PX(60_000)).await?.as_deref(), Some("other"));
        assert!(matches!(redis.pttl("k").await?, IntegerReplyOrNoOp::IntegerReply(40_000..=60_000)));
        assert_eq!(redis.get_del("k").await?.as_deref(), Some("other"));
        assert_eq!(redis.ttl("k").await?, IntegerReplyOrNoOp::NotExists);

        redis.set_options("short", "gone soon", SetOptions::default().with_expiration(SetExpiry::PX(1))).await?;
        while redis.get("short").await?.is_some() {}
        assert!(!redis.exists("short").await?);

        redis.mset(&[("a", "1"), ("b", "2")]).await?;
        assert_eq!(redis.mget(&["a", "missing", "b"]).await?, [Some("1".to_owned()), None, Some("2".to_owned())]);
        assert_eq!(redis.incr("a", 41).await?, 42);
        assert_eq!(redis.append("a", "3456").await?, 6);
        assert_eq!(redis.getrange("a", 1, -2).await?, "2345");
        assert_eq!(redis.strlen("a").await?, 6);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_rs_keeps_hashes_lists_sets_and_sorted_sets() -> Result<()> {
    everywhere(async |mut redis, _, _| {
        redis.hset_multiple("h", &[("name", "Ada"), ("born", "1815")]).await?;
        assert_eq!(redis.hset("h", "name", "Ada Lovelace").await?, 0);
        assert_eq!(redis.hincr("h", "born", 37).await?, 1852.0);
        let fields = [("name", "Ada Lovelace"), ("born", "1852")];
        let fields: HashMap<_, _> = fields.map(|(field, value)| (field.to_owned(), value.to_owned())).into();
        assert_eq!(redis.hgetall("h").await?, fields);
        assert_eq!(redis.hget("h", "missing").await?, None);
        assert_eq!(redis.hdel("h", "born").await?, 1);
        assert_eq!(redis.hlen("h").await?, 1);

        redis.rpush("l", &["b", "c", "b", "d"]).await?;
        assert_eq!(redis.lpush("l", "a").await?, 5);
        assert_eq!(redis.lrange("l", 0, -1).await?, ["a", "b", "c", "b", "d"]);
        assert_eq!(redis.lindex("l", -1).await?.as_deref(), Some("d"));
        assert_eq!(redis.lrem("l", 1, "b").await?, 1);
        let last: Vec<String> = redis.rpop("l", NonZeroUsize::new(2)).await?;
        assert_eq!(last, ["d", "b"]);
        let nothing: Option<String> = redis.lpop("missing", None).await?;
        assert_eq!(nothing, None);
        assert_eq!(redis.llen("l").await?, 2);

        assert_eq!(redis.sadd("s", &["a", "b", "c", "a"]).await?, 3);
        assert_eq!(redis.sadd("t", &["b", "c", "d"]).await?, 3);
        assert!(redis.sismember("s", "a").await?);
        assert_eq!(redis.sinter(&["s", "t"]).await?, HashSet::from(["b".to_owned(), "c".to_owned()]));
        assert_eq!(redis.srandmember_multiple("s", -10).await?.len(), 10);
        assert_eq!(redis.scard("s").await?, 3);

        assert_eq!(redis.zadd_multiple("z", &[(1.0, "one"), (2.0, "two"), (3.25, "three")]).await?, 3);
        let greater = SortedSetAddOptions::update_only(Some(UpdateCheck::GT)).include_changed_count();
        assert_eq!(redis.zadd_multiple_options("z", &[(0, "one"), (20, "two"), (9, "new")], &greater).await?, 1);
        assert_eq!(redis.zrange("z", 0, -1).await?, ["one", "three", "two"]);
        assert_eq!(redis.zrange_withscores("z", 1, 1).await?, [("three".to_owned(), 3.25)]);
        assert_eq!(redis.zscore("z", "three").await?, Some(3.25));
        assert_eq!(redis.zscore("z", "missing").await?, None);
        assert_eq!(redis.zincr("z", "two", -10).await?, 10.0);
        assert_eq!(redis.zrank("z", "two").await?, Some(2));
        assert_eq!(redis.zrembyscore("z", "-inf", "(2").await?, 1);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_rs_pipelines_and_shares_one_connection() -> Result<()> {
    everywhere(async |mut redis, _, _| {
        let mut pipeline = pipe();
        for number in 0..1_000 {
            pipeline.set(format!("k{number}"), number).ignore().get(format!("k{number}"));
        }
        assert_eq!(pipeline.query_async::<Vec<usize>>(&mut redis).await?, (0..1_000).collect::<Vec<_>>());

        let mut tasks = Vec::new();
        for _ in 0..100 {
            let mut redis = redis.clone();
            tasks.push(tokio::spawn(async move { redis.incr("n", 1).await }));
        }
        let mut counts = Vec::new();
        for task in tasks {
            counts.push(task.await??);
        }
        counts.sort_unstable();
        assert_eq!(counts, (1..=100).collect::<Vec<_>>());

        // Of a big value and a small reply behind it, neither is lost.
        let big = b"a big value ".repeat(400_000);
        redis.set("big", big.as_slice()).await?;
        let mut pipeline = pipe();
        let (first, pong, second): (Vec<u8>, String, Vec<u8>) =
            pipeline.get("big").ping().get("big").query_async(&mut redis).await?;
        assert!(first == big && pong == "PONG" && second == big);
        let every_byte: Vec<u8> = (0..=u8::MAX).collect();
        redis.set(&every_byte, &every_byte).await?;
        assert_eq!(cmd("GET").arg(&every_byte).query_async::<Vec<u8>>(&mut redis).await?, every_byte);

        assert_eq!(
            refusal(redis.lpush("big", "x").await),
            "WRONGTYPE Operation against a key holding the wrong kind of value",
        );
        assert_eq!(refusal(redis.incr("big", 1).await), "ERR value is not an integer or out of range");
        let unknown = cmd("NOSUCH").arg("a").query_async::<Value>(&mut redis).await;
        assert_eq!(refusal(unknown), "ERR unknown command 'NOSUCH', with args beginning with: 'a' ");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_rs_transactions_are_whole_and_notice_others() -> Result<()> {
    everywhere(async |mut redis, address, protocol| {
        let replies: (Value, usize, usize) =
            pipe().atomic().set("k", 1).incr("k", 1).get("k").query_async(&mut redis).await?;
        assert_eq!(replies, (Value::Okay, 2, 2));

        let mut other = connect(address, protocol).await?;
        redis.set("stock", 10).await?;
        let tries = std::sync::atomic::AtomicUsize::new(0);
        let left: Vec<usize> = transaction_async(redis.clone(), &["stock"], |mut redis, mut pipeline| {
            let mut other = other.clone();
            let again = tries.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 0;
            async move {
                let stock = redis.get("stock").await?.and_then(|stock| stock.parse::<usize>().ok()).unwrap_or_default();
                if !again {
                    other.decr("stock", 1).await?;
                }
                pipeline.set("stock", stock - 1).ignore().get("stock").query_async(&mut redis).await
            }
        })
        .await?;
        assert_eq!((left, tries.into_inner()), (vec![8], 2));

        // What was queued wrongly is not executed at all.
        cmd("MULTI").exec_async(&mut other).await?;
        assert!(cmd("NOSUCH").query_async::<Value>(&mut other).await.is_err());
        let aborted = cmd("EXEC").query_async::<Value>(&mut other).await;
        assert_eq!(refusal(aborted), "EXECABORT Transaction discarded because of previous errors.");
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_rs_scans_every_key_once() -> Result<()> {
    everywhere(async |mut redis, _, _| {
        let names: HashSet<String> = (0..1_000).map(|number| format!("key:{number}")).collect();
        let mut pipeline = pipe();
        for name in &names {
            pipeline.set(name, "v").sadd("key:set", name).hset("key:hash", name, 1).zadd("key:zset", name, 1.5);
        }
        pipeline.exec_async(&mut redis).await?;
        let strings = ScanOptions::default().with_pattern("key:*").with_count(50).with_type("string");
        let keys: Vec<String> = all(redis.scan_options(strings).await?).await?;
        assert_eq!(keys.into_iter().collect::<HashSet<_>>(), names);
        let members: Vec<String> = all(redis.sscan("key:set").await?).await?;
        assert_eq!(members.into_iter().collect::<HashSet<_>>(), names);
        let fields: Vec<(String, u8)> = all(redis.hscan_match("key:hash", "key:99?").await?).await?;
        assert_eq!(fields.len(), 10);
        let scores: Vec<(String, f64)> = all(redis.zscan("key:zset").await?).await?;
        assert!(scores.contains(&("key:77".to_owned(), 1.5)));
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_rs_waits_for_what_is_pushed() -> Result<()> {
    everywhere(async |mut redis, address, protocol| {
        let mut waiting = connect(address, protocol).await?;
        let mut other = waiting.clone();
        let popped = tokio::spawn(async move { waiting.blpop(&["first", "second"], 0.0).await });
        until_blocked(&mut redis).await?;
        redis.rpush("second", "element").await?;
        assert_eq!(popped.await??, Some(["second".to_owned(), "element".to_owned()]));
        assert_eq!(other.brpop("nothing", 0.01).await?, None);
        let moved =
            tokio::spawn(async move { other.blmove("source", "target", Direction::Right, Direction::Left, 0.0).await });
        until_blocked(&mut redis).await?;
        redis.rpush("source", &["a", "b"]).await?;
        assert_eq!(moved.await??.as_deref(), Some("b"));
        assert_eq!(redis.lrange("target", 0, -1).await?, ["b"]);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_rs_hears_messages_in_resp2() -> Result<()> {
    on_both(async |address| {
        let hear = move || -> Result<()> {
            let client = client(address, "resp2")?;
            let mut redis = client.get_connection_with_timeout(PATIENCE)?;
            let mut listening = client.get_connection_with_timeout(PATIENCE)?;
            listening.set_read_timeout(Some(PATIENCE))?;
            let mut subscriber = listening.as_pubsub();
            // One by one: redis-rs takes the second confirmation of one request for that of the next.
            subscriber.subscribe("news")?;
            subscriber.subscribe("weather")?;
            subscriber.psubscribe("?ews")?;
            let every_byte: Vec<u8> = (0..=u8::MAX).collect();
            assert_eq!(redis.publish("news", &every_byte)?, 2);
            assert_eq!(redis.publish("weather", "rain")?, 1);
            let news = subscriber.get_message()?;
            assert_eq!((news.get_channel_name(), news.get_payload_bytes()), ("news", every_byte.as_slice()));
            let matched = subscriber.get_message()?;
            assert_eq!(matched.get_pattern::<String>()?, "?ews");
            assert_eq!((matched.get_channel_name(), matched.get_payload_bytes()), ("news", every_byte.as_slice()));
            assert_eq!(subscriber.get_message()?.get_payload::<String>()?, "rain");
            subscriber.unsubscribe("news")?;
            subscriber.punsubscribe("?ews")?;
            assert_eq!(redis.publish("news", "unheard")?, 0);
            Ok(())
        };
        tokio::task::spawn_blocking(hear).await?
    })
    .await
}

/// The next thing the server says by itself.
async fn pushed(pushes: &mut UnboundedReceiver<PushInfo>) -> Result<(PushKind, Vec<String>)> {
    let push = timeout(PATIENCE, pushes.recv()).await.context("nothing is pushed")?.context("nobody pushes")?;
    let words = push.data.into_iter().map(redis::from_redis_value).collect::<Result<_, _>>()?;
    Ok((push.kind, words))
}

fn words<const N: usize>(kind: PushKind, words: [&str; N]) -> (PushKind, Vec<String>) {
    (kind, words.map(str::to_owned).into())
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_rs_is_pushed_messages_in_resp3() -> Result<()> {
    on_both(async |address| {
        let (sender, mut pushes) = mpsc::unbounded_channel();
        let client = client(address, "resp3")?;
        let mut redis = client.get_multiplexed_async_connection_with_config(&patient().set_push_sender(sender)).await?;
        redis.subscribe("news").await?;
        redis.psubscribe("?ews").await?;
        assert_eq!(pushed(&mut pushes).await?, words(PushKind::Subscribe, ["news", "1"]));
        assert_eq!(pushed(&mut pushes).await?, words(PushKind::PSubscribe, ["?ews", "2"]));
        // The same connection publishes, and asks for other things.
        assert_eq!(redis.publish("news", "extra").await?, 2);
        redis.set("k", "v").await?;
        assert_eq!(redis.get("k").await?.as_deref(), Some("v"));
        assert_eq!(pushed(&mut pushes).await?, words(PushKind::Message, ["news", "extra"]));
        assert_eq!(pushed(&mut pushes).await?, words(PushKind::PMessage, ["?ews", "news", "extra"]));
        redis.unsubscribe("news").await?;
        redis.punsubscribe("?ews").await?;
        assert_eq!(pushed(&mut pushes).await?, words(PushKind::Unsubscribe, ["news", "1"]));
        assert_eq!(pushed(&mut pushes).await?, words(PushKind::PUnsubscribe, ["?ews", "0"]));
        assert_eq!(redis.publish("news", "unheard").await?, 0);
        Ok(())
    })
    .await
}

async fn id(redis: &mut impl ConnectionLike) -> RedisResult<u64> {
    cmd("CLIENT").arg("ID").query_async(redis).await
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_rs_connection_manager_survives_a_kill() -> Result<()> {
    everywhere(async |mut redis, address, protocol| {
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_min_delay(Duration::from_millis(1));
        let mut managed = client(address, protocol)?.get_connection_manager_with_config(config).await?;
        managed.set("k", "v").await?;
        let before = id(&mut managed).await?;
        assert_eq!(cmd("CLIENT").arg("KILL").arg("ID").arg(before).query_async::<u8>(&mut redis).await?, 1);
        // The request that finds the connection gone fails; those after it wait for the new one.
        let comes_back = async {
            loop {
                match managed.get("k").await {
                    Ok(value) => return Ok(value),
                    Err(error) if error.is_unrecoverable_error() || error.is_io_error() => {}
                    Err(error) => return Err::<_, RedisError>(error),
                }
            }
        };
        assert_eq!(timeout(PATIENCE, comes_back).await.context("it stays away")??.as_deref(), Some("v"));
        assert!(id(&mut managed).await? > before);
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_rs_connection_manager_subscribes_again_after_a_kill() -> Result<()> {
    on_both(async |address| {
        let (sender, mut pushes) = mpsc::unbounded_channel();
        let config = ConnectionManagerConfig::new()
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE))
            .set_min_delay(Duration::from_millis(1))
            .set_push_sender(sender)
            .set_automatic_resubscription();
        let mut managed = client(address, "resp3")?.get_connection_manager_with_config(config).await?;
        managed.subscribe("news").await?;
        assert_eq!(pushed(&mut pushes).await?, words(PushKind::Subscribe, ["news", "1"]));
        let mut redis = connect(address, "resp3").await?;
        let killed = id(&mut managed).await?;
        assert_eq!(cmd("CLIENT").arg("KILL").arg("ID").arg(killed).query_async::<u8>(&mut redis).await?, 1);
        while pushed(&mut pushes).await?.0 != PushKind::Subscribe {}
        assert_eq!(redis.publish("news", "still there").await?, 1);
        assert_eq!(pushed(&mut pushes).await?, words(PushKind::Message, ["news", "still there"]));
        Ok(())
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_rs_enters_with_the_password_only() -> Result<()> {
    everywhere(async |mut redis, address, protocol| {
        cmd("CONFIG").arg("SET").arg("requirepass").arg("secret").exec_async(&mut redis).await?;
        let enter = async |credentials: &str| -> RedisResult<String> {
            let client = Client::open(format!("redis://{credentials}{address}/?protocol={protocol}"))?;
            let mut redis = client.get_multiplexed_async_connection_with_config(&patient()).await?;
            redis.ping().await
        };
        // Where HELLO or AUTH is refused, redis-rs may say so in a word of its own.
        for (credentials, word) in [("", "NOAUTH"), (":wrong@", "WRONGPASS")] {
            let error = enter(credentials).await.expect_err(word);
            let refused = error.kind() == ErrorKind::AuthenticationFailed || error.code() == Some(word);
            ensure!(refused, "{credentials} is answered {error}, not {word}");
        }
        assert_eq!(enter(":secret@").await?, "PONG");
        assert_eq!(enter("default:secret@").await?, "PONG");
        cmd("CONFIG").arg("SET").arg("requirepass").arg("").exec_async(&mut redis).await?;
        assert_eq!(enter("").await?, "PONG");
        Ok(())
    })
    .await
}
