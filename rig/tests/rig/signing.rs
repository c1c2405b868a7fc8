//! G-24 for signing keys: they are replaced and retired while clients issue. No request fails, every document verifies here
//! and offline, and a key that was retired signs nothing more on any node after two seconds.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant as Stopwatch};

use ananke_rig::offline::Offline;
use ananke_rig::server::wait;
use ananke_rig::{http, number, say};
use serde_json::{Value, json};

use crate::cluster;
use crate::rotation::Fleet;

const CLIENTS: usize = 6;
/// Between two rotations.
const BETWEEN: Duration = Duration::from_secs(3);
/// How soon a retired key signs nothing more anywhere.
const SOON: Duration = Duration::from_secs(2);

/// A document, and when it was asked for.
pub(crate) struct Issued {
    asked: Stopwatch,
    reference: String,
    credential: String,
}

/// What came of it.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) documents: Mutex<Vec<Issued>>,
    pub(crate) failed: Mutex<Vec<String>>,
    /// Certificates, and when it was answered that they were retired.
    retired: Mutex<Vec<(String, Stopwatch)>>,
}

pub(crate) fn locked<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// Issues until it is over, at all nodes in turn.
fn issue(fleet: &Fleet, client: usize, tally: &Tally, over: &AtomicBool) {
    let addresses = fleet.addresses();
    let mut turn = client;
    while !over.load(Ordering::SeqCst) {
        turn += 1;
        let address = addresses[turn % addresses.len()];
        let body = json!({
            "templateId": fleet.instance.template, "recipientName": "Ada Lovelace",
            "fields": [{ "key": "course", "value": "Mathematics" }],
        });
        let asked = Stopwatch::now();
        let headers = [("x-api-key", fleet.instance.key.as_str())];
        match http::post(address, "/v1/trust/issuances", &headers, &body) {
            Ok(answer) if answer.status == 201 => {
                let issued = answer.json();
                locked(&tally.documents).push(Issued {
                    asked,
                    reference: text(&issued, "reference"),
                    credential: text(&issued, "credential"),
                });
            }
            Ok(answer) => {
                locked(&tally.failed).push(format!(
                    "{} at {address}: {}",
                    answer.status,
                    answer.json()
                ));
            }
            Err(error) => locked(&tally.failed).push(format!("{error} at {address}")),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// The key that signs now.
fn signing(fleet: &Fleet) -> Value {
    let page = fleet
        .manage("GET", "/v1/signing-keys?limit=200", &json!({}))
        .json();
    let items = page["items"].as_array().cloned().unwrap_or_default();
    let found = items.into_iter().find(|key| key["signs"] == true);
    found.expect("a key that signs")
}

/// Replaces the key that signs, at once or on a date, and retires it.
fn rotate(fleet: &Fleet, scheduled: bool, tally: &Tally) {
    let old = signing(fleet);
    let body = match scheduled {
        true => json!({ "startsAt": in_two_seconds() }),
        false => json!({}),
    };
    let made = fleet.manage("POST", "/v1/signing-keys", &body);
    assert_eq!(made.status, 201, "{}", made.json());
    let new = text(&made.json(), "id");
    wait("a key that has begun", || {
        (text(&signing(fleet), "id") == new).then_some(())
    });
    let path = format!("/v1/signing-keys/{}/retire", text(&old, "id"));
    let ended = fleet.manage("POST", &path, &json!({ "reason": "rotated" }));
    assert_eq!(ended.status, 200, "{}", ended.json());
    locked(&tally.retired).push((text(&old, "certificateReference"), Stopwatch::now()));
}

#[allow(
    clippy::disallowed_methods,
    reason = "the servers go by the machine's clock, too"
)]
fn in_two_seconds() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let millis = now.map_or(0, |since| since.as_millis()) + 2_000;
    let at = ananke_format::Instant::from_millisecond(i64::try_from(millis).unwrap_or(0));
    at.expect("an instant").to_string()
}

fn run(fleet: &Fleet, time: Duration) -> Tally {
    under_load(fleet, time, |turn, tally| {
        rotate(fleet, turn % 3 == 0, tally);
    })
}

