//! `cachescope demo`: the seed's two requests, in the terminal.

use std::path::PathBuf;

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use lab::{CatalogueState, EngineState, Event, Lab, Settings};
use trace::{Conditions, Engine, Outcome, Placement};

use crate::arguments::DemoArguments;
use crate::server::stop_signal;
use crate::waterfall;

/// Asks for one product twice, and prints both traces.
pub(crate) async fn run(arguments: DemoArguments, data_dir: PathBuf) -> Result<()> {
    let engine = match arguments.engine {
        Engine::Bundled { .. } if arguments.own_thread => Engine::Bundled { placement: Placement::OwnThread },
        engine => engine,
    };
    let ttl_ms = u32::try_from(arguments.ttl.as_millis()).unwrap_or(u32::MAX);
    let conditions = Conditions { engine, query: arguments.query, ttl_ms };
    let settings = Settings { conditions, product: arguments.product, ..Settings::default() };
    let lab = crate::open_lab(data_dir, settings)?;
    let result = tokio::select! {
        result = two_requests(&lab, &arguments.keep) => result,
        () = stop_signal() => Ok(()),
    };
    lab.close().await;
    result
}

async fn two_requests(lab: &Lab, keep: &bool) -> Result<()> {
    show_progress(lab).await;
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
    println!("Product {product}, query {query}. Cache: {engine} server on {address}{place}.\n");

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
        _ if first.value.is_none() => {
            println!("There is no such product: nothing was stored, so both asked the database.")
        }
        (first, second) => {
            println!("Expected a miss and then a hit, and saw {first:?} and {second:?}: the notes above say why.")
        }
    }
    if let CatalogueState::Ready { path, .. } = lab.status().catalogue {
        println!("The database is {path}.");
    }
    let (host, port) = address.rsplit_once(':').unwrap_or((&address, ""));
    if *keep {
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

/// Shows how far the catalogue is, on standard error, until it is there; prints what the laboratory has to say.
async fn show_progress(lab: &Lab) {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("Building the catalogue: {msg:<12} {wide_bar} {percent:>3} %");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut plain_line_due = bar.is_hidden();
    let mut events = lab.events();
    while let Some(event) = events.next().await {
        match event {
            Event::Notice(notice) => bar.suspend(|| eprintln!("{notice}")),
            Event::Status(status) => match status.catalogue {
                CatalogueState::Opening => {}
                CatalogueState::Building { table, done_rows, total_rows } => {
                    if std::mem::take(&mut plain_line_due) {
                        eprintln!("Building the catalogue: {total_rows} rows, once.");
                    }
                    bar.set_length(total_rows);
                    bar.set_position(done_rows);
                    bar.set_message(table);
                }
                CatalogueState::Ready { .. } | CatalogueState::Failed { .. } => break,
            },
        }
    }
    bar.finish_and_clear();
}
