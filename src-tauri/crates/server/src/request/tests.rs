use proptest::prelude::*;

use super::*;

/// Feeds `chunks` one after the other, as a connection does, and returns the commands and the error if one came.
fn commands(chunks: &[&[u8]]) -> (Vec<Vec<Vec<u8>>>, Option<ProtocolError>) {
    let mut parser = Parser::default();
    let mut buffer = Vec::new();
    let mut commands = Vec::new();
    for chunk in chunks {
        buffer.extend_from_slice(chunk);
        let mut consumed = 0;
        loop {
            match parser.parse(&buffer[consumed..]) {
                Ok(Some(length)) => {
                    let args = parser.args(&buffer[consumed..]);
                    if !args.is_empty() {
                        commands.push(args.iter().map(<[u8]>::to_vec).collect());
                    }
                    consumed += length;
                }
                Ok(None) => break,
                Err(error) => return (commands, Some(error)),
            }
        }
        buffer.drain(..consumed);
    }
    (commands, None)
}

fn parse(input: &[u8]) -> Result<Vec<Vec<Vec<u8>>>, ProtocolError> {
    match commands(&[input]) {
        (_, Some(error)) => Err(error),
        (commands, None) => Ok(commands),
    }
}

fn words(line: &str) -> Vec<String> {
    let parsed = parse(line.as_bytes()).unwrap();
    parsed.into_iter().flatten().map(|word| word.escape_ascii().to_string()).collect()
}

#[test]
fn an_array_of_bulk_strings_is_a_command() {
    let parsed = parse(b"*2\r\n$3\r\nGET\r\n$0\r\n\r\n*1\r\n$4\r\nPING\r\n").unwrap();
    assert_eq!(parsed, [vec![b"GET".to_vec(), b"".to_vec()], vec![b"PING".to_vec()]]);
}

