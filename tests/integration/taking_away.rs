//! Recording, comparing and taking away on the command line: a whole study in a few commands.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::command_line::command;

/// What a command printed: standard output and standard error. It must have succeeded.
fn done(arguments: &[&str], data_dir: &Path) -> Result<(String, String)> {
    let output = command(arguments, data_dir).current_dir(data_dir).output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (printed, said) = (text(&output.stdout), text(&output.stderr));
    ensure!(output.status.success(), "{arguments:?}: {said}");
    Ok((printed, said))
}

fn refused(arguments: &[&str], data_dir: &Path) -> Result<String> {
    let output = command(arguments, data_dir).current_dir(data_dir).output()?;
    ensure!(!output.status.success(), "{arguments:?} was not refused");
    Ok(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn record(name: &str, folder: &Path) -> Result<(String, String)> {
    let out = format!("{name}.json");
    done(
        &[
            "record",
            "--name",
            name,
            "--query",
            "lookup",
            "--keys",
            "50",
            "--rate",
            "400",
            "--duration",
            "6s",
            "--out",
            &out,
        ],
        folder,
    )
}

#[test]
fn runs_are_recorded_compared_and_taken_away() -> Result<()> {
    let folder = TempDir::new()?;
    let (table, said) = record("before", folder.path())?;
    assert!(table.contains("Response time") && said.contains("It is kept as \"before\""), "{table}{said}");
    record("after", folder.path())?;

    let (list, _) = done(&["recordings", "list"], folder.path())?;
    assert!(list.lines().count() == 3 && list.contains("before") && list.contains("bundled, lookup"), "{list}");
    let (json, _) = done(&["recordings", "list", "--json"], folder.path())?;
    let listed: Value = serde_json::from_str(&json)?;
    assert_eq!(listed[0]["name"], "after");
    assert_eq!(listed[0]["requests"], 2_400);
    let (shown, _) = done(&["recordings", "show", "before"], folder.path())?;
    assert!(shown.contains("What was measured") && shown.contains("Environment"), "{shown}");

    // By name and by file it is the same comparison.
    let (by_name, _) = done(&["compare", "before", "after", "--json", "--html", "report.html"], folder.path())?;
    let (by_file, _) = done(&["compare", "before.json", "after.json", "--json"], folder.path())?;
    let (by_name, by_file): (Value, Value) = (serde_json::from_str(&by_name)?, serde_json::from_str(&by_file)?);
    assert_eq!(by_name["results"], by_file["results"]);
    // A block a second; on a machine that has other things to do the last answers come in the seventh.
    assert!((6..=7).contains(&by_name["recordings"][0]["blocks"].as_u64().context("a number")?), "{by_name}");
    let ratio = &by_name["results"][0]["groups"][0]["response"][0];
    assert!(ratio["low"].as_f64().context("an interval")? <= ratio["high"].as_f64().context("an interval")?);
    let report = fs::read_to_string(folder.path().join("report.html"))?;
    assert!(report.starts_with("<!doctype html>") && report.contains("<svg") && report.contains("before"));
    // The name of SVG's vocabulary is no address that anything is fetched from.
    let addresses = report.replace("http://www.w3.org/2000/svg", "");
    assert!(!report.contains("<script") && !addresses.contains("http://"), "nothing is fetched and nothing runs");
    let (words, _) = done(&["compare", "before", "after", "--baseline", "after"], folder.path())?;
    assert!(words.contains("before against after"), "{words}");

    for (out, begins) in [
        ("run.hgrm", "       Value"),
        ("run.hlog", "#[Histogram log format"),
        ("run.trace.json", "{"),
        ("run.html", "<!doctype html>"),
    ] {
        done(&["recordings", "export", "before", "--out", out], folder.path())?;
        let text = fs::read_to_string(folder.path().join(out))?;
        assert!(text.trim_start_matches('\n').starts_with(begins), "{out}: {}", &text[..text.len().min(80)]);
    }
    done(&["recordings", "export", "before", "--format", "csv", "--out", "tables"], folder.path())?;
    assert_eq!(fs::read_dir(folder.path().join("tables"))?.count(), 3);
    done(&["recordings", "export", "before", "--format", "png", "--out", "pictures"], folder.path())?;
    assert!(fs::read_dir(folder.path().join("pictures"))?.count() >= 5);

    done(&["recordings", "delete", "before"], folder.path())?;
    let (imported, _) = done(&["recordings", "import", "before.json"], folder.path())?;
    assert!(imported.contains("Imported as \"before\""), "{imported}");
    let (again, _) = done(&["recordings", "import", "before.json"], folder.path())?;
    assert!(again.contains("there already"), "{again}");
    Ok(())
}

#[test]
fn what_makes_no_sense_is_refused_with_the_reason() -> Result<()> {
    let folder = TempDir::new()?;
    assert!(refused(&["compare", "a", "b"], folder.path())?.contains("no recording and no file named \"a\""));
    assert!(refused(&["compare", "a"], folder.path())?.contains("2 values required"));
    assert!(refused(&["recordings", "show", "gone"], folder.path())?.contains("recordings list"));
    fs::write(folder.path().join("bad.json"), "{\"format\": \"cachescope-recording\", \"version\": 99}")?;
    let said = refused(&["recordings", "import", "bad.json"], folder.path())?;
    assert!(said.contains("newer") && said.contains("Update"), "{said}");
    fs::write(folder.path().join("worse.json"), "[1, 2")?;
    assert!(refused(&["recordings", "import", "worse.json"], folder.path())?.contains("worse.json"));
    fs::write(folder.path().join("plan.toml"), "rounds = 5\n")?;
    let said = refused(&["compare", "--plan", "plan.toml"], folder.path())?;
    assert!(said.contains("2 to 8 conditions"), "{said}");
    Ok(())
}

#[test]
fn a_whole_study_is_one_command() -> Result<()> {
    let folder = TempDir::new()?;
    let plan = r#"
name = "Cache or none"
rounds = 5
warm_up_ms = 200

[workload]
products = 50
clients = 4
length = { kind = "time", ms = 400 }
pace = { kind = "open", rate = { kind = "steady", per_second = 300.0 }, spacing = "poisson" }

[[conditions]]
pattern = "no_cache"

[[conditions]]
"#;
    fs::write(folder.path().join("plan.toml"), plan)?;
    let (json, said) = done(&["compare", "--plan", "plan.toml", "--json", "--html", "study.html"], folder.path())?;
    assert!(said.contains("round 5 of 5") && said.contains("5 rounds of each are kept"), "{said}");
    let result: Value = serde_json::from_str(&json)?;
    assert_eq!(result["recordings"][0]["name"], "no cache");
    assert_eq!(result["recordings"][1]["name"], "bundled");
    assert_eq!(result["recordings"][1]["block_kind"], "rounds");
    let median = &result["results"][0]["groups"][0]["response"][0];
    assert!(median["ratio"].as_f64().context("a ratio")? < 1.0, "a page from the cache is faster: {median}");
    assert!(fs::read_to_string(folder.path().join("study.html"))?.contains("Cache or none"));
    Ok(())
}
