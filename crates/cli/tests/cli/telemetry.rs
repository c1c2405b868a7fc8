//! Metrics and traces of a running server, read by those who made the formats: `interop/telemetry.py`.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ananke_server::telemetry::METRICS;
use ananke_server::telemetry::fields::FIELDS;
use serde_json::{Value, json};

use crate::raw::{Answer, ask};
use crate::world::{World, text};

/// What the other side reads in these files; `None` where it is not there, which CI does not allow.
fn read(what: &str, world: &World, files: &[(String, Vec<u8>)]) -> Option<Value> {
    let interop = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../interop");
    let python = interop.join(".venv/bin/python");
    if !python.exists() {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "interop/.venv is missing, and CI=true allows no skipping"
        );
        // Straight to the stream, past the capture of the test harness.
        let _ = writeln!(
            std::io::stderr(),
            "\n*** SKIPPED: interop/.venv is missing (./run test makes it); nobody else read the {what} ***\n"
        );
        return None;
    }
    let paths = files
        .iter()
        .map(|(name, bytes)| world.room.write(name, bytes));
    let mut command = Command::new(python);
    command
        .arg(interop.join("telemetry.py"))
        .arg(what)
        .args(paths);
    let output = command
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{words}");
    Some(serde_json::from_slice(&output.stdout).unwrap())
}

/// The value of a sample, or 0 where it is not there.
fn value(metrics: &Value, name: &str, labels: &Value) -> f64 {
    let families = metrics.as_object().unwrap().values();
    let samples = families.flat_map(|family| family["samples"].as_array().unwrap());
    let mut found = samples.filter(|sample| sample[0] == name && sample[1] == *labels);
    let value = found
        .next()
        .map_or(0.0, |sample| sample[2].as_f64().unwrap());
    assert_eq!(found.next(), None, "{name} {labels} stands once");
    value
}

