//! Where a PostgreSQL server is, and who asks to be let in.

use std::fmt;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection};
use tokio::time::timeout;
use trace::{ServerUrl, hide_passwords};

use super::ServerError;
use crate::Error;

/// The longest URL that is looked at, in bytes.
const MAX_URL: usize = 1024;

/// How long to wait for a connection: name, TCP, TLS, login and all.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// What may stand behind the `?` of a URL. Anything else is refused rather than passed over: a misspelt `sslmode` would leave a
/// connection open to be read.
const PARAMETERS: [&str; 6] = ["sslmode", "sslrootcert", "sslcert", "sslkey", "host", "port"];

/// For every connection: how long to wait for a lock (as long as SQLite does) and for an answer; and that a transaction of ours
/// that holds a lock on purpose is left alone.
const SESSION: &str =
    "SET lock_timeout = '5s'; SET statement_timeout = '60s'; SET idle_in_transaction_session_timeout = 0";

/// A database on a PostgreSQL server, with what it takes to be let in.
#[derive(Clone)]
pub(crate) struct Address {
    options: PgConnectOptions,
    /// `shop at 127.0.0.1:5432`
    shown: String,
}

impl Address {
    /// Reads `postgres://[user[:password]@]host[:port]/database[?sslmode=…]`. What it leaves out is as with psql: PGUSER,
    /// PGPASSWORD, ~/.pgpass and so on.
    pub(crate) fn parse(given: &ServerUrl) -> Result<Self, ServerError> {
        let invalid = |reason: &str| ServerError::Url { url: shortened(given), reason: hide_passwords(reason) };
        // Where dots stand for a password, it may be found in PGPASSWORD or ~/.pgpass.
        let url = given.without_hidden();
        let url = url.reveal();
        if url.len() > MAX_URL {
            return Err(invalid("it is longer than 1,024 characters"));
        }
        let Some(rest) = url.strip_prefix("postgres://").or_else(|| url.strip_prefix("postgresql://")) else {
            return Err(invalid("it does not begin with postgres://"));
        };
        let behind_host = &rest[rest.find(['/', '?', '#']).unwrap_or(rest.len())..];
        if behind_host.contains(['@', '#']) {
            return Err(invalid(
                "an @ or # stands behind its host; in a password write @ as %40, / as %2F, ? as %3F and # as %23",
            ));
        }
        let parameters = behind_host.split_once('?').map_or("", |(_, parameters)| parameters);
        for parameter in parameters.split('&').filter(|parameter| !parameter.is_empty()) {
            let name = parameter.split('=').next().unwrap_or_default();
            if !PARAMETERS.contains(&name) {
                let known = PARAMETERS.join(", ");
                return Err(invalid(&format!("behind its ? only these may stand: {known}")));
            }
        }
        let options: PgConnectOptions = url.parse().map_err(|error| match error {
            sqlx::Error::Configuration(reason) => invalid(&reason.to_string()),
            _ => invalid("it cannot be read"),
        })?;
        if options.get_port() == 0 {
            return Err(invalid("its port is 0"));
        }
        let options = options.application_name("cachescope").disable_statement_logging();
        let database = options.get_database().unwrap_or(options.get_username());
        let shown = match options.get_socket() {
            Some(folder) => format!("{database} at {}:{}", folder.display(), options.get_port()),
            None => format!("{database} at {}:{}", options.get_host(), options.get_port()),
        };
        Ok(Self { options, shown })
    }

    /// Opens a connection.
    pub(crate) async fn connect(&self) -> Result<PgConnection, Error> {
        let connecting = async {
            let mut connection = self.options.connect().await?;
            sqlx::raw_sql(SESSION).execute(&mut connection).await?;
            Ok(connection)
        };
        match timeout(CONNECT_WITHIN, connecting).await {
            Ok(Ok(connection)) => Ok(connection),
            Ok(Err(error)) => Err(ServerError::of_connecting(self, error).into()),
            Err(_) => Err(ServerError::Silent { address: self.shown.clone(), within: CONNECT_WITHIN }.into()),
        }
    }

    /// Ends a connection in the way the server likes, if it can still be reached.
    pub(crate) async fn hang_up(connection: PgConnection) {
        let _ = timeout(CONNECT_WITHIN, connection.close()).await;
    }

    /// `shop at 127.0.0.1:5432`
    pub(crate) fn shown(&self) -> &str {
        &self.shown
    }

    pub(crate) fn host(&self) -> &str {
        self.options.get_host()
    }

    pub(crate) fn user(&self) -> &str {
        self.options.get_username()
    }

    pub(crate) fn database(&self) -> &str {
        self.options.get_database().unwrap_or(self.user())
    }
}

impl fmt::Debug for Address {
    /// Without the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").field("shown", &self.shown).finish_non_exhaustive()
    }
}

/// A URL without its password and without what stands behind its `?`, cut to a length that can be shown.
fn shortened(url: &ServerUrl) -> String {
    url.to_string().split('?').next().unwrap_or_default().chars().take(120).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Address, ServerError> {
        Address::parse(&url.into())
    }

    #[test]
    fn a_url_gives_the_database_and_where_it_is() {
        let address = parse("postgres://me:secret@example.org:7000/shop?sslmode=require").expect("a good URL");
        assert_eq!((address.shown(), address.user()), ("shop at example.org:7000", "me"));
        let address = parse("postgresql://me@localhost").expect("the usual port, and the user's database");
        assert_eq!(address.shown(), "me at localhost:5432");
        let address = parse("postgres://me@%2Ftmp%2Fhere:6000/shop").expect("a socket");
        assert_eq!(address.shown(), "shop at /tmp/here:6000");
        let address = parse("postgres://me:…@localhost/shop").expect("its password may be known elsewhere");
        assert_eq!((address.shown(), address.user()), ("shop at localhost:5432", "me"));
    }

    #[test]
    fn a_wrong_url_is_explained_and_its_password_kept_back() {
        for (url, words) in [
            ("", "does not begin with postgres://"),
            ("localhost:5432", "does not begin with postgres://"),
            ("me:hunter2@localhost/shop", "does not begin with postgres://"),
            ("mysql://me:hunter2@localhost/shop", "does not begin with postgres://"),
            ("postgres://me:hunter2@localhost:99999/shop", "port"),
            ("postgres://me:hunter2", "port"),
            ("postgres://me:hunter2@localhost:0/shop", "its port is 0"),
            ("postgres://me:hunter2@localhost/shop?sslmod=require", "only these may stand"),
            ("postgres://localhost/shop?password=hunter2", "only these may stand"),
            ("postgres://me:hunter2@localhost/shop?sslmode=maybe", "maybe"),
            ("postgres://me:hunter2/x@localhost/shop", "write @ as %40"),
            ("postgres://me:hunter2#x@localhost/shop", "write @ as %40"),
        ] {
            let error = parse(url).expect_err(url).to_string();
            assert!(error.contains(words), "{url}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
        let long = format!("postgres://me:{}@localhost", "hunter2".repeat(800));
        let error = parse(&long).expect_err("too long").to_string();
        assert!(error.len() < 300 && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn an_address_never_prints_its_password() {
        let address = parse("postgres://me:hunter2@localhost/shop").expect("a good URL");
        assert!(!format!("{address:?}").contains("hunter2"));
    }
}
