//! What a connection test says: what stands there, or what is in the way.

use std::net::UdpSocket;

use anyhow::{Context, Result, bail};
use cache::{Cache, Capabilities, Error, Protocol, Target, Topology};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use super::kinds::{Kind, PASSWORD};
use super::servers::{Certificates, Server, free_port};
use super::several::{Cluster, Watched};

async fn examined(url: &str) -> Result<Capabilities, Error> {
    Cache::new(Target::redis(url)?).examine().await
}

/// What is in the way, which is not a success.
async fn in_the_way(url: &str) -> Result<Error> {
    match examined(url).await {
        Ok(found) => bail!("{url} is a cache: {found:?}"),
        Err(error) => Ok(error),
    }
}

#[tokio::test]
async fn what_a_server_is_is_found_out() -> Result<()> {
    let server =
        Server::start(|port, _| Ok(format!("port {port}\nmaxmemory 64mb\nmaxmemory-policy allkeys-lfu\n"))).await?;
    let found = examined(&format!("redis://{}", server.address())).await?;
    assert_eq!((found.server.as_deref(), found.resp3, found.protocol), (Some("redis"), Some(true), Protocol::Resp2));
    assert!(found.version.is_some_and(|version| version.contains('.')), "a version");
    assert_eq!((found.eviction.as_deref(), found.max_memory), (Some("allkeys-lfu"), Some(64 << 20)));
    assert_eq!((found.topology, found.tls), (Topology::Single, false));
    assert!(examined(&format!("redis://{}?protocol=resp3", server.address())).await?.protocol == Protocol::Resp3);
    Ok(())
}

#[tokio::test]
async fn a_valkey_is_known_by_its_own_name_and_version() -> Result<()> {
    let running = Kind::Valkey.start().await?;
    let found = examined(&running.url).await?;
    assert_eq!((found.server.as_deref(), found.resp3), (Some("valkey"), Some(true)));
    let version = found.version.context("a version")?;
    // Not that of the Redis it is like, which was 7.2.
    assert!(version.split('.').next().is_some_and(|major| major.parse::<u32>().is_ok_and(|it| it >= 8)), "{version}");
    Ok(())
}

#[tokio::test]
async fn what_a_server_forbids_to_ask_is_not_told_and_no_failure() -> Result<()> {
    let running = Kind::User.start().await?;
    let found = examined(&running.url).await?;
    assert_eq!((found.eviction, found.max_memory), (None, None), "it may not ask for INFO");
    // HELLO is let through before anybody has logged in, so no ACL forbids it.
    assert_eq!((found.server.as_deref(), found.resp3), (Some("redis"), Some(true)));
    Ok(())
}

#[tokio::test]
async fn several_servers_that_are_one_cache_are_told_apart() -> Result<()> {
    let running = Kind::Tls.start().await?;
    assert!(examined(&running.url).await?.tls);

    let cluster = Cluster::start(3).await?;
    let Topology::Cluster { masters } = examined(&cluster.url()).await?.topology else { bail!("it is a cluster") };
    let mut all: Vec<_> = cluster.masters.iter().map(Server::address).collect();
    all.sort();
    assert_eq!(masters, all, "from one of them all are found");
    let one = format!("redis+cluster://{}", cluster.masters[1].address());
    assert_eq!(examined(&one).await?.topology, Topology::Cluster { masters });

    let watched = Watched::start(PASSWORD).await?;
    let found = examined(&watched.url(PASSWORD)).await?;
    assert_eq!(found.topology, Topology::Sentinel { master: watched.master.address() });
    Ok(())
}

#[tokio::test]
async fn a_name_a_port_and_silence_are_told_apart() -> Result<()> {
    // Longer than a name may be, so nobody has to be asked.
    let error = in_the_way(&format!("redis://{}:6379", "x".repeat(64))).await?;
    assert!(matches!(error, Error::UnknownName { .. }), "{error}");

    let error = in_the_way(&format!("redis://127.0.0.1:{}", free_port()?)).await?;
    assert!(error.to_string().contains("connection refused"), "{error}");
    let error = in_the_way("unix:///there/is/no/such.sock").await?;
    assert!(error.to_string().contains("there is no such socket"), "{error}");

    let silent = TcpListener::bind("127.0.0.1:0").await?;
    let error = in_the_way(&format!("redis://{}", silent.local_addr()?)).await?;
    assert!(matches!(error, Error::TimedOut { .. }), "{error}");
    Ok(())
}

