//! Verdicts about seals, by their bytes and by who signed them.

use ananke_format::seal::{Seal, Statement};
use ananke_format::{Mode, Signer as _, low_s};

use super::seals::{PASSED, issue, judged, only, refused, statement};
use super::{NOW, checks};
use crate::case::{case, from_hex, hex};
use crate::documents::at;
use crate::keys::{TestKey, vectors};
use crate::own_seals::other_signature;

pub(super) fn write() {
    bytes();
    keys();
}

/// The same, whatever mode it states.
fn issue_as(mode: Mode, key: &str) -> String {
    let key = TestKey::load(key);
    let statement = Statement {
        mode,
        certificate: key.certificate_reference(),
        ..statement()
    };
    let mut seal = statement.unsigned().unwrap();
    let signature = key.sign(&seal.signed_bytes().unwrap()).unwrap();
    seal.signature = Some(low_s(signature));
    hex(&seal.to_bytes().unwrap())
}

fn bytes() {
    let text = std::fs::read_to_string(vectors().join("verify/seal-valid.txt")).unwrap();
    let (_, good) = text.trim_end().split_once("\n\n").unwrap();
    let seal = Seal::parse(&from_hex(good)).unwrap();
    let one = |name: &str, what: &str, expect: &str, indication: &str, reason, input: &str| {
        refused(name, what, expect, indication, only(reason))
            .with("now", NOW)
            .with("status", "Active")
            .write(input);
    };
    let form = |name: &str, what: &str, reason, input: &str| {
        one(
            name,
            what,
            "invalid",
            "TOTAL-FAILED FORMAT_FAILURE",
            reason,
            input,
        );
    };
    let changed = |change: &dyn Fn(&mut Seal)| {
        let mut seal = seal.clone();
        change(&mut seal);
        hex(&seal.to_bytes().unwrap())
    };
    form(
        "none",
        "a barcode that holds a text",
        "no_seal",
        &hex(b"https://example.com"),
    );
    form("empty", "nothing", "no_seal", "");
    form(
        "cut",
        "without its last byte",
        "malformed_seal",
        good.get(..good.len() - 2).unwrap(),
    );
    form(
        "profile",
        "without a status",
        "malformed_seal",
        &changed(&|seal| seal.fields.retain(|field| field.tag != 0x06)),
    );
    form(
        "unsigned",
        "without a signature",
        "malformed_seal",
        &changed(&|seal| seal.signature = None),
    );
    form(
        "high-s",
        "the other of the two signatures there are",
        "high_s",
        &changed(&other_signature),
    );
    let mismatch = |name: &str, what: &str, input: &str| {
        let indication = "TOTAL-FAILED SIG_CRYPTO_FAILURE";
        one(
            name,
            what,
            "invalid",
            indication,
            "signature_mismatch",
            input,
        );
    };
    mismatch(
        "altered",
        "one byte of a field is another",
        &changed(&|seal| seal.fields.last_mut().unwrap().value[0] = b'E'),
    );
    mismatch(
        "key-of-another",
        "signed by somebody else under the same certificate reference",
        &issue(&statement(), "stranger-acme"),
    );
    one(
        "foreign",
        "a real seal of somebody else",
        "indeterminate",
        "INDETERMINATE NO_SIGNING_CERTIFICATE_FOUND",
        "foreign_seal",
        &foreign(),
    );
    one(
        "certificate-unknown",
        "a certificate newer than the bundle",
        "indeterminate",
        "INDETERMINATE TRY_LATER",
        "certificate_unknown",
        &issue(&statement(), "acme-new"),
    );
}

/// The first signed seal of `vds/`.
fn foreign() -> String {
    let text = std::fs::read_to_string(vectors().join("vds/seals.json")).unwrap();
    let all: serde_json::Value = serde_json::from_str(&text).unwrap();
    let seals = all["seals"].as_array().unwrap();
    let seal = seals.iter().find(|seal| seal["signer"].is_string());
    seal.unwrap()["hex"].as_str().unwrap().to_owned()
}

