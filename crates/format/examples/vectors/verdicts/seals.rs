//! Verdicts about seals.

use ananke_format::seal::{Seal, Statement};
use ananke_format::{Mode, Product, Reference, Sha256, Signer as _, low_s};

use super::{NOW, checks, verdict};
use crate::case::{Case, case, date, from_hex, hex};
use crate::documents::{PDF, at};
use crate::keys::{TestKey, vectors};
use crate::own_seals::other_signature;

fn reference(seed: u8) -> Reference {
    Reference::from_random(Product::TCode, [seed; 8])
}

/// An ordinary stamp: issued in June 2026, good through June 2028, index 42 of list 0.
fn statement() -> Statement {
    Statement {
        mode: Mode::Live,
        certificate: TestKey::load("acme").certificate_reference(),
        template_version: None,
        valid_to: Some(date("2028-06-30")),
        status: 42,
        reference: reference(4),
        original: Sha256::of(PDF),
        issued_at: at("2026-06-01T10:00:00.000Z"),
        type_code: "diploma".to_owned(),
        stamp: Sha256::of(b"the update"),
        fields: vec![(0, "Ada Lovelace".to_owned())],
    }
}

/// Signed with a key of the PKI, which the seal names.
fn issue(statement: &Statement, key: &str) -> String {
    let key = TestKey::load(key);
    let statement = Statement {
        certificate: key.certificate_reference(),
        ..statement.clone()
    };
    hex(&statement.issue(&key).unwrap())
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

/// One that is looked at as far as the judge.
fn judged(name: &str, what: &str, expect: &str, indication: &str, short: [&str; 4]) -> Case {
    refused(name, what, expect, indication, short).with("mode", "live")
}

/// One that is refused before that.
fn refused(name: &str, what: &str, expect: &str, indication: &str, short: [&str; 4]) -> Case {
    verdict(&format!("seal-{name}"), what, expect, indication, short).with("carrier", "seal")
}

const PASSED: [&str; 4] = [".", ".", ".", "."];

fn only(reason: &'static str) -> [&'static str; 4] {
    [reason, "not_reached", "not_reached", "not_reached"]
}

pub(super) fn write() {
    statuses();
    lists();
    times();
    bytes();
    keys();
    questions();
}

fn statuses() {
    let good = issue(&statement(), "acme");
    let one = |name: &str, status: &str, expect: &str, indication: &str, short: [&str; 4]| {
        judged(name, "what is known of it", expect, indication, short)
            .with("now", NOW)
            .with("status", status)
            .write(&good);
    };
    one("valid", "Active", "valid", "TOTAL-PASSED", PASSED);
    for (name, status, expect, indication, reason) in [
        (
            "revoked",
            "Revoked",
            "revoked",
            "TOTAL-FAILED REVOKED",
            "revoked",
        ),
        (
            "suspended",
            "Suspended",
            "suspended",
            "INDETERMINATE TRY_LATER",
            "suspended",
        ),
        (
            "expired-early",
            "Expired",
            "expired",
            "TOTAL-FAILED EXPIRED",
            "expired_early",
        ),
        (
            "unavailable",
            "unavailable",
            "indeterminate",
            "INDETERMINATE TRY_LATER",
            "status_unavailable",
        ),
    ] {
        one(name, status, expect, indication, [".", ".", ".", reason]);
    }
    one(
        "tampered",
        "tampered",
        "invalid",
        "TOTAL-FAILED HASH_FAILURE",
        only("record_altered"),
    );
}

fn lists() {
    const OTHER: (&str, &str, &str) = (
        "indeterminate",
        "INDETERMINATE TRY_LATER",
        "status_list_mismatch",
    );
    const REVOKED: (&str, &str, &str) = ("revoked", "TOTAL-FAILED REVOKED", "revoked");
    const SECOND: u64 = 131_072;
    for (name, what, number, lists, (expect, indication, reason)) in [
        (
            "valid",
            "the token list says 0",
            42,
            "list-live.jws",
            ("valid", "TOTAL-PASSED", "."),
        ),
        (
            "revoked",
            "the token list says 1",
            43,
            "list-live.jws",
            REVOKED,
        ),
        (
            "suspended",
            "the token list says 2",
            44,
            "list-live.jws",
            ("suspended", "INDETERMINATE TRY_LATER", "suspended"),
        ),
        (
            "expired-early",
            "the token list says 3",
            45,
            "list-live.jws",
            ("expired", "TOTAL-FAILED EXPIRED", "expired_early"),
        ),
        (
            "w3c",
            "the revocation list names it",
            43,
            "list-live-revocation.jws list-live-suspension.jws",
            REVOKED,
        ),
        (
            "former-url",
            "a list served at a former public URL",
            43,
            "list-live-former-url.jws",
            REVOKED,
        ),
        (
            "unknown-url",
            "a list at a public URL the instance never had",
            43,
            "list-live-unknown-url.jws",
            OTHER,
        ),
        (
            "other-issuer",
            "another issuer's list",
            43,
            "list-beta.jws",
            OTHER,
        ),
        (
            "second",
            "the second list",
            SECOND + 43,
            "list-live-number-1.jws",
            REVOKED,
        ),
        (
            "other-number",
            "the first list for one of the second",
            SECOND + 43,
            "list-live.jws",
            OTHER,
        ),
        (
            "beyond",
            "a number beyond every list, which is list 0 in 32 bits",
            (SECOND << 32) + 42,
            "list-live.jws",
            OTHER,
        ),
    ] {
        let listed = Statement {
            status: number,
            ..statement()
        };
        let short = [".", ".", ".", reason];
        judged(&format!("list-{name}"), what, expect, indication, short)
            .with("now", NOW)
            .with("status", "lists")
            .with("lists", lists)
            .write(&issue(&listed, "acme"));
    }
}

fn times() {
    let good = issue(&statement(), "acme");
    let forever = Statement {
        valid_to: None,
        ..statement()
    };
    let forever = issue(&forever, "acme");
    const PASSES: (&str, &str, &str) = ("valid", "TOTAL-PASSED", ".");
    for (name, what, now, (expect, indication, reason), input) in [
        (
            "last-second",
            "the last millisecond of its last day",
            "2028-06-30T23:59:59.999Z",
            PASSES,
            &good,
        ),
        (
            "expired",
            "the first instant of the day after",
            "2028-07-01T00:00:00.000Z",
            ("expired", "TOTAL-FAILED EXPIRED", "expired"),
            &good,
        ),
        (
            "no-expiry",
            "one without a last day, years later",
            "2035-01-01T00:00:00.000Z",
            PASSES,
            &forever,
        ),
        (
            "slow-clock",
            "five minutes before it is issued",
            "2026-06-01T09:55:00.000Z",
            PASSES,
            &good,
        ),
        (
            "not-yet-valid",
            "a millisecond more",
            "2026-06-01T09:54:59.999Z",
            ("indeterminate", "INDETERMINATE TRY_LATER", "not_yet_valid"),
            &good,
        ),
    ] {
        judged(name, what, expect, indication, [".", ".", reason, "."])
            .with("now", now)
            .with("source", "server")
            .with("status", "Active")
            .write(input);
    }
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

fn questions() {
    let good = issue(&statement(), "acme");
    let hash = "TOTAL-FAILED HASH_FAILURE";
    let asked = |name: &str, what: &str, reason: Option<&'static str>| {
        let case = match reason {
            None => judged(name, what, "valid", "TOTAL-PASSED", PASSED),
            Some(reason) => judged(name, what, "invalid", hash, only(reason)),
        };
        case.with("now", NOW).with("status", "Active")
    };
    asked("reference", "the reference asked for", None)
        .with("reference", reference(4))
        .write(&good);
    asked(
        "reference-other",
        "a genuine seal under another reference",
        Some("reference_mismatch"),
    )
    .with("reference", reference(5))
    .write(&good);
    asked("file-original", "the file that was stamped", None)
        .with("file", Sha256::of(PDF))
        .write(&good);
    asked("file-record", "the seal itself as the file", None)
        .with("file", Sha256::of(&from_hex(&good)))
        .write(&good);
    asked(
        "file-stamped",
        "the stamped file, on record as a rendition",
        None,
    )
    .with("file", Sha256::of(b"stamped"))
    .with("rendition", Sha256::of(b"stamped"))
    .write(&good);
    asked("file-other", "another file", Some("file_mismatch"))
        .with("file", Sha256::of(b"other"))
        .with("rendition", Sha256::of(b"stamped"))
        .write(&good);
}
