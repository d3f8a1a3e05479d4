//! Whatever comes in, what goes out is whole replies, and the server is there for the next client.
//!
//! `fuzz/corpus` is what `cargo fuzz` found worth keeping, and some of what has brought down servers before; each file is
//! what one client sends.

mod support;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use proptest::prelude::*;
use server::Server;
use server::request::Parser;
use support::{count_replies, first_reply};

/// The names of all commands, subcommands after their containers.
static COMMANDS: LazyLock<Vec<Vec<String>>> = LazyLock::new(|| {
    let reply = Server::default().answer(b"COMMAND LIST\r\n");
    let names = String::from_utf8(reply).expect("names are text");
    // Every other line is a length.
    let names = names.lines().skip(2).step_by(2);
    names.map(|name| name.split('|').map(str::to_owned).collect()).collect()
});

/// What answers otherwise than with one reply: with several, with none, or later.
fn is_different(words: &[Vec<u8>]) -> bool {
    let name = words[0].to_ascii_lowercase();
    let second = words.get(1).map(|word| word.to_ascii_lowercase()).unwrap_or_default();
    name.starts_with(b"b") && !name.starts_with(b"bit")
        || name.ends_with(b"subscribe")
        || matches!((&*name, &*second), (b"client", b"reply" | b"pause" | b"kill") | (b"monitor" | b"quit", _))
}

fn word() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => prop::sample::select(&["k", "k2", "hash", "list", "set", "zset", "string", "n"][..]).prop_map(|word| word.into()),
        3 => prop::sample::select(
            &[
                "0", "-1", "1", "2", "5", "10", "-0", "007", "1e400", "nan", "inf", "-inf", "(1", "[a", "+", "-", "*", "",
                "9223372036854775807", "-9223372036854775808", "9223372036854775808", "18446744073709551615", "4294967296",
                "1.5", "0.1", "536870911", "#0", "u8", "i64", "u63",
            ][..]
        )
        .prop_map(|word| word.into()),
        3 => prop::sample::select(
            &[
                "NX", "XX", "GT", "LT", "CH", "INCR", "EX", "PX", "KEEPTTL", "GET", "LIMIT", "BYSCORE", "BYLEX", "REV",
                "WITHSCORES", "WITHVALUES", "COUNT", "MATCH", "LEFT", "RIGHT", "BEFORE", "WEIGHTS", "AGGREGATE", "STORE",
                "BY", "ASC", "ALPHA", "REPLACE", "ABSTTL", "RANK", "MAXLEN", "IDX", "AND", "NOT", "SET", "OVERFLOW", "BIT",
                "DB", "SAMPLES", "MIN", "MAX", "FREQ", "IDLETIME", "ASYNC",
            ][..]
        )
        .prop_map(|word| word.into()),
        1 => prop::collection::vec(any::<u8>(), 0..24),
    ]
}

fn request(words: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        bytes.extend(format!("${}\r\n", word.len()).into_bytes());
        bytes.extend(word);
        bytes.extend(b"\r\n");
    }
    bytes
}

fn command() -> impl Strategy<Value = Vec<Vec<u8>>> {
    (prop::sample::select(COMMANDS.as_slice()), prop::collection::vec(word(), 0..7))
        .prop_map(|(name, words)| name.into_iter().map(String::into_bytes).chain(words).collect())
}

/// A server that holds something of every type.
fn filled() -> Server {
    let server = Server::builder().seed(1).build();
    let _ = server.answer(
        b"SET string text\r\nSET n 7\r\nRPUSH list a b c\r\nSADD set a b 1\r\nHSET hash f v n 1\r\nZADD zset 1 a 2 b 3 c\r\n",
    );
    server
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn any_command_with_any_arguments_gets_one_whole_reply(commands in prop::collection::vec(command(), 1..12), three: bool) {
        let server = filled();
        for words in commands.into_iter().filter(|words| !is_different(words)) {
            let mut bytes = if three { b"HELLO 3\r\n".to_vec() } else { Vec::new() };
            bytes.extend(request(&words));
            let replies = server.answer(&bytes);
            let text = String::from_utf8_lossy(&replies);
            prop_assert_eq!(count_replies(&replies), Some(1 + usize::from(three)), "{:?} got {}", words, text);
        }
        prop_assert_eq!(server.answer(b"PING\r\n"), b"+PONG\r\n".to_vec());
    }

    #[test]
    fn commands_that_are_queued_get_one_reply_together(commands in prop::collection::vec(command(), 1..8)) {
        let server = filled();
        let commands: Vec<_> = commands.into_iter().filter(|words| !is_different(words)).collect();
        let mut bytes = b"MULTI\r\n".to_vec();
        let wanted = |words: &&Vec<Vec<u8>>| {
            !["multi", "exec", "discard", "watch", "reset", "hello"].iter().any(|name| words[0].eq_ignore_ascii_case(name.as_bytes()))
        };
        let queued: Vec<_> = commands.iter().filter(wanted).collect();
        queued.iter().for_each(|words| bytes.extend(request(words)));
        bytes.extend(b"EXEC\r\n");
        let replies = server.answer(&bytes);
        prop_assert_eq!(count_replies(&replies), Some(queued.len() + 2), "{}", String::from_utf8_lossy(&replies));
    }

    #[test]
    fn any_bytes_get_whole_replies(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let server = filled();
        prop_assert!(count_replies(&server.answer(&bytes)).is_some());
        prop_assert_eq!(server.answer(b"PING\r\n"), b"+PONG\r\n".to_vec());
    }
}

#[test]
fn what_was_found_before_brings_nothing_down() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus/requests");
    let mut files = 0;
    for file in fs::read_dir(folder).expect("the corpus is there") {
        let path = file.expect("it can be listed").path();
        let bytes = fs::read(&path).expect("it can be read");
        let server = filled();
        let replies = server.answer(&bytes);
        assert!(count_replies(&replies).is_some(), "{}: {}", path.display(), String::from_utf8_lossy(&replies));
        assert_eq!(server.answer(b"PING\r\n"), b"+PONG\r\n");
        // Byte by byte the parser says the same.
        let (mut parser, mut start) = (Parser::default(), 0);
        for end in 0..=bytes.len() {
            match parser.parse(&bytes[start..end]) {
                Ok(Some(length)) => start += length,
                Ok(None) => {}
                Err(_) => break,
            }
        }
        files += 1;
    }
    assert!(files > 10, "only {files} files");
}

#[test]
fn replies_are_read_strictly() {
    assert_eq!(first_reply(b"*2\r\n:1\r\n$1\r\na\r\n+OK\r\n", 2), Some(&b"*2\r\n:1\r\n$1\r\na\r\n"[..]));
    for broken in [&b"*2\r\n:1\r\n"[..], b"$3\r\nab\r\n", b":x\r\n", b"+OK", b"!", b"*1\r\n*1\r\n*1\r\n:1\r\n"] {
        assert_eq!(first_reply(broken, 2), None);
    }
}
