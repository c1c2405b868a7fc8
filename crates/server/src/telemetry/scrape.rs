//! `/metrics`, in Prometheus' text format, on a listener of its own: the counts of one process, and of nobody.

use std::fmt::{Display, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum_server::Handle;

use super::access::METHODS;
use super::lines;
use super::metrics::{BUCKETS, Series};
use crate::app::App;
use crate::start::listener;

/// A metric: name, type, labels, meaning. `docs/observability.md` has the same list, and a test compares the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// `counter`, `gauge` or `histogram`.
    pub kind: &'static str,
    /// Its labels.
    pub labels: &'static [&'static str],
    /// What it says.
    pub meaning: &'static str,
}

const fn metric(
    name: &'static str,
    kind: &'static str,
    labels: &'static [&'static str],
    meaning: &'static str,
) -> Metric {
    Metric {
        name,
        kind,
        labels,
        meaning,
    }
}

/// Every metric, in the order of the page.
#[rustfmt::skip] // a table
pub const METRICS: &[Metric] = &[
    metric("ananke_build_info", "gauge", &["version", "engine", "schema"], "Always 1: what runs here"),
    metric("process_start_time_seconds", "gauge", &[], "When it was started, in seconds since 1970"),
    metric("ananke_requests_total", "counter", &["route", "method", "class"], "Requests that were answered, by pattern of the address, method, and first digit of the status"),
    metric("ananke_request_duration_seconds", "histogram", &["route", "method"], "How long it took until an answer began"),
    metric("ananke_requests_in_flight", "gauge", &[], "Requests that are being answered now"),
    metric("ananke_requests_abandoned_total", "counter", &[], "Requests whose client went away before the answer"),
    metric("ananke_rate_limited_total", "counter", &["limit"], "Requests that were refused because they came too often, by limit"),
    metric("ananke_keys_refused_total", "counter", &["reason"], "Requests that were refused because of their API key, by reason"),
    metric("ananke_verifications_total", "counter", &["verdict"], "Verdicts that were given, by word"),
    metric("ananke_events_total", "counter", &["kind"], "Events this process recorded, by kind: issuance.issued, issuance.revoked and all others of `/v1/reference-data/event-types`"),
    metric("ananke_files_total", "counter", &["outcome"], "Foreign files that were given to a worker process, by what became of them"),
    metric("ananke_files_waiting", "gauge", &[], "Foreign files that wait for a worker process now"),
    metric("ananke_store_waiting", "gauge", &[], "Writes that wait for their commit now"),
    metric("ananke_store_batches_total", "counter", &[], "Transactions of the writer"),
    metric("ananke_store_writes_total", "counter", &[], "Writes in them; divided by the transactions, the size of a batch"),
    metric("ananke_store_flushes_total", "counter", &[], "Flushes behind a commit (SQLite)"),
    metric("ananke_store_flush_seconds_total", "counter", &[], "Seconds these took"),
    metric("ananke_anchor_failures", "gauge", &[], "Tries to write the anchor that failed since it was written last"),
    metric("ananke_heads_failed_total", "counter", &[], "Tries to write to `audit.sink` that failed"),
    metric("ananke_log_lines_lost_total", "counter", &[], "Log lines that could not be written"),
    metric("ananke_spans_exported_total", "counter", &[], "Spans a collector has taken"),
    metric("ananke_spans_dropped_total", "counter", &[], "Spans that were dropped: the collector was away, or too slow"),
];

/// The listener of `/metrics`; dropping it closes it.
pub(crate) struct Scraped {
    handle: Handle<SocketAddr>,
}

impl Scraped {
    /// Answers on this socket.
    pub(crate) fn listen(app: &App, socket: TcpListener) -> std::io::Result<Self> {
        let router = Router::new()
            .route("/metrics", get(answer))
            .with_state(app.clone());
        let handle = Handle::new();
        let server = listener::server(app, socket, &handle)?;
        tokio::spawn(async move {
            if let Err(error) = server.serve(router.into_make_service()).await {
                tracing::error!(error = %error, "the listener of /metrics ended");
            }
        });
        Ok(Self { handle })
    }
}

