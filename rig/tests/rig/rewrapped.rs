//! The key-encryption key is changed and the server is killed at each step of it. Whatever was begun is brought to its end:
//! it starts, issues and verifies at once, and the old key opens nothing once the change is over.

use std::os::unix::process::ExitStatusExt as _;

use ananke_rig::http;
use ananke_rig::instance::Instance;
use ananke_rig::say;
use ananke_rig::server::wait;
use serde_json::json;

use crate::{cluster, program};

/// Steps in their order, and whether everything is under the new key after a crash.
const STEPS: [(&str, bool); 6] = [
    ("crash-before-the-rewrap", false),
    ("crash-amid-the-rewrap", false),
    ("crash-before-the-commit", false),
    ("crash-after-the-commit", true),
    ("crash-before-the-switch", true),
    ("crash-amid-the-switch", true),
];

fn kek(instance: &Instance) -> String {
    std::fs::read_to_string(instance.path("data/kek")).expect("a key at every moment")
}

/// Starts as ever, issues, verifies.
fn works(instance: &Instance, step: &str) {
    let server = instance
        .start(&[])
        .unwrap_or_else(|ended| panic!("{step}: {ended}: {}", instance.log()));
    let body = json!({
        "templateId": instance.template, "recipientName": "Ada Lovelace",
        "fields": [{ "key": "course", "value": "Mathematics" }],
    });
    let headers = [("x-api-key", instance.key.as_str())];
    let issued =
        http::post(server.address, "/v1/trust/issuances", &headers, &body).expect("an answer");
    assert_eq!(issued.status, 201, "{step}: {}", issued.json());
    let question = json!({ "reference": issued.json()["reference"] });
    let verdict = http::post(
        server.address,
        "/v1/trust/verify/by-reference",
        &[],
        &question,
    );
    assert_eq!(
        verdict.expect("an answer").json()["verdict"],
        "valid",
        "{step}"
    );
    let (sound, words) = instance.audit();
    assert!(sound, "{step}: {words}");
    server.stop();
}

fn crashes(name: &str, new: impl Fn() -> Instance) {
    let (mut before, mut after) = (0, 0);
    for (step, done) in STEPS {
        // A new one each time: on PostgreSQL whoever was killed counts as another server for a minute.
        let instance = &new();
        let old = kek(instance);
        let variables = [("ANANKE_FAILPOINT", step)];
        let mut server = instance.start(&variables).expect("a server");
        let (went_well, words) = instance.run(&["kek", "rotate"]);
        assert!(!went_well, "{step}: {words}");
        let status = wait("the server's end", || server.ended());
        assert_eq!(status.signal(), Some(9), "{step}: {}", instance.log());

        works(instance, step);
        // A start after the commit ends what was begun; before it nothing was, and it is begun again.
        assert_eq!(kek(instance) != old, done, "{step}");
        assert_eq!(!instance.path("data/kek.next").exists(), done, "{step}");
        if !done {
            before += 1;
            let next = std::fs::read_to_string(instance.path("data/kek.next")).unwrap();
            let (went_well, words) = instance.run(&["kek", "rotate"]);
            assert!(went_well, "{step}: {words}");
            assert_eq!(
                kek(instance),
                next,
                "{step}: the key that was made before is the one"
            );
            works(instance, step);
        } else {
            after += 1;
        }
        // The old one: nothing opens.
        let variables = [("ANANKE__KEYS__KEK", old.trim())];
        assert!(
            instance.start(&variables).is_err(),
            "{step}: the old key still opens"
        );
        for secret in [&old, &kek(instance)] {
            assert!(
                !instance.log().contains(secret.trim()),
                "{step}: a key is in the log"
            );
        }
    }
    say(&format!(
        "{name}: killed by itself at {} steps of a change of the key-encryption key: still under the old key after {before}, \
         under the new one after {after}; started, issued and verified after each, and the old key opened nothing in the end",
        STEPS.len()
    ));
}

#[test]
fn killed_at_every_step_on_sqlite() {
    crashes("KEK sqlite", || Instance::create(program(), None));
}

#[test]
fn killed_at_every_step_on_postgresql() {
    let Some(cluster) = cluster::shared() else {
        return;
    };
    crashes("KEK postgresql", || {
        Instance::create(program(), Some(cluster.database()))
    });
}
