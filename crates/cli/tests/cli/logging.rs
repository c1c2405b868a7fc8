//! Log lines for machines: each says which request it belongs to.

use std::collections::BTreeMap;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::raw::{Answer, ask};
use crate::world::{World, text};

/// A hash of no document.
const HASH: &str = "5feceb66ffc86f38d952786c6d696c79c2dbc239dd4e91b46729d73a27fb57e9";

/// What was asked, and the route it met.
struct Asked {
    method: &'static str,
    route: &'static str,
    answer: Answer,
}

/// Requests of many kinds, right and wrong. What may stand in no line is in `private`.
fn everything(world: &World, private: &mut Vec<String>) -> Vec<Asked> {
    let issued = world.issue(&["--external-id", "external-canary-77"]);
    let member = |name: &str| text(&issued, name).to_owned();
    let (id, reference) = (member("id"), member("reference"));
    private.extend([&id, &reference, HASH].map(str::to_owned));
    private.extend([member("contentHash"), "external-canary-77".to_owned()]);
    private.extend(
        [
            "canary@person.example",
            "Zoë",
            "Reading",
            "canary-in-path",
            "canary-query",
        ]
        .map(str::to_owned),
    );
    private.extend([&world.live_key[20..], "ak_live_wrong", "BREW"].map(str::to_owned));
    let key = ("x-api-key", world.live_key.as_str());
    let json_type = ("content-type", "application/json");
    let body = |value: Value| value.to_string().into_bytes();
    let mut seen = Vec::new();
    let mut go =
        |method: &'static str, path: &str, route, headers: &[(&str, &str)], body: &[u8], status| {
            let answer = ask(&world.url, method, path, headers, body);
            assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
            seen.push(Asked {
                method,
                route,
                answer,
            });
        };
    let (templates, one) = ("/v1/trust/templates", format!("/v1/trust/issuances/{id}"));
    go("GET", templates, templates, &[key], b"", 200);
    go(
        "GET",
        &format!("{templates}?search=canary-query"),
        templates,
        &[key],
        b"",
        200,
    );
    go(
        "GET",
        templates,
        templates,
        &[("x-api-key", "ak_live_wrong")],
        b"",
        401,
    );
    go("GET", templates, templates, &[], b"", 401);
    let browser = [key, ("origin", "https://page.example")];
    go("GET", templates, templates, &browser, b"", 403);
    go("GET", &one, "/v1/trust/issuances/{id}", &[key], b"", 200);
    go(
        "GET",
        &format!("{one}/pdf"),
        "/v1/trust/issuances/{id}/pdf",
        &[key],
        b"",
        200,
    );
    go(
        "GET",
        "/v1/trust/issuances/canary-in-path",
        "/v1/trust/issuances/{id}",
        &[key],
        b"",
        404,
    );
    go("GET", "/canary-in-path", "unmatched", &[key], b"", 404);
    go("PUT", templates, templates, &[key], b"", 405);
    go("BREW", templates, templates, &[key], b"", 405);
    let issuances = "/v1/trust/issuances";
    let wrong = body(
        json!({ "templateId": "none", "recipientEmail": "canary@person.example", "recipientName": 7 }),
    );
    go("POST", issuances, issuances, &[key, json_type], &wrong, 422);
    go(
        "POST",
        issuances,
        issuances,
        &[key, json_type],
        b"{canary@person.example",
        400,
    );
    let door = "/v1/trust/verify/by-reference";
    let asked = body(json!({ "reference": reference }));
    go("POST", door, door, &[json_type], &asked, 200);
    go("POST", door, door, &[json_type, key], &asked, 200);
    let door = "/v1/trust/verify/by-hash";
    let asked = body(json!({ "hash": HASH }));
    go("POST", door, door, &[json_type], &asked, 200);
    go(
        "GET",
        &format!("/v/{reference}"),
        "/v/{reference}",
        &[("accept", "text/html")],
        b"",
        200,
    );
    go(
        "GET",
        "/v/canary-in-path",
        "/v/{reference}",
        &[("accept", "text/html")],
        b"",
        200,
    );
    go("GET", "/healthz", "/healthz", &[], b"", 200);
    let parent = (
        "traceparent",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    );
    go("GET", "/v1/whoami", "/v1/whoami", &[key, parent], b"", 200);
    let revoke = body(json!({ "action": "revoke", "note": "canary@person.example" }));
    let path = format!("{one}/lifecycle");
    go(
        "POST",
        &path,
        "/v1/trust/issuances/{id}/lifecycle",
        &[key, json_type],
        &revoke,
        200,
    );
    go(
        "GET",
        "/v1/audit-events/export",
        "/v1/audit-events/export",
        &[key],
        b"",
        200,
    );
    seen
}