#[test]
fn metrics_count_what_was_asked() {
    let mut world = World::start();
    world.template();
    world.stop();
    world.restart(&[
        "--set",
        "telemetry.metrics_listen=127.0.0.1:0",
        "--set",
        "limits.key_files_per_second=1",
    ]);
    let (first, second) = (world.issue(&[]), world.issue(&[]));
    let key = ("x-api-key", world.live_key.as_str());
    let json_type = ("content-type", "application/json");
    let post = |path: &str, body: Value| {
        ask(
            &world.url,
            "POST",
            path,
            &[key, json_type],
            body.to_string().as_bytes(),
        )
    };
    let verify = |reference: &str| {
        let answer = post(
            "/v1/trust/verify/by-reference",
            json!({ "reference": reference }),
        );
        text(&answer.json(), "verdict").to_owned()
    };
    let life = format!("/v1/trust/issuances/{}/lifecycle", text(&second, "id"));
    assert_eq!(post(&life, json!({ "action": "revoke" })).status, 200);
    for (reference, verdict) in [
        (text(&first, "reference"), "valid"),
        (text(&first, "reference"), "valid"),
        (text(&second, "reference"), "revoked"),
        ("TRF-0000-0000-0000-0", "not_found"),
    ] {
        assert_eq!(verify(reference), verdict);
    }
    let whoami =
        |headers: &[(&str, &str)]| ask(&world.url, "GET", "/v1/whoami", headers, b"").status;
    assert_eq!(whoami(&[]), 401);
    assert_eq!(whoami(&[("x-api-key", "nothing")]), 401);
    assert_eq!(whoami(&[key, ("origin", "https://page.example")]), 403);
    let pdf = format!("/v1/trust/issuances/{}/pdf", text(&first, "id"));
    let statuses = [0; 3].map(|_| ask(&world.url, "GET", &pdf, &[key], b"").status);
    let refused = statuses.iter().filter(|status| **status == 429).count();
    assert!(refused > 0, "{statuses:?}");

    // Elsewhere there is nothing to be seen, and there nothing else.
    let there = text(&world.ready, "metricsUrl").to_owned();
    assert_eq!(ask(&world.url, "GET", "/metrics", &[], b"").status, 404);
    assert_eq!(ask(&there, "GET", "/v1/whoami", &[key], b"").status, 404);
    let page = ask(&there, "GET", "/metrics", &[], b"");
    assert_eq!(
        page.headers["content-type"],
        "text/plain; version=0.0.4; charset=utf-8"
    );
    let shown = page.text();
    for private in [
        world.issuer.as_str(),
        &world.live_key[8..20],
        text(&first, "reference"),
        text(&first, "id"),
    ] {
        assert!(!shown.contains(private), "{private}: {shown}");
    }
    for metric in METRICS {
        assert!(
            shown.contains(&format!("# TYPE {} {}\n", metric.name, metric.kind)),
            "{metric:?}"
        );
    }
    assert_eq!(shown.matches("# TYPE ").count(), METRICS.len(), "{shown}");
    let Some(metrics) = read("metrics", &world, &[("metrics".to_owned(), page.body)]) else {
        return;
    };
    for (name, family) in metrics.as_object().unwrap() {
        let known = |metric: &&ananke_server::telemetry::Metric| {
            metric.name.trim_end_matches("_total") == name
        };
        let metric = METRICS
            .iter()
            .find(known)
            .unwrap_or_else(|| panic!("{name} is not listed"));
        assert_eq!(family["type"], metric.kind, "{name}");
        for sample in family["samples"].as_array().unwrap() {
            let labels = sample[1].as_object().unwrap().keys();
            let labels: Vec<&str> = labels
                .map(String::as_str)
                .filter(|label| *label != "le")
                .collect();
            let mut listed = metric.labels.to_vec();
            listed.sort_unstable();
            assert_eq!(labels, listed, "{sample}");
        }
    }
    let count = |name: &str, labels: Value| value(&metrics, name, &labels);
    let requests = |method: &str, route: &str, class: &str| {
        count(
            "ananke_requests_total",
            json!({ "method": method, "route": route, "class": class }),
        )
    };
    assert_eq!(requests("POST", "/v1/trust/issuances", "2xx"), 2.0);
    assert_eq!(
        requests("POST", "/v1/trust/issuances/{id}/lifecycle", "2xx"),
        1.0
    );
    assert_eq!(
        requests("POST", "/v1/trust/verify/by-reference", "2xx"),
        4.0
    );
    assert_eq!(requests("GET", "/v1/whoami", "4xx"), 3.0);
    assert_eq!(requests("GET", "/v1/whoami", "2xx"), 0.0);
    assert_eq!(requests("GET", "unmatched", "4xx"), 1.0);
    let route = |name: &str| {
        count(
            name,
            json!({ "method": "POST", "route": "/v1/trust/verify/by-reference" }),
        )
    };
    assert_eq!(route("ananke_request_duration_seconds_count"), 4.0);
    assert!(route("ananke_request_duration_seconds_sum") > 0.0);
    let bucket =
        json!({ "method": "POST", "route": "/v1/trust/verify/by-reference", "le": "+Inf" });
    assert_eq!(count("ananke_request_duration_seconds_bucket", bucket), 4.0);
    for (verdict, times) in [
        ("valid", 2.0),
        ("revoked", 1.0),
        ("not_found", 1.0),
        ("invalid", 0.0),
    ] {
        let labels = json!({ "verdict": verdict });
        assert_eq!(
            count("ananke_verifications_total", labels),
            times,
            "{verdict}"
        );
    }
    for (kind, times) in [
        ("issuance.issued", 2.0),
        ("issuance.revoked", 1.0),
        ("issuance.erased", 0.0),
    ] {
        assert_eq!(
            count("ananke_events_total", json!({ "kind": kind })),
            times,
            "{kind}"
        );
    }
    for (reason, times) in [
        ("missing", 1.0),
        ("malformed", 1.0),
        ("browser", 1.0),
        ("scope", 0.0),
    ] {
        assert_eq!(
            count("ananke_keys_refused_total", json!({ "reason": reason })),
            times,
            "{reason}"
        );
    }
    let limited = count("ananke_rate_limited_total", json!({ "limit": "files" }));
    assert_eq!(limited, refused as f64);
    let one = |name: &str| count(name, json!({}));
    for idle in [
        "ananke_requests_in_flight",
        "ananke_requests_abandoned_total",
        "ananke_store_waiting",
        "ananke_log_lines_lost_total",
        "ananke_spans_exported_total",
        "ananke_spans_dropped_total",
    ] {
        assert_eq!(one(idle), 0.0, "{idle}");
    }
    assert!(one("ananke_store_writes_total") >= 3.0 && one("ananke_store_batches_total") >= 3.0);
    assert!(
        one("ananke_store_flushes_total") >= 3.0 && one("ananke_store_flush_seconds_total") > 0.0
    );
    let age = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap()
        .as_secs_f64()
        - one("process_start_time_seconds");
    assert!((-1.0..600.0).contains(&age), "{age}");
    let build = metrics["ananke_build_info"]["samples"][0].clone();
    assert_eq!(
        (&build[1]["version"], &build[1]["engine"]),
        (&env!("CARGO_PKG_VERSION").into(), &"sqlite".into())
    );
}

