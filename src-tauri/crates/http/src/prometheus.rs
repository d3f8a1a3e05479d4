//! `GET /metrics`: the same numbers in Prometheus's text format, version 0.0.4. Names follow its rules: base units (seconds),
//! `_total` for what only grows.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use lab::{CatalogueState, EngineState, Visited};
use metrics::Latencies;
use trace::{Outcome, StepKind};

use crate::door::Inside;
use crate::process::Process;

/// What Prometheus wants to be told that it reads.
const MEDIA_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The upper bounds of the buckets: nanoseconds, and the same in seconds as it stands in the text.
const BUCKETS: [(u64, &str); 19] = [
    (10_000, "0.00001"),
    (25_000, "0.000025"),
    (50_000, "0.00005"),
    (100_000, "0.0001"),
    (250_000, "0.00025"),
    (500_000, "0.0005"),
    (1_000_000, "0.001"),
    (2_500_000, "0.0025"),
    (5_000_000, "0.005"),
    (10_000_000, "0.01"),
    (25_000_000, "0.025"),
    (50_000_000, "0.05"),
    (100_000_000, "0.1"),
    (250_000_000, "0.25"),
    (500_000_000, "0.5"),
    (1_000_000_000, "1"),
    (2_500_000_000, "2.5"),
    (5_000_000_000, "5"),
    (10_000_000_000, "10"),
];

pub(crate) async fn scrape(State(inside): State<Arc<Inside>>) -> Response {
    let visited = inside.lab.visited();
    // On another thread: what is read for it would keep the flow waiting.
    let process = tokio::task::spawn_blocking(Process::now).await.ok().flatten();
    let mut page = Page::default();
    let status = inside.lab.status();
    page.is("cachescope_build_info", "gauge", "Which version this is.");
    page.sample("cachescope_build_info", &[("version", &status.version)], 1);
    page.is("cachescope_catalogue_ready", "gauge", "1 where requests can be answered.");
    page.sample("cachescope_catalogue_ready", &[], u64::from(matches!(status.catalogue, CatalogueState::Ready { .. })));
    page.is("cachescope_cache_up", "gauge", "1 where the server behind the cache answers.");
    page.sample("cachescope_cache_up", &[], u64::from(matches!(status.engine, EngineState::Running { .. })));
    of_the_door(&mut page, &inside);
    of_the_flow(&mut page, &visited);
    if let Some(process) = process {
        of_the_process(&mut page, &process);
    }
    ([(CONTENT_TYPE, MEDIA_TYPE), (CACHE_CONTROL, "no-store")], page.0).into_response()
}

fn of_the_door(page: &mut Page, inside: &Inside) {
    let tally = &inside.tally;
    page.is("http_requests_total", "counter", "Requests that were answered, by method and status.");
    for (method, code, count) in tally.answered() {
        let code = if code == 0 { "other".to_owned() } else { code.to_string() };
        page.sample("http_requests_total", &[("method", method), ("code", &code)], count);
    }
    for (name, help, count) in [
        ("http_connections_total", "Connections that were let in.", &tally.connections),
        (
            "http_connections_refused_total",
            "Connections that were sent away, since there were too many.",
            &tally.refused,
        ),
        ("http_connections_cut_off_total", "Connections whose client took too long.", &tally.cut_off),
    ] {
        page.is(name, "counter", help);
        page.sample(name, &[], count.load(Ordering::Relaxed));
    }
    page.is("http_connections", "gauge", "Connections now.");
    page.sample("http_connections", &[], inside.connected.load(Ordering::Relaxed) as u64);
    page.is("cachescope_requests_in_flight", "gauge", "Requests in the flow now.");
    page.sample("cachescope_requests_in_flight", &[], inside.under_way.load(Ordering::Relaxed) as u64);
}

/// By the names that every client library of Prometheus gives them.
fn of_the_process(page: &mut Page, process: &Process) {
    let cpu = "process_cpu_seconds_total";
    page.is(cpu, "counter", "Processor time that this process has taken, in seconds.");
    page.sample(cpu, &[], Seconds(u128::from(process.cpu_ms) * 1_000_000));
    let gauges = [
        ("process_resident_memory_bytes", "Main memory of this process.", Some(process.resident_bytes)),
        ("process_virtual_memory_bytes", "Addresses of this process.", Some(process.virtual_bytes)),
        ("process_start_time_seconds", "When this process began, in seconds since 1970.", Some(process.started_s)),
        ("process_open_fds", "Descriptors this process has.", process.descriptors.map(|(open, _)| open as u64)),
        ("process_max_fds", "Descriptors this process may have.", process.descriptors.map(|(_, most)| most as u64)),
    ];
    for (name, help, value) in gauges {
        if let Some(value) = value {
            page.is(name, "gauge", help);
            page.sample(name, &[], value);
        }
    }
}

