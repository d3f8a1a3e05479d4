//! `cachescope demo`: the seed's two requests, in the terminal.

use std::path::PathBuf;

use anyhow::{Result, bail};
use lab::{CatalogueState, EngineState, Lab, Settings};
use trace::{Engine, Outcome, Placement};

use crate::arguments::DemoArguments;
use crate::progress::show_catalogue;
use crate::server::stop_signal;
use crate::waterfall;

/// Asks for one product twice, and prints both traces.
pub(crate) async fn run(arguments: DemoArguments, data_dir: PathBuf) -> Result<()> {
    let create_schema = arguments.conditions.create_schema();
    let conditions = arguments.conditions.conditions();
    let settings = Settings { conditions, product: arguments.product, ..Settings::default() };
    let lab = crate::open_lab(data_dir, settings, create_schema)?;
    let result = tokio::select! {
        result = two_requests(&lab, arguments.keep) => result,
        () = stop_signal() => Ok(()),
    };
    crate::close(lab).await;
    result
}

async fn two_requests(lab: &Lab, keep: bool) -> Result<()> {
    show_catalogue(lab).await;
    lab.ready().await?;
    let Settings { conditions, product, .. } = lab.settings();
    let address = match lab.status().engine {
        EngineState::Running { address } => address,
        EngineState::Unreachable { message } => bail!(message),
        EngineState::Starting | EngineState::Stopped { .. } => bail!("The server behind the cache is not running."),
    };
    let place = match &conditions.engine {
        Engine::Bundled { placement: Placement::FlowRuntime } => ", on the flow's runtime",
        Engine::Bundled { placement: Placement::OwnThread } => ", on a thread of its own",
        Engine::MiniRedis { .. } => ", in a process of its own",
        Engine::External { .. } => "",
    };
    let (engine, query) = (&conditions.engine, conditions.query);
    println!("Product {product}, query {query}. Cache: {engine} server on {address}{place}.");
    if let Some(facts) = crate::load::facts_of(lab) {
        println!("{facts}");
    }
    println!();

    // A server of somebody else's may hold the key already.
    if matches!(conditions.engine, Engine::External { .. }) {
        lab.clear_cache().await?;
    }
    let first = lab.read(product, query).await?;
    anstream::println!("{}", waterfall::render(&first.trace));
    let second = lab.read(product, query).await?;
    anstream::println!("{}", waterfall::render(&second.trace));

    match (first.trace.outcome, second.trace.outcome) {
        (Outcome::Miss, Outcome::Hit) => {
            let ratio = first.trace.total_ns as f64 / second.trace.total_ns.max(1) as f64;
            println!(
                "The miss took {} as long as the hit (one of each: see it, don't conclude from it).",
                times(ratio)
            );
        }
        (Outcome::Miss, _) if first.value.is_none() => {
            println!("There is no such product: nothing was stored, so both asked the database.")
        }
        (first, second) => {
            println!("Expected a miss and then a hit, and saw {first:?} and {second:?}: the notes above say why.")
        }
    }
    if let CatalogueState::Ready { path, version, .. } = lab.status().catalogue {
        println!("The database is {version}: {path}.");
    }
    let (host, port) = address.rsplit_once(':').unwrap_or((&address, ""));
    if keep {
        println!("The server stays up: redis-cli -h {host} -p {port}. Ctrl+C ends it.");
        stop_signal().await;
    } else {
        println!("The server listened on {address}; --keep leaves it up for redis-cli.");
    }
    Ok(())
}

fn times(ratio: f64) -> String {
    if ratio < 9.95 { format!("{ratio:.1} times") } else { format!("{ratio:.0} times") }
}
