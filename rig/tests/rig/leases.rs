//! G-13: of two nodes the one that has a job is stopped for longer than its lease, and goes on later. The other one takes
//! over, and nothing is done twice.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::process::Command;
use std::time::{Duration, Instant as Stopwatch};

use ananke_rig::instance::Instance;
use ananke_rig::server::{Server, wait};
use ananke_rig::{http, number, say};
use serde_json::json;

use crate::{cluster, program};

/// Documents whose time passes together: the job records each, some twenty in a second.
const DOCUMENTS: usize = 200;
/// Seconds from now on.
const ENDS_IN: i64 = 10;

fn signal(server: &Server, name: &str) {
    let sent = Command::new("kill")
        .args([name, &server.process_id().to_string()])
        .status();
    assert!(sent.expect("kill").success());
}

/// How often the end of each document is recorded.
fn recorded(address: SocketAddr, key: &str) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/audit-events?type=issuance.lapsed&limit=200{cursor}");
        let headers = [("x-api-key", key)];
        let answer = http::send(address, "GET", &path, &headers, b"").expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.json());
        let page = answer.json();
        for event in page["items"].as_array().expect("events") {
            let subject = event["subject"].as_str().expect("an id").to_owned();
            *found.entry(subject).or_default() += 1;
        }
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

/// Documents recorded more than once, and documents not recorded.
fn round(failpoint: &str) -> (usize, usize) {
    let cluster = cluster::shared().expect("PostgreSQL, as the caller found");
    let database = cluster.database();
    let variables = [("ANANKE_FAILPOINT", failpoint)];
    // From the first start on: else its job may wait for a minute.
    let instance = Instance::empty(program(), Some(database.clone())).begun(&variables);
    let other = instance.node(&database);
    let servers = [
        instance.start(&variables).expect("a server"),
        other.start(&variables).expect("a second server"),
    ];
    let key = instance.key.as_str();
    let end = instant(ENDS_IN);
    for _ in 0..DOCUMENTS {
        let body = json!({
            "templateId": instance.template, "recipientName": "Ada Lovelace",
            "fields": [{ "key": "course", "value": "Analysis" }], "expiresAt": end,
        });
        let headers = [("x-api-key", key), ("content-type", "application/json")];
        let path = "/v1/trust/issuances";
        let body = body.to_string();
        let answer = http::send(servers[0].address, "POST", path, &headers, body.as_bytes());
        let answer = answer.expect("an answer");
        assert_eq!(answer.status, 201, "{}", answer.json());
    }
    let count = |server: &Server| recorded(server.address, key).len();
    wait("the job has begun", || {
        (count(&servers[0]) >= 20).then_some(())
    });
    // Whoever stops the counting by being stopped has the job.
    let mut holder = 0;
    for (one, server) in servers.iter().enumerate() {
        signal(server, "-STOP");
        let witness = &servers[1 - one];
        let before = count(witness);
        std::thread::sleep(Duration::from_millis(700));
        if count(witness) <= before + 1 {
            holder = one;
            break;
        }
        signal(server, "-CONT");
        holder = 1 - one;
    }
    let (stopped, goes_on) = (&servers[holder], &servers[1 - holder]);
    let (since, before) = (Stopwatch::now(), count(goes_on));
    signal(stopped, "-STOP");
    // It goes on in the middle of the work of the other.
    let pause = Duration::from_secs(number("ANANKE_RIG_PAUSE_SECONDS", 0) as u64);
    wait("the other node takes over", || {
        (count(goes_on) >= before + 20).then_some(())
    });
    let taken_over = since.elapsed();
    std::thread::sleep(pause.saturating_sub(taken_over));
    signal(stopped, "-CONT");
    wait("all are recorded, or one of them twice", || {
        let found = recorded(goes_on.address, key);
        let is_over = found.len() >= DOCUMENTS || found.values().any(|times| *times > 1);
        is_over.then_some(())
    });
    std::thread::sleep(Duration::from_secs(3));
    let found = recorded(goes_on.address, key);
    let twice = found.values().filter(|times| **times > 1).count();
    say(&format!(
        "G-13 [{failpoint}]: node {holder} stopped after {before} of {DOCUMENTS}, taken over within {:.1} s: {} recorded, \
         {twice} of them twice",
        taken_over.as_secs_f64(),
        found.len(),
    ));
    for server in servers {
        server.kill();
    }
    let (is_sound, report) = instance.audit();
    assert!(is_sound, "the record adds up: {report}");
    (twice, DOCUMENTS - found.len())
}

/// So many seconds from now, as the API reads it.
fn instant(seconds: i64) -> String {
    let printed = Command::new("date")
        .args([
            "-u",
            "-d",
            &format!("+{seconds} seconds"),
            "+%Y-%m-%dT%H:%M:%SZ",
        ])
        .output();
    String::from_utf8(printed.expect("date").stdout)
        .expect("an instant")
        .trim()
        .to_owned()
}

#[test]
fn a_node_that_slept_does_nothing_twice() {
    if cluster::shared().is_none() {
        return;
    }
    for _ in 0..number("ANANKE_RIG_LEASES", 1) {
        assert_eq!(round("short-leases"), (0, 0));
    }
}

/// The control: whoever has claimed a job once writes for it for ever.
#[test]
fn without_a_fence_it_would() {
    if cluster::shared().is_none() {
        return;
    }
    let (twice, _) = round("short-leases,work-without-a-fence");
    assert!(twice > 0, "the control finds what it is for");
}
