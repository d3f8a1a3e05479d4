//! The headers that say what the flow did: written into one small buffer, since they are written for every hit.

use axum::http::header::{AGE, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue};
use bytes::{BufMut, BytesMut};
use trace::{KEY_PREFIX, Outcome, Request, Step};

use crate::etag;
use crate::seen::Seen;

/// How long the buffer is at first: the headers of a miss fit in.
const LENGTH: usize = 512;

const X_CACHE: HeaderName = HeaderName::from_static("x-cache");
const CACHE_STATUS: HeaderName = HeaderName::from_static("cache-status");
const SERVER_TIMING: HeaderName = HeaderName::from_static("server-timing");
const REQUEST: HeaderName = HeaderName::from_static("cachescope-request");

/// Writes the headers of one answer.
pub(crate) struct Head {
    headers: HeaderMap,
    buffer: BytesMut,
}

impl Head {
    pub(crate) fn new() -> Self {
        Self { headers: HeaderMap::with_capacity(12), buffer: BytesMut::with_capacity(LENGTH) }
    }

    /// Which way the request went, what each step took, and its number.
    pub(crate) fn of(request: &Request, id: u64, outcome: Outcome, seen: &Seen) -> Self {
        let mut head = Self::new();
        head.headers.insert(X_CACHE, HeaderValue::from_static(x_cache(outcome)));
        head.cache_status(request, outcome, seen);
        head.server_timing(seen);
        head.put_number(id);
        let value = head.written();
        head.put(REQUEST, value);
        head
    }

    /// That the body is JSON which may be kept, but is to be asked about each time: a browser that asks again finds out what
    /// the cache says now.
    pub(crate) fn json(mut self) -> Self {
        self.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        self.headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        self
    }

    pub(crate) fn etag(mut self, tag: &[u8; etag::LENGTH]) -> Self {
        self.buffer.put_slice(tag);
        let value = self.written();
        self.put(ETAG, value);
        self
    }

    /// For how long the cache has held it, in whole seconds.
    pub(crate) fn age(mut self, age_ns: Option<u64>) -> Self {
        if let Some(age_ns) = age_ns {
            self.headers.insert(AGE, HeaderValue::from(age_ns / 1_000_000_000));
        }
        self
    }

    pub(crate) fn finish(self) -> HeaderMap {
        self.headers
    }

    /// RFC 9211. The key is told too: it is what `redis-cli` asks for.
    fn cache_status(&mut self, request: &Request, outcome: Outcome, seen: &Seen) {
        let how: &[u8] = match outcome {
            Outcome::Hit => b"cachescope; hit",
            Outcome::Stale => b"cachescope; hit; detail=stale",
            Outcome::Miss if seen.stored => b"cachescope; fwd=uri-miss; stored",
            Outcome::Miss => b"cachescope; fwd=uri-miss",
            Outcome::Coalesced => b"cachescope; fwd=uri-miss; collapsed",
            // Nobody was asked.
            Outcome::Bypass if seen.filtered => b"cachescope; detail=bloom-filter",
            Outcome::Bypass => b"cachescope; fwd=bypass",
            Outcome::Written => b"cachescope; fwd=method",
            Outcome::Shed => b"cachescope; detail=shed",
            Outcome::Error => b"cachescope; detail=error",
        };
        self.buffer.put_slice(how);
        if matches!(outcome, Outcome::Hit | Outcome::Stale | Outcome::Miss | Outcome::Coalesced) {
            self.buffer.put_slice(b"; key=\"");
            self.buffer.put_slice(KEY_PREFIX.as_bytes());
            self.buffer.put_slice(request.query.name().as_bytes());
            self.buffer.put_u8(b':');
            self.put_number(request.product.into());
            self.buffer.put_u8(b'"');
        }
        let value = self.written();
        self.put(CACHE_STATUS, value);
    }

    /// W3C Server Timing: every step in milliseconds, to the nanosecond, so that they add up to the total.
    fn server_timing(&mut self, seen: &Seen) {
        for step in &seen.steps {
            self.put_step(step);
            self.buffer.put_slice(b", ");
        }
        self.buffer.put_slice(b"other;dur=");
        self.put_milliseconds(seen.other_ns() + seen.untold.as_nanos() as u64);
        self.buffer.put_slice(b", total;dur=");
        self.put_milliseconds(seen.total_ns);
        let value = self.written();
        self.put(SERVER_TIMING, value);
    }

    /// What was put in on purpose is said beside it, and is never taken for measured.
    fn put_step(&mut self, step: &Step) {
        self.buffer.put_slice(step.kind.name().as_bytes());
        self.buffer.put_slice(b";dur=");
        self.put_milliseconds(step.duration_ns);
        if step.injected_ns == 0 && !step.failed {
            return;
        }
        self.buffer.put_slice(b";desc=\"");
        self.buffer.put_slice(step.kind.name().as_bytes());
        if step.failed {
            self.buffer.put_slice(b", failed");
        }
        if step.injected_ns > 0 {
            self.buffer.put_slice(b", ");
            self.put_milliseconds(step.injected_ns);
            self.buffer.put_slice(b" ms of it injected");
        }
        self.buffer.put_u8(b'"');
    }

