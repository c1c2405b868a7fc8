//! Verdicts about seals, by status evidence, by the clock and by what was asked for.

use ananke_format::seal::Statement;
use ananke_format::{Mode, Product, Reference, Sha256, Signer as _};

use super::{NOW, verdict};
use crate::case::{Case, date, from_hex, hex};
use crate::documents::{PDF, at};
use crate::keys::TestKey;

fn reference(seed: u8) -> Reference {
    Reference::from_random(Product::TCode, [seed; 8])
}

/// An ordinary stamp: issued in June 2026, good through June 2028, index 42 of list 0.
pub(super) fn statement() -> Statement {
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
pub(super) fn issue(statement: &Statement, key: &str) -> String {
    let key = TestKey::load(key);
    let statement = Statement {
        certificate: key.certificate_reference(),
        ..statement.clone()
    };
    hex(&statement.issue(&key).unwrap())
}

/// One that is looked at as far as the judge.
pub(super) fn judged(
    name: &str,
    what: &str,
    expect: &str,
    indication: &str,
    short: [&str; 4],
) -> Case {
    refused(name, what, expect, indication, short).with("mode", "live")
}

/// One that is refused before that.
pub(super) fn refused(
    name: &str,
    what: &str,
    expect: &str,
    indication: &str,
    short: [&str; 4],
) -> Case {
    verdict(&format!("seal-{name}"), what, expect, indication, short).with("carrier", "seal")
}

pub(super) const PASSED: [&str; 4] = [".", ".", ".", "."];

pub(super) fn only(reason: &'static str) -> [&'static str; 4] {
    [reason, "not_reached", "not_reached", "not_reached"]
}

pub(super) fn write() {
    statuses();
    lists();
    times();
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
