//! What a value of an option says, in words people type.

use std::time::Duration;

use trace::{DatabaseKind, Engine, Placement};

/// Whole milliseconds, as many as there can be.
pub(super) fn milliseconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}

pub(super) fn engine(text: &str) -> Result<Engine, String> {
    match text {
        "bundled" => Ok(Engine::Bundled { placement: Placement::default() }),
        "mini-redis" => Ok(Engine::MiniRedis { nodelay: false }),
        // What is no address is refused later, with a password in it hidden.
        url if url.contains("://") || url.contains('@') || url.starts_with("unix:") => {
            Ok(Engine::External { url: url.into() })
        }
        _ => Err("the engines are bundled, mini-redis and addresses such as redis://host:port".to_owned()),
    }
}

pub(super) fn database(text: &str) -> Result<DatabaseKind, String> {
    match text {
        "sqlite" => Ok(DatabaseKind::Sqlite),
        // What is no address is refused later, with a password in it hidden.
        url if url.contains("://") || url.contains('@') => Ok(DatabaseKind::Postgres { url: url.into() }),
        _ => Err("the databases are sqlite and postgres://user@host:port/database".to_owned()),
    }
}

pub(super) fn bytes(text: &str) -> Result<u64, String> {
    server::parse_memory(text.as_bytes()).ok_or_else(|| "write it as 8mb, 500kb or 1gb".to_owned())
}

/// A beta from 0.01 to 10, in percent.
pub(super) fn beta(text: &str) -> Result<u16, String> {
    match text.parse::<f64>() {
        Ok(beta) if (0.01..=10.0).contains(&beta) => Ok((beta * 100.0).round() as u16),
        _ => Err("it is a number from 0.01 to 10".to_owned()),
    }
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor = match unit {
        "ms" => 1,
        "s" | "" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err("write it as 500ms, 60s, 5m or 1h".to_owned()),
    };
    let millis = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    millis.map(Duration::from_millis).ok_or_else(|| "write it as 500ms, 60s, 5m or 1h".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_with_their_unit() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("60"), Ok(Duration::from_secs(60)));
        assert_eq!(duration("5m"), Ok(Duration::from_secs(300)));
        for wrong in ["", "s", "5 s", "-1s", "1d", "99999999999999999999h"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_beta_is_read_in_percent() {
        assert_eq!(["1", "0.5", "10", "0.01"].map(beta), [Ok(100), Ok(50), Ok(1_000), Ok(1)]);
        for wrong in ["", "0", "-1", "11", "NaN", "x"] {
            assert!(beta(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_database_is_sqlite_or_an_address() {
        let url = "postgres://me@localhost/shop";
        assert_eq!(database("sqlite"), Ok(DatabaseKind::Sqlite));
        assert_eq!(database(url), Ok(DatabaseKind::Postgres { url: url.into() }));
        assert!(database("oracle").is_err());
    }
}
