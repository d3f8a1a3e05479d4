//! The passwords of an engine and of a database are looked for in everything that is written, said and answered.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result, ensure};
use api::Files;
use lab::{CatalogueState, EngineState, Event, Lab, Settings, StudyState};
use recording::{Contender, Plan};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use trace::{Conditions, DatabaseKind, Engine, Length, Pace, Query, Workload};

use crate::command_line::{Running, command};
use crate::engines::{Kind, PASSWORD as OF_ENGINE};
use crate::laboratory::options;
use crate::postgres_server::{PASSWORD as OF_DATABASE, PostgresServer};

/// The first that is found in a text.
fn found_in(text: &[u8]) -> Option<&'static str> {
    [OF_ENGINE, OF_DATABASE].into_iter().find(|password| text.windows(password.len()).any(|w| w == password.as_bytes()))
}

fn hidden(what: &str, said: impl AsRef<[u8]>) -> Result<()> {
    let said = said.as_ref();
    ensure!(found_in(said).is_none(), "{what}: {}", String::from_utf8_lossy(said));
    Ok(())
}

/// Nothing of a folder has any, nor the names of its files.
fn hidden_in(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        hidden("a name", path.as_os_str().as_encoded_bytes())?;
        if path.is_dir() {
            hidden_in(&path)?;
        } else {
            ensure!(found_in(&fs::read(&path)?).is_none(), "{} has it", path.display());
        }
    }
    Ok(())
}

/// The Rust files of a folder in which those words stand.
fn files_that_say(words: &str, folder: &Path, found: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files_that_say(words, &path, found)?;
        } else if path.extension().is_some_and(|ending| ending == "rs") && fs::read_to_string(&path)?.contains(words) {
            found.push(path.display().to_string());
        }
    }
    Ok(())
}

#[test]
fn only_what_connects_takes_a_password_out_of_its_address() -> Result<()> {
    let (sources, mut found) = (Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri"), Vec::new());
    files_that_say(".reveal()", &sources, &mut found)?;
    let connects = |path: &String| {
        ["crates/cache/src/target.rs", "crates/database/src/postgres/address.rs"].iter().any(|it| path.ends_with(it))
    };
    let others: Vec<_> =
        found.iter().filter(|path| !connects(path) && !path.ends_with("trace/src/server_url.rs")).collect();
    ensure!(found.len() >= 3 && others.is_empty(), "{others:?}");
    Ok(())
}

fn over(engine: &str, database: &str) -> Conditions {
    Conditions {
        engine: Engine::External { url: engine.into() },
        database: DatabaseKind::Postgres { url: database.into() },
        query: Query::Lookup,
        ..Conditions::default()
    }
}

/// A face that keeps what it is given.
#[derive(Default)]
struct Kept(Mutex<Vec<(String, Vec<u8>)>>);

impl Files for Kept {
    async fn save(&self, name: &str, bytes: Vec<u8>) -> Result<Option<String>, api::Error> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((name.to_owned(), bytes));
        Ok(Some(name.to_owned()))
    }

    async fn open(&self, _: u64) -> Result<Option<Vec<u8>>, api::Error> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(kept.iter().find(|(name, _)| name.ends_with(".json")).map(|(_, bytes)| bytes.clone()))
    }
}

