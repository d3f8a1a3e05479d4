//! Reads replies, as strictly as a client would.

/// The bytes of the first reply at the front, if it is whole and well formed. `depth` is how deep replies may lie.
pub(crate) fn first_reply(bytes: &[u8], depth: usize) -> Option<&[u8]> {
    let end = memchr::memmem::find(bytes, b"\r\n")?;
    let line = std::str::from_utf8(bytes.get(1..end)?).ok();
    let after = end + 2;
    let number = || line?.parse::<i64>().ok();
    let length = match bytes.first()? {
        b'+' | b'-' => Some(after),
        b':' => number().map(|_| after),
        b',' => line?.parse::<f64>().ok().map(|_| after),
        b'_' => (end == 1).then_some(after),
        b'#' => matches!(line?, "t" | "f").then_some(after),
        b'$' | b'*' if line? == "-1" => Some(after),
        b'$' | b'=' => {
            let end = after + usize::try_from(number()?).ok()?;
            (bytes.get(end..end + 2)? == b"\r\n").then_some(end + 2)
        }
        kind @ (b'*' | b'%' | b'~' | b'>') => {
            let count = usize::try_from(number()?).ok()? * if *kind == b'%' { 2 } else { 1 };
            let mut at = after;
            for _ in 0..count {
                at += first_reply(bytes.get(at..)?, depth.checked_sub(1)?)?.len();
            }
            Some(at)
        }
        _ => None,
    }?;
    bytes.get(..length)
}

/// How many replies these bytes are; none if they do not end with one.
pub(crate) fn count_replies(mut bytes: &[u8]) -> Option<usize> {
    let mut count = 0;
    while !bytes.is_empty() {
        bytes = &bytes[first_reply(bytes, 12)?.len()..];
        count += 1;
    }
    Some(count)
}
