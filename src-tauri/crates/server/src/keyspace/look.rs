//! Looking keys over without anybody noticing: no hit, no miss, no use, and nothing expires sooner for it. No command of Redis
//! tells a time-out or an idle time without counting a hit, so this is not a command.

use super::{Keys, Value};
use crate::glob;

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its name.
    pub key: Vec<u8>,
    /// As `TYPE` names it.
    pub kind: &'static str,
    /// The bytes it occupies with its value, as `MEMORY USAGE` has it.
    pub bytes: usize,
    /// The milliseconds it has left; `None` where it has no time-out.
    pub left_ms: Option<i64>,
    /// For how long nobody has used it, in seconds; `None` under a policy that counts uses instead.
    pub idle_seconds: Option<u32>,
    /// How often it was used, on Redis's logarithmic scale; `None` under a policy that keeps the time instead.
    pub frequency: Option<u32>,
}

impl Keys<'_> {
    /// The next keys from `cursor` on that match the pattern, and where to go on; 0: that was all. Looks at up to `count`.
    pub(crate) fn look_over(&self, cursor: u64, count: usize, pattern: &[u8]) -> (u64, Vec<Seen>) {
        let mut seen = Vec::new();
        let next = self.database.dict.scan(cursor, count, |slot, entry| {
            if self.is_expired(slot) || !glob::matches(pattern, entry.key(), false) {
                return;
            }
            seen.push(Seen {
                key: entry.key().to_vec(),
                kind: self.value(slot).map_or("none", Value::type_name),
                bytes: self.database.dict.memory_of(slot).unwrap_or_default(),
                left_ms: self.database.dict.expires_at(slot).map(|at| at - self.now),
                idle_seconds: self.usage.idle_seconds(entry.usage, self.now),
                frequency: self.usage.frequency(entry.usage, self.now),
            });
        });
        (next, seen)
    }
}

#[cfg(test)]
mod tests {
    use crate::dict::Expiry;
    use crate::keyspace::Keyspace;

    #[test]
    fn keys_are_looked_over_without_a_hit_a_miss_or_a_use() {
        let mut keyspace = Keyspace::new(1, 1);
        keyspace.keys(0, 1_000).set(b"a:1", b"value", Expiry::At(9_000));
        keyspace.keys(0, 1_000).set(b"a:2", b"", Expiry::Never);
        keyspace.keys(0, 1_000).set(b"a:3", b"", Expiry::At(2_000));
        keyspace.keys(0, 1_000).set(b"b:1", b"", Expiry::Never);

        let (next, mut seen) = keyspace.keys(0, 6_000).look_over(0, 100, b"a:*");
        seen.sort_by(|one, other| one.key.cmp(&other.key));
        assert_eq!(next, 0);
        let told: Vec<_> = seen.iter().map(|seen| (seen.key.as_slice(), seen.left_ms, seen.idle_seconds)).collect();
        assert_eq!(told, [(&b"a:1"[..], Some(3_000), Some(5)), (b"a:2", None, Some(5))]);
        assert!(seen.iter().all(|seen| seen.kind == "string" && seen.bytes > 0 && seen.frequency.is_none()));

        let again = keyspace.keys(0, 6_000).look_over(0, 100, b"a:1").1;
        assert_eq!(again[0].idle_seconds, Some(5), "having been looked at is no use");
        let stats = &keyspace.stats;
        assert_eq!((stats.keyspace_hits, stats.keyspace_misses, stats.expired_keys), (0, 0, 0));
    }
}