fn of_the_flow(page: &mut Page, visited: &Visited) {
    let counts = visited.tally.counts();
    page.is("cachescope_requests_total", "counter", "Requests for products that have ended, by the way they went.");
    for outcome in Outcome::ALL {
        page.sample("cachescope_requests_total", &[("outcome", outcome.name())], counts.of(outcome));
    }
    page.is("cachescope_reloads_total", "counter", "Queries to the database in the background.");
    page.sample("cachescope_reloads_total", &[], counts.reloads);
    page.is("cachescope_stale_reads_total", "counter", "Reads that were answered out of date.");
    page.sample("cachescope_stale_reads_total", &[], visited.tally.stale_ages().map_or(0, Latencies::count));
    let duration = "cachescope_request_duration_seconds";
    page.is(duration, "histogram", "How long requests took in the flow, by the way they went.");
    for outcome in Outcome::ALL {
        if let Some(times) = visited.tally.times(outcome) {
            page.histogram(duration, ("outcome", outcome.name()), &times.service);
        }
    }
    let duration = "cachescope_step_duration_seconds";
    page.is(duration, "histogram", "How long the steps took that succeeded; what was put in on purpose is in it.");
    for kind in StepKind::ALL {
        if let Some(times) = visited.tally.step(kind) {
            page.histogram(duration, ("step", kind.name()), &times.durations);
        }
    }
    page.is("cachescope_step_failures_total", "counter", "Steps that failed.");
    for kind in StepKind::ALL {
        let failed = visited.tally.step(kind).map_or(0, |times| times.failed);
        page.sample("cachescope_step_failures_total", &[("step", kind.name())], failed);
    }
    page.is("cachescope_step_injected_seconds_total", "counter", "Time that was put into steps on purpose.");
    for kind in StepKind::ALL {
        let ns = visited.tally.step(kind).map_or(0, |times| times.injected.ns);
        page.sample("cachescope_step_injected_seconds_total", &[("step", kind.name())], Seconds(ns.into()));
    }
}

/// The text that is scraped.
#[derive(Debug, Default)]
struct Page(String);

/// Nanoseconds, told in seconds.
struct Seconds(u128);

impl std::fmt::Display for Seconds {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:09}", self.0 / 1_000_000_000, self.0 % 1_000_000_000)
    }
}

impl Page {
    fn is(&mut self, name: &str, kind: &str, help: &str) {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// The labels' values are names and numbers of ours: none needs an escape.
    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        self.0.push_str(name);
        for (place, (label, of)) in labels.iter().enumerate() {
            let _ = write!(self.0, "{}{label}=\"{of}\"", if place == 0 { "{" } else { "," });
        }
        let _ = writeln!(self.0, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }

    fn histogram(&mut self, name: &str, label: (&str, &str), latencies: &Latencies) {
        let mut recorded = latencies.recorded().peekable();
        let (bucket, mut sum) = (format!("{name}_bucket"), 0);
        for (bound, le) in BUCKETS {
            while let Some((_, count)) = recorded.next_if(|(ns, _)| *ns <= bound) {
                sum += count;
            }
            self.sample(&bucket, &[label, ("le", le)], sum);
        }
        self.sample(&bucket, &[label, ("le", "+Inf")], latencies.count());
        self.sample(&format!("{name}_sum"), &[label], Seconds(latencies.sum_ns()));
        self.sample(&format!("{name}_count"), &[label], latencies.count());
    }
}

#[cfg(test)]
mod tests {
    use metrics::Tally;
    use trace::{Collector, Door, Query, Request, Sink as _, Step};

    use super::*;

    fn visited() -> Visited {
        let mut tally = Tally::default();
        for (id, ns) in [(1, 9_000), (2, 90_000), (3, 20_000_000_000)] {
            let mut collector = Collector::new(id, Request::read(42, Query::Page)).through(Door::Http);
            let step = Step { kind: StepKind::CacheGet, start_ns: 0, duration_ns: ns, injected_ns: 500, failed: false };
            collector.step(step);
            collector.finish(Outcome::Hit, ns);
            tally.record(&collector.into_trace());
        }
        Visited { sent: 3, tally }
    }

    #[test]
    fn buckets_count_up_and_the_last_holds_all() {
        let mut page = Page::default();
        of_the_flow(&mut page, &visited());
        let lines: Vec<_> = page.0.lines().filter(|line| line.starts_with("cachescope_request_duration")).collect();
        assert_eq!(lines[0], "cachescope_request_duration_seconds_bucket{outcome=\"hit\",le=\"0.00001\"} 1");
        assert_eq!(lines[3], "cachescope_request_duration_seconds_bucket{outcome=\"hit\",le=\"0.0001\"} 2");
        assert_eq!(lines[18], "cachescope_request_duration_seconds_bucket{outcome=\"hit\",le=\"10\"} 2");
        assert_eq!(lines[19], "cachescope_request_duration_seconds_bucket{outcome=\"hit\",le=\"+Inf\"} 3");
        assert_eq!(lines[20], "cachescope_request_duration_seconds_sum{outcome=\"hit\"} 20.000099000");
        assert_eq!(lines[21], "cachescope_request_duration_seconds_count{outcome=\"hit\"} 3");
    }

    #[test]
    fn every_line_is_of_the_format_and_every_sample_was_announced() {
        let mut page = Page::default();
        of_the_flow(&mut page, &visited());
        let mut announced = Vec::new();
        for line in page.0.lines() {
            if let Some(of) = line.strip_prefix("# TYPE ") {
                announced.push(of.split(' ').next().expect("a name").to_owned());
            } else if !line.starts_with('#') {
                let (series, value) = line.rsplit_once(' ').expect("a value");
                let name = series.split('{').next().expect("a name");
                assert!(value.parse::<f64>().is_ok(), "{line}");
                assert!(announced.iter().any(|of| name.starts_with(of.as_str())), "{line}");
                assert!(series.contains('{') == series.ends_with('}'), "{line}");
            }
        }
        assert!(
            page.0.contains("cachescope_step_injected_seconds_total{step=\"cache_get\"} 0.000001500"),
            "{}",
            page.0
        );
    }
}
