//! Patterns as `KEYS`, `SCAN` and `CONFIG GET` take them: `*`, `?`, `[a-z]`, `[^a]`, `\` to escape.
//!
//! Redis's `stringmatchlen`, with its odd corners: an unclosed class ends with the pattern, a range may run backwards.
//! Redis recurses at each `*`; here a mismatch goes back to the last `*` only, which is enough (what stood before it
//! has matched as early as it can) and keeps the work below pattern × text: no `*a*a*a*a*b` blows up.

/// A pattern of more than so many `*` apart matches nothing: Redis stops there, so as not to recurse for ever.
const MOST_STARS: usize = 1000;

/// Whether `text` as a whole matches `pattern`.
pub(crate) fn matches(pattern: &[u8], text: &[u8], ignore_case: bool) -> bool {
    let (mut pattern_at, mut text_at) = (0, 0);
    // After the last `*`: where the pattern goes on, and where in the text it was tried.
    let mut star: Option<(usize, usize)> = None;
    let mut stars = 0;
    while text_at < text.len() {
        if pattern.get(pattern_at) == Some(&b'*') {
            let run = pattern[pattern_at..].iter().take_while(|byte| **byte == b'*').count();
            pattern_at += run;
            star = Some((pattern_at, text_at));
            stars += 1;
            if stars > MOST_STARS && pattern_at < pattern.len() {
                return false;
            }
            continue;
        }
        if let Some(length) = one(&pattern[pattern_at..], text[text_at], ignore_case) {
            pattern_at += length;
            text_at += 1;
        } else {
            let Some((after, tried)) = star else { return false };
            star = Some((after, tried + 1));
            pattern_at = after;
            text_at = tried + 1;
        }
    }
    pattern[pattern_at..].iter().all(|byte| *byte == b'*')
}

/// Matches one byte against the front of the pattern, and says how much of the pattern that took.
fn one(pattern: &[u8], byte: u8, ignore_case: bool) -> Option<usize> {
    match pattern {
        [] => None,
        [b'?', ..] => Some(1),
        [b'[', class @ ..] => {
            let (matched, length) = in_class(class, byte, ignore_case);
            matched.then_some(1 + length)
        }
        [b'\\', escaped, ..] => same(*escaped, byte, ignore_case).then_some(2),
        [literal, ..] => same(*literal, byte, ignore_case).then_some(1),
    }
}

/// Whether the class holds the byte, and the class's length with its `]`.
fn in_class(class: &[u8], byte: u8, ignore_case: bool) -> (bool, usize) {
    let (negated, mut rest) = match class {
        [b'^', rest @ ..] => (true, rest),
        _ => (false, class),
    };
    let mut matched = false;
    loop {
        rest = match rest {
            [] => break,
            // An escape is compared with its case, always: so does Redis.
            [b'\\', escaped, tail @ ..] => {
                matched |= *escaped == byte;
                tail
            }
            [b']', tail @ ..] => {
                rest = tail;
                break;
            }
            [from, b'-', to, tail @ ..] => {
                let [from, to, byte] = [*from.min(to), *from.max(to), byte]
                    .map(|byte| if ignore_case { byte.to_ascii_lowercase() } else { byte });
                matched |= (from..=to).contains(&byte);
                tail
            }
            [literal, tail @ ..] => {
                matched |= same(*literal, byte, ignore_case);
                tail
            }
        };
    }
    (matched != negated, class.len() - rest.len())
}

fn same(a: u8, b: u8, ignore_case: bool) -> bool {
    a == b || ignore_case && a.eq_ignore_ascii_case(&b)
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    #[test]
    fn patterns_match_as_in_redis() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("", "a", false),
            ("*", "", true),
            ("**", "abc", true),
            ("a*c", "abbbc", true),
            ("a*c", "abbbd", false),
            ("*a*b*", "xxaxxbxx", true),
            ("h?llo", "hello", true),
            ("h?llo", "hllo", false),
            ("h[ae]llo", "hallo", true),
            ("h[ae]llo", "hillo", false),
            ("h[^e]llo", "hallo", true),
            ("h[^e]llo", "hello", false),
            ("h[a-c]llo", "hbllo", true),
            ("h[c-a]llo", "hbllo", true),
            ("h[a-c]llo", "hdllo", false),
            ("h\\*llo", "h*llo", true),
            ("h\\*llo", "hxllo", false),
            ("[\\]]", "]", true),
            ("[a", "a", true),
            ("[^", "a", true),
            ("a\\", "a\\", true),
            ("[]a]", "a]", false),
            ("key:*[0-9]", "key:x7", true),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes(), false), expected, "{pattern} ~ {text}");
        }
        assert!(matches(b"MaxMemory*", b"maxmemory-policy", true));
        assert!(!matches(b"MaxMemory*", b"maxmemory-policy", false));
    }

    #[test]
    fn many_stars_do_not_blow_up() {
        let pattern = b"a*".repeat(50_000);
        let text = b"a".repeat(50_000);
        let start = Instant::now();
        assert!(!matches(&[&pattern[..], b"b"].concat(), &text, false));
        assert!(!matches(&b"*a".repeat(1_000), &b"ab".repeat(900), false));
        assert!(start.elapsed() < Duration::from_secs(10));
    }
}
