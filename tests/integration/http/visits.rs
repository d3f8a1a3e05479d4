//! What comes in by the door and what else the Stage may be busy with: runs, recordings, a split.

use anyhow::{Context, Result, bail};
use lab::TrafficState;
use recording::State;
use trace::{Conditions, Length, Pace, Pattern, Rate, Spacing, Workload};

use super::{House, until};

fn live(traffic: &TrafficState) -> bool {
    matches!(traffic, TrafficState::Visited { live: true, .. })
}

#[tokio::test]
async fn what_visitors_send_is_recorded_as_theirs_until_that_is_ended() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    client.get("/api/products/42").await?;
    until(&house.lab, |status| live(&status.traffic)).await?;
    house.lab.start_recording(None).await?;
    let now = house.lab.status().recording.context("it is recorded")?;
    assert!(now.name.ends_with("visitors through the HTTP front door"), "{}", now.name);

    // The second in which it began is not recorded, nor is that in which it ends.
    let elapsed_ns = || house.lab.summary(0).map_or(0, |visit| visit.elapsed_ns);
    let whole = elapsed_ns() / 1_000_000_000 + 2;
    while elapsed_ns() < (whole + 1) * 1_000_000_000 {
        assert_eq!(client.get("/api/products/42").await?.status, 200);
    }
    house.lab.stop_recording().await?;
    client.get("/api/products/42").await?;

    let about = house.lab.recordings().await?.remove(0);
    assert_eq!((about.id, about.state, about.name), (now.id, State::Whole, now.name));
    assert!(about.workload.is_visitors() && about.requests > 0, "{} requests", about.requests);
    assert!(about.elapsed_ns >= 1_000_000_000 && about.elapsed_ns.is_multiple_of(1_000_000_000));
    let (_, sections) = house.lab.open_recording(now.id).await?;
    let told = serde_json::to_string(&sections)?;
    assert!(told.contains("visitors through the HTTP front door: what other programs asked for"), "{told}");
    assert!(!told.contains("closed loop"), "nobody knows how they send");

    // It can be taken elsewhere, and never be sent again.
    let mut file = Vec::new();
    house.lab.recording_file(now.id).await?.write(&mut file)?;
    house.lab.delete_recording(now.id).await?;
    house.lab.import_recording(file).await?;
    assert!(house.lab.start_traffic(about.workload).await.is_err());
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn who_comes_after_a_run_has_the_stage_at_once_also_without_a_pause() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    client.get("/api/products/42").await?;
    until(&house.lab, |status| live(&status.traffic)).await?;
    let pace = Pace::Open { rate: Rate::Steady { per_second: 400.0 }, spacing: Spacing::Constant };
    house.lab.start_traffic(Workload { pace, length: Length::Count { requests: 100 }, ..Workload::default() }).await?;
    // As wrk does: one after the other, before the run, in it and behind it.
    let mut ran = false;
    let visited = loop {
        client.get("/api/products/42").await?;
        match house.lab.status().traffic {
            TrafficState::Running { .. } => ran = true,
            TrafficState::Visited { run, live: true } if ran => break run,
            _ => {}
        }
    };
    assert_eq!(house.lab.frame(0).context("the visit")?.run, visited);
    let TrafficState::Ended { messages, .. } = house.lab.traffic_ended().await? else { bail!("the run has ended") };
    assert!(messages[0].starts_with("The run ended as planned: 100 requests"), "{messages:?}");
    house.close().await;
    Ok(())
}

#[tokio::test]
async fn on_a_split_stage_nobody_is_let_in_and_is_told_why() -> Result<()> {
    let house = House::open().await?;
    let mut client = house.client().await?;
    assert_eq!(client.get("/api/products/42").await?.status, 200);
    let second = Conditions { pattern: Pattern::NoCache, ..house.lab.status().conditions };
    house.lab.open_split(second).await?;
    for (method, path) in [
        ("GET", "/api/products/42"),
        ("PUT", "/api/products/42"),
        ("DELETE", "/api/cache/42"),
        ("DELETE", "/api/cache"),
    ] {
        let reply = client.ask(method, path, "", b"").await?;
        let (status, detail) = reply.problem()?;
        assert_eq!((status, reply.header("retry-after")), (503, Some("30")), "{method} {path}");
        assert!(detail.starts_with("The Stage is split"), "{detail}");
    }
    // Also under other conditions, which a flow of their own is made for.
    house.lab.change_settings(lab::Settings { product: 7, ..house.lab.settings() }).await?;
    assert_eq!(client.get("/api/products/42").await?.status, 503);
    assert_eq!(client.get("/healthz").await?.status, 200, "the door itself is well");
    assert_eq!(house.lab.visited().sent, 1, "neither side met any of it");
    house.lab.close_split().await;
    assert_eq!(client.get("/api/products/42").await?.header("x-cache"), Some("HIT"));
    house.close().await;
    Ok(())
}
