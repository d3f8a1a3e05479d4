//! schemathesis: what it makes of the OpenAPI document is sent to the running door, and what comes back is held against it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

use super::serve::serving;

/// How long it may take, on a machine that has other things to do; alone it takes less than a minute.
const PROGRAM: Duration = Duration::from_secs(540);

/// With every check there is, the same requests each time: instead of a seed it is told to leave nothing to chance.
const ARGUMENTS: &[&str] = &[
    // It leaves out what it takes for no part of the service, unless it is told.
    "--include-path-regex=.",
    "--checks=all",
    "--max-examples=30",
    "--generation-deterministic",
    "--continue-on-failure",
    "--workers=1",
    "--no-color",
];

#[tokio::test]
async fn schemathesis_finds_no_answer_that_is_not_as_the_document_says() -> Result<()> {
    let folder = TempDir::new()?;
    let (_serving, address) = serving(&folder, &[])?;
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/.venv/bin/st");
    let mut command = Command::new(&program);
    command.arg("run").arg(format!("http://{address}/api/openapi.json")).args(ARGUMENTS);
    command.current_dir(folder.path()).stdin(Stdio::null()).kill_on_drop(true);
    let output = timeout(PROGRAM, command.output()).await.context("it does not end")?;
    let output = output.with_context(|| format!("{} is missing; `make test` sets it up", program.display()))?;
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{said}{errors}");
    // All of it, in every phase.
    let paths = http::document()["paths"].as_object().map(|paths| paths.values().cloned().collect::<Vec<_>>());
    let methods = paths.context("paths")?.into_iter().filter_map(|path| path.as_object().cloned());
    let operations = methods.map(|of| of.keys().filter(|key| *key != "parameters").count()).sum::<usize>();
    ensure!(said.contains(&format!("{operations} selected / {operations} total")), "{said}");
    for phase in ["Examples", "Coverage", "Fuzzing", "Stateful"] {
        ensure!(said.contains(&format!("✅ {phase}")), "no phase {phase}: {said}");
    }
    Ok(())
}
