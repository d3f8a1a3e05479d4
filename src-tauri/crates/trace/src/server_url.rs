use std::fmt::{self, Debug, Display, Write as _};

use serde::{Deserialize, Serialize, Serializer};

/// What stands in the place of a password.
const HIDDEN: &str = "…";

/// The URL of somebody else's server: of an engine, or of a database. It may hold passwords and keeps them to itself: whatever
/// shows it, logs it, keeps it in a file or sends it to a window ([`Debug`], [`Display`] and [`Serialize`] alike) gets three dots
/// in their place. Only who connects asks for [`ServerUrl::reveal`].
///
/// So settings, recordings and statuses cannot give a password away by being written down, and what comes back from them has
/// dots: [`ServerUrl::told_by`] puts the password back where it is known still.
///
/// ```
/// let url = trace::ServerUrl::from("rediss://shop:hunter2@example.org/1");
/// assert_eq!(url.to_string(), "rediss://shop:…@example.org/1");
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Deserialize)]
#[serde(transparent)]
pub struct ServerUrl(String);

impl ServerUrl {
    /// The URL as it was given, with its passwords: for connecting, and for nothing else.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What stands before its first colon: `rediss+cluster`; empty where there is none.
    #[must_use]
    pub fn scheme(&self) -> &str {
        self.0.split_once(':').map_or("", |(scheme, _)| scheme)
    }

    /// Whether dots stand where a password belongs, so that it must be given again.
    #[must_use]
    pub fn is_hidden(&self) -> bool {
        self.0.contains(HIDDEN)
    }

    /// The same URL with its password, where this one shows dots and `known` is what they were shown of: a password goes
    /// nowhere but where it was first given for.
    #[must_use]
    pub fn told_by(&self, known: &Self) -> Option<Self> {
        (self.is_hidden() && !known.is_hidden() && self.0 == known.to_string()).then(|| known.clone())
    }

    /// The same URL without a password where dots stand for the one of its login: it may be known elsewhere, as in ~/.pgpass.
    #[must_use]
    pub fn without_hidden(&self) -> Self {
        let (scheme, rest) = self.0.split_once("://").unwrap_or(("", &self.0));
        let Some((login, host)) = rest.split_once(&format!(":{HIDDEN}@")) else { return self.clone() };
        let at = if login.is_empty() { "" } else { "@" };
        Self(format!("{scheme}://{login}{at}{host}"))
    }

    /// The same URL with that password, where it has none or dots in its place.
    #[must_use]
    pub fn with_password(&self, password: &str) -> Self {
        for name in ["?pass=", "&pass=", "?password=", "&password="] {
            let hidden = format!("{name}{HIDDEN}");
            if self.0.contains(&hidden) {
                return Self(self.0.replace(&hidden, &format!("{name}{}", percent_encoded(password))));
            }
        }
        let Some((scheme, rest)) = self.0.split_once("://") else { return self.clone() };
        let (login, host) = rest.rsplit_once('@').unwrap_or(("", rest));
        match login.split_once(':') {
            Some((_, given)) if given != HIDDEN => self.clone(),
            parts => {
                let user = parts.map_or(login, |(user, _)| user);
                Self(format!("{scheme}://{user}:{}@{host}", percent_encoded(password)))
            }
        }
    }
}

impl From<&str> for ServerUrl {
    fn from(url: &str) -> Self {
        Self(url.to_owned())
    }
}

impl From<&String> for ServerUrl {
    fn from(url: &String) -> Self {
        Self(url.clone())
    }
}

impl From<&Self> for ServerUrl {
    fn from(url: &Self) -> Self {
        url.clone()
    }
}

impl From<String> for ServerUrl {
    fn from(url: String) -> Self {
        Self(url)
    }
}

impl Display for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&without_passwords(&self.0))
    }
}

impl Debug for ServerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Debug::fmt(&without_passwords(&self.0), f)
    }
}