impl Drop for Scraped {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

async fn answer(State(app): State<App>) -> Response {
    let head = [(CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (head, page(&app)).into_response()
}

/// Text that grows; writing into it cannot fail.
struct Page(String);

impl Page {
    /// Begins a metric, and gives its name.
    fn begin(&mut self, name: &'static str) -> &'static str {
        if let Some(metric) = METRICS.iter().find(|metric| metric.name == name) {
            let (kind, meaning) = (metric.kind, metric.meaning);
            let _ = writeln!(self.0, "# HELP {name} {meaning}\n# TYPE {name} {kind}");
        }
        name
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.0.push_str(name);
        for (at, (label, word)) in labels.iter().enumerate() {
            let open = if at == 0 { '{' } else { ',' };
            // Words of closed lists: none of them has a quote or a backslash.
            let _ = write!(self.0, "{open}{label}=\"{word}\"");
        }
        let close = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.0, "{close} {value}");
    }

    /// A metric without labels.
    fn one(&mut self, name: &'static str, value: impl Display) {
        self.begin(name);
        self.sample(name, &[], value);
    }

    fn tally<'a>(
        &mut self,
        name: &'static str,
        label: &str,
        counts: impl Iterator<Item = (&'a str, u64)>,
    ) {
        self.begin(name);
        for (word, count) in counts {
            self.sample(name, &[(label, word)], count);
        }
    }
}

fn page(app: &App) -> String {
    let metrics = &app.telemetry.metrics;
    let load = app.store.load();
    let (exported, dropped) = app.telemetry.spans();
    let seconds = |micros: u64| micros as f64 / 1e6;
    let mut page = Page(String::with_capacity(16 * 1024));
    let schema = ananke_store::SCHEMA.to_string();
    let engine = crate::start::engine(&app.store);
    let name = page.begin("ananke_build_info");
    let build = [
        ("version", crate::VERSION),
        ("engine", engine),
        ("schema", schema.as_str()),
    ];
    page.sample(name, &build, 1);
    let started = metrics.started.as_microsecond() as f64 / 1e6;
    page.one("process_start_time_seconds", started);
    requests(app, &mut page);
    let in_flight = metrics.in_flight.load(Ordering::Relaxed);
    page.one("ananke_requests_in_flight", in_flight);
    let abandoned = metrics.abandoned.load(Ordering::Relaxed);
    page.one("ananke_requests_abandoned_total", abandoned);
    page.tally(
        "ananke_rate_limited_total",
        "limit",
        metrics.rate_limited.counts(),
    );
    page.tally(
        "ananke_keys_refused_total",
        "reason",
        metrics.refusals.counts(),
    );
    page.tally(
        "ananke_verifications_total",
        "verdict",
        metrics.verdicts.counts(),
    );
    page.tally("ananke_events_total", "kind", metrics.events.counts());
    page.tally("ananke_files_total", "outcome", app.workers.outcomes());
    page.one("ananke_files_waiting", app.workers.waiting());
    page.one("ananke_store_waiting", load.waiting);
    page.one("ananke_store_batches_total", load.batches);
    page.one("ananke_store_writes_total", load.commands);
    page.one("ananke_store_flushes_total", load.flushes);
    page.one(
        "ananke_store_flush_seconds_total",
        seconds(load.flush_micros),
    );
    page.one("ananke_anchor_failures", load.anchor_failures);
    let failed = metrics.heads_failed.load(Ordering::Relaxed);
    page.one("ananke_heads_failed_total", failed);
    page.one("ananke_log_lines_lost_total", lines::lost());
    page.one("ananke_spans_exported_total", exported);
    page.one("ananke_spans_dropped_total", dropped);
    page.0
}

fn requests(app: &App, page: &mut Page) {
    let routes = &app.telemetry.metrics.routes;
    let routes = routes.read().unwrap_or_else(PoisonError::into_inner);
    let mut routes: Vec<_> = routes.iter().collect();
    routes.sort_unstable_by_key(|(route, _)| route.as_str());
    let all = || {
        let each = routes.iter().flat_map(|(route, methods)| {
            let methods = METHODS.iter().zip(methods.iter());
            methods
                .map(|(method, series)| ([("route", route.as_str()), ("method", *method)], series))
        });
        each.filter(|(_, series)| sum(&series.buckets) > 0)
    };
    let name = page.begin("ananke_requests_total");
    for ([route, method], series) in all() {
        for (class, count) in ["1xx", "2xx", "3xx", "4xx", "5xx"]
            .iter()
            .zip(&series.classes)
        {
            let count = count.load(Ordering::Relaxed);
            if count > 0 {
                page.sample(name, &[route, method, ("class", class)], count);
            }
        }
    }
    page.begin("ananke_request_duration_seconds");
    for (labels, series) in all() {
        durations(page, labels, series);
    }
}

fn durations(page: &mut Page, [route, method]: [(&str, &str); 2], series: &Series) {
    let name = "ananke_request_duration_seconds";
    let mut count = 0;
    for (at, bucket) in series.buckets.iter().enumerate() {
        count += bucket.load(Ordering::Relaxed);
        let end = BUCKETS.get(at).map(|micros| *micros as f64 / 1e6);
        let end = end.map_or_else(|| "+Inf".to_owned(), |seconds| seconds.to_string());
        let labels = [route, method, ("le", end.as_str())];
        page.sample(&format!("{name}_bucket"), &labels, count);
    }
    let micros = series.micros.load(Ordering::Relaxed);
    page.sample(
        &format!("{name}_sum"),
        &[route, method],
        micros as f64 / 1e6,
    );
    page.sample(&format!("{name}_count"), &[route, method], count);
}

fn sum(counts: &[std::sync::atomic::AtomicU64]) -> u64 {
    counts
        .iter()
        .map(|count| count.load(Ordering::Relaxed))
        .sum()
}
