//! G-06: somebody flips bits of the database's file, or puts an older one back.
//!
//! Edits of single values and rows mixed between tenants are `crates/server/tests/trust/tampering`, on both engines.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use ananke_rig::http;
use ananke_rig::instance::Instance;
use ananke_rig::seed::Seed;
use ananke_rig::{number, say};
use serde_json::{Value, json};

use crate::lives::under_load;
use crate::program;

const CLIENTS: usize = 2;

/// What a server says about a document; `None` where it says nothing about any.
fn answer(address: SocketAddr, reference: &str) -> Option<Value> {
    let question = json!({ "reference": reference });
    let answer = http::post(address, "/v1/trust/verify/by-reference", &[], &question);
    let answer = answer.expect("an answer");
    let mut json = answer.json();
    for (object, member) in [("server", "verifiedAt"), ("trustAnchor", "asOf")] {
        json[object][member] = Value::Null;
    }
    json["statusAsOf"] = Value::Null;
    match answer.status {
        200 => Some(json),
        500 | 503 => None,
        status => panic!("{status} {json}"),
    }
}

/// An answer is the untouched one, or it believes nothing.
fn believed(now: Option<&Value>, untouched: &Value) -> bool {
    let Some(now) = now else { return false };
    let nothing = ["invalid", "not_found", "indeterminate"].map(Value::from);
    let told = |name: &str| !now[name].is_null() && now[name] != untouched[name];
    now != untouched
        && (!nothing.contains(&now["verdict"])
            || ["recipientName", "issuerCode"].map(told).contains(&true))
}

/// An instance that is stopped, with documents in three states, and the answers about them.
fn furnished(name: &str) -> (Instance, Vec<(String, Value)>) {
    let instance = Instance::create(program(), None);
    let (untouched, report) = under_load(&instance, name, CLIENTS, |lives| {
        let mut server = lives.begin(&[]).expect("a server");
        assert!(lives.wait_for_answers(&mut server, 12));
        let headers = [("x-api-key", instance.key.as_str())];
        let listed = http::get(server.address, "/v1/trust/issuances", &headers).expect("a list");
        let listed = listed.json()["items"].as_array().cloned().expect("items");
        for document in listed.iter().take(4) {
            let path = format!("/v1/trust/issuances/{}/lifecycle", text(document, "id"));
            let revoked = http::post(
                server.address,
                &path,
                &headers,
                &json!({"action": "revoke"}),
            );
            assert_eq!(revoked.expect("an answer").status, 200);
            lives.journal.revoked(text(document, "recipientName"));
        }
        let untouched = listed.iter().take(12).map(|document| {
            let reference = text(document, "reference").to_owned();
            let said = answer(server.address, &reference).expect("an answer");
            (reference, said)
        });
        let untouched = untouched.collect();
        server.stop();
        untouched
    });
    report.must_be_clean(&instance);
    (instance, untouched)
}

/// The database and the anchor as they are, to be put back.
struct Kept {
    database: Vec<u8>,
    anchor: Vec<u8>,
}

impl Kept {
    fn of(instance: &Instance) -> Self {
        let read = |path: PathBuf| std::fs::read(path).expect("a file");
        Self {
            database: read(instance.path("data/ananke.db")),
            anchor: read(instance.path("data.anchor")),
        }
    }

    fn put(&self, instance: &Instance, database: &[u8]) {
        for rest in ["data/ananke.db-wal", "data/ananke.db-shm"] {
            let _ = std::fs::remove_file(instance.path(rest));
        }
        std::fs::write(instance.path("data/ananke.db"), database).expect("written");
        std::fs::write(instance.path("data.anchor"), &self.anchor).expect("written");
    }
}

#[test]
fn flipped_bits_of_the_database() {
    let name = "G-06 flips";
    let mut seed = Seed::of_run(name);
    let (instance, untouched) = furnished("flips");
    let kept = Kept::of(&instance);
    let flips = number("ANANKE_RIG_FLIPS", 100);
    let (mut refused, mut found, mut silent) = (0, 0, 0);
    for _ in 0..flips {
        let mut bytes = kept.database.clone();
        let at = usize::try_from(seed.below(bytes.len() as u64)).expect("a place");
        let bit = seed.below(8);
        bytes[at] ^= 1 << bit;
        kept.put(&instance, &bytes);
        let place = format!("bit {bit} of byte {at}");
        let Ok(server) = instance.start(&[]) else {
            refused += 1;
            continue;
        };
        let mut changed = false;
        for (reference, before) in &untouched {
            let now = answer(server.address, reference);
            assert!(!believed(now.as_ref(), before), "{place}: {now:?}");
            changed |= now.as_ref() != Some(before);
        }
        let (sound, words) = instance.audit();
        assert!(
            !sound || !changed,
            "{place} changed an answer, and the audit finds nothing: {words}"
        );
        found += usize::from(!sound);
        silent += usize::from(sound);
        server.kill();
    }
    say(&format!(
        "{name}: {flips} flipped bits of a database of {} kB: {refused} refused at the start, {found} found by \
         `audit verify`, {silent} without effect; 0 changed an answer to one that is believed",
        kept.database.len() / 1_000
    ));
    assert!(refused + found > 0);
}

/// So many copies of a database, each older than the next, and the last state.
fn copies(instance: &Instance, count: usize) -> Vec<PathBuf> {
    let (copies, report) = under_load(instance, "copies", CLIENTS, |lives| {
        let mut server = lives.begin(&[]).expect("a server");
        let mut copies = Vec::new();
        for number in 0..count {
            assert!(lives.wait_for_answers(&mut server, 1));
            let copy = instance.note(&format!("copy-{number}"));
            let (done, words) = instance.run(&["backup", "create", copy.to_str().expect("a name")]);
            assert!(done, "{words}");
            copies.push(copy.join("ananke.db"));
        }
        assert!(lives.wait_for_answers(&mut server, 1));
        server.stop();
        copies
    });
    report.must_be_clean(instance);
    copies
}

fn read(copy: &Path) -> Vec<u8> {
    std::fs::read(copy).expect("a copy")
}

#[test]
fn older_databases_put_back() {
    let name = "G-06 old copies";
    let instance = Instance::create(program(), None);
    let copies = copies(&instance, number("ANANKE_RIG_COPIES", 100));
    let kept = Kept::of(&instance);
    for copy in &copies {
        kept.put(&instance, &read(copy));
        let started = instance.start(&[]);
        assert!(
            started.is_err(),
            "{} was put back and believed",
            copy.display()
        );
    }
    assert!(
        instance.log().contains("--new-epoch"),
        "the way out is told: {}",
        instance.log()
    );
    kept.put(&instance, &kept.database);
    instance.start(&[]).expect("the newest one starts").stop();
    say(&format!(
        "{name}: {} older databases put back, each refused",
        copies.len()
    ));
}

/// The control: without its anchor a server takes an older database for the newest.
#[test]
fn without_the_anchor_an_older_database_is_believed() {
    let instance = Instance::create(program(), None);
    let copies = copies(&instance, 1);
    Kept::of(&instance).put(&instance, &read(&copies[0]));
    let server = instance.start(&[("ANANKE_FAILPOINT", "believe-any-anchor")]);
    let server = server.expect("it starts");
    let (sound, words) = instance.audit();
    assert!(sound, "the audit finds it by itself: {words}");
    say(
        "G-06 control, the anchor is not looked at: an older database starts, and nothing is found",
    );
    server.stop();
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().expect(name)
}