impl Serialize for ServerUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What somebody else says about a text in which URLs may stand, such as what is wrong with a file, with dots for their
/// passwords. In doubt more is hidden than was needed, up to the end of the line.
///
/// ```
/// let said = trace::hide_passwords(r#"invalid type: string "redis://shop:hunter2@example.org", expected u32"#);
/// assert_eq!(said, r#"invalid type: string "redis://shop:…@example.org", expected u32"#);
/// ```
#[must_use]
pub fn hide_passwords(text: &str) -> String {
    let hidden = |line: &str| if may_hold_a_login(line) { without_passwords(line) } else { without_parameters(line) };
    text.split('\n').map(hidden).collect::<Vec<_>>().join("\n")
}

/// Whether a line of prose may hold a URL: a colon alone is in many.
fn may_hold_a_login(line: &str) -> bool {
    line.contains("://") || line.contains('@')
}

/// A URL, or what somebody took for one, with dots for its passwords: that of the login before the host, and those of
/// parameters such as `pass` and `sentinel_password`. In doubt more is hidden than was needed.
fn without_passwords(url: &str) -> String {
    let start = url.find("://").map_or(0, |position| position + 3);
    // The path of a socket has no login before it; passwords are among its parameters.
    if url.starts_with("unix:") {
        return without_parameters(url);
    }
    let end_of_login = url.rfind('@').filter(|at| *at >= start);
    let shown = match end_of_login.map(|at| (at, &url[start..at])) {
        // A password may hold anything, `/`, `?` and `@` too, but the last `@` is the end of it.
        Some((at, login)) if login.contains(':') => {
            let user = login.split(':').next().unwrap_or_default();
            format!("{}{user}:{HIDDEN}{}", &url[..start], &url[at..])
        }
        Some(_) => url.to_owned(),
        None => without_what_is_no_port(url, start),
    };
    without_parameters(&shown)
}

/// The same where no `@` ends a login: who forgot the host has written the password in the port's place.
fn without_what_is_no_port(url: &str, start: usize) -> String {
    let end = url[start..].find(['/', '?', '#', '"', '\'', '`', ' ', ')']).map_or(url.len(), |length| start + length);
    let shown = |host: &str| match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') && !port.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{name}:{HIDDEN}")
        }
        _ => host.to_owned(),
    };
    let hosts = url[start..end].split(',').map(shown).collect::<Vec<_>>().join(",");
    format!("{}{hosts}{}", &url[..start], &url[end..])
}

fn without_parameters(url: &str) -> String {
    let mut shown = String::with_capacity(url.len());
    for (index, part) in url.split_inclusive(['?', '&']).enumerate() {
        let end = if part.ends_with(['?', '&']) { &part[part.len() - 1..] } else { "" };
        let parameter = part.strip_suffix(end).unwrap_or(part);
        match parameter.split_once('=') {
            Some((name, _)) if index > 0 && name.to_ascii_lowercase().contains("pass") => {
                let _ = write!(shown, "{name}={HIDDEN}{end}");
            }
            _ => shown.push_str(part),
        }
    }
    shown
}

fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            encoded.push(byte.into());
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_writes_a_url_down_leaves_its_passwords_out() {
        for (url, shown) in [
            ("redis://me:se:cr@t@host:6379/1", "redis://me:…@host:6379/1"),
            ("redis://:secret@host", "redis://:…@host"),
            ("rediss://me:sec/ret?x#y@host/0?ca=/etc/ca.pem", "rediss://me:…@host/0?ca=/etc/ca.pem"),
            ("redis+cluster://me:secret@a:1,b:2", "redis+cluster://me:…@a:1,b:2"),
            (
                "redis+sentinel://a:1/main?sentinel_password=secret&db=2",
                "redis+sentinel://a:1/main?sentinel_password=…&db=2",
            ),
            ("unix:///run/redis.sock?user=me&pass=s:ec@ret", "unix:///run/redis.sock?user=me&pass=…"),
            ("unix:///run/redis.sock?PASS=secret", "unix:///run/redis.sock?PASS=…"),
            ("me:secret@host", "me:…@host"),
            ("postgres://me:se:cr@t@host:5432/shop?sslmode=require", "postgres://me:…@host:5432/shop?sslmode=require"),
            ("postgres://me:sec/ret?odd#x@host", "postgres://me:…@host"),
            ("postgres://me:secret", "postgres://me:…"),
            ("postgres://me:secret/shop", "postgres://me:…/shop"),
            ("redis+cluster://a:1,me:secret", "redis+cluster://a:1,me:…"),
            ("redis://[::1]:6379", "redis://[::1]:6379"),
            ("redis://[fe80::a]", "redis://[fe80::a]"),
            ("postgres://host:5432/shop", "postgres://host:5432/shop"),
            ("redis://me@host", "redis://me@host"),
            ("redis://host:6379", "redis://host:6379"),
            ("@://", "@://"),
            ("", ""),
        ] {
            let url = ServerUrl::from(url);
            assert_eq!(url.to_string(), shown);
            assert_eq!(format!("{url:?}"), format!("{shown:?}"));
            assert_eq!(serde_json::to_string(&url).expect("a string"), format!("{shown:?}"));
            assert_eq!(ServerUrl::from(shown).to_string(), shown, "what was hidden stays as it is");
        }
    }

    #[test]
    fn what_others_say_of_a_url_shows_no_password_of_it_either() {
        for (said, shown) in [
            ("expected a string\nat line 3", "expected a string\nat line 3"),
            (
                "unknown variant `redis://me:hunter2@host:1/2`, expected `a`",
                "unknown variant `redis://me:…@host:1/2`, expected `a`",
            ),
            ("string \"postgres://me:hun ter2@host\", expected u32", "string \"postgres://me:…@host\", expected u32"),
            ("one: \"me:hunter2@host\"", "one:…@host\""),
            (
                "one `unix:/s?user=me&pass=hunter2` is\nnot: redis://:hunter2@h",
                "one `unix:/s?user=me&pass=…\nnot: redis://:…@h",
            ),
            ("unknown field `redis://me:hunter2`", "unknown field `redis://me:…`"),
        ] {
            assert_eq!(hide_passwords(said), shown);
        }
    }

    #[test]
    fn a_password_that_is_known_elsewhere_is_left_out_where_dots_stand_for_it() {
        let without = |url: &str| ServerUrl::from(url).without_hidden().reveal().to_owned();
        assert_eq!(without("postgres://me:…@host/shop?sslmode=require"), "postgres://me@host/shop?sslmode=require");
        assert_eq!(without("postgres://:…@host/shop"), "postgres://host/shop");
        assert_eq!(without("postgres://me:secret@host/shop"), "postgres://me:secret@host/shop");
        assert_eq!(without("me:…"), "me:…");
    }

    #[test]
    fn a_password_comes_back_only_to_the_url_it_was_given_for() {
        let known = ServerUrl::from("redis://me:secret@host:6379");
        let back = ServerUrl::from("redis://me:…@host:6379").told_by(&known);
        assert_eq!(back.as_ref().map(ServerUrl::reveal), Some("redis://me:secret@host:6379"));
        assert_eq!(ServerUrl::from("redis://me:…@evil.example:6379").told_by(&known), None);
        assert_eq!(ServerUrl::from("redis://host:6379").told_by(&known), None);
        assert!(ServerUrl::from("redis://me:…@host").is_hidden() && !known.is_hidden());
    }

    #[test]
    fn a_password_can_be_given_apart_from_the_url() {
        let with = |url: &str| ServerUrl::from(url).with_password("p@ss/1").reveal().to_owned();
        assert_eq!(with("redis://host"), "redis://:p%40ss%2F1@host");
        assert_eq!(with("redis://me@host"), "redis://me:p%40ss%2F1@host");
        assert_eq!(with("redis://me:…@host"), "redis://me:p%40ss%2F1@host");
        assert_eq!(with("redis://me:mine@host"), "redis://me:mine@host", "what is there stays");
        assert_eq!(with("unix:/run/s?user=me&pass=…&db=1"), "unix:/run/s?user=me&pass=p%40ss%2F1&db=1");
        assert_eq!(with("bundled"), "bundled");
    }
}
