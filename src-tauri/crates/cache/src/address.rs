//! Reading the URL of a server.
//!
//! redis-rs reads URLs of one server only, and the `url` crate none with several hosts, so this is ours; what it understands
//! stands at [`Target::redis`]. What is wrong is said without repeating what may be a password.

use std::path::PathBuf;
use std::sync::Arc;

use crate::Target;
use crate::target::{Host, Login, Place, Protocol, Sentinels};
use crate::tls::Tls;

const REDIS_PORT: u16 = 6_379;
const SENTINEL_PORT: u16 = 26_379;

/// What kind of place a scheme names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Host,
    Socket,
    Sentinel,
    Cluster,
}

/// The parts of a URL, as they were written.
struct Parts<'a> {
    login: Option<&'a str>,
    /// Hosts and ports, separated by commas.
    hosts: &'a str,
    /// What follows them, from the first `/` on.
    path: &'a str,
    parameters: Vec<(&'a str, String)>,
}

/// What the URL names; else a sentence's part that says what is wrong with it.
pub(crate) fn read(url: &str) -> Result<Target, String> {
    let (kind, over_tls, rest) = scheme(url)?;
    let mut parts = parts(rest)?;
    let mut login = login(parts.login)?;
    let mut database = None;
    if kind == Kind::Socket {
        login.user = parts.take("user").or(login.user);
        login.password = parts.take("pass").or(parts.take("password")).or(login.password);
        database = parts.take("db").map(|number| parse_database(&number)).transpose()?;
    }
    let hosts = || hosts(parts.hosts, if kind == Kind::Sentinel { SENTINEL_PORT } else { REDIS_PORT });
    let place = match kind {
        Kind::Socket => {
            if !matches!(parts.path.strip_prefix('/'), Some(path) if !path.is_empty()) {
                return Err("it names no path of a socket".to_owned());
            }
            Place::Socket(PathBuf::from(decoded(parts.path)?))
        }
        Kind::Host => {
            database = in_path(parts.path)?;
            let mut hosts = hosts()?;
            match (hosts.pop(), hosts.is_empty()) {
                (Some(host), true) => Place::Host(host),
                _ => {
                    return Err(
                        "it names more than one host; those of a cluster are written redis+cluster://".to_owned()
                    );
                }
            }
        }
        Kind::Cluster => {
            if in_path(parts.path)?.is_some_and(|database| database != 0) {
                return Err("a cluster has only the database 0".to_owned());
            }
            Place::Cluster(hosts()?)
        }
        Kind::Sentinel => {
            let hosts = hosts()?;
            let (master, database_path) = parts
                .path
                .trim_start_matches('/')
                .split_once('/')
                .unwrap_or_else(|| (parts.path.trim_start_matches('/'), ""));
            if master.is_empty() {
                return Err("it names no master, as in redis+sentinel://host:port/name-of-the-master".to_owned());
            }
            database = in_path(database_path)?;
            let master = decoded(master)?;
            let login = Login { user: parts.take("sentinel_user"), password: parts.take("sentinel_password") };
            Place::Sentinel(Sentinels { hosts, master, login })
        }
    };
    let protocol = match parts.take("protocol").as_deref() {
        None | Some("resp2" | "2") => Protocol::Resp2,
        Some("resp3" | "3") => Protocol::Resp3,
        Some(_) => return Err("the protocol is resp2 or resp3".to_owned()),
    };
    let tls = tls(over_tls, &mut parts)?;
    if let Some((name, _)) = parts.parameters.first() {
        return Err(format!("there is no parameter {name}"));
    }
    let hidden = |text: &Option<String>| text.as_deref().is_some_and(|text| text.contains('…'));
    if hidden(&login.password) || matches!(&place, Place::Sentinel(sentinels) if hidden(&sentinels.login.password)) {
        return Err("its password is hidden by three dots and is not known any more; type it again".to_owned());
    }
    Ok(Target { login, database: database.unwrap_or(0), protocol, tls: tls.map(Arc::new), ..Target::at(place) })
}

