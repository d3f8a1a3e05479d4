use std::fmt::{self, Display};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::ServerUrl;

/// The database behind the flow.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DatabaseKind {
    /// A SQLite file in the data folder.
    #[default]
    Sqlite,
    /// Somebody's PostgreSQL server. Only the schema `cachescope` is touched there.
    Postgres {
        /// `postgres://[user[:password]@]host[:port]/database[?sslmode=…]`. A password never leaves it but to connect.
        #[schemars(with = "String")]
        #[ts(type = "string")]
        url: ServerUrl,
    },
}

impl DatabaseKind {
    /// Whether it is the same one, whatever password leads to it.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sqlite, Self::Sqlite) => true,
            (Self::Postgres { url }, Self::Postgres { url: other }) => url.to_string() == other.to_string(),
            _ => false,
        }
    }
}

impl Display for DatabaseKind {
    /// Its name, without the address.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_shows_no_password_and_is_the_same_whatever_leads_to_it() {
        let at = |url: &str| DatabaseKind::Postgres { url: url.into() };
        let kind = at("postgres://me:secret@host/shop");
        for shown in [kind.to_string(), format!("{kind:?}"), serde_json::to_string(&kind).expect("plain data")] {
            assert!(!shown.contains("secret"), "{shown}");
        }
        assert!(kind.is_same(&at("postgres://me:other@host/shop")) && kind != at("postgres://me:other@host/shop"));
        assert!(!kind.is_same(&at("postgres://me:secret@host/other")) && !kind.is_same(&DatabaseKind::Sqlite));
    }
}
