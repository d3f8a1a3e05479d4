//! The package that `.ci/dist` makes: installed, started to its first frame, and removed without a trace.
//!
//! `make test` installs the package of the debug binary into a root of its own, so that it needs no rights and changes no
//! system. `make test-dist` does it with the real package on the real system, as root.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::command_line::binary;
use crate::driver::{Display, Window};

const SEND: &str = "[data-testid=send]";
const OUTCOME: &str = "[data-testid=outcome]";

/// What a user of the package finds, besides the program.
const FILES: [&str; 13] = [
    "usr/bin/cachescope",
    "usr/share/applications/Cachescope.desktop",
    "usr/share/bash-completion/completions/cachescope",
    "usr/share/doc/cachescope/cachescope.cdx.json",
    "usr/share/doc/cachescope/changelog.gz",
    "usr/share/doc/cachescope/copyright",
    "usr/share/doc/cachescope/licences.md.gz",
    "usr/share/fish/vendor_completions.d/cachescope.fish",
    "usr/share/icons/hicolor/128x128/apps/cachescope.png",
    "usr/share/icons/hicolor/scalable/apps/cachescope.svg",
    "usr/share/man/man1/cachescope-load.1.gz",
    "usr/share/man/man1/cachescope.1.gz",
    "usr/share/zsh/vendor-completions/_cachescope",
];

/// The package that was made beside the debug or the release binary.
fn package(profile: &str) -> Result<PathBuf> {
    let built = binary();
    let folder = built.parent().and_then(Path::parent).context("target")?.join(profile).join("bundle/deb");
    let packages =
        fs::read_dir(&folder).with_context(|| format!("{}: .ci/dist {profile} makes it", folder.display()))?;
    let packages: Vec<_> = packages.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    let packages: Vec<_> = packages.into_iter().filter(|path| path.extension().is_some_and(|of| of == "deb")).collect();
    ensure!(packages.len() == 1, "one package in {}, not {packages:?}", folder.display());
    Ok(packages[0].clone())
}

fn done(mut command: Command) -> Result<String> {
    let Output { status, stdout, stderr } = command.output().with_context(|| format!("{command:?}"))?;
    ensure!(status.success(), "{command:?}: {}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    Ok(String::from_utf8(stdout)?)
}

/// dpkg over a system in which nothing is installed; who is not root is told to be, in a user namespace.
struct Root(TempDir);

impl Root {
    fn empty() -> Result<Self> {
        let root = TempDir::new()?;
        for folder in ["var/lib/dpkg/info", "var/lib/dpkg/updates", "var/lib/dpkg/triggers"] {
            fs::create_dir_all(root.path().join(folder))?;
        }
        fs::write(root.path().join("var/lib/dpkg/status"), "")?;
        Ok(Self(root))
    }

    fn dpkg(&self, arguments: &[&str]) -> Result<String> {
        let is_root = done(command("id", &["-u"]))?.trim() == "0";
        let mut dpkg = if is_root { Command::new("dpkg") } else { command("unshare", &["--map-root-user", "dpkg"]) };
        dpkg.arg(format!("--root={}", self.0.path().display()));
        // What it depends on is on the system around this root: `depends_on_what_the_system_has` asks for that.
        dpkg.args(["--force-depends", "--log=/dev/null"]).args(arguments);
        done(dpkg)
    }

    /// The files there are, but for dpkg's own.
    fn files(&self) -> Result<BTreeSet<String>> {
        let mut files = BTreeSet::new();
        let mut folders = vec![self.0.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let inside = path.strip_prefix(self.0.path())?.display().to_string();
                    files.extend((!inside.starts_with("var/lib/dpkg/")).then_some(inside));
                }
            }
        }
        Ok(files)
    }
}

fn command(program: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments);
    command
}

/// Opens the window of that program, sends a request in it and closes it; how long it took to its first frame.
async fn started(program: &Path, data_dir: &Path) -> Result<Duration> {
    let display = Display::open("1280x800")?;
    let window = Window::open(&display, program, data_dir).await?;
    window.click(SEND).await?;
    window.text_when(OUTCOME, |text| text == "MISS").await?;
    let script = "const [paint] = performance.getEntriesByName('first-contentful-paint'); \
                  return paint ? performance.timeOrigin + paint.startTime : null";
    let painted = window.client.execute(script, vec![]).await?.as_f64().context("when the page was painted first")?;
    let painted = UNIX_EPOCH + Duration::from_secs_f64(painted / 1_000.0);
    let began = began(program)?;
    window.close().await?;
    Ok(painted.duration_since(began)?)
}

/// When the process of that program began, to a hundredth of a second.
fn began(program: &Path) -> Result<SystemTime> {
    for entry in fs::read_dir("/proc")? {
        let folder = entry?.path();
        if fs::read_link(folder.join("exe")).ok().as_deref() == Some(program) {
            let stat = fs::read_to_string(folder.join("stat"))?;
            let (_, fields) = stat.rsplit_once(") ").context("the name in brackets")?;
            let ticks: f64 = fields.split(' ').nth(19).context("when it began")?.parse()?;
            let uptime = fs::read_to_string("/proc/uptime")?;
            let uptime: f64 = uptime.split(' ').next().context("the uptime")?.parse()?;
            return Ok(SystemTime::now() - Duration::from_secs_f64(uptime - ticks / 100.0));
        }
    }
    anyhow::bail!("{} does not run", program.display())
}