/// What the scheme says, and what follows it.
fn scheme(url: &str) -> Result<(Kind, bool, &str), String> {
    let known = [
        ("redis://", Kind::Host, false),
        ("rediss://", Kind::Host, true),
        ("valkey://", Kind::Host, false),
        ("valkeys://", Kind::Host, true),
        ("redis+sentinel://", Kind::Sentinel, false),
        ("rediss+sentinel://", Kind::Sentinel, true),
        ("redis+cluster://", Kind::Cluster, false),
        ("rediss+cluster://", Kind::Cluster, true),
        ("redis+unix://", Kind::Socket, false),
        ("unix://", Kind::Socket, false),
        ("unix:", Kind::Socket, false),
    ];
    for (scheme, kind, over_tls) in known {
        if url.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)) {
            return Ok((kind, over_tls, &url[scheme.len()..]));
        }
    }
    match url.split_once("://") {
        Some((scheme, _)) if scheme.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter)) => {
            Err(format!(
                "connections by {scheme}:// are not supported, only redis://, rediss://, unix:, redis+sentinel:// and \
                 redis+cluster://"
            ))
        }
        _ => Err("it does not begin with redis://".to_owned()),
    }
}

fn parts(rest: &str) -> Result<Parts<'_>, String> {
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    if fragment == "insecure" {
        return Err("a server is never trusted without looking at its certificate; name its CA by ?ca=/path/to/ca.pem"
            .to_owned());
    }
    let (before, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = before.split_at(before.find('/').unwrap_or(before.len()));
    if !fragment.is_empty() || path.contains('@') {
        return Err("the letters / ? # @ in a user or a password must be written as %2F %3F %23 %40".to_owned());
    }
    let (login, hosts) = match authority.rsplit_once('@') {
        Some((login, hosts)) => (Some(login), hosts),
        None => (None, authority),
    };
    let parameters = query.split('&').filter(|part| !part.is_empty()).map(|part| {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        if value.is_empty() {
            return Err("the value of a parameter must not be empty".to_owned());
        }
        Ok((name, decoded(value)?))
    });
    Ok(Parts { login, hosts, path, parameters: parameters.collect::<Result<_, String>>()? })
}

impl Parts<'_> {
    /// The value of a parameter, which is done with then.
    fn take(&mut self, name: &str) -> Option<String> {
        let index = self.parameters.iter().position(|(known, _)| *known == name)?;
        Some(self.parameters.swap_remove(index).1)
    }
}

fn login(login: Option<&str>) -> Result<Login, String> {
    let Some(login) = login else { return Ok(Login::default()) };
    let (user, password) = login.split_once(':').map_or((login, None), |(user, password)| (user, Some(password)));
    let some = |text: &str| decoded(text).map(|text| Some(text).filter(|text| !text.is_empty()));
    Ok(Login { user: some(user)?, password: password.map_or(Ok(None), some)? })
}

fn hosts(hosts: &str, port: u16) -> Result<Vec<Host>, String> {
    hosts.split(',').map(|text| host(text, port)).collect()
}

fn host(text: &str, default_port: u16) -> Result<Host, String> {
    let nothing = || "it names no host and port".to_owned();
    let (name, port) = if let Some(rest) = text.strip_prefix('[') {
        let (name, port) = rest.split_once(']').ok_or_else(nothing)?;
        (name, if port.is_empty() { None } else { Some(port.strip_prefix(':').ok_or_else(nothing)?) })
    } else {
        text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port)))
    };
    let port = port.map_or(Ok(default_port), |port| port.parse().map_err(|_| nothing()))?;
    if name.is_empty() || port == 0 || name.contains(char::is_whitespace) {
        return Err(nothing());
    }
    Ok(Host { name: name.to_owned(), port })
}

