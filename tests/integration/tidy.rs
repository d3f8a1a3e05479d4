//! What `src-tauri/ARCHITECTURE.md` says must stay true and no compiler or linter can say.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use toml::Table;

/// The top of the tree.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: impl AsRef<Path>) -> Result<String> {
    let path = root().join(path);
    fs::read_to_string(&path).with_context(|| path.display().to_string())
}

fn manifest(path: impl AsRef<Path>) -> Result<Table> {
    Ok(read(path)?.parse()?)
}

/// A package of the workspace that is part of the app: where it is, and its manifest.
fn packages() -> Result<Vec<(PathBuf, Table)>> {
    let mut folders = vec![PathBuf::from("src-tauri")];
    for entry in fs::read_dir(root().join("src-tauri/crates"))? {
        folders.push(Path::new("src-tauri/crates").join(entry?.file_name()));
    }
    folders.into_iter().map(|folder| Ok((folder.clone(), manifest(folder.join("Cargo.toml"))?))).collect()
}

fn name(manifest: &Table) -> &str {
    manifest["package"]["name"].as_str().unwrap_or_default()
}

fn keys<'a>(manifest: &'a Table, table: &str) -> impl Iterator<Item = &'a str> {
    manifest.get(table).and_then(toml::Value::as_table).into_iter().flat_map(|table| table.keys().map(String::as_str))
}

/// The Rust files under a folder, tests beside the code left out: their path and their text.
fn sources(folder: &str) -> Result<Vec<(String, String)>> {
    let mut sources = Vec::new();
    let mut folders = vec![root().join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|of| of == "rs") && path.file_stem().is_some_and(|of| of != "tests")
            {
                let text = fs::read_to_string(&path)?;
                let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default().to_owned();
                sources.push((path.strip_prefix(root())?.display().to_string(), code));
            }
        }
    }
    ensure!(!sources.is_empty(), "{folder} has no sources");
    Ok(sources)
}

/// The lines of code, comments left out, that hold one of these.
fn lines_with(folder: &str, wanted: &[&str]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (path, text) in sources(folder)? {
        for (number, line) in text.lines().enumerate() {
            let code = line.trim_start();
            if !code.starts_with("//") && wanted.iter().any(|wanted| code.contains(wanted)) {
                found.push(format!("{path}:{}: {code}", number + 1));
            }
        }
    }
    Ok(found)
}

#[test]
fn crates_import_whom_the_architecture_page_says() -> Result<()> {
    let page = read("src-tauri/ARCHITECTURE.md")?;
    let (_, block) = page.split_once("```imports\n").context("a block `imports`")?;
    let (block, _) = block.split_once("\n```").context("the end of the block")?;
    let said: BTreeMap<String, BTreeSet<String>> = block
        .lines()
        .map(|line| {
            let (who, whom) = line.split_once(" -> ").with_context(|| format!("an arrow in {line:?}"))?;
            let whom = whom.split(", ").filter(|name| *name != "nothing").map(str::to_owned).collect();
            Ok((who.to_owned(), whom))
        })
        .collect::<Result<_>>()?;

    let workspace = manifest("Cargo.toml")?;
    let dependencies = workspace["workspace"]["dependencies"].as_table().context("dependencies")?;
    let ours: BTreeSet<&str> =
        dependencies.iter().filter(|(_, of)| of.get("path").is_some()).map(|(name, _)| name.as_str()).collect();
    let mut is = BTreeMap::new();
    for (_, manifest) in packages()? {
        let imported = keys(&manifest, "dependencies").filter(|name| ours.contains(name)).map(str::to_owned);
        is.insert(name(&manifest).to_owned(), imported.collect::<BTreeSet<_>>());
    }
    for who in said.keys().chain(is.keys()) {
        assert_eq!(said.get(who), is.get(who), "{who}: the page says what is on the left, its Cargo.toml the other");
    }
    Ok(())
}

#[test]
fn only_the_app_names_tauri() -> Result<()> {
    for (folder, manifest) in packages()? {
        if folder == Path::new("src-tauri") {
            continue;
        }
        for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
            let named = keys(&manifest, table)
                .find(|name| ["tauri", "wry", "gtk", "webkit2gtk"].iter().any(|of| name.starts_with(of)));
            assert_eq!(named, None, "{}", folder.display());
        }
    }
    Ok(())
}

#[test]
fn trace_does_no_io() -> Result<()> {
    let io = ["std::fs", "std::net", "std::io", "std::process", "std::env", "std::thread", "println!"];
    assert_eq!(lines_with("src-tauri/crates/trace/src", &io)?, Vec::<String>::new());
    // These write down what plain data looks like, and do nothing else.
    let manifest = manifest("src-tauri/crates/trace/Cargo.toml")?;
    let others: Vec<_> =
        keys(&manifest, "dependencies").filter(|name| !["schemars", "serde", "ts-rs"].contains(name)).collect();
    assert_eq!(others, Vec::<&str>::new());
    Ok(())
}