/// A collector that keeps what it is sent, and answers as told.
struct Collector {
    address: SocketAddr,
    bodies: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    fn start(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, bodies) = (
            listener.local_addr().unwrap(),
            Arc::<Mutex<Vec<_>>>::default(),
        );
        let kept = Arc::clone(&bodies);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let (mut length, mut media) = (0, String::new());
                loop {
                    let mut line = String::new();
                    stream.read_line(&mut line).unwrap();
                    let Some((name, value)) = line.trim().split_once(": ") else {
                        if line.trim().is_empty() {
                            break;
                        }
                        assert_eq!(line.trim(), "POST /v1/traces HTTP/1.1");
                        continue;
                    };
                    match name.to_ascii_lowercase().as_str() {
                        "content-length" => length = value.parse().unwrap(),
                        "content-type" => media = value.to_owned(),
                        _ => {}
                    }
                }
                assert_eq!(media, "application/x-protobuf");
                let mut body = vec![0; length];
                stream.read_exact(&mut body).unwrap();
                kept.lock().unwrap().push(body);
                let answer =
                    format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                stream.get_mut().write_all(answer.as_bytes()).unwrap();
            }
        });
        Self { address, bodies }
    }

    fn setting(&self) -> String {
        format!("telemetry.otlp_endpoint=http://{}/v1/traces", self.address)
    }

    /// What came, all of it read by others.
    fn spans(&self, world: &World) -> Option<Vec<Value>> {
        let bodies = std::mem::take(&mut *self.bodies.lock().unwrap());
        let files: Vec<(String, Vec<u8>)> = (0..)
            .map(|at: usize| format!("body-{at}"))
            .zip(bodies)
            .collect();
        let read = read("spans", world, &files)?;
        Some(read.as_array().unwrap().clone())
    }
}

const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
const PARENT: &str = "00f067aa0ba902b7";

/// Asks something wrong, as a caller with this flag in its `traceparent`, or without one.
fn wrong(world: &World, trace: &str, flag: Option<&str>) -> Answer {
    let parent = flag.map(|flag| format!("00-{trace}-{PARENT}-{flag}"));
    let headers: Vec<(&str, &str)> = parent
        .iter()
        .map(|parent| ("traceparent", parent.as_str()))
        .collect();
    let answer = ask(&world.url, "GET", "/v1/whoami", &headers, b"");
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["traceId"], answer.trace().0);
    answer
}

#[test]
fn traces_arrive_under_the_ids_of_the_answers() {
    let collector = Collector::start("200 OK");
    let mut world = World::start();
    world.template();
    world.stop();
    world.restart(&["--set", &collector.setting()]);
    let continued = wrong(&world, TRACE, Some("01"));
    assert_eq!(continued.json()["traceId"], TRACE);
    let begun = wrong(&world, "", None);
    // Whoever traces nothing wants nothing traced.
    let other = "0af7651916cd43dd8448eb211c80319c";
    let left = wrong(&world, other, Some("00"));
    let flags =
        [&continued, &begun, &left].map(|answer| answer.headers["traceparent"][53..].to_owned());
    assert_eq!(flags, ["01", "01", "00"]);
    let issued = world.issue(&[]);
    let key = world.live_key.clone();
    world.stop();

    let raw: Vec<u8> = collector.bodies.lock().unwrap().concat();
    let raw = String::from_utf8_lossy(&raw).into_owned();
    for private in [
        &key[20..],
        text(&issued, "reference"),
        text(&issued, "id"),
        text(&issued, "contentHash"),
        "Zoë",
        "Reading",
    ] {
        assert!(!raw.contains(private), "{private}");
    }
    let Some(spans) = collector.spans(&world) else {
        return;
    };
    let of = |answer: &Answer| {
        let (trace, span) = answer.trace();
        let mut found = spans
            .iter()
            .filter(|known| known["spanId"] == span.as_str());
        let first = found.next().cloned();
        assert_eq!(found.next(), None);
        assert!(
            first
                .as_ref()
                .is_none_or(|span| span["traceId"] == trace.as_str()),
            "{first:?}"
        );
        first
    };
    let span = of(&continued).unwrap();
    assert_eq!(
        (&span["traceId"], &span["parentSpanId"]),
        (&TRACE.into(), &PARENT.into())
    );
    assert_eq!(
        (&span["name"], &span["kind"]),
        (&"GET /v1/whoami".into(), &2.into())
    );
    assert_eq!(
        span["resource"],
        json!({ "service.name": "ananke", "service.version": env!("CARGO_PKG_VERSION") })
    );
    let told = json!({ "http.request.method": "GET", "http.route": "/v1/whoami", "http.response.status_code": 401,
        "error.type": "UNAUTHORIZED", "ananke.network": "127.0.0.0/24",
        "ananke.request_id": continued.headers["x-request-id"] });
    assert_eq!(span["attributes"], told);
    assert_eq!(of(&begun).unwrap()["parentSpanId"], "");
    assert_eq!(of(&left), None);
    assert!(
        !spans.iter().any(|span| span["traceId"] == other),
        "{spans:?}"
    );

    let is_issuing = |span: &&Value| span["name"] == "POST /v1/trust/issuances";
    let issuing = spans.iter().find(is_issuing).unwrap();
    assert_eq!(issuing["attributes"]["ananke.key_id"], key[..20]);
    assert_eq!(issuing["attributes"]["ananke.tenant"], world.issuer);
    let parts: Vec<&Value> = spans
        .iter()
        .filter(|span| span["parentSpanId"] == issuing["spanId"])
        .collect();
    assert!(
        parts.iter().any(|part| part["name"] == "store.write"),
        "{parts:?}"
    );
    for part in parts {
        assert_eq!(
            (&part["traceId"], &part["kind"]),
            (&issuing["traceId"], &1.into())
        );
        let time = |span: &Value, name: &str| span[name].as_u64().unwrap();
        assert!(
            time(issuing, "begin") <= time(part, "begin"),
            "{part} in {issuing}"
        );
        assert!(time(part, "begin") <= time(part, "end"), "{part}");
        // Both ends are told to the microsecond.
        assert!(
            time(part, "end") <= time(issuing, "end") + 1_000_000,
            "{part} in {issuing}"
        );
    }
    let ids: BTreeMap<&str, usize> = spans.iter().fold(BTreeMap::new(), |mut ids, span| {
        *ids.entry(text(span, "spanId")).or_default() += 1;
        ids
    });
    assert!(ids.values().all(|times| *times == 1), "{ids:?}");
    for span in &spans {
        for name in span["attributes"].as_object().unwrap().keys() {
            assert!(
                FIELDS.iter().any(|field| field.attribute == name),
                "{name} is not listed"
            );
        }
    }
}

