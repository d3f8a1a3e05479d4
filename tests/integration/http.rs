//! The HTTP front door, as clients meet it: good ones, and bad ones.

mod client;
mod crowd;
mod hostile;
mod openapi;
mod page;
mod schemathesis;
mod serve;
mod visits;

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use http::{Address, Door, Invitation, Keeper, Limits, Options};
use lab::{DoorSettings, DoorState, Event, Lab, Settings, Status, TrafficState};
use metrics::Counts;
use redis::AsyncCommands as _;
use tempfile::TempDir;
use tokio::time::timeout;
use trace::{Conditions, DatabaseFault, Faults, Length, Outcome, Pace, Query, Rate, Spacing, Workload};

use crate::laboratory::options;
use crate::stranger::stranger;
use client::{Client, Reply};

/// A door before a laboratory with a small catalogue.
struct House {
    lab: Lab,
    door: Door,
    _folder: TempDir,
}

impl House {
    async fn open() -> Result<Self> {
        Self::with(Conditions::default(), Limits::default()).await
    }

    async fn with(conditions: Conditions, limits: Limits) -> Result<Self> {
        let folder = TempDir::new()?;
        let lab = Lab::open(options(folder.path(), Some(Settings { conditions, ..Settings::default() })))?;
        lab.ready().await?;
        let door = Door::open(lab.clone(), Options { limits, ..Options::at(anywhere()?) }).await?;
        Ok(Self { lab, door, _folder: folder })
    }

    async fn client(&self) -> Result<Client> {
        Client::to(self.door.address()).await
    }

    async fn close(self) {
        self.door.close().await;
        self.lab.close().await;
    }
}

fn anywhere() -> Result<Address> {
    Ok(Address::new(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), Invitation::ThisMachine)?)
}

/// Waits until the laboratory is as it should be.
async fn until(lab: &Lab, reached: impl Fn(&Status) -> bool) -> Result<Status> {
    let mut events = lab.events();
    let wait = async {
        loop {
            match events.next().await {
                Some(Event::Status(status)) if reached(&status) => return Ok(*status),
                Some(_) => {}
                None => bail!("the laboratory closed"),
            }
        }
    };
    timeout(Duration::from_secs(30), wait).await.context("it never came to that")?
}

fn assert_adds_up(reply: &Reply) {
    let timing = reply.header("server-timing").expect("every answer of the flow has one");
    let mut steps: Vec<(String, f64)> = timing
        .split(", ")
        .map(|entry| {
            let (name, duration) = entry.split_once(";dur=").expect("a duration");
            (name.to_owned(), duration.split(';').next().expect("a number").parse().expect("a number"))
        })
        .collect();
    let (total, all) = steps.pop().expect("the total");
    assert_eq!(total, "total");
    let sum: f64 = steps.iter().map(|(_, duration)| duration).sum();
    assert!((sum - all).abs() < 1e-6, "{timing}");
}