#[test]
fn what_measures_is_handed_its_clock_and_its_chance() -> Result<()> {
    let asked = [
        "Instant::now",
        "SystemTime",
        "Timestamp::now",
        "rand::rng",
        "from_os_rng",
        "SysRng",
        "getrandom",
        "RandomState",
    ];
    for of in ["trace", "flow", "metrics", "scene"] {
        let mut lines = lines_with(&format!("src-tauri/crates/{of}/src"), &asked)?;
        // The one clock that reads the machine's, for whoever is to hand it in; and the queue of write-behind, whose batches
        // belong to no request.
        let read = ["src-tauri/crates/trace/src/clock.rs:", "src-tauri/crates/flow/src/queue.rs:"];
        lines.retain(|line| !read.iter().any(|path| line.starts_with(path)));
        assert_eq!(lines, Vec::<String>::new());
    }
    Ok(())
}

#[test]
fn no_command_that_reaches_beyond_our_keys_is_written_down() -> Result<()> {
    let commands = ["FLUSHALL", "FLUSHDB", "SWAPDB", "SHUTDOWN", "CONFIG", "DEBUG", "REPLICAOF", "SCRIPT"];
    let written: Vec<String> = commands.iter().map(|command| format!("\"{command}\"")).collect();
    let written: Vec<&str> = written.iter().map(String::as_str).collect();
    for of in ["cache", "flow", "load", "lab", "fault"] {
        let mut lines = lines_with(&format!("src-tauri/crates/{of}/src"), &written)?;
        // The list by which somebody who types such a command is asked first.
        lines.retain(|line| !line.starts_with("src-tauri/crates/lab/src/inside/danger.rs:"));
        assert_eq!(lines, Vec::<String>::new());
    }
    Ok(())
}

#[test]
fn the_window_may_call_our_commands_and_nothing_else() -> Result<()> {
    let capability: serde_json::Value = serde_json::from_str(&read("src-tauri/capabilities/main.json")?)?;
    let allowed: BTreeSet<&str> =
        capability["permissions"].as_array().context("permissions")?.iter().filter_map(|of| of.as_str()).collect();
    let build = read("src-tauri/build.rs")?;
    let (_, commands) = build.split_once(".commands(&[").context("the commands")?;
    let (commands, _) = commands.split_once("])").context("their end")?;
    let ours: BTreeSet<String> = commands
        .split(',')
        .map(|command| command.trim().trim_matches('"').replace('_', "-"))
        .filter(|command| !command.is_empty())
        .map(|command| format!("allow-{command}"))
        .collect();
    // Tauri's own: presenter mode fills the screen.
    let window = BTreeSet::from(["core:window:allow-set-fullscreen"]);
    assert_eq!(allowed, ours.iter().map(String::as_str).chain(window).collect());

    let handled: BTreeSet<String> = lines_with("src-tauri/src", &["commands::"])?
        .iter()
        .filter_map(|line| line.rsplit_once(" commands::")?.1.strip_suffix(','))
        .map(|command| format!("allow-{}", command.replace('_', "-")))
        .collect();
    assert_eq!(handled, ours, "what window.rs answers, and what build.rs declares");
    Ok(())
}

#[test]
fn every_crate_is_under_the_lints_of_the_workspace() -> Result<()> {
    let workspace = manifest("Cargo.toml")?;
    let lints = &workspace["workspace"]["lints"]["rust"];
    assert_eq!((lints["unsafe_code"].as_str(), lints["missing_docs"].as_str()), (Some("forbid"), Some("warn")));
    for (folder, manifest) in packages()? {
        let under = manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(toml::Value::as_bool);
        assert_eq!(under, Some(true), "{}", folder.display());
    }
    Ok(())
}

#[test]
fn the_top_of_the_tree_is_closed() -> Result<()> {
    let known = ["Cargo.lock", "Cargo.toml", "LICENSE", "Makefile", "README.md", "src-tauri", "tests", "ui"];
    for entry in fs::read_dir(root())? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let built = name.starts_with("target");
        assert!(built || name.starts_with('.') || known.contains(&name.as_str()), "{name} has no place at the top");
    }
    Ok(())
}

#[test]
fn the_version_is_the_same_everywhere() -> Result<()> {
    let workspace = manifest("Cargo.toml")?;
    let version = workspace["workspace"]["package"]["version"].as_str().context("a version")?;
    for file in ["ui/package.json", "ui/package-lock.json"] {
        let package: serde_json::Value = serde_json::from_str(&read(file)?)?;
        assert_eq!(package["version"].as_str(), Some(version), "{file}");
    }
    let changes = read(".github/CHANGELOG.md")?;
    let newest = changes.lines().find_map(|line| line.strip_prefix("## [")?.split(']').next());
    assert_eq!(newest, Some(version), "the newest entry of .github/CHANGELOG.md");
    Ok(())
}
