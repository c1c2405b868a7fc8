//! The two halves of an error at COMMIT on SQLite: what failed may be stored, and may not. Only the same key tells.
//! (PostgreSQL's halves are seen in `commits.rs`.)

use ananke_rig::checker::check;
use ananke_rig::http;
use ananke_rig::instance::Instance;
use ananke_rig::journal::Journal;
use ananke_rig::load::{Tried, issue};
use ananke_rig::say;
use ananke_rig::server::{Server, wait};
use ananke_rig::shim::{Call, Shim};

use crate::program;

/// Fails one call of one issuance; says whether the document was there afterwards, before anybody asked again. `None`:
/// the call was not one of the issuance.
fn strike(
    instance: &Instance,
    shim: &Shim,
    variables: &[(&str, &str)],
    (call, behind): (Call, u64),
    journal: &Journal,
    key: &str,
) -> Option<bool> {
    shim.arm(call, None);
    let started = instance.start(variables);
    let mut server = started.unwrap_or_else(|ended| panic!("{ended}"));
    warm(instance, &server, journal, key);
    journal.ask(key);
    shim.strike(call, behind);
    let tried = issue(instance, server.address, key);
    if let Tried::Issued(reference) = &tried {
        journal.acknowledge(key, reference);
        server.kill();
        return None;
    }
    assert!(shim.fired(), "{tried:?}");
    wait("its end", || server.ended());
    let server = start(instance);
    let path = format!("/v1/trust/issuances?externalId={key}");
    let headers = [("x-api-key", instance.key.as_str())];
    let list = http::get(server.address, &path, &headers).unwrap().json();
    let stored = list["items"].as_array().unwrap().len() == 1;
    // The same key finds out, whichever it was.
    let Tried::Issued(reference) = issue(instance, server.address, key) else {
        panic!("no document: {}", instance.log());
    };
    journal.acknowledge(key, &reference);
    server.kill();
    Some(stored)
}

/// The first document of a process takes a lease besides: it goes before.
fn warm(instance: &Instance, server: &Server, journal: &Journal, key: &str) {
    let key = format!("before-{key}1");
    journal.ask(&key);
    let tried = issue(instance, server.address, &key);
    let Tried::Issued(reference) = &tried else {
        panic!("{tried:?}");
    };
    journal.acknowledge(&key, reference);
}

fn start(instance: &Instance) -> Server {
    let started = instance.start(&[]);
    started.unwrap_or_else(|ended| panic!("{ended}: {}", instance.log()))
}

#[test]
fn failed_and_stored_failed_and_not_stored() {
    let name = "G-04 both halves";
    let instance = Instance::create(program(), None);
    let shim = Shim::build(&instance.path(""));
    let variables = shim.variables(&instance.path("data"));
    let variables: Vec<(&str, &str)> = variables
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    let journal = Journal::create(&instance.path("halves.journal"));
    let (mut stored, mut not_stored) = (0, 0);
    for call in [Call::Sync, Call::Write] {
        // What the server does by itself comes in between at times, so that it may take a few tries.
        let mut struck = 0;
        for attempt in 0..60 {
            // Keys that end in 0 are external ids too.
            let key = format!("{call:?}-{attempt}0");
            let at = (call, attempt % 4);
            match strike(&instance, &shim, &variables, at, &journal, &key) {
                Some(true) => stored += 1,
                Some(false) => not_stored += 1,
                None => continue,
            }
            struck += 1;
            if struck == 3 {
                break;
            }
        }
    }
    let server = start(&instance);
    let report = check(&instance, server.address, &journal);
    say(&format!(
        "{name}: {stored} COMMITs failed and were stored, {not_stored} failed and were not: {}",
        report.words()
    ));
    report.must_be_clean(&instance);
    assert!(stored > 0 && not_stored > 0);
    server.stop();
}
