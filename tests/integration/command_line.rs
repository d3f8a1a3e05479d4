//! The command line, as a shell user meets it.

use std::env;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use anyhow::{Context, Result};
use lab::Launcher;
use tempfile::TempDir;

/// The app's binary, which `make test` builds before it runs this.
pub(crate) fn binary() -> PathBuf {
    let test = env::current_exe().expect("this test has a path");
    let folder = test.parent().and_then(Path::parent).expect("target/debug/deps/integration");
    let binary = folder.join(format!("cachescope{}", env::consts::EXE_SUFFIX));
    assert!(binary.is_file(), "{} is missing; build it with: cargo build -p cachescope", binary.display());
    binary
}

/// How to start mini-redis.
pub(crate) fn launcher() -> Launcher {
    Launcher { program: binary(), arguments: vec!["mini-redis".into()] }
}

/// A process that does not outlive its test.
pub(crate) struct Running(pub(crate) Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The app where there is no display.
pub(crate) fn command(arguments: &[&str], data_dir: &Path) -> Command {
    let mut command = Command::new(binary());
    command.args(arguments).arg("--data-dir").arg(data_dir);
    command.env_remove("DISPLAY").env_remove("WAYLAND_DISPLAY").stdin(Stdio::null());
    command
}

fn cachescope(arguments: &[&str], data_dir: &Path) -> Result<Output> {
    Ok(command(arguments, data_dir).output()?)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn the_demo_shows_a_miss_and_then_a_hit() -> Result<()> {
    let folder = TempDir::new()?;
    let output = cachescope(&["demo", "--product", "7", "--query", "lookup"], folder.path())?;
    let (out, errors) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{errors}");
    assert!(!out.contains('\x1b'), "no colours where there is no terminal: {out}");

    let miss = out.find("\nMISS ").context("a line MISS")?;
    let hit = out.find("\nHIT ").context("a line HIT")?;
    assert!(miss < hit, "{out}");
    for (path, steps) in [
        (&out[miss..hit], &["cache_get", "db_query", "encode", "cache_set", "respond", "other"][..]),
        (&out[hit..], &["cache_get", "decode", "respond", "other"][..]),
    ] {
        let mut rest = path;
        for step in steps {
            let at = rest.find(&format!("\n  {step} ")).with_context(|| format!("a line for {step} in {path}"))?;
            rest = &rest[at + 1..];
        }
    }
    assert!(out.contains("127.0.0.1:"), "it says where the server listens: {out}");
    assert!(folder.path().join("catalogue-small.db").is_file());
    assert!(!folder.path().join("settings.json").exists(), "a demo changes no settings");
    Ok(())
}

#[test]
fn where_there_is_no_display_the_app_runs_the_demo() -> Result<()> {
    let folder = TempDir::new()?;
    // None is named, or nobody answers at the one that is.
    for display in ["", ":4242"] {
        let output = command(&[], folder.path()).env("DISPLAY", display).output()?;
        assert!(output.status.success(), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("no display"));
        assert!(text(&output.stdout).contains("\nHIT "));
    }
    Ok(())
}

#[test]
fn a_kept_demo_answers_other_clients() -> Result<()> {
    let folder = TempDir::new()?;
    let mut child = Command::new(binary())
        .args(["demo", "--keep", "--query", "lookup", "--data-dir"])
        .arg(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let stdout = child.stdout.take().context("its output")?;
    let _running = Running(child);
    let mut lines = BufReader::new(stdout).lines();
    let port = lines
        .find_map(|line| line.ok()?.split_once("redis-cli -h 127.0.0.1 -p ").map(|(_, rest)| rest.to_owned()))
        .context("it says how to reach it")?;
    let port: u16 = port.split('.').next().unwrap_or_default().parse()?;
    let mut redis = redis::Client::open(("127.0.0.1", port))?.get_connection()?;
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query(&mut redis)?;
    assert_eq!(keys, ["cachescope:lookup:42"]);
    Ok(())
}

/// Starts the server alone with these arguments, and connects to where it says it listens.
pub(crate) fn server_alone(arguments: &[&str]) -> Result<(Running, SocketAddr, redis::Connection)> {
    let mut child =
        Command::new(binary()).arg("server").args(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let (stdout, id) = (child.stdout.take().context("its output")?, child.id());
    let running = Running(child);
    let mut lines = BufReader::new(stdout).lines();
    let line = lines.next().context("a line")??;
    // Programs that start a redis-server look for these words.
    assert!(line.ends_with(&format!(" PID: {id}")), "{line}");
    assert!(lines.next().context("another line")??.contains("Ready to accept connections"));
    let places = line.split(" is ready on ").nth(1).and_then(|rest| rest.split(". ").next());
    let address = places.and_then(|places| places.split(" and ").next()).context("an address")?;
    let redis = redis::Client::open(format!("redis://{address}"))?.get_connection()?;
    Ok((running, address.parse()?, redis))
}

#[test]
fn the_server_alone_listens_where_it_says() -> Result<()> {
    let (_running, _, mut redis) = server_alone(&["--port", "0", "--maxmemory", "64mb", "--maxclients", "77"])?;
    assert_eq!(redis::cmd("PING").query::<String>(&mut redis)?, "PONG");
    let set: Vec<String> = redis::cmd("CONFIG").arg("GET").arg("max[cm]*s").arg("maxmemory").query(&mut redis)?;
    assert_eq!(set, ["maxclients", "77", "maxmemory", "67108864", "maxmemory-samples", "5"]);
    Ok(())
}

#[test]
fn the_server_alone_follows_a_configuration_file_and_says_what_it_cannot() -> Result<()> {
    let folder = TempDir::new()?;
    let file = folder.path().join("redis.conf");
    std::fs::write(
        &file,
        "# ours\nport 0\nbind 127.0.0.1 -127.0.0.2 -::1\nmaxmemory-policy allkeys-lfu\nsave 900 1\nloglevel verbose\n",
    )?;
    let file = file.to_str().context("a path in UTF-8")?;
    let (_running, address, mut redis) = server_alone(&[file])?;
    TcpStream::connect(("127.0.0.2", address.port()))?;
    let policy: Vec<String> = redis::cmd("CONFIG").arg("GET").arg("maxmemory-policy").query(&mut redis)?;
    assert_eq!(policy, ["maxmemory-policy", "allkeys-lfu"]);
    for (directives, words) in [
        (&["--replicaof", "other", "6379"][..], "replicaof"),
        (&["--maxmemory-policy", "best"], "must be one of the following"),
        (&["/no/such/file"], "cannot be read"),
        (&["/dev/null", "--bind", "127.0.0.1", "nowhere"], "is no address to listen on"),
        (&["/dev/null", "--bind", "203.0.113.7"], "203.0.113.7"),
        (&["--port", "0", "stray"], "cannot be read"),
    ] {
        let output = Command::new(binary()).arg("server").args(directives).output()?;
        assert_eq!(output.status.code(), Some(1));
        let told = text(&output.stderr);
        assert!(told.contains(words), "{told}");
    }
    Ok(())
}

#[test]
fn a_port_in_use_is_told_with_a_way_out() -> Result<()> {
    let taken = std::net::TcpListener::bind("127.0.0.1:0")?;
    let port = taken.local_addr()?.port().to_string();
    let output = Command::new(binary()).args(["server", "--port", &port]).output()?;
    assert_eq!(output.status.code(), Some(1));
    let told = text(&output.stderr);
    assert!(told.contains(&port) && told.contains("--port"), "{told}");
    Ok(())
}

#[test]
fn wrong_arguments_are_refused_with_a_reason() -> Result<()> {
    let folder = TempDir::new()?;
    for (arguments, words) in [
        (&["demo", "--product", "many"][..], "invalid"),
        (&["demo", "--product", "0"], "0 is not in"),
        (&["demo", "--product", "4294967296"], "4294967296 is not in"),
        (&["demo", "--query", "everything"], "lookup, page and report"),
        (&["demo", "--engine", "memcached"], "the engines are"),
        (&["demo", "--engine", "http://localhost"], "not supported"),
        (&["demo", "--engine", "redis://127.0.0.1:1"], "connection refused"),
        (&["demo", "--ttl", "soon"], "500ms"),
        (&["demo", "--ttl", "48h"], "24 hours"),
        (&["frobnicate"], "frobnicate"),
    ] {
        let output = cachescope(arguments, folder.path())?;
        let told = text(&output.stderr);
        assert!(!output.status.success(), "{arguments:?}");
        assert!(told.contains(words), "{arguments:?}: {told}");
        assert!(!told.contains("panicked"), "{arguments:?}: {told}");
    }
    Ok(())
}

/// A number of the JSON that `cachescope load --json` prints.
fn number(json: &serde_json::Value, name: &str) -> Result<u64> {
    json[name].as_u64().with_context(|| format!("{name} is an integer in {json}"))
}

#[test]
fn load_prints_one_json_object_whose_counts_add_up() -> Result<()> {
    let folder = TempDir::new()?;
    let arguments = ["load", "--workload", "zipf", "--rate", "2000", "--duration", "1s", "--query", "lookup", "--json"];
    let output = cachescope(&arguments, folder.path())?;
    let errors = text(&output.stderr);
    assert!(output.status.success(), "{errors}");
    let json: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(number(&json, "sent")?, 2_000);
    assert_eq!(number(&json, "hits")? + number(&json, "misses")?, 2_000, "zipf alone means reads only");
    assert_eq!(number(&json, "errors")?, 0);
    assert!(number(&json, "p50_ns")? <= number(&json, "p99_ns")?);
    assert!(json["p999_ns"].is_null(), "2,000 are too few for a p99.9");
    assert_eq!(json["conditions"]["query"], "lookup");
    assert_eq!(json["workload"]["keys"]["exponent"], 0.99);
    assert_eq!(json["verdict"]["check"]["verdict"], "agrees");
    assert!(errors.contains("hit ratio"), "progress is shown: {errors}");
    Ok(())
}

#[test]
fn load_prints_a_table_with_what_is_known_and_what_is_not() -> Result<()> {
    let folder = TempDir::new()?;
    let output = cachescope(&["load", "--workload", "ycsb-b", "--count", "50", "--clients", "2"], folder.path())?;
    let (out, errors) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{errors}");
    assert!(out.starts_with("50 requests in "), "{out}");
    let all = out.lines().find(|line| line.trim_start().starts_with("all ")).context("a line for all")?;
    assert!(all.contains('–'), "50 are too few for a p90: {all}");
    assert!(out.contains("The server counted the same"), "{out}");
    Ok(())
}

#[test]
fn load_refuses_the_absurd_with_its_reason() -> Result<()> {
    let folder = TempDir::new()?;
    for (arguments, reason) in [
        (["load", "--rate", "0"], "between 0.1 and 1,000,000"),
        (["load", "--rate", "NaN"], "between 0.1 and 1,000,000"),
        (["load", "--clients", "100000"], "1 to 10,000 clients"),
        (["load", "--exponent", "9"], "between 0.5 and 1.5"),
        (["load", "--duration", "0s"], "between 1 ms and 24 hours"),
    ] {
        let output = cachescope(&arguments, folder.path())?;
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains(reason), "{arguments:?}: {}", text(&output.stderr));
    }
    Ok(())
}

#[cfg(unix)]
#[test]
fn more_clients_than_descriptors_share_the_connections_there_are() -> Result<()> {
    let folder = TempDir::new()?;
    let mut shell = Command::new("sh");
    let script = "ulimit -n 64; exec \"$0\" load --clients 5000 --count 10000 --query lookup --json --data-dir \"$1\"";
    shell.arg("-c").arg(script).arg(binary()).arg(folder.path()).stdin(Stdio::null());
    let output = shell.output()?;
    assert!(output.status.success(), "{}", text(&output.stderr));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!((number(&json, "sent")?, number(&json, "errors")?), (10_000, 0));
    Ok(())
}

#[test]
fn load_exits_with_1_when_requests_failed() -> Result<()> {
    let folder = TempDir::new()?;
    // Builds the catalogue, whose table another program then takes away.
    assert!(cachescope(&["load", "--count", "1"], folder.path())?.status.success());
    let catalogue = database::Database::path(folder.path(), database::Size::Small);
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(async {
        use sqlx::{ConnectOptions, Connection};
        let mut other = sqlx::sqlite::SqliteConnectOptions::new().filename(catalogue).connect().await?;
        sqlx::raw_sql("CREATE TRIGGER refuse BEFORE UPDATE ON products BEGIN SELECT RAISE(ABORT, 'refused'); END")
            .execute(&mut other)
            .await?;
        other.close().await
    })?;
    let output = cachescope(&["load", "--count", "20", "--writes", "50", "--json"], folder.path())?;
    let json: serde_json::Value = serde_json::from_slice(&output.stdout)?;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    let (sent, errors) = (number(&json, "sent")?, number(&json, "errors")?);
    assert!(errors > 0, "{json}");
    assert_eq!(sent, number(&json, "hits")? + number(&json, "misses")? + number(&json, "written")? + errors);
    assert!(text(&output.stderr).contains("failed"), "{}", text(&output.stderr));
    Ok(())
}
