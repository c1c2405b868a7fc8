//! Metrics of a running server, read by those who made the format: `interop/telemetry.py`.

use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use ananke_server::telemetry::METRICS;
use serde_json::{Value, json};

use crate::raw::ask;
use crate::world::{World, text};

/// What the other side reads in these files; `None` where it is not there, which CI does not allow.
pub(crate) fn read(what: &str, world: &World, files: &[(String, Vec<u8>)]) -> Option<Value> {
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