#[test]
fn every_line_of_a_request_names_it() {
    let mut world = World::start();
    world.template();
    world.stop();
    world.restart(&["--set", "log.level=trace", "--set", "log.format=json"]);
    let mut private = Vec::new();
    let asked = everything(&world, &mut private);
    let (key, issuer) = (world.live_key.clone(), world.issuer.clone());
    world.stop();
    let log = world.log();
    for word in private {
        assert!(!log.contains(&word), "{word}: {log}");
    }
    let lines: Vec<Value> = log
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let by_id: BTreeMap<&str, &Asked> = asked
        .iter()
        .map(|asked| (asked.answer.headers["x-request-id"].as_str(), asked))
        .collect();
    assert_eq!(by_id.len(), asked.len());
    let mut told = BTreeMap::new();
    for line in &lines {
        let fields = line.as_object().unwrap().keys();
        let listed = |name: &&String| ananke_server::telemetry::fields::listed(name).is_none();
        assert_eq!(fields.filter(listed).count(), 0, "{line}");
        let target = text(line, "target");
        // What nobody asked for: the writer, the jobs.
        if target.starts_with("ananke_store") || target.starts_with("ananke_server::jobs") {
            continue;
        }
        let id = text(line, "requestId");
        // Templates and documents made by commands are requests, too.
        let Some(asked) = by_id.get(id) else { continue };
        let (trace, span) = asked.answer.trace();
        assert_eq!(
            (text(line, "traceId"), text(line, "spanId")),
            (trace.as_str(), span.as_str()),
            "{line}"
        );
        if text(line, "message") == "request" {
            assert_eq!(told.insert(id, line), None, "{line}");
        }
    }
    assert_eq!(told.len(), asked.len(), "one line for each: {log}");
    for (id, line) in &told {
        let Asked {
            method,
            route,
            answer,
        } = by_id[id];
        let method = if *method == "BREW" { "OTHER" } else { method };
        assert_eq!(
            (text(line, "method"), text(line, "route")),
            (method, *route),
            "{line}"
        );
        assert_eq!(line["status"], answer.status, "{line}");
        assert!(line["durationMicros"].is_u64(), "{line}");
        assert_eq!(line["network"], "127.0.0.0/24", "{line}");
        let level = if *route == "/healthz" {
            "DEBUG"
        } else {
            "INFO"
        };
        assert_eq!(line["level"], level, "{line}");
        let is_error = answer.status >= 400;
        let code = if is_error {
            answer.json()["code"].clone()
        } else {
            Value::Null
        };
        assert_eq!(line["code"], code, "{line}");
        if is_error {
            let body = answer.json();
            assert_eq!(
                (&body["requestId"], &body["traceId"]),
                (&line["requestId"], &line["traceId"])
            );
        }
    }
    let line = |route: &str, status: u16| {
        let mut found = told
            .values()
            .filter(|line| line["route"] == route && line["status"] == status);
        *found.next().unwrap()
    };
    let keyed = line("/v1/whoami", 200);
    assert_eq!(
        (text(keyed, "tenant"), text(keyed, "keyId")),
        (issuer.as_str(), &key[..20])
    );
    assert_eq!(text(keyed, "environment"), "production");
    assert_eq!(text(keyed, "traceId"), "4bf92f3577b34da6a3ce929d0e0e4736");
    // A key that is none is nobody's.
    let wrong = line("/v1/trust/templates", 401);
    assert_eq!(
        (&wrong["tenant"], &wrong["keyId"]),
        (&Value::Null, &Value::Null)
    );
    assert!(log.contains("API key sent by a browser"), "{log}");
}

/// For people: the same fields, on one line.
#[test]
fn lines_for_people_say_the_same() {
    let mut world = World::start();
    world.stop();
    world.restart(&["--set", "log.level=info"]);
    let answer = ask(
        &world.url,
        "GET",
        "/v1/whoami",
        &[("x-api-key", "no key")],
        b"",
    );
    ask(&world.url, "GET", "/healthz", &[], b"");
    world.stop();
    let (trace, span) = answer.trace();
    let log = world.log();
    let line = log
        .lines()
        .find(|line| line.contains(" request method="))
        .unwrap();
    let id = &answer.headers["x-request-id"];
    for word in [
        "  INFO request method=GET route=/v1/whoami status=401 code=UNAUTHORIZED durationMicros=",
        &format!(" network=127.0.0.0/24 requestId={id} traceId={trace} spanId={span}"),
    ] {
        assert!(line.contains(word), "{word} is not in {line}");
    }
    assert!(!log.contains("/healthz"), "{log}");
}

/// Found by a disk that was full, with the log on it: the thread that writes had something to say, and ended.
#[test]
fn a_log_that_cannot_be_written_harms_nobody() {
    let mut world = World::start();
    world.template();
    world.stop();
    let ready = world.room.path("ready.json");
    std::fs::remove_file(&ready).unwrap();
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
    let mut server = world
        .room
        .command()
        .args(["serve", "--listen", "127.0.0.1:0", "--data", "data"])
        .args(["--ready-file", "ready.json", "--set", "log.level=trace"])
        .stdout(Stdio::null())
        .stderr(full.unwrap())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while !ready.exists() {
        assert!(server.try_wait().unwrap().is_none(), "it ended");
        assert!(began.elapsed() < Duration::from_secs(30), "it is not ready");
        std::thread::sleep(Duration::from_millis(5));
    }
    let said: Value = serde_json::from_slice(&std::fs::read(&ready).unwrap()).unwrap();
    let address = ("ANANKE_BASE_URL".to_owned(), text(&said, "url").to_owned());
    world.room.variables.push(address);
    for _ in 0..3 {
        let issued = world.issue(&[]);
        world.run(["verify", text(&issued, "reference")]).code(0);
    }
    server.kill().unwrap();
    server.wait().unwrap();
}
