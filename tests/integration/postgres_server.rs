//! Debian's PostgreSQL, to be somebody's server.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;
use tokio::sync::OnceCell;

/// The password of the user `me`: looked for where it must not be.
pub(crate) const PASSWORD: &str = "hunter2-unmistakable";

/// A server on a port of its own in a folder of its own, which ends with this value.
pub(crate) struct PostgresServer {
    process: Mutex<Child>,
    port: u16,
    folder: TempDir,
    databases: AtomicU32,
    user_made: OnceCell<()>,
    encrypted: bool,
}

/// The one that tests share while any of them needs one: making one takes a second.
static SHARED: Mutex<Weak<PostgresServer>> = Mutex::new(Weak::new());

impl PostgresServer {
    pub(crate) fn shared() -> Result<Arc<Self>> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(server) = shared.upgrade() {
            return Ok(server);
        }
        let server = Arc::new(Self::start(false)?);
        *shared = Arc::downgrade(&server);
        Ok(server)
    }

    /// One of a test's own; encrypted: it speaks TLS, with a certificate for localhost that it has signed itself.
    pub(crate) fn start(encrypted: bool) -> Result<Self> {
        let folder = TempDir::with_prefix("cachescope-postgres-")?;
        let owner = owner(folder.path())?;
        run(&owner, "initdb", |initdb| {
            initdb.arg("-D").arg(folder.path().join("data"));
            initdb.args(["-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]);
            initdb.args(["--no-sync", "--no-instructions"]);
        })?;
        // Everybody is trusted but me, who has a password.
        let rules = "local all all trust\nhost all me 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n";
        fs::write(folder.path().join("data/pg_hba.conf"), rules)?;
        if encrypted {
            certify(&folder.path().join("data"))?;
            for file in ["server.key", "server.crt"] {
                owner.give(&folder.path().join("data").join(file))?;
            }
        }
        // Another test may take the port in between: then it is tried again with another.
        for _ in 0..10 {
            let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
            if let Some(process) = serve(&owner, folder.path(), port, encrypted)? {
                return Ok(Self {
                    process: Mutex::new(process),
                    port,
                    folder,
                    databases: AtomicU32::new(0),
                    user_made: OnceCell::new(),
                    encrypted,
                });
            }
        }
        bail!("PostgreSQL found no free port")
    }

    /// Stops it as a crash would.
    pub(crate) fn kill(&self) -> Result<()> {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        // At once: SIGQUIT, as `pg_ctl stop -m immediate`.
        let pid = process.id().to_string();
        ensure!(Command::new("kill").args(["-QUIT", &pid]).status()?.success(), "the server is gone already");
        process.wait()?;
        Ok(())
    }

    /// Starts it again on its port.
    pub(crate) fn revive(&self) -> Result<()> {
        let owner = owner(self.folder.path())?;
        let process = serve(&owner, self.folder.path(), self.port, self.encrypted)?.context("its port is taken")?;
        *self.process.lock().unwrap_or_else(PoisonError::into_inner) = process;
        Ok(())
    }

    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::from((Ipv4Addr::LOCALHOST, self.port))
    }

    /// Where its certificate is, if it has one.
    pub(crate) fn certificate(&self) -> PathBuf {
        self.folder.path().join("authority.crt")
    }

    /// A new, empty database: its name.
    pub(crate) async fn new_database(&self) -> Result<String> {
        let name = format!("shop{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run(&format!("CREATE DATABASE {name}")).await?;
        Ok(name)
    }

    /// The URL of a new, empty database for the user whom everything is allowed.
    pub(crate) async fn url(&self) -> Result<String> {
        Ok(self.url_of(&self.new_database().await?))
    }

    pub(crate) fn url_of(&self, database: &str) -> String {
        format!("postgres://postgres@{}/{database}", self.address())
    }

    /// The same for a user with a password, who may create a schema there.
    pub(crate) async fn url_with_password(&self) -> Result<String> {
        let name = self.new_database().await?;
        self.user_made
            .get_or_try_init(async || self.run(&format!("CREATE ROLE me LOGIN PASSWORD '{PASSWORD}'")).await)
            .await?;
        self.run(&format!("GRANT CREATE ON DATABASE {name} TO me")).await?;
        Ok(format!("postgres://me:{PASSWORD}@{}/{name}", self.address()))
    }

    /// A connection of the test's own.
    pub(crate) async fn connect(&self, database: &str) -> Result<PgConnection> {
        Ok(PgConnection::connect(&self.url_of(database)).await?)
    }

    async fn run(&self, sql: &str) -> Result<()> {
        let mut connection = self.connect("postgres").await?;
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
        connection.close().await?;
        Ok(())
    }
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        // Its children end with it; SIGKILL would leave them behind.
        let _ = self.kill();
    }
}