/// The database in a path such as `/2`; none in an empty one.
fn in_path(path: &str) -> Result<Option<i64>, String> {
    match path.trim_start_matches('/') {
        "" => Ok(None),
        number => parse_database(number).map(Some),
    }
}

fn parse_database(number: &str) -> Result<i64, String> {
    number.parse::<u32>().map(i64::from).map_err(|_| "the number of its database is no number".to_owned())
}

fn tls(over_tls: bool, parts: &mut Parts<'_>) -> Result<Option<Tls>, String> {
    let [ca, certificate, key] = ["ca", "cert", "key"].map(|name| parts.take(name).map(PathBuf::from));
    if !over_tls {
        return match (ca, certificate, key) {
            (None, None, None) => Ok(None),
            _ => Err("certificates are looked at only over TLS, which is written rediss://".to_owned()),
        };
    }
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some(Tls::new(ca, Some((certificate, key))))),
        (None, None) => Ok(Some(Tls::new(ca, None))),
        _ => Err("a certificate of the client's needs both cert= and key=".to_owned()),
    }
}

/// What `%40` and the like stand for.
fn decoded(text: &str) -> Result<String, String> {
    let unreadable = || "a % that is not followed by two hexadecimal digits cannot be read".to_owned();
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16)).ok_or_else(unreadable);
        bytes.push((digit()? * 16 + digit()?) as u8);
    }
    String::from_utf8(bytes).map_err(|_| unreadable())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(url: &str) -> Target {
        read(url).unwrap_or_else(|reason| panic!("{url}: {reason}"))
    }

    fn who(target: &Target) -> (Option<&str>, Option<&str>) {
        (target.login.user.as_deref(), target.login.password.as_deref())
    }

    #[test]
    fn one_server_has_a_host_a_login_and_a_database() {
        let plain = target("redis://shop:p%40ss%2F@example.org:7000/2");
        assert_eq!((plain.address(), plain.database, plain.tls.is_some()), ("example.org:7000", 2, false));
        assert_eq!(who(&plain), (Some("shop"), Some("p@ss/")));
        assert_eq!(who(&target("redis://:secret@[::1]")), (None, Some("secret")));
        assert_eq!(target("redis://:secret@[::1]").address(), "[::1]:6379");
        let tls = target("REDISS://example.org?ca=/etc/ca%20x.pem&protocol=resp3");
        assert!(tls.tls.is_some());
        assert_eq!(tls.protocol, Protocol::Resp3);
    }

    #[test]
    fn a_socket_is_written_as_its_users_expect() {
        for url in [
            "unix:///run/redis.sock?user=me&pass=se%26cret&db=3",
            "unix:/run/redis.sock?user=me&password=se%26cret&db=3",
            "redis+unix:///run/redis.sock?user=me&pass=se%26cret&db=3",
            "unix://me:se%26cret@/run/redis.sock?db=3",
        ] {
            let target = target(url);
            assert_eq!(target.place, Place::Socket(PathBuf::from("/run/redis.sock")), "{url}");
            assert_eq!((who(&target), target.database), ((Some("me"), Some("se&cret")), 3), "{url}");
        }
    }

    #[test]
    fn sentinels_and_nodes_of_a_cluster_are_several() {
        let sentinel = target("redis+sentinel://me:one@a,b:5/main/2?sentinel_user=s&sentinel_password=two");
        assert_eq!((sentinel.address(), sentinel.database), ("a:26379,b:5/main", 2));
        let Place::Sentinel(sentinels) = &sentinel.place else { panic!("it is Sentinel") };
        assert_eq!(sentinels.login.password.as_deref(), Some("two"));
        assert_eq!(who(&sentinel), (Some("me"), Some("one")));
        assert!(!format!("{sentinel:?}").contains("two"), "{sentinel:?}");

        let cluster = target("rediss+cluster://:one@a:7000,[::2]:7001?ca=/ca.pem");
        assert!(cluster.is_cluster() && cluster.tls.is_some());
        assert_eq!(cluster.address(), "a:7000,[::2]:7001");
    }
}
