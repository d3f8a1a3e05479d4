//! Entity tags, and requests that are answered only if something has changed (RFC 9110, section 8.8.3 and 13.1.2).

/// How long a tag is, its quotes included.
pub(crate) const LENGTH: usize = 18;

/// A strong tag of the body with that digest: the same for the same bytes, on every machine.
pub(crate) fn of(digest: u64) -> [u8; LENGTH] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut tag = [b'"'; LENGTH];
    for (place, digit) in tag[1..LENGTH - 1].iter_mut().enumerate() {
        *digit = DIGITS[(digest >> (60 - 4 * place)) as usize & 0xf];
    }
    tag
}

/// Whether a client that names these tags in `If-None-Match` has that body already. Compared weakly, as it should be.
pub(crate) fn is_among(tag: &[u8], named: &[u8]) -> bool {
    if named.trim_ascii() == b"*" {
        return true;
    }
    named.split(|byte| *byte == b',').any(|one| {
        let one = one.trim_ascii();
        one.strip_prefix(b"W/").unwrap_or(one) == tag
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_the_digest_in_quotes() {
        assert_eq!(&of(lab::digest(b"")), b"\"2d06800538d394c2\"");
        assert_eq!(&of(0x0a), b"\"000000000000000a\"");
        assert_ne!(of(lab::digest(b"{\"id\":42}")), of(lab::digest(b"{\"id\":43}")));
    }

    #[test]
    fn a_tag_is_found_among_others_weak_or_strong() {
        let tag = of(42);
        let text = String::from_utf8_lossy(&tag).into_owned();
        for named in [text.clone(), format!("W/{text}"), format!("\"a\", {text} ,\"b\""), " * ".to_owned()] {
            assert!(is_among(&tag, named.as_bytes()), "{named}");
        }
        for named in ["", "\"\"", "W/\"a\"", &text[1..], &format!("w/{text}"), "**"] {
            assert!(!is_among(&tag, named.as_bytes()), "{named}");
        }
    }
}