#[tokio::test]
async fn what_is_wrong_with_tls_is_told() -> Result<()> {
    let certificates = Certificates::make()?;
    let (server, plain) = (certificates.server(false).await?, Server::plain().await?);
    let tls = async |url: String, words: &str| -> Result<()> {
        let error = in_the_way(&url).await?;
        assert!(matches!(error, Error::Tls { .. }) && error.to_string().contains(words), "{url}: {error:?}");
        assert!(error.remedy().contains("?ca="), "{error}");
        Ok(())
    };
    let (port, ca) = (server.port, certificates.ca());
    let other = Certificates::make_for("DNS:example.org")?;
    tls(format!("rediss://localhost:{port}?ca={}", other.ca()), "a CA that is not trusted").await?;
    tls(format!("rediss://localhost:{port}?ca=/there/is/no/ca.pem"), "cannot be used").await?;
    let named_otherwise = other.server(false).await?;
    tls(format!("rediss://localhost:{}?ca={}", named_otherwise.port, other.ca()), "another name").await?;
    tls(format!("rediss://localhost:{}?ca={ca}", plain.port), "does not speak TLS").await?;
    let strict = certificates.server(true).await?;
    tls(format!("rediss://localhost:{}?ca={ca}", strict.port), "certificate of the client").await?;

    let error = in_the_way(&format!("redis://localhost:{port}")).await?.to_string();
    assert!(error.contains("rediss://") || error.contains("it speaks TLS"), "{error}");
    Ok(())
}

#[tokio::test]
async fn who_is_not_let_in_is_told_why_in_the_servers_words() -> Result<()> {
    let server = Server::start(|port, _| {
        Ok(format!("port {port}\nrequirepass {PASSWORD}\nuser shop on >{PASSWORD} ~theirs:* +get +ping\n"))
    })
    .await?;
    let (at, plain) = (server.address(), Server::plain().await?);
    for (url, words) in [
        (format!("redis://{at}"), "NOAUTH"),
        (format!("redis://:wrong@{at}"), "WRONGPASS"),
        (format!("redis://nobody:{PASSWORD}@{at}"), "WRONGPASS"),
        (format!("redis://:{PASSWORD}@{}", plain.address()), "without any password"),
        (format!("redis+cluster://:wrong@{at}"), "password"),
    ] {
        let error = in_the_way(&url).await?;
        assert!(matches!(error, Error::NotAllowed { .. }) && error.to_string().contains(words), "{url}: {error:?}");
        assert!(!format!("{error:?} {error}").contains(PASSWORD), "{error}");
    }
    let cache = Cache::new(Target::redis(format!("redis://shop:{PASSWORD}@{at}"))?);
    let error = cache.get("cachescope:page:1").await.expect_err("its keys are others");
    assert!(matches!(&error, Error::NotAllowed { reply, .. } if reply.starts_with("NOPERM")), "{error}");
    Ok(())
}

#[tokio::test]
async fn a_server_in_protected_mode_says_so() -> Result<()> {
    // It trusts loopback, so it is reached by this machine's other address; no packet is sent to find that.
    let probe = UdpSocket::bind("0.0.0.0:0")?;
    probe.connect("192.0.2.254:9").context("this machine has no address but loopback")?;
    let outside = probe.local_addr()?.ip();
    let server =
        Server::start(|port, _| Ok(format!("port {port}\nbind 127.0.0.1 {outside}\nprotected-mode yes\n"))).await?;
    let error = in_the_way(&format!("redis://{outside}:{}", server.port)).await?;
    assert!(matches!(error, Error::Protected { .. }), "{error:?}");
    assert!(error.remedy().contains("password"), "{error}");
    Ok(())
}

#[tokio::test]
async fn what_is_no_redis_or_another_kind_of_redis_is_told() -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let web = tokio::spawn(async move {
        while let Ok((mut visitor, _)) = listener.accept().await {
            let _ = visitor.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        }
    });
    let error = in_the_way(&format!("redis://{address}")).await?;
    assert!(matches!(error, Error::NotRedis { .. }), "{error:?}");
    web.abort();

    let cluster = Cluster::start(3).await?;
    let node = cluster.masters[0].address();
    let error = in_the_way(&format!("redis://{node}")).await?;
    assert!(matches!(error, Error::ClusterNode { .. }), "{error:?}");
    assert!(error.remedy().contains("redis+cluster://"), "{error}");
    let cache = Cache::new(Target::redis(format!("redis://{node}"))?);
    let mut sent_on = false;
    for product in 0..20 {
        sent_on |= matches!(cache.get(&format!("cachescope:page:{product}")).await, Err(Error::ClusterNode { .. }));
    }
    assert!(sent_on, "two thirds of the keys are elsewhere");

    let alone = Server::plain().await?;
    let error = in_the_way(&format!("redis+cluster://{}", alone.address())).await?;
    assert!(error.to_string().contains("no node of a cluster"), "{error:?}");

    let watched = Watched::start(PASSWORD).await?;
    let error = in_the_way(&format!("redis://{}", watched.sentinel())).await?;
    assert!(matches!(error, Error::Sentinel { .. }), "{error:?}");
    let error = in_the_way(&format!("redis+sentinel://{}/another", watched.sentinel())).await?;
    assert!(matches!(error, Error::NoMaster { .. }), "{error:?}");
    Ok(())
}
