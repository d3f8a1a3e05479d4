//! What is asked about before it is sent to a server that is not ours: all that is not known to read only, or to change nothing but
//! our own keys.

use trace::KEY_PREFIX;

/// Commands that only read, whatever follows them. In capitals, and with their second word where the first has others too.
const READING: &[&str] = &[
    "BITCOUNT",
    "BITPOS",
    "BITFIELD_RO",
    "CLIENT GETNAME",
    "CLIENT ID",
    "CLIENT INFO",
    "CLIENT LIST",
    "CLIENT SETNAME",
    "CLUSTER COUNTKEYSINSLOT",
    "CLUSTER INFO",
    "CLUSTER KEYSLOT",
    "CLUSTER MYID",
    "CLUSTER NODES",
    "CLUSTER SHARDS",
    "CLUSTER SLOTS",
    "COMMAND",
    "CONFIG GET",
    "CONFIG HELP",
    "DBSIZE",
    "DISCARD",
    "DUMP",
    "ECHO",
    "EXISTS",
    "EXPIRETIME",
    "GEODIST",
    "GEOHASH",
    "GEOPOS",
    "GEOSEARCH",
    "GET",
    "GETBIT",
    "GETRANGE",
    "HELLO",
    "HEXISTS",
    "HGET",
    "HGETALL",
    "HKEYS",
    "HLEN",
    "HMGET",
    "HRANDFIELD",
    "HSCAN",
    "HSTRLEN",
    "HVALS",
    "INFO",
    "LASTSAVE",
    "LATENCY DOCTOR",
    "LATENCY HISTOGRAM",
    "LATENCY HISTORY",
    "LATENCY LATEST",
    "LCS",
    "LINDEX",
    "LLEN",
    "LOLWUT",
    "LPOS",
    "LRANGE",
    "MEMORY DOCTOR",
    "MEMORY STATS",
    "MEMORY USAGE",
    "MGET",
    "MULTI",
    "OBJECT",
    "PEXPIRETIME",
    "PFCOUNT",
    "PING",
    "PTTL",
    "PUBSUB",
    "QUIT",
    "RANDOMKEY",
    "READONLY",
    "READWRITE",
    "RESET",
    "ROLE",
    "SCAN",
    "SCARD",
    "SDIFF",
    "SELECT",
    "SINTER",
    "SINTERCARD",
    "SISMEMBER",
    "SLOWLOG GET",
    "SLOWLOG LEN",
    "SMEMBERS",
    "SMISMEMBER",
    "SORT_RO",
    "SRANDMEMBER",
    "SSCAN",
    "STRLEN",
    "SUBSTR",
    "SUNION",
    "TIME",
    "TTL",
    "TYPE",
    "UNWATCH",
    "WAIT",
    "WATCH",
    "XINFO",
    "XLEN",
    "XPENDING",
    "XRANGE",
    "XREAD",
    "XREVRANGE",
    "ZCARD",
    "ZCOUNT",
    "ZDIFF",
    "ZINTER",
    "ZINTERCARD",
    "ZLEXCOUNT",
    "ZMSCORE",
    "ZRANDMEMBER",
    "ZRANGE",
    "ZRANGEBYLEX",
    "ZRANGEBYSCORE",
    "ZRANK",
    "ZREVRANGE",
    "ZREVRANGEBYLEX",
    "ZREVRANGEBYSCORE",
    "ZREVRANK",
    "ZSCAN",
    "ZSCORE",
    "ZUNION",
    "AUTH",
];

/// Commands that change the one key behind them.
const CHANGING_ONE: &[&str] = &[
    "APPEND",
    "DECR",
    "DECRBY",
    "EXPIRE",
    "EXPIREAT",
    "GETDEL",
    "GETEX",
    "GETSET",
    "HDEL",
    "HINCRBY",
    "HINCRBYFLOAT",
    "HSET",
    "HSETNX",
    "INCR",
    "INCRBY",
    "INCRBYFLOAT",
    "LPOP",
    "LPUSH",
    "LREM",
    "LSET",
    "LTRIM",
    "PERSIST",
    "PEXPIRE",
    "PEXPIREAT",
    "PSETEX",
    "RPOP",
    "RPUSH",
    "SADD",
    "SET",
    "SETBIT",
    "SETEX",
    "SETNX",
    "SETRANGE",
    "SPOP",
    "SREM",
    "ZADD",
    "ZINCRBY",
    "ZREM",
    "ZREMRANGEBYRANK",
    "ZREMRANGEBYSCORE",
];

