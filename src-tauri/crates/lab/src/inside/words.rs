//! A line that was typed, in words, as redis-cli reads it (`sdssplitargs`): quotes, `\n`, `\xff`.

/// The longest line, in bytes.
pub(super) const MAX_LINE: usize = 64 * 1024;

/// The words of a line; `None` where its quotes do not match.
pub(super) fn split(line: &str) -> Option<Vec<Vec<u8>>> {
    let bytes = line.as_bytes();
    let mut words = Vec::new();
    let mut at = 0;
    loop {
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        if at >= bytes.len() {
            return Some(words);
        }
        let mut word = Vec::new();
        while let Some(byte) = bytes.get(at).filter(|byte| !byte.is_ascii_whitespace()) {
            match byte {
                b'"' => at = double_quoted(bytes, at + 1, &mut word)?,
                b'\'' => at = single_quoted(bytes, at + 1, &mut word)?,
                other => {
                    word.push(*other);
                    at += 1;
                }
            }
        }
        words.push(word);
    }
}

/// From behind a `"` to behind the one that ends it.
fn double_quoted(bytes: &[u8], mut at: usize, word: &mut Vec<u8>) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            b'\\' => {
                let hex = bytes.get(at + 1..at + 4).filter(|hex| hex[0] == b'x').and_then(|hex| {
                    let digits = std::str::from_utf8(&hex[1..]).ok()?;
                    // `from_str_radix` would take a sign.
                    digits
                        .bytes()
                        .all(|digit| digit.is_ascii_hexdigit())
                        .then(|| u8::from_str_radix(digits, 16).ok())?
                });
                if let Some(byte) = hex {
                    word.push(byte);
                    at += 4;
                } else {
                    word.push(match *bytes.get(at + 1)? {
                        b'n' => b'\n',
                        b'r' => b'\r',
                        b't' => b'\t',
                        b'b' => 8,
                        b'a' => 7,
                        other => other,
                    });
                    at += 2;
                }
            }
            b'"' => return ended(bytes, at + 1),
            other => {
                word.push(other);
                at += 1;
            }
        }
    }
}

/// From behind a `'` to behind the one that ends it.
fn single_quoted(bytes: &[u8], mut at: usize, word: &mut Vec<u8>) -> Option<usize> {
    loop {
        match *bytes.get(at)? {
            b'\\' if bytes.get(at + 1) == Some(&b'\'') => {
                word.push(b'\'');
                at += 2;
            }
            b'\'' => return ended(bytes, at + 1),
            other => {
                word.push(other);
                at += 1;
            }
        }
    }
}

/// Behind a closing quote a word ends.
fn ended(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at).is_none_or(u8::is_ascii_whitespace).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::split;

    fn words(line: &str) -> Option<Vec<Vec<u8>>> {
        split(line)
    }

    #[test]
    fn a_line_is_split_as_redis_cli_splits_it() {
        let is = |line: &str, expected: &[&[u8]]| {
            assert_eq!(words(line), Some(expected.iter().map(|word| word.to_vec()).collect()), "{line}");
        };
        is("", &[]);
        is("  get   k\t", &[b"get", b"k"]);
        is(r#"set k "a b""#, &[b"set", b"k", b"a b"]);
        is(r#"set k "a\"b\n\x41\xfF\q""#, &[b"set", b"k", b"a\"b\nA\xffq"]);
        is(r"set k 'a\'b\n'", &[b"set", b"k", br"a'b\n"]);
        is(r#"set k """#, &[b"set", b"k", b""]);
        is(r#"k"a b""#, &[b"ka b"]);
        is("set clé é", &["set".as_bytes(), "clé".as_bytes(), "é".as_bytes()]);
    }

    #[test]
    fn quotes_that_do_not_match_are_no_line() {
        for line in [r#"get "k"#, "get 'k", r#"get "k"x"#, r"get 'k'x", r#"get "k\"#, r#""\"#] {
            assert_eq!(words(line), None, "{line}");
        }
    }
}
