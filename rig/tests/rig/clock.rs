//! G-14: the clock of a running server jumps. Order is by sequence, documents are refused while the clock is behind
//! the newest record by more than 5 s, and nothing is unsound afterwards.

use std::time::Instant;

use ananke_rig::checker::check_ahead;
use ananke_rig::http;
use ananke_rig::instance::Instance;
use ananke_rig::journal::Journal;
use ananke_rig::load::{Tried, issue};
use ananke_rig::say;
use ananke_rig::server::Server;
use ananke_rig::shim::Shim;
use serde_json::json;

use crate::program;

const HOUR: i64 = 3_600;
const DAY: i64 = 24 * HOUR;

/// Questions a second, and at once, where the limiter is tried.
const RATE: usize = 4;
const BURST: usize = 20;

/// What is called right here: the keys, made at the true time, are a day old.
const RIGHT: i64 = DAY;

/// Where the clock goes, and whether documents are issued there. The newest record is never in the past of the
/// highest place so far.
const JUMPS: &[(&str, i64, bool)] = &[
    ("right", 0, true),
    ("1 s back", -1, true),
    ("right", 0, true),
    ("1 s ahead", 1, true),
    ("right", 0, true),
    ("1 h back", -HOUR, false),
    ("400 d back", -400 * DAY, false),
    ("right", 0, true),
    ("1 h ahead", HOUR, true),
    ("right: 1 h behind the newest record", 0, false),
    ("1 h ahead, less 2 s", HOUR - 2, true),
    ("400 d ahead", 400 * DAY, true),
    ("1 h ahead: 400 d behind the newest record", HOUR, false),
    ("400 d ahead", 400 * DAY, true),
];

struct World {
    instance: Instance,
    journal: Journal,
    shim: Shim,
    issued: Vec<String>,
    asked: usize,
}

impl World {
    fn new() -> Self {
        let instance = Instance::create(program(), None);
        Self {
            journal: Journal::create(&instance.path("clock.journal")),
            shim: Shim::build(&instance.path("")),
            instance,
            issued: Vec::new(),
            asked: 0,
        }
    }

    fn start(&self) -> Option<Server> {
        self.start_with(&[])
    }

    fn start_with(&self, more: &[(&str, &str)]) -> Option<Server> {
        let variables = self.shim.variables(&self.instance.path("data"));
        let variables: Vec<(&str, &str)> = variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .chain(more.iter().copied())
            .collect();
        self.instance.start(&variables).ok()
    }

    fn issue(&mut self, server: &Server) -> Tried {
        let key = format!("clock-{}", self.asked);
        self.asked += 1;
        self.journal.ask(&key);
        let tried = issue(&self.instance, server.address, &key);
        if let Tried::Issued(reference) = &tried {
            self.journal.acknowledge(&key, reference);
            self.issued.push(reference.clone());
        }
        tried
    }

    /// References in the order of the list, which is that of their making.
    fn listed(&self, server: &Server) -> Vec<String> {
        let headers = [("x-api-key", self.instance.key.as_str())];
        let path = "/v1/trust/issuances?limit=200";
        let json = http::get(server.address, path, &headers).unwrap().json();
        let items = json["items"].as_array().unwrap().iter();
        let mut listed: Vec<String> = items
            .map(|item| item["reference"].as_str().unwrap().to_owned())
            .collect();
        listed.reverse();
        listed
    }

    /// The numbers of their issuing events, in the order in which they were issued.
    fn sequence(&self, server: &Server) -> Vec<(String, u64)> {
        let headers = [("x-api-key", self.instance.key.as_str())];
        let place = |reference: &String| {
            let path = format!("/v1/trust/issuances?reference={reference}");
            let found = http::get(server.address, &path, &headers).unwrap().json();
            let id = found["items"][0]["id"].as_str().unwrap().to_owned();
            let path = format!("/v1/trust/issuances/{id}/events");
            let event = http::get(server.address, &path, &headers).unwrap().json();
            let event = &event["items"][0];
            let stream = event["stream"].as_str().unwrap().to_owned();
            (stream, event["sequence"].as_u64().unwrap())
        };
        self.issued.iter().map(place).collect()
    }
}