/// Who it runs as: PostgreSQL refuses to run as root, so then as the user Debian has made for it.
struct Owner(Option<(u32, u32)>);

impl Owner {
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command.env_remove("PGPASSWORD").stdin(Stdio::null());
        command
    }

    fn give(&self, path: &Path) -> Result<()> {
        match self.0 {
            Some((user, group)) => Ok(chown(path, Some(user), Some(group))?),
            None => Ok(()),
        }
    }
}

fn owner(folder: &Path) -> Result<Owner> {
    // Whoever owns what this process makes is who it runs as.
    let probe = tempfile::tempfile()?;
    if std::os::unix::fs::MetadataExt::uid(&probe.metadata()?) != 0 {
        return Ok(Owner(None));
    }
    let users = fs::read_to_string("/etc/passwd")?;
    let line = users.lines().find(|line| line.starts_with("postgres:"));
    let fields: Vec<&str> = line.context(MISSING)?.split(':').collect();
    let owner = Owner(Some((fields[2].parse()?, fields[3].parse()?)));
    owner.give(folder)?;
    Ok(owner)
}

const MISSING: &str = "PostgreSQL is missing; `make test` installs it (Debian's package postgresql)";

/// Debian keeps each version's programs in a folder of its own, out of the PATH.
fn program(name: &str) -> Result<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").context(MISSING)?.flatten();
    let mut programs: Vec<PathBuf> =
        versions.map(|version| version.path().join("bin").join(name)).filter(|path| path.is_file()).collect();
    programs.sort();
    programs.pop().context(MISSING)
}

fn run(owner: &Owner, name: &str, arguments: impl FnOnce(&mut Command)) -> Result<()> {
    let mut command = owner.command(&program(name)?);
    arguments(&mut command);
    let output = command.output()?;
    ensure!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}

/// Starts the server and waits until it takes connections; `None` where its port is taken.
fn serve(owner: &Owner, folder: &Path, port: u16, encrypted: bool) -> Result<Option<Child>> {
    let mut command = owner.command(&program("postgres")?);
    command.arg("-D").arg(folder.join("data")).arg("-k").arg(folder).args(["-p", &port.to_string()]);
    for setting in
        ["listen_addresses=127.0.0.1", "fsync=off", "max_connections=300", "autovacuum=off", "log_statement=none"]
    {
        command.args(["-c", setting]);
    }
    if encrypted {
        command.args(["-c", "ssl=on"]);
    }
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let lines = BufReader::new(process.stderr.take().context("its log")?).lines();
    let (tell, told) = mpsc::channel();
    // Reads on to the end: a full pipe would hold the server up.
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let _ = tell.send(line);
        }
    });
    let mut log = String::new();
    while let Ok(line) = told.recv_timeout(Duration::from_secs(60)) {
        if line.contains("ready to accept connections") {
            return Ok(Some(process));
        }
        log += &line;
    }
    let _ = process.kill();
    process.wait()?;
    ensure!(log.contains("could not bind") || log.contains("Address already in use"), "postgres: {log}");
    Ok(None)
}

/// Makes an authority, and a certificate for localhost by it.
fn certify(data: &Path) -> Result<()> {
    let folder = data.parent().context("a folder")?;
    let openssl = |arguments: &[&str]| -> Result<()> {
        let output = Command::new("openssl").args(arguments).current_dir(folder).output();
        let output = output.context("openssl is missing (Debian's package openssl)")?;
        ensure!(output.status.success(), "openssl: {}", String::from_utf8_lossy(&output.stderr));
        Ok(())
    };
    let new_key = ["-newkey", "rsa:2048", "-nodes"];
    let authority =
        ["-subj", "/CN=Cachescope's tests", "-keyout", "authority.key", "-out", "authority.crt", "-days", "2"];
    openssl(&[&["req", "-x509"], &new_key[..], &authority[..]].concat())?;
    let server = ["-subj", "/CN=localhost", "-keyout", "data/server.key", "-out", "server.csr"];
    openssl(&[&["req"], &new_key[..], &server[..]].concat())?;
    fs::write(folder.join("names"), "subjectAltName=DNS:localhost\nbasicConstraints=CA:FALSE\n")?;
    let signed =
        ["-CA", "authority.crt", "-CAkey", "authority.key", "-CAcreateserial", "-extfile", "names", "-days", "2"];
    openssl(&[&["x509", "-req", "-in", "server.csr", "-out", "data/server.crt"], &signed[..]].concat())?;
    fs::set_permissions(data.join("server.key"), fs::Permissions::from_mode(0o600))?;
    Ok(())
}
