//! G-24 for the key-encryption key: it is changed while clients issue and tenants are made, whose keys it encloses. No
//! request fails, every document verifies here and offline, and each server starts with the new key alone.

use std::time::Duration;

use ananke_rig::instance::Instance;
use ananke_rig::offline::Offline;
use ananke_rig::say;

use crate::rotation::Fleet;
use crate::signing::{Tally, locked, under_load, unverified};
use crate::{cluster, program};

/// The key of the two nodes' choice.
const NEXT: &str = "2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b2b";

/// A tenant made on a node, while the key is changed on the first one where that is so.
fn tenant(fleet: &Fleet, node: usize, code: usize, changes: bool, tally: &Tally) {
    let on = match node {
        0 => &fleet.instance,
        node => &fleet.others[node - 1],
    };
    let code = format!("TEN{code:03}");
    std::thread::scope(|scope| {
        let change = scope.spawn(|| {
            if changes {
                let (went_well, words) = fleet.instance.run(&["kek", "rotate"]);
                assert!(went_well, "{words}");
            }
        });
        let (went_well, words) =
            on.run(&["tenants", "create", "--name", "School", "--code", &code]);
        if !went_well {
            locked(&tally.failed).push(format!("{code} on node {node}: {words}"));
        }
        change.join().expect("a changed key");
    });
}

/// Says what came of it: how many requests failed, and how many documents are not valid.
fn report(name: &str, changes: usize, fleet: &Fleet, tally: &Tally) -> (usize, usize) {
    let address = fleet.addresses()[0];
    let offline = Offline::fetch(&fleet.instance, address, 0).expect("what is published");
    let bad = unverified(&offline, address, tally);
    let failed = locked(&tally.failed);
    let documents = locked(&tally.documents).len();
    say(&format!(
        "{name}: the key-encryption key changed {changes} times, {documents} documents, {} requests failed, {} documents not \
         valid; {:?} {:?}",
        failed.len(),
        bad.len(),
        failed.first(),
        bad.first(),
    ));
    assert!(documents > 100);
    (failed.len(), bad.len())
}

#[test]
fn the_kek_is_changed_under_load() {
    let fleet = Fleet::start(None, 1, "");
    let mut changes = 0;
    let tally = under_load(&fleet, Duration::from_secs(9), |turn, tally| {
        tenant(&fleet, 0, turn, true, tally);
        changes += 1;
    });
    assert_eq!(
        report("G-24, KEK on SQLite", changes, &fleet, &tally),
        (0, 0)
    );
    let (sound, words) = fleet.instance.audit();
    assert!(sound, "{words}");
}

/// Two nodes that were given both keys, or the first one only.
fn on_two_nodes(cluster: &cluster::Cluster, name: &str, both_know: bool) -> (usize, usize) {
    let instance = Instance::create(program(), Some(cluster.database()));
    let old = std::fs::read_to_string(instance.path("data/kek")).expect("a key");
    let both = [
        ("ANANKE__KEYS__KEK", old.trim()),
        ("ANANKE__KEYS__NEXT_KEK", NEXT),
    ];
    let known = if both_know { &both[..] } else { &both[..1] };
    let mut fleet = Fleet::of(instance, &[&both, known]);
    let tally = under_load(&fleet, Duration::from_secs(9), |turn, tally| {
        tenant(&fleet, turn % 2, turn, turn == 2, tally);
    });
    let found = report(name, 1, &fleet, &tally);
    if both_know {
        for server in fleet.servers.drain(..) {
            server.stop();
        }
        // Each of them starts with the new one alone, and no more with the old one.
        let node = &fleet.others[0];
        let server = node
            .start(&[("ANANKE__KEYS__KEK", NEXT)])
            .expect("a server");
        server.stop();
        assert!(node.start(&both[..1]).is_err(), "the old key still opens");
    }
    found
}

#[test]
fn the_kek_is_changed_under_load_on_two_nodes() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    let found = on_two_nodes(cluster, "G-24, KEK on two nodes", true);
    assert_eq!(found, (0, 0));
    // The control: a node that was not told makes no tenant.
    let (failed, bad) = on_two_nodes(cluster, "G-24 control, a node that was not told", false);
    assert!(failed > 0 && bad == 0, "{failed} {bad}");
}