/// Every command there is, given nothing, what is to be understood, and what is not; whatever it answers.
async fn ask_everything(lab: &Lab, conditions: &Value, files: &Kept) -> Result<u32> {
    let ids = lab.recordings().await?.iter().map(|about| about.id).collect::<Vec<_>>();
    let [first, second] = ids[..] else { anyhow::bail!("two recordings: {ids:?}") };
    let compared = json!({"ids": [first, second], "baseline": 0});
    let wrong = json!({"conditions": conditions["engine"]["url"], "workload": conditions["database"]["url"]});
    let mut understood = 0;
    let last = ["close_split", "stop_traffic", "delete_recording"];
    let commands = api::COMMANDS.iter().filter(|name| !last.contains(*name)).chain(&last);
    for name in commands {
        let mut requests = vec![Value::Null, wrong.clone(), conditions["engine"]["url"].clone()];
        match *name {
            "send" | "write" => requests.push(json!({"product": 7, "query": "lookup"})),
            "frame" => requests.push(json!({"cursor": 0})),
            "summary" => requests.push(json!({"first_second": 0})),
            "open_recording" | "delete_recording" => requests.push(json!({"id": first})),
            "compare" => requests.push(compared.clone()),
            "save_recording" => {
                let formats = ["json", "csv_seconds", "csv_percentiles", "csv_traces", "hgrm", "hlog", "trace"];
                requests.extend(formats.map(|format| json!({"id": first, "format": format})));
            }
            "save_comparison" => {
                requests.extend(["html", "json"].map(|format| json!({"compared": compared, "format": format})));
            }
            "open_split" => {
                // The password goes in, and with it the address of somebody else.
                requests.push(conditions.clone());
                let mut bundled = conditions.clone();
                bundled["engine"] = json!({"kind": "bundled", "placement": "flow_runtime"});
                bundled["database"] = json!({"kind": "sqlite"});
                requests.push(bundled);
            }
            "change_settings" => {
                let mut settings = serde_json::to_value(lab.settings())?;
                requests.push(settings.clone());
                settings["conditions"]["engine"] = conditions["engine"]["url"].clone();
                requests.push(settings.clone());
                settings["conditions"] = conditions.clone();
                settings["conditions"]["database"]["kind"] = conditions["database"]["url"].clone();
                requests.push(settings);
            }
            _ => {}
        }
        for request in requests {
            match api::call(lab, files, name, request.clone()).await {
                Ok(reply) => {
                    understood += 1;
                    hidden(name, reply)?;
                }
                Err(error) => hidden(name, format!("{error} {error:?} {}", serde_json::to_string(&error)?))?,
            }
        }
    }
    for (name, bytes) in files.0.lock().unwrap_or_else(PoisonError::into_inner).iter() {
        hidden(name, bytes)?;
    }
    Ok(understood)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_command_of_a_face_answers_with_a_password_and_no_file_keeps_one() -> Result<()> {
    let (engine, server, folder) = (Kind::Password.start().await?, PostgresServer::shared()?, TempDir::new()?);
    let (engine_url, database_url) = (engine.url(), server.url_with_password().await?);
    let lab = Lab::open(lab::Options { create_schema: true, ..options(folder.path(), None) })?;
    lab.ready().await?;
    let mut events = lab.events();
    let workload = Workload {
        pace: Pace::Closed,
        length: Length::Count { requests: 60 },
        products: Some(20),
        ..Workload::default()
    };
    let conditions = over(engine_url, &database_url);
    lab.change_settings(Settings { conditions: conditions.clone(), workload, ..lab.settings() }).await?;
    if let CatalogueState::Asking { .. } = lab.catalogue_settled().await?.catalogue {
        lab.create_schema();
    }
    lab.ready().await?;
    ensure!(matches!(lab.status().engine, EngineState::Running { .. }), "{:?}", lab.status().engine);

    // Two recordings, made as a study with the passwords in its plan.
    let contender = |name: &str, conditions: Conditions| Contender { name: name.to_owned(), conditions };
    let plan = Plan {
        workload,
        rounds: 1,
        warm_up_ms: 0,
        conditions: vec![
            contender("theirs", conditions.clone()),
            contender("ours", Conditions { query: Query::Lookup, ..Conditions::default() }),
        ],
        ..Plan::default()
    };
    hidden("a plan", format!("{plan:?} {}", serde_json::to_string(&plan)?))?;
    lab.start_study(plan).await?;
    let StudyState::Ended { good: true, .. } = lab.study_ended().await? else { anyhow::bail!("{:?}", lab.status()) };
    lab.ready().await?;

    // As a page sends it, with the passwords as they were typed.
    let mut typed = serde_json::to_value(&conditions)?;
    typed["engine"]["url"] = json!(engine_url);
    typed["database"]["url"] = json!(database_url);
    let understood = ask_everything(&lab, &typed, &Kept::default()).await?;
    ensure!(understood > 30, "{understood} answers");
    hidden("the laboratory", format!("{lab:?}"))?;
    hidden_in(folder.path())?;
    lab.close().await;
    while let Some(event) = events.next().await {
        match event {
            Event::Notice(notice) => hidden("a notice", notice)?,
            Event::Status(status) => hidden("a status", serde_json::to_string(&status)?)?,
        }
    }
    hidden_in(folder.path())
}

/// What the front door answers to a path, head and all.
async fn answer(address: SocketAddr, method: &str, path: &str) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).await?;
    let asked = format!("{method} {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    stream.write_all(asked.as_bytes()).await?;
    let mut said = Vec::new();
    stream.read_to_end(&mut said).await?;
    ensure!(said.starts_with(b"HTTP/1.1 "), "{path}: {}", String::from_utf8_lossy(&said));
    Ok(said)
}

