//! G-05: a full disk. Verification stays up, new documents are 503 with `Retry-After`, revocations go on while there is
//! room for them, and a few seconds after there is space again everything is as before, without a restart.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use ananke_rig::http;
use ananke_rig::instance::Instance;
use ananke_rig::seed::Seed;
use ananke_rig::server::wait;
use ananke_rig::small_disk::{Filler, small_disk};
use ananke_rig::{number, say};
use serde_json::json;

use crate::lives::{Lives, under_load};
use crate::program;

const CLIENTS: usize = 4;
/// What the server keeps free (64 MB), and room for what is asked, recorded and logged in some seconds.
const MEGABYTES: u32 = 192;
/// More revocations than fit into what the log's file holds already: without any room some must be refused.
const REVOCABLE: usize = 300;
/// Within this everything must be as before, once there is space.
const AGAIN: Duration = Duration::from_secs(5);

#[derive(Default)]
struct Seen {
    /// New documents refused, revocations done, revocations refused.
    refused: usize,
    revoked: usize,
    not_revoked: usize,
    slowest: Duration,
}

#[test]
fn a_full_disk() {
    let Some(disk) = small_disk("full::a_full_disk", MEGABYTES) else {
        return;
    };
    let name = "G-05";
    let mut seed = Seed::of_run(name);
    let rounds = number("ANANKE_RIG_THRESHOLDS", 5);
    let instance = Instance::empty_in(&disk, program(), None).begun(&[]);
    let verified = AtomicUsize::new(0);
    let (seen, report) = under_load(&instance, "full", CLIENTS, |lives| {
        let mut server = lives.begin(&[]).expect("a server");
        assert!(lives.wait_for_answers(&mut server, 20));
        let mut seen = Seen::default();
        let over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let _over = Over(&over);
            scope.spawn(|| verify(lives, server.address, &over, &verified));
            for round in 0..rounds {
                fill(lives, server.address, round, &disk, &mut seed, &mut seen);
            }
        });
        assert!(server.ended().is_none(), "it ended: {}", instance.log());
        server.stop();
        seen
    });
    let verified = verified.into_inner();
    say(&format!(
        "{name}: a disk filled {rounds} times: {verified} verifications, all answered; {} new documents refused with \
         503, {} revocations done and {} refused meanwhile; as before within {:.1} s; {}",
        seen.refused,
        seen.revoked,
        seen.not_revoked,
        seen.slowest.as_secs_f64(),
        report.words()
    ));
    report.must_be_clean(&instance);
    assert!(verified > 0 && seen.refused > 0 && seen.revoked > 0 && seen.not_revoked > 0);
}

/// Asks about a document all the time; each answer must be the one word.
fn verify(
    lives: &Lives<'_>,
    address: std::net::SocketAddr,
    over: &AtomicBool,
    verified: &AtomicUsize,
) {
    // Those of the load, which nobody revokes.
    let promises = lives.journal.promises().keys;
    let ours = promises.iter().filter(|(key, _)| key.starts_with("full-"));
    let references: Vec<&String> = ours.filter_map(|(_, promised)| promised.as_ref()).collect();
    let mut next = references.iter().cycle();
    while !over.load(Ordering::SeqCst) {
        let question = json!({ "reference": next.next().expect("a document") });
        let answer = http::post(address, "/v1/trust/verify/by-reference", &[], &question);
        let answer = answer.expect("an answer");
        assert_eq!(answer.status, 200, "{}", answer.json());
        assert_eq!(answer.json()["verdict"], "valid", "{}", answer.json());
        verified.fetch_add(1, Ordering::SeqCst);
    }
}

/// Fills the disk, revokes until that is refused too, and gives the space back.
fn fill(
    lives: &Lives<'_>,
    address: std::net::SocketAddr,
    round: usize,
    disk: &std::path::Path,
    seed: &mut Seed,
    seen: &mut Seen,
) {
    let headers = [("x-api-key", lives.instance.key.as_str())];
    let issue = |key: &str| {
        let body = json!({"templateId": lives.instance.template, "recipientName": key,
            "fields": [{"key": "course", "value": "Scarcity"}]});
        http::post(address, "/v1/trust/issuances", &headers, &body).expect("an answer")
    };
    let mut documents = Vec::new();
    for number in 0..REVOCABLE {
        let key = format!("revocable-{round}-{number}");
        lives.journal.ask(&key);
        let made = issue(&key).json();
        let reference = made["reference"].as_str().expect("a document");
        lives.journal.acknowledge(&key, reference);
        documents.push((key, made["id"].as_str().expect("an id").to_owned()));
    }
    // In turn: room that is kept for revocations, and none or next to none.
    let room = match round {
        1 => 0,
        round if round.is_multiple_of(2) => 8 << 20,
        _ => seed.below(2 << 20),
    };
    let filler = Filler::leaving(disk, room);
    let mut late = 0;
    wait("a refusal", || {
        let key = format!("late-{round}-{late}");
        late += 1;
        lives.journal.ask(&key);
        let answer = issue(&key);
        // The disk is looked at once a second; until then there may be room.
        if let Some(reference) = answer.json()["reference"].as_str() {
            lives.journal.acknowledge(&key, reference);
            return None;
        }
        assert_eq!(answer.status, 503, "{}", answer.json());
        assert!(answer.header("retry-after").is_some());
        Some(())
    });
    seen.refused += 1;
    for (key, id) in documents {
        let path = format!("/v1/trust/issuances/{id}/lifecycle");
        let answer = http::post(address, &path, &headers, &json!({"action": "revoke"}));
        let answer = answer.expect("an answer");
        match answer.status {
            200 => {
                lives.journal.revoked(&key);
                seen.revoked += 1;
            }
            503 => {
                assert!(answer.header("retry-after").is_some());
                seen.not_revoked += 1;
            }
            _ => panic!("{} {}", answer.status, answer.json()),
        }
    }
    drop(filler);
    let began = Instant::now();
    let before = lives.journal.acknowledged();
    while lives.journal.acknowledged() == before {
        assert!(
            began.elapsed() < AGAIN,
            "{}: {}",
            used(disk),
            lives.instance.log()
        );
        std::thread::sleep(Duration::from_millis(10));
    }
    seen.slowest = seen.slowest.max(began.elapsed());
}

/// What lies on the disk, for a test that fails.
fn used(disk: &std::path::Path) -> String {
    let listing = std::process::Command::new("sh")
        .args(["-c", "df -k . && ls -lR"])
        .current_dir(disk)
        .output();
    String::from_utf8_lossy(&listing.expect("a listing").stdout).into_owned()
}

struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}
