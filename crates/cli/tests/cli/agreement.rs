//! A server and an offline verifier agree: on the verdict, the checks, and all that stands in signed bytes.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::world::{World, text};

/// Members that stand in signed bytes or follow from them.
const SIGNED: [&str; 15] = [
    "verdict",
    "indication",
    "status",
    "reference",
    "issuer",
    "issuerName",
    "issuerCode",
    "recipientName",
    "documentType",
    "documentTypeCode",
    "documentTitle",
    "issuedAt",
    "awardedOn",
    "expiresAt",
    "mode",
];

#[track_caller]
pub(crate) fn agree(online: &Value, offline: &Value) {
    for member in SIGNED.iter().chain(&["checks"]) {
        assert_eq!(
            online[member], offline[member],
            "{member}: {online} and {offline}"
        );
    }
    assert!(offline["server"].is_null());
    assert!(online["matches"].as_array().is_some_and(Vec::is_empty));
}

/// Asks both ways about a document of this world, and expects one word and one exit code.
#[track_caller]
fn both(world: &World, document: &Value, mode: &str, verdict: &str, code: i32) {
    world.save_evidence(mode);
    world
        .room
        .write("document.jwt", text(document, "credential"));
    let online = world
        .run(["verify", text(document, "reference"), "--json"])
        .code(code)
        .json();
    let more: &[&str] = if mode == "test" {
        &["--allow-test"]
    } else {
        &[]
    };
    let offline = world
        .run(world.offline("document.jwt", mode, more))
        .code(code)
        .json();
    assert_eq!(text(&online, "verdict"), verdict);
    agree(&online, &offline);
    // By the record's hash the server says the same.
    let by_hash = world
        .run(["verify", "document.jwt", "--json"])
        .code(code)
        .json();
    agree(&by_hash, &offline);
}

#[test]
fn through_a_life() {
    let world = World::start();
    world.template();
    let document = world.issue(&[
        "--title",
        "A title",
        "--awarded-on",
        "2026-06-30",
        "--expires",
        "2090-01-31",
    ]);
    let reference = text(&document, "reference");
    both(&world, &document, "live", "valid", 0);
    world.run(["documents", "suspend", reference]).code(0);
    both(&world, &document, "live", "suspended", 3);
    world.run(["documents", "reinstate", reference]).code(0);
    both(&world, &document, "live", "valid", 0);
    world
        .run(["documents", "revoke", reference, "--reason", "fraud"])
        .code(0);
    both(&world, &document, "live", "revoked", 3);

    let early = world.issue(&[]);
    world
        .run(["documents", "expire", text(&early, "reference")])
        .code(0);
    both(&world, &early, "live", "expired", 3);
}

#[test]
fn when_its_time_passes() {
    let world = World::start();
    world.template();
    // A moment ahead by the server's own clock.
    let issued_at = text(&world.issue(&[]), "issuedAt").to_owned();
    let moment: ananke_format::Instant = issued_at.parse().unwrap();
    let document = world.issue(&["--expires", &moment.plus_seconds(2).to_string()]);
    let began = Instant::now();
    while world
        .run(["verify", text(&document, "reference"), "--json"])
        .code
        != 3
    {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "it does not expire"
        );
    }
    both(&world, &document, "live", "expired", 3);
}

#[test]
fn about_test_documents() {
    let world = World::start();
    world.template();
    let document = world.issue_as(&world.test_key, &[]);
    both(&world, &document, "test", "valid", 0);
    // Whoever does not expect tests is not shown one as valid.
    let unexpected = world
        .run(world.offline("document.jwt", "test", &[]))
        .code(3)
        .json();
    assert_eq!(unexpected["checks"][1]["reason"], "test_not_allowed");
    // The live bundle knows nothing of the test authority.
    world.issue(&[]);
    world.save_evidence("live");
    let unknown = world
        .run(world.offline("document.jwt", "live", &["--allow-test"]))
        .code(3)
        .json();
    assert_eq!(unknown["checks"][1]["reason"], "certificate_untrusted");
    // For people, the word test stands beside the verdict.
    let shown = world.run(["verify", text(&document, "reference")]).code(0);
    assert!(shown.out.starts_with("VALID  TEST"), "{}", shown.out);
}

