use std::io::ErrorKind;
use std::time::Duration;

use super::address::Address;

/// Why a PostgreSQL server could not be reached, or did not do what it was asked. Each displays as sentences that say what to
/// do. None holds a password.
#[derive(Debug, thiserror::Error)]
pub enum ServerError {
    /// The URL is none of PostgreSQL's.
    #[error(
        "The address {url} cannot be used, since {reason}. Write it as postgres://user:password@host:5432/database."
    )]
    Url {
        /// The URL, without its password.
        url: String,
        /// What is wrong with it, as the end of a sentence.
        reason: String,
    },

    /// No such host is known.
    #[error(
        "There is no host called {host}, as far as this machine can find out. Correct the address of the database."
    )]
    NoSuchHost {
        /// Its name.
        host: String,
    },

    /// Nobody listens there.
    #[error("No PostgreSQL server listens for {address} ({reason}). Start it, or correct the address.")]
    Refused {
        /// The database and where it should be.
        address: String,
        /// What the system said.
        reason: String,
    },

    /// Somebody listens there, and says nothing.
    #[error("The server of {address} did not answer within {} s. It may be busy, or a firewall stands before it.", within.as_secs())]
    Silent {
        /// The database and where it is.
        address: String,
        /// How long it was waited for.
        within: Duration,
    },

    /// It could not be reached a moment ago.
    #[error("{address} could not be reached a moment ago, so it was not tried again yet. Within a second it is.")]
    Pausing {
        /// The database and where it should be.
        address: String,
    },

    /// Somebody listens there who does not speak PostgreSQL's protocol.
    #[error("What answers for {address} is no PostgreSQL server, or hung up ({reason}). Correct the address.")]
    NotPostgres {
        /// The database and where it should be.
        address: String,
        /// What was wrong.
        reason: String,
    },

    /// There is no safe connection.
    #[error(
        "No TLS connection to {address}: {reason}. sslmode in the address says what is wanted: disable, prefer, require, \
         verify-ca or verify-full; sslrootcert names a file with the authority's certificate."
    )]
    Tls {
        /// The database and where it is.
        address: String,
        /// What was wrong.
        reason: String,
    },

    /// User or password are wrong.
    #[error(
        "The server did not let {user} in to {address}: {reason}. Correct user and password in the address; a password may \
         also come from PGPASSWORD or ~/.pgpass."
    )]
    Login {
        /// The database and where it is.
        address: String,
        /// Who wanted in.
        user: String,
        /// What the server said.
        reason: String,
    },

    /// The server has no such database.
    #[error("The server has no database for {address}. Create it there (createdb {database}), or correct the address.")]
    NoDatabase {
        /// The database and where it should be.
        address: String,
        /// Its name.
        database: String,
    },

    /// There is no catalogue yet, and nobody has agreed to one.
    #[error(
        "There is no catalogue in {address} yet. Cachescope would create a schema named cachescope there, with five tables: \
         {products} products, {reviews} reviews and {orders} orders, about {megabytes} MB. It touches nothing outside that \
         schema, and DROP SCHEMA cachescope CASCADE removes all of it. Nothing was created: agree first, in the terminal \
         with --create-schema."
    )]
    NoCatalogue {
        /// The database and where it is.
        address: String,
        /// How many products there would be.
        products: String,
        /// How many reviews.
        reviews: String,
        /// How many orders.
        orders: String,
        /// How much room it would take, about.
        megabytes: u64,
    },

    /// The schema's name is taken.
    #[error(
        "{address} has a schema named cachescope that Cachescope did not create, so it is left alone. Rename that schema, or \
         choose another database."
    )]
    Foreign {
        /// The database and where it is.
        address: String,
    },

    /// The schema holds another catalogue.
    #[error(
        "The schema cachescope in {address} holds another catalogue ({found}; wanted: {wanted}), and was left as it is. If \
         nobody needs it, run DROP SCHEMA cachescope CASCADE there and try again."
    )]
    OtherCatalogue {
        /// The database and where it is.
        address: String,
        /// What is there.
        found: String,
        /// What should be.
        wanted: String,
    },

    /// The user may not create a schema.
    #[error(
        "{user} may not create a schema in {address}, so nothing was created. Its owner can allow it: GRANT CREATE ON DATABASE \
         {database} TO {user}. Or connect as another user."
    )]
    NoRightToCreate {
        /// The database and where it is.
        address: String,
        /// Who is connected.
        user: String,
        /// The database's name.
        database: String,
    },

    /// The user may not do something else.
    #[error(
        "The server does not let {user} do that in {address}: {reason}. Who created the schema can allow it: GRANT USAGE ON \
         SCHEMA cachescope TO {user}, and GRANT SELECT, UPDATE ON ALL TABLES IN SCHEMA cachescope TO {user}."
    )]
    NoRight {
        /// The database and where it is.
        address: String,
        /// Who is connected.
        user: String,
        /// What the server said.
        reason: String,
    },

    /// The server takes no more connections, or none yet.
    #[error("The server of {address} takes no connection now: {reason}. Try again a little later.")]
    Busy {
        /// The database and where it is.
        address: String,
        /// What the server said.
        reason: String,
    },

    /// The connection broke.
    #[error(
        "The connection to {address} was lost ({reason}). The next request opens another; whether a write that was under way \
         was carried out is not known."
    )]
    Lost {
        /// The database and where it is.
        address: String,
        /// What happened.
        reason: String,
    },

    /// Another program holds a lock.
    #[error(
        "The catalogue in {address} is locked by another program, and stayed so for 5 seconds. End that program's \
         transaction, then try again."
    )]
    Locked {
        /// The database and where it is.
        address: String,
    },

    /// The disk of the server is full.
    #[error(
        "The disk of the server of {address} is full. Free some space there and try again; nothing half-finished was left."
    )]
    DiskFull {
        /// The database and where it is.
        address: String,
    },

    /// It is a standby, or set to read only.
    #[error("{address} may only be read: {reason}. Connect to the primary server.")]
    ReadOnly {
        /// The database and where it is.
        address: String,
        /// What the server said.
        reason: String,
    },

    /// The schema is not the catalogue any more.
    #[error(
        "The schema cachescope in {address} was changed by another program and no longer answers ({reason}). Undo that change, \
         or run DROP SCHEMA cachescope CASCADE there and start again: a new one is then built."
    )]
    Altered {
        /// The database and where it is.
        address: String,
        /// What does not fit.
        reason: String,
    },

    /// The server said something else.
    #[error(
        "PostgreSQL could not do it in {address}: {source}. Try again; if it stays so, look into the server's log."
    )]
    Other {
        /// The database and where it is.
        address: String,
        /// What went wrong.
        source: sqlx::Error,
    },
}

