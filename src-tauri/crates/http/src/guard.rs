//! Who may ask: by which name, and for whose page.
//!
//! A page of a strange site can make a browser send requests to this machine. It can have its own name point here (DNS
//! rebinding), so that the browser takes this server for the page's own: such requests name that site as their host, and are
//! refused. Or it sends requests across sites: browsers say so (`Origin`, `Sec-Fetch-Site`), and those are refused too. There is
//! no CORS: no page of another origin may read what is answered here. Programs that are no browser send none of these headers.

use std::net::IpAddr;

use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, Method, Request, StatusCode, Version};

use crate::Invitation;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");

/// The names this server answers to.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    invitation: Invitation,
    /// Besides its addresses; in small letters.
    others: Vec<String>,
}

/// Why a request goes no further.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) why: &'static str,
}

const fn refusal(status: StatusCode, why: &'static str) -> Refusal {
    Refusal { status, why }
}

impl Names {
    pub(crate) fn new(invitation: Invitation, others: &[String]) -> Self {
        Self { invitation, others: others.iter().map(|name| name.to_ascii_lowercase()).collect() }
    }

    /// Whether that is us: this machine by its own name or address, another name that was given, or, where other machines
    /// are let in, any address. An address cannot be made to point elsewhere as a name can.
    fn includes(&self, authority: &str) -> bool {
        let Some(host) = host_of(authority) else { return false };
        if host.eq_ignore_ascii_case("localhost") {
            return true;
        }
        if let Ok(address) = host.parse::<IpAddr>() {
            return address.is_loopback() || self.invitation == Invitation::OtherMachines;
        }
        self.others.iter().any(|name| host.eq_ignore_ascii_case(name))
    }

    /// Lets a request in, or says why not.
    pub(crate) fn check<B>(&self, request: &Request<B>) -> Result<(), Refusal> {
        let headers = request.headers();
        let mut hosts = headers.get_all(HOST).iter();
        let host = match (request.uri().authority(), hosts.next()) {
            // A target in absolute form takes the place of the header (RFC 9112, section 3.2.2).
            (Some(authority), _) => authority.as_str(),
            (None, Some(host)) => host.to_str().unwrap_or_default(),
            (None, None) if request.version() < Version::HTTP_11 => return Ok(()),
            (None, None) => {
                return Err(refusal(StatusCode::BAD_REQUEST, "The request names no host, as HTTP/1.1 wants it."));
            }
        };
        if hosts.next().is_some() {
            return Err(refusal(StatusCode::BAD_REQUEST, "The request names more than one host."));
        }
        if !self.includes(host) {
            return Err(refusal(
                StatusCode::MISDIRECTED_REQUEST,
                "This server does not answer to that name. Ask it by 127.0.0.1 or localhost.",
            ));
        }
        own_page(request.method(), headers, host)
    }
}

/// Refuses what a page of another origin asks for.
fn own_page(method: &Method, headers: &HeaderMap, host: &str) -> Result<(), Refusal> {
    const FOREIGN: Refusal =
        refusal(StatusCode::FORBIDDEN, "A page of another origin asked for this; its requests are not carried out.");
    if let Some(origin) = headers.get(ORIGIN) {
        let own = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
        if !own.is_some_and(|(scheme, own)| scheme.starts_with("http") && own.eq_ignore_ascii_case(host)) {
            return Err(FOREIGN);
        }
    }
    let Some(site) = headers.get(SEC_FETCH_SITE) else { return Ok(()) };
    if site == "same-origin" || site == "none" {
        return Ok(());
    }
    // Somebody followed a link to here: that changes nothing, and the page that had the link sees nothing.
    let followed = headers.get(SEC_FETCH_MODE).is_some_and(|mode| mode == "navigate");
    if followed && (method == Method::GET || method == Method::HEAD) {
        return Ok(());
    }
    Err(FOREIGN)
}

/// The host of `host`, `host:port`, `[address]` or `[address]:port`; `None` where it is none of them.
fn host_of(authority: &str) -> Option<&str> {
    let (host, rest) = match authority.strip_prefix('[') {
        Some(bracketed) => bracketed.split_once(']')?,
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok() && !port.starts_with('+');
    (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port)).then_some(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(invitation: Invitation) -> Names {
        Names::new(invitation, &["cache.example".to_owned()])
    }

    fn asked(method: Method, headers: &[(&str, &str)]) -> Result<(), u16> {
        let mut request = Request::builder().method(method).uri("/");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(()).expect("a request");
        names(Invitation::ThisMachine).check(&request).map_err(|refusal| refusal.status.as_u16())
    }

    #[test]
    fn it_answers_to_the_names_of_this_machine_whatever_the_port() {
        let own = names(Invitation::ThisMachine);
        for host in
            ["localhost", "LocalHost:8080", "127.0.0.1:8080", "127.0.0.1", "[::1]:8080", "[::1]", "Cache.Example:1"]
        {
            assert!(own.includes(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "evil.example:8080",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "localhost:8080:8080",
            "localhost:+80",
            "localhost:99999",
            "localhost:",
            "[::1",
            "[::1]x",
            "user@localhost",
            "192.168.1.2:8080",
            "0.0.0.0:8080",
        ] {
            assert!(!own.includes(host), "{host}");
        }
    }

    #[test]
    fn where_other_machines_are_let_in_any_address_is_ours_but_still_no_name() {
        let open = names(Invitation::OtherMachines);
        assert!(open.includes("192.168.1.2:8080") && open.includes("[fe80::1]:80"));
        assert!(!open.includes("evil.example"));
    }

    #[test]
    fn a_request_by_a_strange_name_by_none_or_by_two_goes_no_further() {
        assert_eq!(asked(Method::GET, &[("host", "127.0.0.1:8080")]), Ok(()));
        assert_eq!(asked(Method::GET, &[("host", "rebound.evil.example:8080")]), Err(421));
        assert_eq!(asked(Method::GET, &[]), Err(400));
        assert_eq!(asked(Method::GET, &[("host", "localhost"), ("host", "evil.example")]), Err(400));
    }

    #[test]
    fn a_name_in_the_request_line_counts_before_the_header() {
        let absolute = Request::get("http://evil.example/").header("host", "localhost").body(()).expect("a request");
        let refused = names(Invitation::ThisMachine).check(&absolute).expect_err("not ours");
        assert_eq!(refused.status, StatusCode::MISDIRECTED_REQUEST);
    }

    #[test]
    fn another_site_s_page_changes_nothing_and_reads_nothing() {
        let host = ("host", "localhost:8080");
        let own = ("origin", "http://localhost:8080");
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            assert_eq!(asked(method.clone(), &[host, own, ("sec-fetch-site", "same-origin")]), Ok(()));
            assert_eq!(asked(method.clone(), &[host]), Ok(()), "a program that is no browser");
            for origin in ["https://evil.example", "http://localhost:9999", "http://127.0.0.1:8080", "null", ""] {
                assert_eq!(asked(method.clone(), &[host, ("origin", origin)]), Err(403), "{origin}");
            }
            for site in ["cross-site", "same-site", "?"] {
                assert_eq!(asked(method.clone(), &[host, ("sec-fetch-site", site)]), Err(403), "{site}");
            }
        }
        let link = [host, ("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
        assert_eq!(asked(Method::GET, &link), Ok(()), "somebody followed a link");
        assert_eq!(asked(Method::PUT, &link), Err(403));
    }
}
