//! Values move between the bundled server and redis-server by `DUMP` and `RESTORE`, both ways.

use anyhow::Result;
use tokio::net::TcpListener;

#[path = "../../../../tests/integration/redis_server.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod redis_server;
mod wire;

use redis_server::RedisServer;
use wire::Client;

/// Values of every type, in every form that redis-server has for them, and how to look at them.
fn values() -> Vec<(String, &'static str)> {
    let long = "ab".repeat(400);
    let many = |each: &dyn Fn(usize) -> String| (0..700).map(each).collect::<Vec<_>>().join(" ");
    vec![
        ("SET k short".to_owned(), "GET k"),
        (format!("SET k {long}"), "GET k"),
        ("SET k 12".to_owned(), "GET k"),
        ("SET k -300".to_owned(), "GET k"),
        ("SET k 70000".to_owned(), "GET k"),
        ("SET k 2147483648".to_owned(), "GET k"),
        ("SET k 007".to_owned(), "GET k"),
        ("SET k -9223372036854775808".to_owned(), "GET k"),
        (format!("RPUSH k a 1 {long} -5000 127 128 4096 -4097 8388607 -8388609 2147483648"), "LRANGE k 0 -1"),
        (format!("RPUSH k {}", many(&|i| format!("element-{i}"))), "LRANGE k 0 -1"),
        (format!("RPUSH k {} b", "z".repeat(70_000)), "LRANGE k 0 -1"),
        ("SADD k 1 2 -3".to_owned(), "SORT k"),
        ("SADD k 1 70000 -3".to_owned(), "SORT k"),
        ("SADD k 1 9000000000 -3".to_owned(), "SORT k"),
        ("SADD k a 1 c".to_owned(), "SORT k ALPHA"),
        (format!("SADD k {}", many(&|i| i.to_string())), "SORT k ALPHA"),
        ("HSET k field value n 5 text -5".to_owned(), "HMGET k field n text"),
        (format!("HSET k field {long}"), "HGETALL k"),
        (format!("HSET k {}", many(&|i| format!("f{i} {i}"))), "SORT k BY nosort"),
        ("ZADD k 1 a 2.5 b -inf c 0.1 d 5 6".to_owned(), "ZRANGE k 0 -1 WITHSCORES"),
        (format!("ZADD k {}", many(&|i| format!("{i}.25 m{i}"))), "ZRANGE k 0 -1 WITHSCORES"),
    ]
}

async fn servers() -> Result<(RedisServer, Client, Client)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(server::run(listener, std::future::pending()));
    let redis = RedisServer::start().await?;
    let clients = (Client::connect(redis.address())?, Client::connect(address)?);
    Ok((redis, clients.0, clients.1))
}