#[test]
fn of_a_share_of_none_only_what_callers_trace_is_traced() {
    let collector = Collector::start("200 OK");
    let mut world = World::start();
    world.stop();
    world.restart(&[
        "--set",
        &collector.setting(),
        "--set",
        "telemetry.sampled_per_thousand=0",
    ]);
    let (own, asked) = (wrong(&world, "", None), wrong(&world, TRACE, Some("01")));
    assert_eq!(&own.headers["traceparent"][53..], "00");
    world.stop();
    let Some(spans) = collector.spans(&world) else {
        return;
    };
    let traces: Vec<&str> = spans.iter().map(|span| text(span, "traceId")).collect();
    assert_eq!(traces, [asked.trace().0], "{spans:?}");
}

/// Collectors that refuse, that are not there, and that never answer: nobody waits for them.
#[test]
fn a_collector_that_fails_costs_spans_and_nothing_else() {
    let refusing = Collector::start("503 Service Unavailable");
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let mut world = World::start();
    world.stop();
    let silent = silent
        .local_addr()
        .map(|address| (address, silent))
        .unwrap();
    for (address, patience) in [(refusing.address, 5), (gone, 5), (silent.0, 15)] {
        let endpoint = format!("telemetry.otlp_endpoint=http://{address}/v1/traces");
        world.restart(&[
            "--set",
            &endpoint,
            "--set",
            "telemetry.metrics_listen=127.0.0.1:0",
        ]);
        let there = text(&world.ready, "metricsUrl").to_owned();
        let began = Instant::now();
        for _ in 0..20 {
            wrong(&world, "", None);
        }
        assert!(
            began.elapsed() < Duration::from_secs(5),
            "{:?}",
            began.elapsed()
        );
        let dropped = || {
            let page = ask(&there, "GET", "/metrics", &[], b"").text();
            let line = page
                .lines()
                .find(|line| line.starts_with("ananke_spans_dropped_total "));
            line.unwrap()
                .rsplit(' ')
                .next()
                .unwrap()
                .parse::<u64>()
                .unwrap()
        };
        while dropped() < 20 {
            assert!(began.elapsed() < Duration::from_secs(patience), "{address}");
            wrong(&world, "", None);
            std::thread::sleep(Duration::from_millis(50));
        }
        let began = Instant::now();
        world.stop();
        assert!(
            began.elapsed() < Duration::from_secs(10),
            "{:?}",
            began.elapsed()
        );
        let log = world.log();
        let told = "the collector takes no traces: they are dropped";
        assert_eq!(log.matches(told).count(), 1, "{log}");
    }
}
