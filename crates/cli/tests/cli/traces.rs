//! Traces of a running server, read by those who made the format: `interop/telemetry.py`.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use ananke_server::telemetry::fields::FIELDS;
use rustls::{ServerConnection, StreamOwned};
use serde_json::{Value, json};

use crate::certificates::{Ca, Pair, self_signed};
use crate::raw::{Answer, ask};
use crate::telemetry::read;
use crate::world::{World, text};

/// A collector that keeps what it is sent, and answers as told.
struct Collector {
    address: SocketAddr,
    bodies: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    fn start(status: &'static str) -> Self {
        Self::behind(status, Some)
    }

    /// One that speaks TLS and shows this certificate.
    fn secure(pair: &Pair) -> Self {
        let config = pair.server_config();
        Self::behind("200 OK", move |mut stream| {
            let mut tls = ServerConnection::new(Arc::clone(&config)).unwrap();
            // Whoever does not believe it goes away.
            while tls.is_handshaking() {
                tls.complete_io(&mut stream).ok()?;
            }
            Some(StreamOwned::new(tls, stream))
        })
    }

    fn behind<S: Read + Write>(
        status: &'static str,
        speak: impl Fn(TcpStream) -> Option<S> + Send + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, bodies) = (
            listener.local_addr().unwrap(),
            Arc::<Mutex<Vec<_>>>::default(),
        );
        let kept = Arc::clone(&bodies);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if let Some(stream) = speak(stream.unwrap()) {
                    kept.lock().unwrap().push(take(stream, status));
                }
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

/// The body of one request, which is answered.
fn take(stream: impl Read + Write, status: &str) -> Vec<u8> {
    let mut stream = BufReader::new(stream);
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
    let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
    stream.get_mut().write_all(answer.as_bytes()).unwrap();
    stream.get_mut().flush().unwrap();
    body
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

#[test]
fn a_collector_proves_who_it_is() {
    let ca = Ca::new();
    let mut world = World::start();
    ca.write(&world.room.path("ca.pem"));
    for (pair, refused) in [
        (ca.sign(&["localhost"]), None),
        (self_signed(&["localhost"]), Some("UnknownIssuer")),
        (
            Ca::new().sign(&["localhost"]),
            Some("invalid peer certificate"),
        ),
        (ca.sign(&["other.example"]), Some("not valid for name")),
        (ca.sign_expired(&["localhost"]), Some("expired")),
    ] {
        let collector = Collector::secure(&pair);
        let endpoint = format!(
            "telemetry.otlp_endpoint=https://localhost:{}/v1/traces",
            collector.address.port()
        );
        world.stop();
        world.restart(&["--set", &endpoint, "--set", "outgoing.ca_file=ca.pem"]);
        wrong(&world, "", None);
        let came = || !collector.bodies.lock().unwrap().is_empty();
        let began = Instant::now();
        while !(came() || world.log().contains("takes no traces")) {
            assert!(began.elapsed() < Duration::from_secs(60), "{}", world.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        match refused {
            None => assert!(came()),
            Some(said) => assert!(
                !came() && world.log().contains(said),
                "{said}: {}",
                world.log()
            ),
        }
    }
}
