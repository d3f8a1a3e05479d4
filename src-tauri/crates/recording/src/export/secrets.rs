//! What must not leave the machine, nor come in from another.

use trace::{Conditions, DatabaseKind, Engine};

/// The same conditions, the addresses of an external engine and of a database on a server without user and password.
#[must_use]
pub fn without_secrets(mut conditions: Conditions) -> Conditions {
    if let Engine::External { url } = &mut conditions.engine {
        *url = address(url);
    }
    if let DatabaseKind::Postgres { url } = &mut conditions.database {
        *url = address(url);
    }
    conditions
}

/// Scheme, host, port and number of the database; nothing else of the URL. User names are left out too: with some servers a
/// token is written in their place.
fn address(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("redis", url));
    // A password may hold anything, `/` and `?` too, but the last `@` is the end of it.
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    let host = host.split(['?', '#']).next().unwrap_or_default();
    format!("{scheme}://{host}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_no_user_and_no_password_however_they_are_written() {
        for (url, shown) in [
            ("redis://localhost:6379/2", "redis://localhost:6379/2"),
            ("redis://:secret@example.org", "redis://example.org"),
            ("redis://user:secret@example.org:7000/1", "redis://example.org:7000/1"),
            ("redis://token-secret@example.org", "redis://example.org"),
            ("redis://user:sec@ret/with?odd#letters@example.org", "redis://example.org"),
            ("user:secret@example.org", "redis://example.org"),
            ("redis://example.org/0?password=secret", "redis://example.org/0"),
            ("redis://[::1]:6379", "redis://[::1]:6379"),
        ] {
            let conditions = Conditions { engine: Engine::External { url: url.to_owned() }, ..Conditions::default() };
            let Engine::External { url: without } = without_secrets(conditions).engine else {
                panic!("it is external")
            };
            assert_eq!(without, shown);
        }
        let database = DatabaseKind::Postgres { url: "postgres://me:secret@host/shop?sslmode=require".to_owned() };
        let without = without_secrets(Conditions { database, ..Conditions::default() }).database;
        assert_eq!(without, DatabaseKind::Postgres { url: "postgres://host/shop".to_owned() });
    }
}