fn keys() {
    let keyed = |name: &str,
                 what: &str,
                 expect: &str,
                 indication: &str,
                 reason: &str,
                 (key, issued): (&str, &str)| {
        let rest = if expect == "invalid" {
            "not_reached"
        } else {
            "."
        };
        let statement = Statement {
            issued_at: at(issued),
            ..statement()
        };
        judged(name, what, expect, indication, [".", reason, rest, rest])
            .with("now", NOW)
            .with("status", "Active")
            .write(&issue(&statement, key));
    };
    keyed(
        "after-retirement",
        "issued at the instant its key was retired",
        "invalid",
        "INDETERMINATE OUT_OF_BOUNDS_NO_POE",
        "key_retired",
        ("acme-retired", "2026-05-01T00:00:00.000Z"),
    );
    keyed(
        "outside-interval",
        "issued a millisecond after its key's interval",
        "invalid",
        "INDETERMINATE OUT_OF_BOUNDS_NO_POE",
        "outside_certificate_validity",
        ("acme-short", "2026-03-01T00:00:00.001Z"),
    );
    keyed(
        "compromised-unproved",
        "its key was compromised, and only its own date says that it is older",
        "indeterminate",
        "INDETERMINATE REVOKED_NO_POE",
        "existence_not_proved",
        ("acme-lost", "2026-02-01T00:00:00.000Z"),
    );
    for (name, existed, expect, indication, reason, rest) in [
        (
            "compromised-proved",
            "2026-06-09T23:59:59.999Z",
            "valid",
            "TOTAL-PASSED",
            ".",
            ".",
        ),
        (
            "compromised-late",
            "2026-06-10T00:00:00.000Z",
            "invalid",
            "TOTAL-FAILED REVOKED",
            "key_compromised",
            "not_reached",
        ),
    ] {
        let what = "its key was compromised, and it is proved when it was there";
        judged(name, what, expect, indication, [".", reason, rest, rest])
            .with("now", NOW)
            .with("status", "Active")
            .with("existed-at", existed)
            .write(&issue(&statement(), "acme-lost"));
    }
    judged(
        "bundle-expired",
        "the bundle at its expiry",
        "indeterminate",
        "INDETERMINATE TRY_LATER",
        [".", "trust_bundle_expired", ".", "."],
    )
    .with("now", "2027-06-15T00:00:00.000Z")
    .with("status", "Active")
    .write(&issue(&statement(), "acme"));
    modes();
}

fn modes() {
    const NOT: [&str; 4] = [".", "test_not_allowed", "not_reached", "not_reached"];
    let chain = "INDETERMINATE CHAIN_CONSTRAINTS_FAILURE";
    for (name, allowed, expect, indication, short, log) in [
        (
            "test-allowed",
            "yes",
            "valid",
            "TOTAL-PASSED",
            PASSED,
            "not_logged",
        ),
        (
            "test-not-allowed",
            "no",
            "invalid",
            chain,
            NOT,
            "not_reached",
        ),
    ] {
        case("verify", &format!("seal-{name}"), "a test document", expect)
            .with("checks", checks(short, log))
            .with("indication", indication)
            .with("trust", "trust-test.jws")
            .with("carrier", "seal")
            .with("mode", "test")
            .with("allow-test", allowed)
            .with("now", NOW)
            .with("status", "lists")
            .with("lists", "list-test.jws")
            .write(&issue_as(Mode::Test, "acme-test"));
    }
    for (name, what, trust, mode, key) in [
        (
            "live-key-marked-test",
            "signed with a live key, as a test document",
            "trust-live.jws",
            Mode::Test,
            "acme",
        ),
        (
            "test-key-marked-live",
            "signed with a test key, as a live document",
            "trust-test.jws",
            Mode::Live,
            "acme-test",
        ),
    ] {
        let short = [".", "mode_mismatch", "not_reached", "not_reached"];
        case("verify", &format!("seal-{name}"), what, "invalid")
            .with("checks", checks(short, "not_reached"))
            .with("indication", "INDETERMINATE SIG_CONSTRAINTS_FAILURE")
            .with("trust", trust)
            .with("carrier", "seal")
            .with("allow-test", "yes")
            .with("now", NOW)
            .with("status", "Active")
            .write(&issue_as(mode, key));
    }
}