#[test]
fn about_what_was_altered_or_is_foreign() {
    let world = World::start();
    world.template();
    let genuine = world.issue(&[]);
    world.save_evidence("live");
    let credential = text(&genuine, "credential");

    let forger = World::of("University", "UNIV01");
    forger.template();
    let forged = forger.issue(&[]);
    let foreign = World::of("College", "COLL02");
    foreign.template();
    let stranger = foreign.issue(&[]);

    let (head, signature) = credential.rsplit_once('.').unwrap();
    let (header, payload) = head.split_once('.').unwrap();
    let swapped = signature.chars().rev().collect::<String>();
    for (name, record, reason) in [
        ("signature", format!("{head}.{swapped}"), None),
        (
            "payload",
            format!("{header}.{}.{signature}", payload.replacen('I', "J", 1)),
            None,
        ),
        ("algorithm", format!("eyJhbGciOiJub25lIn0.{payload}."), None),
        (
            "same name, other key",
            text(&forged, "credential").to_owned(),
            Some("certificate_untrusted"),
        ),
        (
            "another issuer",
            text(&stranger, "credential").to_owned(),
            Some("certificate_untrusted"),
        ),
    ] {
        world.room.write("record.jwt", record);
        let offline = world
            .run(world.offline("record.jwt", "live", &[]))
            .code(3)
            .json();
        let online = world.run(["verify", "record.jwt", "--json"]).code(3).json();
        assert_eq!(text(&offline, "verdict"), "invalid", "{name}");
        agree(&online, &offline);
        // Nothing of what a refused record claims is repeated.
        assert!(
            offline["recipientName"].is_null() && offline["issuerName"].is_null(),
            "{offline}"
        );
        if let Some(reason) = reason {
            assert_eq!(offline["checks"][1]["reason"], reason, "{name}");
        }
    }
}

#[test]
fn about_two_issuers_of_one_name() {
    let world = World::start();
    world.template();
    let first = world.issue(&[]);
    world
        .run([
            "tenants",
            "create",
            "--name",
            "University",
            "--code",
            "UNIV02",
            "--data",
            "data",
        ])
        .code(0);
    let key = world.data([
        "keys", "create", "--name", "k", "--tenant", "UNIV02", "--data", "data",
    ]);
    let key = text(&key, "secret").to_owned();
    world
        .run_as(&key, ["templates", "create", "diploma.json"])
        .code(0);
    let second = world.issue_as(&key, &[]);
    both(&world, &first, "live", "valid", 0);
    // The name is the same; the code and the way it is backed tell them apart.
    let answer = world
        .run(["verify", text(&second, "reference"), "--json"])
        .code(0)
        .json();
    assert_eq!(answer["issuer"]["code"], "UNIV02");
    assert_eq!(answer["issuer"]["identity"], "self_asserted");
    world.room.write("second.jwt", text(&second, "credential"));
    world
        .room
        .write("second.list", world.fetch("/s/UNIV02/live/0"));
    let arguments = [
        "verify",
        "second.jwt",
        "--json",
        "--offline",
        "--trust-bundle",
        "live.jws",
        "--status-list",
        "second.list",
    ];
    let offline = world.run(arguments).code(0).json();
    agree(&answer, &offline);
    // The first issuer's list says nothing about the second's documents.
    let mismatched = world
        .run(world.offline("second.jwt", "live", &[]))
        .code(6)
        .json();
    assert_eq!(mismatched["checks"][3]["reason"], "status_list_mismatch");
}

#[test]
fn when_the_server_is_sealed() {
    let mut world = World::start();
    world.template();
    let kept = world.issue(&[]);
    let revoked = world.issue(&[]);
    world
        .run(["documents", "revoke", text(&revoked, "reference")])
        .code(0);
    world.stop();
    world.restart(&["--set", "keys.sealed=true"]);
    both(&world, &kept, "live", "valid", 0);
    both(&world, &revoked, "live", "revoked", 3);
    let answer = world
        .run(["verify", text(&kept, "reference"), "--json"])
        .code(0)
        .json();
    assert!(answer["statusAsOf"].is_string(), "{answer}");
    world.run(["documents", "list"]).code(1).says("503");
}

