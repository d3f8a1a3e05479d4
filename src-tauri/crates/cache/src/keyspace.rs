/// What a server has counted of the keys it was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyspace {
    /// Which start of the server counted it: another one began anew.
    pub run_id: String,
    /// Keys asked for that were there.
    pub hits: u64,
    /// Keys asked for that were not.
    pub misses: u64,
}

impl Keyspace {
    /// Reads it from the text of `INFO`; `None` where something is missing.
    pub(crate) fn from_info(info: &str) -> Option<Self> {
        let field = |name: &str| {
            info.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(|value| value.trim())
        };
        Some(Self {
            run_id: field("run_id")?.to_owned(),
            hits: field("keyspace_hits")?.parse().ok()?,
            misses: field("keyspace_misses")?.parse().ok()?,
        })
    }

    /// What several servers have counted together; `None` of none.
    pub(crate) fn of_all(counted: Vec<Self>) -> Option<Self> {
        counted.into_iter().reduce(|sum, one| Self {
            run_id: format!("{} {}", sum.run_id, one.run_id),
            hits: sum.hits + one.hits,
            misses: sum.misses + one.misses,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hits_and_misses_are_read_from_info_and_nothing_is_made_up() {
        let info = "# Server\r\nrun_id:abc\r\n# Stats\r\nkeyspace_hits:12\r\nkeyspace_misses:3\r\n";
        let keyspace = Keyspace { run_id: "abc".to_owned(), hits: 12, misses: 3 };
        assert_eq!(Keyspace::from_info(info), Some(keyspace));
        assert_eq!(Keyspace::from_info("run_id:abc\r\nkeyspace_hits:many\r\nkeyspace_misses:3\r\n"), None);
        assert_eq!(Keyspace::from_info(""), None);
    }
}