/// Issues all the time, and does something again and again meanwhile.
pub(crate) fn under_load(
    fleet: &Fleet,
    time: Duration,
    mut act: impl FnMut(usize, &Tally),
) -> Tally {
    let tally = Tally::default();
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for client in 0..CLIENTS {
            let (tally, over) = (&tally, &over);
            scope.spawn(move || issue(fleet, client, tally, over));
        }
        let began = Stopwatch::now();
        let mut turn = 0;
        while began.elapsed() < time {
            let asked = Stopwatch::now();
            turn += 1;
            act(turn, &tally);
            std::thread::sleep((asked + BETWEEN).saturating_duration_since(Stopwatch::now()));
        }
        over.store(true, Ordering::SeqCst);
    });
    tally
}

/// Asks the server and an offline verifier about every document.
pub(crate) fn unverified(offline: &Offline, address: SocketAddr, tally: &Tally) -> Vec<String> {
    let mut found = Vec::new();
    for issued in locked(&tally.documents).iter() {
        let told = offline.verdict(&issued.credential, &issued.reference);
        let body = json!({ "reference": issued.reference });
        let online = http::post(address, "/v1/trust/verify/by-reference", &[], &body);
        let online = online.map(|answer| text(&answer.json(), "verdict"));
        let online = online.unwrap_or_else(|error| error.to_string());
        if (told.as_str(), online.as_str()) != ("valid", "valid") {
            found.push(format!(
                "{}: {told} offline, {online} online",
                issued.reference
            ));
        }
    }
    found
}

/// Documents that a key signed that had been retired for two seconds when they were asked for.
fn late(offline: &Offline, tally: &Tally) -> usize {
    let retired = locked(&tally.retired);
    let documents = locked(&tally.documents);
    let is_late = |issued: &&Issued| {
        let signer = offline
            .signer(&issued.credential)
            .expect("a key that is listed");
        let end = retired
            .iter()
            .find(|(certificate, _)| *certificate == signer);
        end.is_some_and(|(_, end)| issued.asked > *end + SOON)
    };
    documents.iter().filter(is_late).count()
}

fn check(name: &str, fleet: &Fleet) -> (usize, usize, usize) {
    let time = Duration::from_secs(number("ANANKE_RIG_ROTATION_SECONDS", 60) as u64);
    report(name, fleet, &run(fleet, time))
}

fn report(name: &str, fleet: &Fleet, tally: &Tally) -> (usize, usize, usize) {
    let address = fleet.addresses()[0];
    let offline = Offline::fetch(&fleet.instance, address, 0).expect("what is published");
    let bad = unverified(&offline, address, tally);
    let failed = locked(&tally.failed);
    let (documents, rotations) = (locked(&tally.documents).len(), locked(&tally.retired).len());
    let late = late(&offline, tally);
    say(&format!(
        "{name}: {rotations} signing keys replaced and retired, {documents} documents, {} requests failed, {} documents not \
         valid, {late} signed by a key retired for two seconds; {:?} {:?}",
        failed.len(),
        bad.len(),
        failed.first(),
        bad.first(),
    ));
    assert!(documents > 100 && rotations > 0);
    (failed.len(), bad.len(), late)
}

#[test]
fn signing_keys_rotated_on_sqlite() {
    let fleet = Fleet::start(None, 1, "");
    assert_eq!(check("G-24, signing keys on SQLite", &fleet), (0, 0, 0));
}

#[test]
fn signing_keys_rotated_on_two_nodes() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let fleet = Fleet::start(Some(cluster.database()), 2, "");
    assert_eq!(check("G-24, signing keys on two nodes", &fleet), (0, 0, 0));
}

/// The control: a key whose documents count no more from the moment of the command on, though another node has not heard.
#[test]
fn what_the_end_of_a_signing_key_must_not_do_is_found() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let fleet = Fleet::start(Some(cluster.database()), 2, "retire-at-once");
    let tally = run(&fleet, 3 * BETWEEN);
    let (_, bad, _) = report("G-24 control, retired at once", &fleet, &tally);
    assert!(bad > 0);
}
