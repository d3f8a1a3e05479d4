//! Cachescope: an oscilloscope for caches.
//!
//! Without a subcommand it opens the window; a subcommand does its work in the terminal. Everything here is glue: the
//! work is done in `crates/`.

// A window has no console of its own on Windows.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod arguments;
mod commands;
mod compare;
mod demo;
mod dialogs;
#[cfg(target_os = "linux")]
mod drawing;
mod files;
mod instance;
mod lesson;
mod load;
mod manual;
mod progress;
mod recordings;
mod report;
mod scene;
mod serve;
mod server;
mod side;
mod taking;
mod view;
mod waterfall;
mod window;

use std::env;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use arguments::{Arguments, Command, DemoArguments, RecordArguments};
use clap::Parser;
use lab::{Lab, Launcher, Options, Settings};

/// With glibc's, a million keys that expired cost a pause of up to 150 ms when their blocks were joined.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            anstream::eprintln!("{}error:{} {error:#}", arguments::ERROR.render(), arguments::ERROR.render_reset());
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    let data_dir = data_dir(arguments.data_dir);
    match arguments.command {
        None if no_display() => {
            eprintln!(
                "There is no display for a window: running `cachescope demo` instead. See `cachescope --help`.\n"
            );
            terminal(demo::run(DemoArguments::default(), data_dir?))?;
        }
        None => {
            let data_dir = data_dir?;
            window::open(&data_dir.clone(), || options(data_dir, None, false))?;
        }
        Some(Command::Load(load)) => return terminal(load::run(load, None, data_dir?)),
        Some(Command::Record(RecordArguments { name, note, out, load })) => {
            return terminal(load::run(load, Some(load::Keep { name, note, out }), data_dir?));
        }
        Some(Command::Recordings { command }) => terminal(recordings::run(command, data_dir?))?,
        Some(Command::Compare(compare)) => return terminal(compare::run(compare, data_dir?)),
        Some(Command::Scene { command }) => return terminal(scene::run(command, data_dir?)),
        Some(Command::Lesson { command }) => return terminal(lesson::run(command, data_dir?)),
        Some(Command::Demo(demo)) => terminal(demo::run(demo, data_dir?))?,
        Some(Command::Server(server)) => terminal(server::run(server))?,
        Some(Command::Serve(serve)) => terminal(serve::run(serve, data_dir?))?,
        Some(Command::Completions { shell }) => manual::print_completions(shell),
        Some(Command::Manual { folder }) => manual::write_pages(&folder)?,
        Some(Command::MiniRedis { port, nodelay }) => terminal(async move {
            lab::mini_redis::serve(port, nodelay)
                .await
                .with_context(|| format!("mini-redis cannot listen on port {port}"))
        })?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The folder that was named, or the usual one.
fn data_dir(named: Option<PathBuf>) -> Result<PathBuf> {
    if let Some(data_dir) = named {
        return Ok(data_dir);
    }
    let data = dirs::data_dir().context("This system names no data folder; give one with --data-dir")?;
    Ok(data.join("cachescope"))
}

/// Runs a subcommand to its end.
fn terminal<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// What a laboratory is opened with; `settings` where those kept are not wanted.
/// With `create_schema` a schema may be created where the database's server has none.
fn options(data_dir: PathBuf, settings: Option<Settings>, create_schema: bool) -> Options {
    let program = env::current_exe().unwrap_or_else(|_| "cachescope".into());
    let launcher = Launcher { program, arguments: vec!["mini-redis".into()] };
    Options { data_dir, size: database::Size::Small, launcher, settings, port: 0, create_schema }
}

/// Opens a laboratory with these settings, which are not kept.
fn open_lab(data_dir: PathBuf, settings: Settings, create_schema: bool) -> Result<Lab> {
    Ok(Lab::open(options(data_dir, Some(settings), create_schema))?)
}

/// Closes a laboratory, and says what was lost by that, if anything was.
async fn close(lab: Lab) {
    if let Some(lost) = lab.close().await {
        eprintln!("{lost}");
    }
}

/// Whether a window cannot be shown: no display is named, or the one named does not answer.
#[cfg(target_os = "linux")]
fn no_display() -> bool {
    gtk::init().is_err()
}

#[cfg(not(target_os = "linux"))]
fn no_display() -> bool {
    false
}