/// Commands that change every key behind them.
const CHANGING_ALL: &[&str] = &["DEL", "TOUCH", "UNLINK"];

/// Commands that destroy more than keys, or make a server do something else than serve.
const DESTROYING: &[(&str, &str)] = &[
    ("FLUSHALL", "removes every key of every database, whoever put it there"),
    ("FLUSHDB", "removes every key of the database, whoever put it there"),
    ("SWAPDB", "exchanges two databases for all clients"),
    ("SHUTDOWN", "ends the server"),
    ("DEBUG", "is for the server's makers, and can crash it"),
    ("CONFIG", "changes how the server works, for everybody"),
    ("KEYS", "looks at every key in one go, and holds up all other clients meanwhile"),
    ("SCRIPT", "changes the scripts of all clients"),
    ("FUNCTION", "changes the functions of all clients"),
    ("EVAL", "runs a script that may change any key"),
    ("EVALSHA", "runs a script that may change any key"),
    ("FCALL", "runs a function that may change any key"),
    ("REPLICAOF", "makes the server drop its keys and copy another's"),
    ("SLAVEOF", "makes the server drop its keys and copy another's"),
    ("FAILOVER", "makes another server the master"),
    ("CLUSTER", "changes the cluster"),
    ("CLIENT", "reaches into other clients' connections"),
    ("ACL", "changes who may do what"),
    ("SAVE", "holds up all clients until everything is on disk"),
    ("EXEC", "carries out all that was queued since MULTI"),
];

/// What is to be asked before these words are sent to somebody else's server, if anything: what they do.
pub(super) fn question(words: &[Vec<u8>]) -> Option<String> {
    let capitals = |word: Option<&Vec<u8>>| word.map(|word| String::from_utf8_lossy(word).to_ascii_uppercase());
    let name = capitals(words.first())?;
    let both = capitals(words.get(1)).map(|second| format!("{name} {second}")).unwrap_or_default();
    if READING.contains(&name.as_str()) || READING.contains(&both.as_str()) {
        return None;
    }
    let ours = |key: &Vec<u8>| key.starts_with(KEY_PREFIX.as_bytes());
    let keys = if CHANGING_ONE.contains(&name.as_str()) {
        words.get(1..2)
    } else if CHANGING_ALL.contains(&name.as_str()) {
        words.get(1..)
    } else {
        let what = DESTROYING
            .iter()
            .find(|(known, _)| *known == name)
            .map_or("may change more than keys of Cachescope's", |(_, what)| what);
        return Some(format!("{} {what}.", shown(&name)));
    };
    let foreign = keys?.iter().find(|key| !ours(key))?;
    Some(format!(
        "{name} changes the key {}, which is not one of Cachescope's.",
        shown(&String::from_utf8_lossy(foreign))
    ))
}

fn shown(word: &str) -> String {
    word.chars().filter(|letter| !letter.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asks(line: &str) -> Option<String> {
        question(&super::super::words::split(line).expect("a line"))
    }

    #[test]
    fn what_reads_or_changes_our_own_keys_is_sent_without_a_question() {
        for line in [
            "get k",
            "GET k",
            "scan 0",
            "info",
            "config get maxmemory",
            "CLIENT LIST",
            "set cachescope:a 1",
            "del cachescope:a cachescope:b",
            "expire cachescope:page:1 5",
            "object idletime k",
            "multi",
        ] {
            assert_eq!(asks(line), None, "{line}");
        }
    }

    #[test]
    fn what_destroys_or_is_not_known_is_asked_about() {
        for line in [
            "flushall",
            "FlushDB async",
            "config set maxmemory 1",
            "shutdown nosave",
            "debug sleep 10",
            "keys *",
            "del cachescope:a other",
            "set other 1",
            "eval 'return 1' 0",
            "nosuchcommand",
            "rename cachescope:a other",
            "client kill id 3",
            "script flush",
            "sort k store other",
            "copy cachescope:a b",
            "exec",
            "restore k 0 x",
        ] {
            assert!(asks(line).is_some(), "{line}");
        }
        assert!(asks("del cachescope:a other").is_some_and(|words| words.contains("the key other")));
    }
}