#[test]
fn about_evidence_that_is_old_or_missing() {
    let world = World::start();
    world.template();
    let document = world.issue(&[]);
    world.save_evidence("live");
    world
        .room
        .write("document.jwt", text(&document, "credential"));
    let later = |seconds| {
        let issued_at: ananke_format::Instant = text(&document, "issuedAt").parse().unwrap();
        issued_at.plus_seconds(seconds).to_string()
    };
    let hour = 3600;
    for (at, more, check, reason) in [
        (later(25 * hour), &[][..], 3, "status_list_expired"),
        (later(-24 * hour), &[], 2, "not_yet_valid"),
        (later(366 * 24 * hour), &[], 1, "trust_bundle_expired"),
    ] {
        let mut arguments = world.offline("document.jwt", "live", more);
        arguments.extend(["--at".to_owned(), at]);
        let answer = world.run(arguments).code(6).json();
        assert_eq!(text(&answer, "verdict"), "indeterminate");
        assert_eq!(answer["checks"][check]["reason"], reason, "{answer}");
    }
    let bundle = [
        "verify",
        "document.jwt",
        "--json",
        "--offline",
        "--trust-bundle",
        "live.jws",
    ];
    let answer = world.run(bundle).code(6).json();
    assert_eq!(answer["checks"][3]["reason"], "status_unavailable");
    world.room.write("broken.list", "not a list");
    let answer = world
        .run(bundle.iter().chain(&["--status-list", "broken.list"]))
        .code(6)
        .json();
    assert_eq!(answer["checks"][3]["reason"], "status_list_malformed");
    // A bare reference or hash cannot be judged where no documents are kept.
    for target in [text(&document, "reference"), text(&document, "contentHash")] {
        let answer = world.run(world.offline(target, "live", &[])).code(6).json();
        assert_eq!(answer["checks"][0]["reason"], "document_not_at_hand");
        let with = world
            .run(world.offline(target, "live", &["--credential", "document.jwt"]))
            .code(0)
            .json();
        assert_eq!(text(&with, "verdict"), "valid");
    }
    world
        .run(world.offline("TRF-ABCD1234", "live", &[]))
        .code(5);
}

#[test]
fn about_where_trust_begins() {
    let world = World::start();
    world.template();
    let document = world.issue(&[]);
    world.save_evidence("live");
    world
        .room
        .write("document.jwt", text(&document, "credential"));
    let named = world
        .run(world.offline("document.jwt", "live", &[]))
        .code(0)
        .says("--trust-root sha256:");
    let anchor = &named.json()["trustAnchor"];
    assert_eq!(anchor["source"], "bundle_file");
    let root = text(anchor, "fingerprint").to_owned();
    let pinned = world
        .run(world.offline("document.jwt", "live", &["--trust-root", &root]))
        .code(0);
    assert_eq!(pinned.json()["trustAnchor"]["source"], "pinned");

    // Root, bundle, document and list of a forger fit together, but not the fingerprint.
    let forger = World::of("University", "UNIV01");
    forger.template();
    let forged = forger.issue(&[]);
    world
        .room
        .write("document.jwt", text(&forged, "credential"));
    world
        .room
        .write("live.jws", forger.fetch("/trust/live.jws"));
    world
        .room
        .write("live.list", forger.fetch("/s/UNIV01/live/0"));
    world
        .run(world.offline("document.jwt", "live", &[]))
        .code(0);
    let refused = world
        .run(world.offline("document.jwt", "live", &["--trust-root", &root]))
        .code(6);
    assert!(
        refused
            .says("the bundle's root is not the pinned one")
            .out
            .is_empty()
    );
    world
        .run(world.offline("document.jwt", "live", &["--min-sequence", "999999999999"]))
        .code(6)
        .says("older than one seen before");
    world.room.write("live.jws", "nonsense");
    world
        .run(world.offline("document.jwt", "live", &[]))
        .code(6)
        .says("refused");
}
