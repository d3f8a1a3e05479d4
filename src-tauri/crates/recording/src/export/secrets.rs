//! What must not leave the machine, nor come in from another.

use trace::{Conditions, DatabaseKind, Engine, ServerUrl};

/// The same conditions, the addresses of an external engine and of a database on a server without user and password.
#[must_use]
pub fn without_secrets(mut conditions: Conditions) -> Conditions {
    if let Engine::External { url } = &mut conditions.engine {
        *url = address(url).into();
    }
    if let DatabaseKind::Postgres { url } = &mut conditions.database {
        *url = address(url).into();
    }
    conditions
}

/// Scheme, host, port and number of the database; nothing else of the URL. User names are left out too: with some servers a
/// token is written in their place.
fn address(url: &ServerUrl) -> String {
    // Its passwords are hidden already, whatever letters they had.
    let url = url.to_string();
    if let Some(path) = url.strip_prefix("unix:").filter(|path| !path.starts_with("//")) {
        return format!("unix:{}", path.split('?').next().unwrap_or_default());
    }
    let (scheme, rest) = url.split_once("://").unwrap_or(("redis", &url));
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
            ("redis+cluster://user:secret@a:1,b:2", "redis+cluster://a:1,b:2"),
            ("redis+sentinel://user:secret@a:1,b:2/main?sentinel_password=secret", "redis+sentinel://a:1,b:2/main"),
            ("unix:///run/redis.sock?user=me&pass=sec@ret", "unix:///run/redis.sock"),
            ("unix:/run/redis.sock?user=me&pass=sec:ret@x", "unix:/run/redis.sock"),
        ] {
            let conditions = Conditions { engine: Engine::External { url: url.into() }, ..Conditions::default() };
            let Engine::External { url: without } = without_secrets(conditions).engine else {
                panic!("it is external")
            };
            assert_eq!(without.to_string(), shown);
        }
        let database = DatabaseKind::Postgres { url: "postgres://me:secret@host/shop?sslmode=require".into() };
        let without = without_secrets(Conditions { database, ..Conditions::default() }).database;
        assert_eq!(without, DatabaseKind::Postgres { url: "postgres://host/shop".into() });
    }
}
