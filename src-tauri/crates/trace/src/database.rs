use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The database behind the flow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DatabaseKind {
    /// A SQLite file in the data folder.
    #[default]
    Sqlite,
    /// Somebody's PostgreSQL server. Only the schema `cachescope` is touched there.
    Postgres {
        /// `postgres://[user[:password]@]host[:port]/database[?sslmode=…]`
        url: String,
    },
}

impl DatabaseKind {
    /// The same without a password in its URL, which is then still one: a password may come from elsewhere.
    #[must_use]
    pub fn without_password(&self) -> Self {
        match self {
            Self::Sqlite => Self::Sqlite,
            Self::Postgres { url } => Self::Postgres { url: without_password(url) },
        }
    }
}

impl Display for DatabaseKind {
    /// Its name, without the address, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        })
    }
}

/// The URL of a database without its password. A password may hold anything, `/` and `?` too, but the last `@` is the end of
/// it; and it may stand where no scheme is.
#[must_use]
pub fn without_password(url: &str) -> String {
    let start = url.find("://").map_or(0, |scheme| scheme + 3);
    let Some((login, host)) = url[start..].rsplit_once('@') else { return url.to_owned() };
    let Some((user, _password)) = login.split_once(':') else { return url.to_owned() };
    let at = if user.is_empty() { "" } else { "@" };
    format!("{}{user}{at}{host}", &url[..start])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_loses_its_password_and_nothing_else() {
        for (url, without) in [
            ("postgres://me:se:cr@t@host:5432/shop", "postgres://me@host:5432/shop"),
            ("postgres://:secret@host/shop", "postgres://host/shop"),
            ("postgres://me:sec/ret?odd#x@host", "postgres://me@host"),
            ("postgres://me@host/shop?sslmode=require", "postgres://me@host/shop?sslmode=require"),
            ("postgres://host:5432/shop", "postgres://host:5432/shop"),
            ("me:secret@host/shop", "me@host/shop"),
            ("@://", "@://"),
            ("", ""),
        ] {
            assert_eq!(without_password(url), without);
        }
        let kind = DatabaseKind::Postgres { url: "postgres://me:secret@host".to_owned() };
        assert_eq!(kind.to_string(), "PostgreSQL");
        assert_eq!(kind.without_password().without_password(), kind.without_password());
    }
}
