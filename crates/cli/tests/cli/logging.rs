//! Log lines for machines: each says which request it belongs to.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::world::{World, text};

/// Asks by hand, as no client of ours would, and gives the status and the headers of the answer.
fn ask(url: &str, headers: &[(&str, &str)]) -> (u16, BTreeMap<String, String>) {
    let host = url.trim_start_matches("http://");
    let mut request =
        format!("GET /v1/trust/templates HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n");
    for (name, value) in headers {
        request += &format!("{name}: {value}\r\n");
    }
    request += "\r\n";
    let mut stream = TcpStream::connect(host).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let (head, _) = answer.split_once("\r\n\r\n").unwrap();
    let mut lines = head.lines();
    let status = lines.next().unwrap().split(' ').nth(1).unwrap();
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    (status.parse().unwrap(), headers.collect())
}

#[test]
fn every_line_of_a_request_names_it() {
    let mut world = World::start();
    world.stop();
    world.restart(&["--set", "log.level=info", "--set", "log.format=json"]);
    let key = world.live_key.clone();
    let mut traces = BTreeMap::new();
    for (headers, expected) in [
        (&[("x-api-key", key.as_str())][..], 200),
        (&[("x-api-key", "ak_live_wrong")], 401),
        (
            &[
                ("x-api-key", key.as_str()),
                ("origin", "https://page.example"),
            ],
            403,
        ),
    ] {
        let (status, answer) = ask(&world.url, headers);
        assert_eq!(status, expected, "{answer:?}");
        let trace = answer["traceparent"].split('-').nth(1).unwrap().to_owned();
        traces.insert(answer["x-request-id"].clone(), trace);
    }
    world.stop();
    let log = world.log();
    assert!(!log.contains(&key), "{log}");
    let lines: Vec<Value> = log
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let mut seen = BTreeMap::new();
    for line in lines {
        if text(&line, "target").starts_with("ananke_server::jobs") {
            continue;
        }
        let span = &line["span"];
        let id = span["request_id"]
            .as_str()
            .unwrap_or_else(|| panic!("of no request: {line}"));
        assert_eq!(
            span["trace_id"].as_str(),
            traces.get(id).map(String::as_str),
            "{line}"
        );
        *seen.entry(id.to_owned()).or_insert(0) += 1;
    }
    assert!(seen.keys().eq(traces.keys()), "{seen:?} {log}");
    assert!(log.contains("API key sent by a browser"), "{log}");
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