    fn put_milliseconds(&mut self, ns: u64) {
        self.put_number(ns / 1_000_000);
        let mut rest = ns % 1_000_000;
        let mut digits = [b'.'; 7];
        for digit in digits[1..].iter_mut().rev() {
            *digit = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        self.buffer.put_slice(&digits);
    }

    fn put_number(&mut self, number: u64) {
        self.buffer.put_slice(itoa::Buffer::new().format(number).as_bytes());
    }

    /// What was written since the last time.
    fn written(&mut self) -> Option<HeaderValue> {
        // Nothing but letters, digits and signs of ours is written.
        HeaderValue::from_maybe_shared(self.buffer.split().freeze()).ok()
    }

    fn put(&mut self, name: HeaderName, value: Option<HeaderValue>) {
        if let Some(value) = value {
            self.headers.insert(name, value);
        }
    }
}

fn x_cache(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Hit => "HIT",
        Outcome::Miss => "MISS",
        Outcome::Stale => "STALE",
        Outcome::Coalesced => "COALESCED",
        Outcome::Bypass => "BYPASS",
        Outcome::Written => "WRITTEN",
        Outcome::Shed => "SHED",
        Outcome::Error => "ERROR",
    }
}

#[cfg(test)]
mod tests {
    use trace::{Effect, Protection, Query, Sink, StepKind};

    use super::*;

    fn seen(steps: &[(StepKind, u64, u64, bool)], total_ns: u64) -> Seen {
        let mut seen = Seen::new();
        for &(kind, duration_ns, injected_ns, failed) in steps {
            seen.step(Step { kind, start_ns: 0, duration_ns, injected_ns, failed });
        }
        seen.finish(Outcome::Hit, total_ns);
        seen
    }

    fn headers(outcome: Outcome, seen: &Seen) -> [String; 4] {
        let headers = Head::of(&Request::read(42, Query::Page), 1_204, outcome, seen).finish();
        ["x-cache", "cache-status", "server-timing", "cachescope-request"]
            .map(|name| headers[name].to_str().expect("text").to_owned())
    }

    #[test]
    fn a_hit_says_so_with_its_key_and_every_step_to_the_nanosecond() {
        let seen = seen(&[(StepKind::CacheGet, 48_200, 0, false), (StepKind::Decode, 4_100, 0, false)], 52_301);
        assert_eq!(
            headers(Outcome::Hit, &seen),
            [
                "HIT",
                "cachescope; hit; key=\"cachescope:page:42\"",
                "cache_get;dur=0.048200, decode;dur=0.004100, other;dur=0.000001, total;dur=0.052301",
                "1204"
            ]
        );
    }

    #[test]
    fn what_was_put_in_on_purpose_and_what_failed_is_marked() {
        let seen = seen(&[(StepKind::CacheGet, 2_000_000_500, 2_000_000_000, true)], 2_000_000_500);
        let [outcome, status, timing, _] = headers(Outcome::Bypass, &seen);
        assert_eq!((outcome.as_str(), status.as_str()), ("BYPASS", "cachescope; fwd=bypass"));
        assert_eq!(
            timing,
            "cache_get;dur=2000.000500;desc=\"cache_get, failed, 2000.000000 ms of it injected\", other;dur=0.000000, \
             total;dur=2000.000500"
        );
    }

    #[test]
    fn a_miss_says_whether_the_answer_is_stored_now_and_what_the_filter_answered_went_nowhere() {
        let stored = seen(&[(StepKind::CacheSet, 1, 0, false)], 1);
        let status = "cachescope; fwd=uri-miss; stored; key=\"cachescope:page:42\"";
        assert_eq!(headers(Outcome::Miss, &stored)[1], status);
        let not_stored = seen(&[(StepKind::CacheSet, 1, 0, true)], 1);
        assert_eq!(headers(Outcome::Miss, &not_stored)[1], "cachescope; fwd=uri-miss; key=\"cachescope:page:42\"");
        let mut filtered = seen(&[], 1);
        filtered.effect(Effect { queries_avoided: 1, ..Effect::of(Protection::BloomFilter) });
        assert_eq!(headers(Outcome::Bypass, &filtered)[1], "cachescope; detail=bloom-filter");
    }

    #[test]
    fn of_very_many_steps_the_first_are_told_and_the_rest_is_in_other() {
        let many = seen(&[(StepKind::Wait, 1_000_000, 0, false); 40], 41_000_000);
        let timing = &headers(Outcome::Coalesced, &many)[2];
        assert_eq!(timing.matches("wait;").count(), 32);
        assert!(timing.ends_with("other;dur=9.000000, total;dur=41.000000"), "{timing}");
    }
}