#[tokio::test]
async fn an_installed_package_starts_and_is_removed_without_a_trace() -> Result<()> {
    let package = package("debug")?;
    let (root, data_dir) = (Root::empty()?, TempDir::new()?);
    root.dpkg(&["--install", &package.display().to_string()])?;
    let installed = root.files()?;
    for file in FILES {
        assert!(installed.contains(file), "{file} is not among {installed:?}");
    }

    let program = root.0.path().canonicalize()?.join("usr/bin/cachescope");
    started(&program, data_dir.path()).await?;
    assert_eq!(root.files()?, installed, "what runs writes into its data folder alone");

    root.dpkg(&["--purge", "cachescope"])?;
    assert_eq!(root.files()?, BTreeSet::new());
    assert!(data_dir.path().join("catalogue-small.db").is_file(), "what its user has made stays");
    Ok(())
}

#[test]
fn the_package_depends_on_what_the_system_has_that_it_was_built_on() -> Result<()> {
    let package = package("debug")?.display().to_string();
    let depends = done(command("dpkg-deb", &["--field", &package, "Depends"]))?;
    for library in ["libc6 ", "libgtk-3-0", "libwebkit2gtk-4.1-0"] {
        assert!(depends.contains(library), "{library} in {depends}");
    }
    let simulated = done(command("apt-get", &["install", "--simulate", &package]))?;
    let added: Vec<&str> = simulated.lines().filter(|line| line.starts_with("Inst ")).collect();
    assert!(added.len() == 1 && added[0].starts_with("Inst cachescope "), "{simulated}");
    Ok(())
}

#[test]
fn the_bill_of_materials_names_every_crate_and_package_once_and_the_licences_their_texts() -> Result<()> {
    let built = binary();
    let folder = built.parent().context("target/debug")?.join("package");
    let bill: serde_json::Value = serde_json::from_str(&fs::read_to_string(folder.join("cachescope.cdx.json"))?)?;
    assert_eq!(
        (bill["bomFormat"].as_str(), bill["metadata"]["component"]["name"].as_str()),
        (Some("CycloneDX"), Some("cachescope"))
    );
    let components = bill["components"].as_array().context("components")?;
    let named: BTreeSet<&str> = components.iter().filter_map(|of| of["purl"].as_str()).collect();
    assert_eq!(named.len(), components.len(), "each once, and by its package URL");
    for wanted in
        ["pkg:cargo/tauri@", "pkg:cargo/libsqlite3-sys@", "pkg:cargo/flow@", "pkg:npm/svelte@", "pkg:npm/uplot@"]
    {
        assert!(named.iter().any(|purl| purl.starts_with(wanted)), "{wanted}");
    }
    for unwanted in ["pkg:npm/vite@", "pkg:npm/eslint@", "pkg:cargo/fantoccini@", "pkg:cargo/criterion@"] {
        assert!(!named.iter().any(|purl| purl.starts_with(unwanted)), "{unwanted} is a tool");
    }
    for of in components {
        let ours = of["purl"].as_str().is_some_and(|purl| purl.ends_with(concat!("@", env!("CARGO_PKG_VERSION"))));
        assert!(ours || !of["hashes"].is_null(), "{}: what was packed can be told from another", of["name"]);
    }

    let licences = done(command("gzip", &["-dc", &folder.join("licences.md.gz").display().to_string()]))?;
    for whose in ["\n- tauri ", "\n- @fontsource-variable/inter ", "## svelte - "] {
        assert!(licences.contains(whose), "{whose}");
    }
    Ok(())
}

#[test]
fn the_completions_are_such_that_bash_takes_them() -> Result<()> {
    let built = binary();
    let script = built.parent().context("target/debug")?.join("package/cachescope.bash");
    let asked = "source \"$1\"; COMP_WORDS=(cachescope rec); COMP_CWORD=1; _cachescope cachescope rec cachescope; echo ${COMPREPLY[@]}";
    let completed = done(command("bash", &["-c", asked, "bash", &script.display().to_string()]))?;
    assert_eq!(completed.trim(), "record recordings");
    Ok(())
}

#[tokio::test]
#[ignore = "installs a package on this system, as root: make test-dist"]
async fn the_package_is_installed_on_this_system_starts_and_is_removed() -> Result<()> {
    let package = package("release")?;
    let path = package.display().to_string();
    println!("{}: {} bytes", package.display(), fs::metadata(&package)?.len());
    println!(
        "{}\n{}",
        done(command("dpkg-deb", &["--field", &path]))?,
        done(command("dpkg-deb", &["--contents", &path]))?
    );

    done(command("apt-get", &["install", "--yes", "--no-install-recommends", &path]))?;
    let files = done(command("dpkg-query", &["--listfiles", "cachescope"]))?;
    let data_dir = TempDir::new()?;
    let mut times = Vec::new();
    let mut ran = Ok(());
    for _ in 0..10 {
        match started(Path::new("/usr/bin/cachescope"), data_dir.path()).await {
            Ok(time) => times.push(time),
            Err(error) => ran = Err(error),
        }
    }
    // Also when it did not start.
    done(command("dpkg", &["--purge", "cachescope"]))?;
    ran?;
    let left: Vec<&str> =
        files.lines().filter(|file| file.contains("cachescope") && Path::new(file).exists()).collect();
    assert_eq!(left, Vec::<&str>::new());

    let first = times[0];
    times.sort();
    println!(
        "start to first frame: {first:?} when the catalogue has to be built; of {} starts {:?} to {:?}, median {:?}; on {}",
        times.len(),
        times[0],
        times[times.len() - 1],
        times[times.len() / 2],
        env::consts::OS,
    );
    Ok(())
}