#[cfg(unix)]
#[tokio::test]
async fn the_front_door_answers_nothing_with_a_password_and_its_terminal_shows_none() -> Result<()> {
    let (mut engine, server, folder) = (Kind::Password.start().await?, PostgresServer::shared()?, TempDir::new()?);
    let database_url = server.url_with_password().await?;
    let arguments = [
        "serve",
        "--ui",
        "--http",
        "127.0.0.1:0",
        "--engine",
        engine.url(),
        "--database",
        &database_url,
        "--create-schema",
    ];
    let mut serving = Running(
        command(&arguments, folder.path())
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "1")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?,
    );
    let mut errors = serving.0.stderr.take().context("its errors")?;
    let told = std::thread::spawn(move || {
        let mut told = Vec::new();
        errors.read_to_end(&mut told).map(|_| told)
    });
    let mut lines = BufReader::new(serving.0.stdout.take().context("its output")?).lines();
    let (mut printed, mut address) = (String::new(), None);
    for line in lines.by_ref() {
        let line = line?;
        printed += &format!("{line}\n");
        if let Some(open) = line.strip_prefix("The front door is open: http://") {
            address = Some(open.parse::<SocketAddr>()?);
        }
        if line.starts_with("Try: curl") {
            break;
        }
    }
    let address = address.with_context(|| printed.clone())?;
    let document = answer(address, "GET", "/api/openapi.json").await?;
    ensure!(String::from_utf8_lossy(&document).contains("/api/products/{id}"));
    hidden("the document", document)?;
    let paths = [
        "/api/products/1?query=lookup",
        "/api/products/1",
        "/api/products/x",
        "/api/stats",
        "/metrics",
        "/healthz",
        "/",
        "/nowhere",
    ];
    for path in paths {
        hidden(path, answer(address, "GET", path).await?)?;
    }
    hidden("a write", answer(address, "PUT", "/api/products/1").await?)?;
    hidden("a clearing", answer(address, "DELETE", "/api/cache").await?)?;
    // And while the engine is gone.
    engine.end();
    for path in paths {
        hidden(path, answer(address, "GET", path).await?)?;
    }
    let id = serving.0.id().to_string();
    ensure!(std::process::Command::new("kill").args(["-TERM", &id]).status()?.success());
    for line in lines {
        printed += &line?;
    }
    serving.0.wait()?;
    hidden("the terminal", printed)?;
    hidden("its errors", told.join().map_err(|_| anyhow::anyhow!("a reader panicked"))??)?;
    hidden_in(folder.path())
}

#[tokio::test]
async fn a_plan_creates_the_schema_it_needs_if_that_is_agreed_to_and_shows_no_password() -> Result<()> {
    let (engine, server) = (Kind::Password.start().await?, PostgresServer::shared()?);
    let (folder, plans) = (TempDir::new()?, TempDir::new()?);
    let database_url = server.url_with_password().await?;
    let run = |arguments: &[&str]| -> Result<(bool, String)> {
        let output = command(arguments, folder.path()).output()?;
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        hidden("the terminal", &said)?;
        Ok((output.status.success(), said))
    };
    let plan = plans.path().join("plan.toml");
    let path = plan.to_str().context("in UTF-8")?;
    let both = format!(
        "[[conditions]]\nname = \"theirs\"\nquery = \"lookup\"\nengine = {{ kind = \"external\", url = \"{}\" }}\n\
         database = {{ kind = \"postgres\", url = \"{database_url}\" }}\n",
        engine.url(),
    );
    let head = "rounds = 1\nwarm_up_ms = 0\n[workload]\npace = { kind = \"closed\" }\nproducts = 20\n\
                length = { kind = \"count\", requests = 50 }\n[[conditions]]\nname = \"ours\"\nquery = \"lookup\"\n";
    for wrong in [
        format!("{both}rounds = 7"),
        format!("{both}url = \"{database_url}"),
        both.replace("\"external\"", &database_url),
    ] {
        fs::write(&plan, format!("{head}{wrong}"))?;
        let (done, said) = run(&["compare", "--plan", path])?;
        ensure!(!done && said.contains("is no plan"), "{said}");
    }
    fs::write(&plan, format!("{head}{both}"))?;
    let (done, said) = run(&["compare", "--plan", path])?;
    ensure!(!done && said.contains("Nothing was created") && said.contains("--create-schema"), "{said}");
    let html = folder.path().join("report.html");
    let report = html.to_str().context("in UTF-8")?;
    let (done, said) = run(&["compare", "--plan", path, "--create-schema", "--html", report])?;
    ensure!(done && said.contains("ended as planned") && said.contains("building the catalogue"), "{said}");
    let (done, said) = run(&["compare", "--plan", path, "--json"])?;
    ensure!(done && said.contains("ended as planned"), "what is there needs no agreement: {said}");
    for arguments in [
        ["demo", "--database", "me:hunter2-unmistakable@host/shop"],
        ["demo", "--engine", "shop:hunter2-of-the-tests@host"],
        ["demo", "--database", "postgres://me:hunter2-unmistakable"],
        ["demo", "--engine", "redis://shop:hunter2-of-the-tests"],
    ] {
        let (done, said) = run(&arguments)?;
        ensure!(!done, "{said}");
    }
    hidden_in(folder.path())
}