#[tokio::test(flavor = "multi_thread")]
async fn values_move_both_ways() -> Result<()> {
    let (_running, mut redis, mut bundled) = servers().await?;
    for (create, look) in values() {
        let shown = &create[..create.len().min(40)];
        redis.line("FLUSHALL")?;
        redis.line(&create)?;
        let before = redis.line(look)?;
        let kind = redis.line("TYPE k")?;
        let dumped = redis.bulk(&[b"DUMP", b"k"])?;
        assert_eq!(bundled.call(&[b"RESTORE", b"k", b"0", &dumped, b"REPLACE"])?, b"+OK\r\n", "{shown}");
        assert_eq!(bundled.line("TYPE k")?, kind, "{shown}");
        let back = bundled.bulk(&[b"DUMP", b"k"])?;
        assert_eq!(redis.call(&[b"RESTORE", b"k", b"0", &back, b"REPLACE"])?, b"+OK\r\n", "{shown}");
        assert_eq!(redis.line(look)?, before, "{shown}");
        assert_eq!(redis.line("TYPE k")?, kind, "{shown}");
        if kind == b"+string\r\n" && dumped.len() < 30 {
            assert_eq!(back, dumped, "{shown}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn options_and_refusals_are_those_of_redis() -> Result<()> {
    let (_running, mut redis, mut bundled) = servers().await?;
    let good = {
        redis.line("SET k value")?;
        redis.bulk(&[b"DUMP", b"k"])?
    };
    let mut newer = good.clone();
    let version = newer.len() - 10;
    newer[version] = 11;
    let mut damaged = good.clone();
    damaged[2] ^= 1;
    // An empty list, a type there is not, and a string that ends too soon, all with the right checksum.
    let bad: [&[u8]; 3] = [
        b"\x01\x00\x0a\x00\x5b\xf8\x25\xcc\x6c\x17\x43\x56",
        b"\x63\x00\x0a\x00\x6b\x89\x76\xbc\x2a\xe5\x24\x98",
        b"\x00\x3c\x61\x0a\x00\x75\xb9\x99\x22\xd5\xf8\x16\x7c",
    ];
    let long_ago = b"1000";
    let requests: Vec<Vec<&[u8]>> = vec![
        vec![b"RESTORE", b"r", b"0", &good],
        vec![b"GET", b"r"],
        vec![b"RESTORE", b"r", b"0", &good],
        vec![b"RESTORE", b"r", b"abc", &good],
        vec![b"RESTORE", b"new", b"abc", &good],
        vec![b"RESTORE", b"new", b"-1", &good],
        vec![b"RESTORE", b"r", b"100000", &good, b"replace"],
        vec![b"TTL", b"r"],
        vec![b"RESTORE", b"r", b"9999999999999", &good, b"REPLACE", b"ABSTTL"],
        vec![b"PEXPIRETIME", b"r"],
        vec![b"RESTORE", b"r", long_ago, &good, b"ABSTTL", b"REPLACE"],
        vec![b"EXISTS", b"r"],
        vec![b"RESTORE", b"r", long_ago, &good, b"ABSTTL"],
        vec![b"EXISTS", b"r"],
        vec![b"RESTORE", b"r", b"0", &good, b"IDLETIME", b"1000"],
        vec![b"OBJECT", b"IDLETIME", b"r"],
        vec![b"RESTORE", b"r", b"0", &good, b"REPLACE", b"FREQ", b"10"],
        vec![b"RESTORE", b"r", b"0", &good, b"IDLETIME", b"-1"],
        vec![b"RESTORE", b"r", b"0", &good, b"IDLETIME", b"x"],
        vec![b"RESTORE", b"r", b"0", &good, b"IDLETIME"],
        vec![b"RESTORE", b"r", b"0", &good, b"FREQ", b"256"],
        vec![b"RESTORE", b"r", b"0", &good, b"FREQ", b"x"],
        vec![b"RESTORE", b"r", b"0", &good, b"FREQ", b"1", b"IDLETIME", b"1"],
        vec![b"RESTORE", b"r", b"0", &good, b"IDLETIME", b"1", b"FREQ", b"1"],
        vec![b"RESTORE", b"r", b"0", &good, b"WHAT"],
        vec![b"RESTORE", b"new", b"0", &newer],
        vec![b"RESTORE", b"new", b"0", &damaged],
        vec![b"RESTORE", b"new", b"0", b""],
        vec![b"RESTORE", b"new", b"0", b"short"],
        vec![b"RESTORE", b"new", b"0", bad[0]],
        vec![b"RESTORE", b"new", b"0", bad[1]],
        vec![b"RESTORE", b"new", b"0", bad[2]],
        vec![b"RESTORE", b"new", b"0"],
        vec![b"DUMP", b"missing"],
        vec![b"DUMP"],
    ];
    for request in requests {
        let words: Vec<_> = request.iter().map(|word| String::from_utf8_lossy(word)).collect();
        let (own, other) = (bundled.call(&request)?, redis.call(&request)?);
        assert_eq!(String::from_utf8_lossy(&own), String::from_utf8_lossy(&other), "{words:?}");
    }
    Ok(())
}
