//! Bytes in pieces are the same commands as bytes at once.
#![no_main]

use libfuzzer_sys::fuzz_target;
use server::request::Parser;

fn commands(bytes: &[u8], step: usize) -> (Vec<Vec<Vec<u8>>>, bool) {
    let (mut parser, mut start, mut found) = (Parser::default(), 0, Vec::new());
    let mut end = 0;
    loop {
        match parser.parse(&bytes[start..end]) {
            Ok(Some(length)) => {
                let args = parser.args(&bytes[start..end]);
                found.push(args.iter().map(<[u8]>::to_vec).collect());
                start += length;
            }
            Ok(None) if end < bytes.len() => end = (end + step).min(bytes.len()),
            Ok(None) => return (found, true),
            Err(_) => return (found, false),
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(commands(bytes, 1), commands(bytes, bytes.len().max(1)));
});
