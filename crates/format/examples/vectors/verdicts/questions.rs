//! Verdicts by what was asked for, and when several things are wrong at once.

use ananke_format::Sha256;
use ananke_format::credential::Statement;

use super::{NOW, verdict};
use crate::documents::{PDF, issue, open, reference, spoil, statement, with_payload};

pub(super) fn write() {
    questions();
    nothing_there();
    precedence();
}

fn questions() {
    let good = issue(&statement(), "acme");
    let altered = |reason: &'static str| [reason, "not_reached", "not_reached", "not_reached"];
    let asked = |name: &str, what: &str, expect: &str, indication: &str, short: [&str; 4]| {
        verdict(name, what, expect, indication, short)
            .with("mode", "live")
            .with("now", NOW)
            .with("status", "Active")
    };
    asked(
        "reference",
        "the reference asked for",
        "valid",
        "TOTAL-PASSED",
        [".", ".", ".", "."],
    )
    .with("reference", reference(1))
    .write(&good);
    asked(
        "reference-other",
        "a genuine credential under another reference",
        "invalid",
        "TOTAL-FAILED HASH_FAILURE",
        altered("reference_mismatch"),
    )
    .with("reference", reference(2))
    .write(&good);
    asked(
        "file",
        "the file the document names",
        "valid",
        "TOTAL-PASSED",
        [".", ".", ".", "."],
    )
    .with("file", Sha256::of(PDF))
    .write(&good);
    asked(
        "file-record",
        "the record itself as the file",
        "valid",
        "TOTAL-PASSED",
        [".", ".", ".", "."],
    )
    .with("file", Sha256::of(good.as_bytes()))
    .write(&good);
    asked(
        "file-rendition",
        "a rendition on record",
        "valid",
        "TOTAL-PASSED",
        [".", ".", ".", "."],
    )
    .with("file", Sha256::of(b"rendition"))
    .with("rendition", Sha256::of(b"rendition"))
    .write(&good);
    asked(
        "file-other",
        "another file",
        "invalid",
        "TOTAL-FAILED HASH_FAILURE",
        altered("file_mismatch"),
    )
    .with("file", Sha256::of(b"other"))
    .write(&good);
    let bare = issue(
        &Statement {
            pdf: None,
            ..statement()
        },
        "acme",
    );
    asked(
        "file-none-named",
        "a file, and a document without one",
        "invalid",
        "TOTAL-FAILED HASH_FAILURE",
        altered("file_mismatch"),
    )
    .with("file", Sha256::of(PDF))
    .write(&bare);
    let (_, payload) = open(&good);
    verdict(
        "altered",
        "one digit is another",
        "invalid",
        "TOTAL-FAILED SIG_CRYPTO_FAILURE",
        altered("signature_mismatch"),
    )
    .with("now", NOW)
    .with("status", "Active")
    .write(&with_payload(&good, &spoil(&payload, "1,3", "1,0")));
    verdict(
        "not-a-credential",
        "some text",
        "invalid",
        "TOTAL-FAILED FORMAT_FAILURE",
        altered("malformed_credential"),
    )
    .with("now", NOW)
    .with("status", "Active")
    .write("hello");
}

fn nothing_there() {
    for (subject, what, expect) in [
        (
            "malformed_reference",
            "a text that is no reference",
            "not_found",
        ),
        (
            "unknown_reference",
            "a reference the instance never gave",
            "not_found",
        ),
        ("unknown_hash", "a hash no document names", "not_found"),
        (
            "erased",
            "a document whose contents were erased",
            "not_found",
        ),
        (
            "document_not_at_hand",
            "a bare reference, offline",
            "indeterminate",
        ),
    ] {
        let short = [subject, "not_reached", "not_reached", "not_reached"];
        verdict(
            &subject.replace('_', "-"),
            what,
            expect,
            "INDETERMINATE SIGNED_DATA_NOT_FOUND",
            short,
        )
        .with("now", NOW)
        .with("status", "unavailable")
        .with("subject", subject)
        .write("");
    }
}

/// When several things are wrong at once.
fn precedence() {
    const LATE: &str = "2028-07-01T00:00:00.000Z";
    let late = issue(&statement(), "acme");
    let server =
        |name: &str, what: &str, expect: &str, indication: &str, status: &str, short: [&str; 4]| {
            verdict(name, what, expect, indication, short)
                .with("mode", "live")
                .with("now", LATE)
                .with("source", "server")
                .with("status", status)
                .write(&late);
        };
    server(
        "revoked-and-expired",
        "revoked goes before expired",
        "revoked",
        "TOTAL-FAILED REVOKED",
        "Revoked",
        [".", ".", "expired", "revoked"],
    );
    server(
        "suspended-and-expired",
        "suspended goes before expired",
        "suspended",
        "INDETERMINATE TRY_LATER",
        "Suspended",
        [".", ".", "expired", "suspended"],
    );
    server(
        "expired-twice",
        "expired early, and past its time as well",
        "expired",
        "TOTAL-FAILED EXPIRED",
        "Expired",
        [".", ".", "expired", "expired_early"],
    );
    server(
        "expired-unknown-status",
        "what cannot be checked goes before expired",
        "indeterminate",
        "INDETERMINATE TRY_LATER",
        "unavailable",
        [".", ".", "expired", "status_unavailable"],
    );
    let good = issue(&statement(), "acme");
    verdict(
        "revoked-under-stale-bundle",
        "what cannot be checked goes before revoked",
        "indeterminate",
        "INDETERMINATE TRY_LATER",
        [".", "trust_bundle_expired", ".", "revoked"],
    )
    .with("mode", "live")
    .with("now", "2027-07-01T00:00:00.000Z")
    .with("status", "Revoked")
    .write(&good);
    verdict(
        "altered-and-tampered",
        "invalid goes before everything",
        "invalid",
        "TOTAL-FAILED HASH_FAILURE",
        [
            "record_altered",
            "not_reached",
            "not_reached",
            "not_reached",
        ],
    )
    .with("mode", "live")
    .with("now", LATE)
    .with("source", "server")
    .with("reference", reference(2))
    .with("status", "tampered")
    .write(&good);
}