#[tokio::test]
async fn the_first_request_misses_and_the_second_hits_and_both_say_so() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;

    let miss = client.get("/api/products/42").await?;
    assert_eq!((miss.status, miss.header("x-cache")), (200, Some("MISS")));
    assert_eq!(miss.header("cache-status"), Some("cachescope; fwd=uri-miss; stored; key=\"cachescope:page:42\""));
    assert_eq!(miss.header("age"), None, "it comes from the database");
    assert!(miss.header("server-timing").is_some_and(|timing| timing.contains("db_query;dur=")));
    assert_adds_up(&miss);

    let hit = client.get("/api/products/42").await?;
    assert_eq!((hit.status, hit.header("x-cache")), (200, Some("HIT")));
    assert_eq!(hit.header("cache-status"), Some("cachescope; hit; key=\"cachescope:page:42\""));
    assert_eq!(hit.header("age"), Some("0"));
    assert_eq!(hit.header("content-type"), Some("application/json"));
    assert_eq!(hit.header("cachescope-request"), Some("2"));
    assert!(hit.header("server-timing").is_some_and(|timing| !timing.contains("db_query")));
    assert_adds_up(&hit);

    assert_eq!(miss.body, hit.body, "the cache gives back what the database gave");
    assert_eq!(miss.header("etag"), hit.header("etag"));
    assert_eq!(hit.json()?["page"]["product"]["id"], 42);
    assert_eq!(hit.header("access-control-allow-origin"), None, "no other origin's page may read it");
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn each_query_is_asked_for_by_name() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    for query in Query::ALL {
        let reply = client.get(&format!("/api/products/7?query={query}")).await?;
        assert_eq!(reply.header("x-cache"), Some("MISS"), "{query}");
        assert!(reply.json()?.get(query.name()).is_some(), "{query}");
    }
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn who_has_the_answer_already_is_not_sent_it_again_until_it_changes() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    let tag = client.get("/api/products/42").await?.header("etag").context("a tag")?.to_owned();
    let known = format!("if-none-match: \"other\", W/{tag}\r\n");

    let same = client.ask("GET", "/api/products/42", &known, b"").await?;
    assert_eq!((same.status, same.body.len()), (304, 0));
    assert_eq!((same.header("etag"), same.header("x-cache")), (Some(tag.as_str()), Some("HIT")));

    assert_eq!(client.ask("PUT", "/api/products/42", "", b"").await?.status, 200);
    let changed = client.ask("GET", "/api/products/42", &known, b"").await?;
    assert_eq!((changed.status, changed.header("x-cache")), (200, Some("MISS")));
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn a_write_raises_the_price_by_a_cent_and_the_next_read_sees_it() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    let before = client.get("/api/products/3?query=lookup").await?.json()?["lookup"].clone();

    let written = client.ask("PUT", "/api/products/3", "content-type: application/json\r\n", b"{}").await?;
    assert_eq!((written.status, written.header("x-cache")), (200, Some("WRITTEN")));
    assert_eq!(written.header("cache-status"), Some("cachescope; fwd=method"));
    let cents = before["price_cents"].as_u64().context("a price")?;
    assert_eq!(written.json()?["price_cents"], cents + 1);

    let after = client.get("/api/products/3?query=lookup").await?;
    assert_eq!((after.header("x-cache"), &after.json()?["lookup"]["price_cents"]), (Some("MISS"), &(cents + 1).into()));
    assert_eq!(client.ask("PUT", "/api/products/99999", "", b"").await?.status, 404);
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn what_the_cache_holds_is_removed_of_one_product_or_of_all() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    for product in [1, 2, 3] {
        client.get(&format!("/api/products/{product}")).await?;
    }
    let removed = client.ask("DELETE", "/api/cache/1", "", b"").await?;
    assert_eq!((removed.status, removed.body.len()), (204, 0));
    assert_eq!(client.get("/api/products/1").await?.header("x-cache"), Some("MISS"));
    assert_eq!(client.get("/api/products/2").await?.header("x-cache"), Some("HIT"));

    let removed = client.ask("DELETE", "/api/cache", "", b"").await?;
    assert_eq!((removed.status, removed.json()?["keys"].as_u64()), (200, Some(3)));
    assert_eq!(client.get("/api/products/2").await?.header("x-cache"), Some("MISS"));
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn the_age_is_told_of_what_this_process_has_stored_and_of_nothing_else() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    let body = client.get("/api/products/5?query=lookup").await?.body;
    assert_eq!(client.get("/api/products/5?query=lookup").await?.header("age"), Some("0"));

    // Another client stores the same answer in other words: how old that is nobody here knows.
    let lab::EngineState::Running { address } = house.lab.status().engine else { bail!("the engine runs") };
    let mut redis = stranger(format!("redis://{address}")).await?;
    let spaced = [b" ", body.as_slice()].concat();
    redis.set::<_, _, ()>("cachescope:lookup:5", spaced.as_slice()).await?;
    let other = client.get("/api/products/5?query=lookup").await?;
    assert_eq!((other.header("x-cache"), other.header("age")), (Some("HIT"), None));
    assert_eq!(other.body, spaced, "what the cache holds is handed on as it is");
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn a_request_is_a_trace_like_any_other_marked_and_on_the_stage() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    let reply = client.get("/api/products/42").await?;
    let status = until(&house.lab, |status| matches!(status.traffic, TrafficState::Visited { live: true, .. })).await?;

    let id: u64 = reply.header("cachescope-request").context("a number")?.parse()?;
    let detail = house.lab.kept_trace(id).await?.context("it is kept")?;
    assert_eq!((detail.trace.door, detail.trace.outcome), (trace::Door::Http, Outcome::Miss));
    assert!(!detail.sql.is_empty(), "with the SQL it ran");

    client.get("/api/products/42").await?;
    let TrafficState::Visited { run, .. } = status.traffic else { bail!("a visit") };
    let frame = house.lab.frame(0).context("something to draw")?;
    assert_eq!((frame.run, frame.sample.counts.sent, frame.sample.counts.hits), (run, 2, 1));
    assert!(house.lab.summary(0).context("numbers")?.workload.is_none(), "Cachescope did not send it");

    // When nobody comes any more, nothing moves.
    until(&house.lab, |status| status.traffic == TrafficState::Visited { run, live: false }).await?;
    // And who comes then goes on with the same visit.
    client.get("/api/products/42").await?;
    until(&house.lab, |status| status.traffic == TrafficState::Visited { run, live: true }).await?;
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn what_a_run_measures_is_never_mixed_with_what_comes_in() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    let pace = Pace::Open { rate: Rate::Steady { per_second: 400.0 }, spacing: Spacing::Constant };
    let workload = Workload { pace, length: Length::Count { requests: 200 }, ..Workload::default() };
    house.lab.change_settings(Settings { workload, ..house.lab.settings() }).await?;
    house.lab.start_recording(None).await?;
    until(&house.lab, |status| matches!(status.traffic, TrafficState::Running { .. })).await?;
    for _ in 0..50 {
        assert_eq!(client.get("/api/products/42").await?.status, 200);
    }
    assert!(matches!(house.lab.traffic_ended().await?, TrafficState::Ended { .. }));
    let about = house.lab.recordings().await?.remove(0);
    assert_eq!(about.requests, 200, "its own requests only");
    assert_eq!(house.lab.visited().sent, 50, "and the others are counted apart");
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn the_numbers_agree_with_what_was_asked() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    for product in [1, 1, 2, 99_999] {
        client.get(&format!("/api/products/{product}?query=lookup")).await?;
    }
    let stats = client.get("/api/stats").await?.json()?;
    let counts: Counts = serde_json::from_value(stats["counts"].clone())?;
    assert_eq!((counts.sent, counts.hits, counts.misses), (4, 1, 3));
    assert_eq!(stats["hit_ratio"], 0.25);

    let page = client.get("/metrics").await?;
    assert_eq!(page.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    let page = String::from_utf8(page.body)?;
    for name in ["process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds"] {
        let value = page.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).context(name)?;
        assert!(value.parse::<f64>()? > 0.0, "{name} {value}");
    }
    for line in [
        "cachescope_requests_total{outcome=\"hit\"} 1",
        "cachescope_requests_total{outcome=\"miss\"} 3",
        "cachescope_request_duration_seconds_count{outcome=\"hit\"} 1",
        "http_requests_total{method=\"GET\",code=\"200\"} 4",
        "http_requests_total{method=\"GET\",code=\"404\"} 1",
        "http_connections 1",
        "cachescope_catalogue_ready 1",
    ] {
        assert!(page.lines().any(|each| each == line), "{line}\n{page}");
    }
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn a_catalogue_that_cannot_be_opened_makes_it_unhealthy_and_requests_say_why() -> Result<()> {
    let folder = TempDir::new()?;
    // Where the catalogue should be there is a folder.
    std::fs::create_dir_all(database::Database::path(folder.path(), database::Size::Tiny).join("in-the-way"))?;
    let lab = Lab::open(options(folder.path(), Some(Settings::default())))?;
    assert!(lab.ready().await.is_err());
    let door = Door::open(lab.clone(), Options::at(anywhere()?)).await?;
    let mut client = Client::to(door.address()).await?;
    for path in ["/healthz", "/api/products/42"] {
        let reply = client.get(path).await?;
        assert_eq!((reply.status, reply.problem()?.0), (503, 503), "{path}");
        assert!(reply.header("retry-after").is_some_and(|seconds| seconds.parse::<u32>().is_ok()));
    }
    door.close().await;
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn it_is_healthy_as_soon_as_requests_can_be_answered() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = Lab::open(options(folder.path(), Some(Settings::default())))?;
    // The door is open before the catalogue is built.
    let door = Door::open(lab.clone(), Options::at(anywhere()?)).await?;
    let mut client = Client::to(door.address()).await?;
    let early = client.get("/healthz").await?;
    assert!(matches!(early.status, 200 | 503), "{}", early.status);
    lab.ready().await?;
    let reply = client.get("/healthz").await?;
    assert_eq!((reply.status, &reply.json()?["status"]), (200, &"ready".into()));
    door.close().await;
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn while_the_cache_is_down_the_database_answers_and_it_says_so() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    client.get("/api/products/42").await?;
    house.lab.stop_engine().await?;
    let reply = client.get("/api/products/42").await?;
    assert_eq!((reply.status, reply.header("x-cache")), (200, Some("BYPASS")));
    assert_eq!(reply.header("cache-status"), Some("cachescope; fwd=bypass"));
    assert!(reply.header("server-timing").is_some_and(|timing| timing.contains("desc=\"cache_get, failed\"")));
    house.lab.revive_engine().await?;
    assert_eq!(client.get("/api/products/42").await?.header("x-cache"), Some("MISS"));
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn what_is_put_in_on_purpose_is_told_apart() -> Result<()> {
    let faults = Faults { database: Some(DatabaseFault::Slow { delay_ms: 30 }), ..Faults::default() };
    let house = House::with(Conditions { faults, ..Conditions::default() }, Limits::default()).await?;
    let reply = house.client().await?.get("/api/products/42").await?;
    let timing = reply.header("server-timing").context("a timing")?;
    assert!(timing.contains("desc=\"db_query, 3") && timing.contains(" ms of it injected\""), "{timing}");
    house.close().await;
    Ok(())
}

/// A database that takes its time, so that a request is under way for long enough to be met there.
fn slow(delay_ms: u32) -> Conditions {
    let faults = Faults { database: Some(DatabaseFault::Slow { delay_ms }), ..Faults::default() };
    Conditions { faults, ..Conditions::default() }
}

/// Waits until so many requests from outside are inside the flow.
async fn under_way(lab: &Lab, many: u64) -> Result<()> {
    let wait = async {
        while lab.visited().sent < many {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(30), wait).await.context("they never came")
}

#[tokio::test]
async fn under_too_many_requests_the_surplus_is_refused_and_shows_as_such() -> Result<()> {
    let house = House::with(slow(500), Limits { under_way: 1, ..Limits::default() }).await?;
    let (mut first, mut second) = (house.client().await?, house.client().await?);
    let (answered, refused) = tokio::join!(first.get("/api/products/1"), async {
        under_way(&house.lab, 1).await?;
        second.get("/api/products/2").await
    });
    let (answered, refused) = (answered?, refused?);
    assert_eq!(answered.status, 200);
    assert_eq!(
        (refused.status, refused.header("retry-after"), refused.header("x-cache")),
        (503, Some("1"), Some("SHED"))
    );
    let id: u64 = refused.header("cachescope-request").context("a number")?.parse()?;
    let trace = house.lab.kept_trace(id).await?.context("it is kept")?.trace;
    assert_eq!((trace.outcome, trace.steps.len()), (Outcome::Shed, 0));
    // The connection is as good as before.
    assert_eq!(second.get("/api/products/2").await?.status, 200);
    assert_eq!(second.get("/healthz").await?.status, 200);
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn a_door_that_closes_answers_what_is_under_way_and_lets_nobody_in() -> Result<()> {
    let House { lab, door, _folder } = House::with(slow(400), Limits::default()).await?;
    let address = door.address();
    let (mut asking, idle) = (Client::to(address).await?, Client::to(address).await?);
    let (reply, ()) = tokio::join!(asking.get("/api/products/1"), async {
        under_way(&lab, 1).await.expect("it comes");
        door.close().await;
    });
    let reply = reply?;
    assert_eq!((reply.status, reply.header("connection")), (200, Some("close")));
    assert!(asking.closes().await? && idle.closes().await?);
    assert!(Client::to(address).await.is_err(), "nobody listens any more");
    assert_eq!(lab.status().door, DoorState::Closed);
    lab.close().await;
    Ok(())
}

#[tokio::test]
async fn a_write_is_carried_out_to_its_end_also_when_its_client_goes_away() -> Result<()> {
    let house = House::with(slow(200), Limits::default()).await?;
    let mut client = house.client().await?;
    client.get("/api/products/8").await?;
    let mut hasty = house.client().await?;
    hasty.send(b"PUT /api/products/8 HTTP/1.1\r\nhost: localhost\r\n\r\n").await?;
    under_way(&house.lab, 2).await?;
    drop(hasty);
    let wait = async {
        while house.lab.visited().tally.counts().written < 1 {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(30), wait).await.context("the write was never done")?;
    // Had it been given up between the row and its keys, this would be a hit, and stale.
    assert_eq!(client.get("/api/products/8").await?.header("x-cache"), Some("MISS"));
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn the_door_is_kept_as_the_settings_say() -> Result<()> {
    let folder = TempDir::new()?;
    let lab = Lab::open(options(folder.path(), Some(Settings::default())))?;
    lab.ready().await?;
    let keeper = Keeper::of(&lab);
    assert_eq!(lab.status().door, DoorState::Closed, "nobody comes in unless somebody says so");

    // A port that is free now.
    let taken = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = taken.local_addr()?.port();
    let wish = |open: bool| Settings { door: DoorSettings { open, port }, ..Settings::default() };
    lab.change_settings(wish(true)).await?;
    let failed = until(&lab, |status| matches!(status.door, DoorState::Failed { .. })).await?;
    let DoorState::Failed { message } = failed.door else { bail!("it failed") };
    assert!(message.contains(&port.to_string()) && message.contains("taken by another program"), "{message}");

    drop(taken);
    lab.change_settings(wish(false)).await?;
    until(&lab, |status| status.door == DoorState::Closed).await?;
    lab.change_settings(wish(true)).await?;
    until(&lab, |status| matches!(status.door, DoorState::Open { by_settings: true, .. })).await?;
    let here = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    assert_eq!(Client::to(here).await?.get("/api/products/1").await?.status, 200);

    lab.change_settings(wish(false)).await?;
    until(&lab, |status| status.door == DoorState::Closed).await?;
    assert!(Client::to(here).await.is_err());
    keeper.end().await;
    lab.close().await;
    Ok(())
}