#[test]
fn a_clock_that_jumps() {
    let mut world = World::new();
    world.shim.clock(RIGHT);
    let server = world.start().expect("a server");
    let mut refused = 0;
    for &(place, seconds, issues) in JUMPS {
        world.shim.clock(RIGHT + seconds);
        for _ in 0..3 {
            match world.issue(&server) {
                Tried::Issued(_) => assert!(issues, "issued with the clock {place}"),
                Tried::Again(Some(503)) => {
                    assert!(
                        !issues,
                        "refused with the clock {place}: {}",
                        world.instance.log()
                    );
                    refused += 1;
                }
                other => panic!("the clock {place}: {other:?}: {}", world.instance.log()),
            }
        }
        let (sound, words) = world.instance.audit();
        assert!(sound, "the clock {place}: {words}");
    }
    assert_eq!(world.listed(&server), world.issued, "the order of the list");
    let sequence = world.sequence(&server);
    assert!(
        sequence
            .windows(2)
            .all(|two| two[0].0 == two[1].0 && two[0].1 < two[1].1),
        "the order of the events: {sequence:?}"
    );
    server.stop();
    // A server does not even start behind its newest record, and does when the clock is right again.
    world.shim.clock(RIGHT);
    assert!(world.start().is_none(), "started 400 d behind");
    assert!(world.instance.log().contains("behind the newest record"));
    world.shim.clock(RIGHT + 400 * DAY);
    let server = world.start().expect("a server");
    assert!(matches!(world.issue(&server), Tried::Issued(_)));
    let report = check_ahead(
        &world.instance,
        server.address,
        &world.journal,
        RIGHT + 400 * DAY,
    );
    say(&format!(
        "G-14: {} jumps of a running clock, {} issued, {refused} refused while it was behind; {}",
        JUMPS.len(),
        world.issued.len(),
        report.words()
    ));
    report.must_be_clean(&world.instance);
    server.stop();
}

/// Asks at every place of the clock for more than a second, as often as a burst and more. Returns what passed of each
/// second, and how long it took in all.
fn asked_at_every_place(failpoint: &str) -> (Vec<usize>, std::time::Duration) {
    let mut world = World::new();
    world.shim.clock(RIGHT);
    let (rate, burst) = ((RATE * 60).to_string(), BURST.to_string());
    let server = world
        .start_with(&[
            ("ANANKE__LIMITS__PUBLIC_PER_MINUTE", rate.as_str()),
            ("ANANKE__LIMITS__PUBLIC_BURST", burst.as_str()),
            ("ANANKE_FAILPOINT", failpoint),
        ])
        .expect("a server");
    assert!(matches!(world.issue(&server), Tried::Issued(_)));
    let question = json!({ "reference": world.issued[0] });
    let path = "/v1/trust/verify/by-reference";
    let began = Instant::now();
    let passed = JUMPS.iter().map(|(_, seconds, _)| {
        world.shim.clock(RIGHT + seconds);
        std::thread::sleep(std::time::Duration::from_secs(1));
        let statuses = (0..2 * BURST).map(|_| {
            let answer = http::post(server.address, path, &[], &question);
            answer.expect("an answer").status
        });
        statuses
            .inspect(|status| assert!(matches!(status, 200 | 429), "{status}"))
            .filter(|status| *status == 200)
            .count()
    });
    let passed: Vec<usize> = passed.collect();
    let took = began.elapsed();
    server.stop();
    (passed, took)
}

/// A clock that jumps gives nobody more than the rate and one burst, and takes nothing from anybody.
#[test]
fn a_limiter_under_a_clock_that_jumps() {
    let (passed, took) = asked_at_every_place("");
    let all: usize = passed.iter().sum();
    let most = BURST + RATE * (took.as_secs() as usize + 1);
    say(&format!(
        "G-14, limiter: {} jumps in {took:?}, {all} questions passed, {most} at most; of each second {passed:?}",
        JUMPS.len()
    ));
    assert!(all <= most);
    assert!(passed.iter().all(|passed| *passed >= RATE), "{passed:?}");
    // The control: by the clock of the machine whoever asked before it was put back waits until it is there again, and
    // each jump ahead is a burst.
    let (passed, _) = asked_at_every_place("rates-by-the-clock");
    say(&format!("G-14 control, by the clock: {passed:?}"));
    assert!(passed.contains(&0) && passed.iter().filter(|passed| **passed >= BURST).count() > 1);
}