impl ServerError {
    /// Says what went wrong while a connection was opened.
    pub(crate) fn of_connecting(to: &Address, source: sqlx::Error) -> Self {
        let address = to.shown().to_owned();
        match source {
            sqlx::Error::Io(error) if is_about_the_name(&error) => Self::NoSuchHost { host: to.host().to_owned() },
            sqlx::Error::Io(error) => match error.kind() {
                ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
                    Self::NotPostgres { address, reason: error.to_string() }
                }
                // What rustls does not accept, such as a certificate.
                ErrorKind::InvalidData => Self::Tls { address, reason: error.to_string() },
                _ => Self::Refused { address, reason: error.to_string() },
            },
            sqlx::Error::Tls(error) => Self::Tls { address, reason: error.to_string() },
            sqlx::Error::Protocol(reason) => Self::NotPostgres { address, reason },
            error => Self::of_asking(to, error),
        }
    }

    /// Says what went wrong over a connection that was open.
    pub(crate) fn of_asking(to: &Address, source: sqlx::Error) -> Self {
        let address = to.shown().to_owned();
        let (code, reason) = match &source {
            sqlx::Error::Database(error) => (error.code().unwrap_or_default().into_owned(), error.message().to_owned()),
            other => (String::new(), other.to_string()),
        };
        // https://www.postgresql.org/docs/current/errcodes-appendix.html
        match (code.as_str(), source) {
            ("28P01" | "28000", _) => Self::Login { address, user: to.user().to_owned(), reason },
            ("3D000", _) => Self::NoDatabase { address, database: to.database().to_owned() },
            ("42501", _) => Self::NoRight { address, user: to.user().to_owned(), reason },
            ("53300" | "57P03", _) => Self::Busy { address, reason },
            ("57P01" | "57P02", _) => Self::Lost { address, reason },
            ("55P03", _) => Self::Locked { address },
            ("53100", _) => Self::DiskFull { address },
            ("25006", _) => Self::ReadOnly { address, reason },
            // No such schema, table or column.
            ("3F000" | "42P01" | "42703", _) | (_, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => {
                Self::Altered { address, reason }
            }
            (_, sqlx::Error::Io(_) | sqlx::Error::Protocol(_) | sqlx::Error::Tls(_)) => Self::Lost { address, reason },
            (_, source) => Self::Other { address, source },
        }
    }
}

/// Whether a connection can be used again after this: the server has refused one statement, and waits for the next.
pub(crate) fn leaves_it_fit(error: &sqlx::Error) -> bool {
    match error {
        // Connection exceptions, and a server that goes down.
        sqlx::Error::Database(error) => {
            error.code().is_some_and(|code| !code.starts_with("08") && !code.starts_with("57P"))
        }
        error => matches!(error, sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)),
    }
}

/// The standard library has no kind for it; its words are the same on every system.
fn is_about_the_name(error: &std::io::Error) -> bool {
    error.to_string().contains("failed to lookup address")
}
