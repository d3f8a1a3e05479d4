//! `cachescope serve`: server, flow and front door, without a window.

use std::future::pending;
use std::io::{self, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Result, bail};
use http::{Address, Door, Invitation, Limits, Options};
use lab::{CatalogueState, EngineState, Event, Events, Lab, Settings, Status};
use tokio::time::timeout;

use crate::arguments::ServeArguments;
use crate::server::{allow_descriptors, stop_signal};

/// How long what is under way may take at the end.
const CLOSING: Duration = Duration::from_secs(10);

/// Opens the door at once, also while the catalogue is being built: `/healthz` says when it is there. Runs until Ctrl+C or
/// SIGTERM; what is under way then is answered.
pub(crate) async fn run(arguments: ServeArguments, data_dir: PathBuf) -> Result<()> {
    let ServeArguments { http, let_other_machines_in, http_name, redis_port, ui, .. } = arguments;
    let (http_connections, http_requests) = (arguments.http_connections, arguments.http_requests);
    let invitation = if let_other_machines_in { Invitation::OtherMachines } else { Invitation::ThisMachine };
    let address = Address::new(http, invitation)?;
    let limits = Limits {
        connections: allow_descriptors(http_connections),
        under_way: http_requests as usize,
        closing: CLOSING,
        ..Limits::default()
    };
    let create_schema = arguments.conditions.create_schema();
    let settings = Settings { conditions: arguments.conditions.conditions(), ..Settings::default() };
    let options = lab::Options { port: redis_port, ..crate::options(data_dir, Some(settings), create_schema) };
    let lab = Lab::open(options)?;
    let page = ui.then(crate::window::page);
    let token = page.as_ref().map(|page| page.token().to_owned());
    let result = match Door::open(lab.clone(), Options { limits, names: http_name, page, ..Options::at(address) }).await
    {
        Ok(door) => serve(&lab, door, token.as_deref()).await,
        Err(error) => Err(error.into()),
    };
    crate::close(lab).await;
    result
}

async fn serve(lab: &Lab, door: Door, token: Option<&str>) -> Result<()> {
    let here = door.address();
    if !here.ip().is_loopback() {
        eprintln!("Warning: other machines reach {here}, and everybody there can read, write and clear.");
    }
    println!("The front door is open: http://{here}");
    if let Some(token) = token {
        println!("The window, in a browser: http://{here}/?token={token}");
    }
    io::stdout().flush()?;
    let result = tokio::select! {
        result = wait_for_requests(lab, here) => result,
        () = tell(lab.events()) => Ok(()),
        () = stop_signal() => Ok(()),
    };
    println!("Closing: what is under way is answered.");
    // A second Ctrl+C does not wait for it.
    tokio::select! {
        _ = timeout(CLOSING, door.close()) => {}
        () = stop_signal() => {}
    }
    println!("Closed.");
    result
}

/// Says when requests can be answered. Ends only if they never can.
async fn wait_for_requests(lab: &Lab, here: SocketAddr) -> Result<()> {
    lab.ready().await?;
    let Status { engine, catalogue, conditions, .. } = lab.status();
    match engine {
        EngineState::Running { address } => println!("Cache: {}, {address}", conditions.short_name()),
        // Requests go to the database alone; whoever starts the server later is found.
        EngineState::Unreachable { message } => eprintln!("{message}"),
        EngineState::Starting | EngineState::Stopped { .. } => bail!("The server behind the cache is not running."),
    }
    if let CatalogueState::Ready { path, products, .. } = catalogue {
        println!("Database: {path}, {products} products");
    }
    println!("Try: curl -i http://{here}/api/products/42");
    io::stdout().flush()?;
    pending().await
}

/// Prints what the laboratory says of its own accord, for as long as there is one.
async fn tell(mut events: Events) {
    let mut building = false;
    while let Some(event) = events.next().await {
        match event {
            Event::Notice(notice) => eprintln!("{notice}"),
            Event::Status(status) => {
                if let (CatalogueState::Building { total_rows, .. }, false) = (status.catalogue, building) {
                    building = true;
                    eprintln!("Building the catalogue: {total_rows} rows, once.");
                }
            }
        }
    }
}