#[test]
fn a_line_is_a_command() {
    assert_eq!(words("SET key  value\r\n"), ["SET", "key", "value"]);
    assert_eq!(words("PING\n"), ["PING"]);
    assert_eq!(words("SET k \"a b\" ''\n"), ["SET", "k", "a b", ""]);
    assert_eq!(words("X \"\\x00\\n\\\"\\q\" 'it\\'s \\n'\n"), ["X", r#"\x00\n\"q"#, r"it\'s \\n"]);
}

#[test]
fn nothing_is_no_command() {
    assert_eq!(parse(b"\r\n\n  \r\n*0\r\n*-1\r\n*-9\r\nPING\r\n").unwrap(), [[b"PING"]]);
}

#[test]
fn quotes_must_close_at_the_end_of_a_word() {
    for line in ["GET \"a\r\n", "GET 'a\r\n", "GET \"a\"b\r\n", "GET 'a'b\r\n"] {
        assert_eq!(parse(line.as_bytes()), Err(ProtocolError::UnbalancedQuotes), "{line}");
    }
}

#[test]
fn nesting_is_refused_at_once() {
    assert_eq!(parse(b"*1\r\n*1\r\n"), Err(ProtocolError::ExpectedBulk(b'*')));
    assert_eq!(parse(&b"*1\r\n".repeat(20_000)), Err(ProtocolError::ExpectedBulk(b'*')));
}

#[test]
fn lengths_are_strict() {
    for count in ["abc", "", "01", "+1", "1048577", "2147483648", "99999999999999999999"] {
        let input = format!("*{count}\r\n");
        assert_eq!(parse(input.as_bytes()), Err(ProtocolError::InvalidMultibulkLength), "{count}");
    }
    for length in ["abc", "", "-1", "00", "536870913", "9223372036854775808"] {
        let input = format!("*1\r\n${length}\r\n");
        assert_eq!(parse(input.as_bytes()), Err(ProtocolError::InvalidBulkLength), "{length}");
    }
    assert_eq!(parse(b"*1\r\n\r\n"), Err(ProtocolError::ExpectedBulk(b'\r')));
}

#[test]
fn lines_without_an_end_are_cut_off() {
    let mut input = vec![b'a'; MAX_LINE];
    assert_eq!(parse(&input), Ok(vec![]));
    input.push(b'a');
    assert_eq!(parse(&input), Err(ProtocolError::TooBigInline));
    input[0] = b'*';
    assert_eq!(parse(&input), Err(ProtocolError::TooBigMultibulkCount));
    assert_eq!(parse(&[b"*1\r\n", &input[..]].concat()), Err(ProtocolError::TooBigBulkCount));
}

#[test]
fn strangers_may_send_little() {
    let mut parser = Parser::default();
    parser.set_authenticated(false);
    assert_eq!(parser.parse(b"*11\r\n"), Err(ProtocolError::UnauthenticatedMultibulk));
    let mut parser = Parser::default();
    parser.set_authenticated(false);
    assert_eq!(parser.parse(b"*2\r\n$16385\r\n"), Err(ProtocolError::UnauthenticatedBulk));
}

#[test]
fn announced_lengths_allocate_nothing() {
    let mut parser = Parser::default();
    assert_eq!(parser.parse(b"*1048576\r\n$536870912\r\n"), Ok(None));
    assert_eq!(parser.spans.capacity(), 0);
    assert_eq!(parser.words.capacity(), 0);
}

#[test]
fn integers_are_as_strict_as_in_redis() {
    assert_eq!(integer(b"0"), Some(0));
    assert_eq!(integer(b"-1"), Some(-1));
    assert_eq!(integer(b"9223372036854775807"), Some(i64::MAX));
    assert_eq!(integer(b"-9223372036854775808"), Some(i64::MIN));
    for bad in ["", "-", "-0", "00", "01", "+1", " 1", "1 ", "1.0", "9223372036854775808", "-9223372036854775809"] {
        assert_eq!(integer(bad.as_bytes()), None, "{bad:?}");
    }
}

/// Bytes in which requests, broken requests and noise follow each other.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let array = prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..5).prop_map(|arguments| {
        let mut bytes = format!("*{}\r\n", arguments.len()).into_bytes();
        for argument in arguments {
            bytes.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
            bytes.extend_from_slice(&argument);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes
    });
    let line = "[a-z\"'\\\\x0-9 ]{0,30}\r?\n".prop_map(String::into_bytes);
    let broken = "[*$]-?[0-9]{0,20}\r?\n?".prop_map(String::into_bytes);
    let noise = prop::collection::vec(any::<u8>(), 0..20);
    let piece = prop_oneof![6 => array, 3 => line, 1 => broken, 1 => noise];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_split_gives_the_same_commands(bytes in stream(), cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..10)) {
        let whole = commands(&[&bytes]);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let chunks: Vec<&[u8]> = cuts.windows(2).map(|cut| &bytes[cut[0]..cut[1]]).collect();
        prop_assert_eq!(&commands(&chunks), &whole);
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        prop_assert_eq!(&commands(&single), &whole);
    }

    #[test]
    fn what_was_written_is_read(sent in prop::collection::vec(prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 1..6), 0..6)) {
        let mut bytes = Vec::new();
        for command in &sent {
            bytes.extend_from_slice(format!("*{}\r\n", command.len()).as_bytes());
            for argument in command {
                bytes.extend_from_slice(format!("${}\r\n", argument.len()).as_bytes());
                bytes.extend_from_slice(argument);
                bytes.extend_from_slice(b"\r\n");
            }
        }
        prop_assert_eq!(parse(&bytes), Ok(sent));
    }

    #[test]
    fn garbage_ends_in_an_error_or_waits(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let mut parser = Parser::default();
        let mut consumed = 0;
        while let Ok(Some(length)) = parser.parse(&bytes[consumed..]) {
            prop_assert!(length > 0 && consumed + length <= bytes.len());
            consumed += length;
        }
        // What the parser holds is bounded by what it was given.
        prop_assert!(parser.words.capacity() <= 2 * bytes.len() + 64);
        prop_assert!(parser.spans.capacity() <= 2 * bytes.len() + 64);
    }
}
