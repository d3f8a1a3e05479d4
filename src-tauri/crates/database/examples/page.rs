//! Opens the catalogue of a folder, building it where there is none, and prints the page of product 42.
//!
//! `cargo run --release -p database --example page -- /tmp/shop`

use std::error::Error;
use std::path::PathBuf;
use std::time::Instant;

use database::{Database, Size};
use trace::Query;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("Which folder?")?);
    let started = Instant::now();
    let opened = Database::open_or_build(&folder, Size::Small, |progress| {
        eprint!("\r{:3} % {:<12}", progress.done_rows * 100 / progress.total_rows, progress.table);
    })
    .await
    .map_err(|error| error.to_string())?;
    eprintln!("\ropened after {:.3} s", started.elapsed().as_secs_f64());
    if let Some(notice) = opened.notice {
        eprintln!("{notice}");
    }
    let page = opened.database.query(Query::Page, 42).await?;
    println!("{}", serde_json::to_string_pretty(&page)?);
    match opened.database.write(42).await {
        Ok(written) => eprintln!("{written:?}"),
        Err(error) => eprintln!("{error}"),
    }
    opened.database.close().await?;
    Ok(())
}
