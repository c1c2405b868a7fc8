//! Whole verdicts: every word, every check, every reason the judge itself finds.

use ananke_format::credential::Statement;
use ananke_format::{Mode, Sha256};

use crate::case::{Case, case};
use crate::documents::{PDF, at, at_index, issue, open, reference, spoil, statement, with_payload};

const NOW: &str = "2026-07-01T12:00:00.000Z";

/// The checks in short: `.` passed, else the reason.
fn checks(short: [&str; 4], log: &str) -> String {
    let failed = |reason: &str| {
        ![
            "not_",
            "status_",
            "unknown_",
            "malformed_reference",
            "erased",
            "document_not",
            "certificate_not_listed",
            "existence_not",
            "trust_bundle",
        ]
        .iter()
        .any(|start| reason.starts_with(start))
    };
    let names = ["integrity", "issuer", "time", "status", "log"];
    let checks = names
        .iter()
        .zip(short.iter().chain([&log]))
        .map(|(name, reason)| match *reason {
            "." => format!("{name} passed"),
            reason if failed(reason) => format!("{name} failed {reason}"),
            reason => format!("{name} not_checked {reason}"),
        });
    checks.collect::<Vec<_>>().join(", ")
}

/// A live document looked at in the middle of 2026.
fn verdict(name: &str, what: &str, expect: &str, indication: &str, short: [&str; 4]) -> Case {
    let log = if short[2] == "not_reached" {
        "not_reached"
    } else {
        "not_logged"
    };
    case("verify", name, what, expect)
        .with("checks", checks(short, log))
        .with("indication", indication)
        .with("trust", "trust-live.jws")
}

pub(crate) fn write() {
    statuses();
    lists();
    times();
    keys();
    questions();
    nothing_there();
    precedence();
}

fn statuses() {
    let good = issue(&statement(), "acme");
    for (status, expect, indication, reason) in [
        ("Active", "valid", "TOTAL-PASSED", "."),
        (
            "Suspended",
            "suspended",
            "INDETERMINATE TRY_LATER",
            "suspended",
        ),
        ("Revoked", "revoked", "TOTAL-FAILED REVOKED", "revoked"),
        (
            "Expired",
            "expired",
            "TOTAL-FAILED EXPIRED",
            "expired_early",
        ),
    ] {
        let name = format!("recorded-{}", status.to_lowercase());
        verdict(
            &name,
            "an authenticated row says so",
            expect,
            indication,
            [".", ".", ".", reason],
        )
        .with("mode", "live")
        .with("shown", status)
        .with("now", NOW)
        .with("status", status)
        .write(&good);
    }
    verdict(
        "unavailable",
        "no status can be had",
        "indeterminate",
        "INDETERMINATE TRY_LATER",
        [".", ".", ".", "status_unavailable"],
    )
    .with("mode", "live")
    .with("now", NOW)
    .with("status", "unavailable")
    .write(&good);
    verdict(
        "tampered",
        "the record's row was altered",
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
    .with("now", NOW)
    .with("status", "tampered")
    .write(&good);
}

fn lists() {
    let listed = |name: &str,
                  what: &str,
                  index: u32,
                  lists: &str,
                  expect: &str,
                  indication: &str,
                  reason: &str| {
        verdict(name, what, expect, indication, [".", ".", ".", reason])
            .with("mode", "live")
            .with("now", NOW)
            .with("status", "lists")
            .with("lists", lists)
            .write(&issue(&at_index(index), "acme"));
    };
    let refused = |name: &str, what: &str, lists: &str, reason: &str| {
        listed(
            name,
            what,
            42,
            lists,
            "indeterminate",
            "INDETERMINATE TRY_LATER",
            reason,
        );
    };
    listed(
        "list-valid",
        "the token list says 0",
        42,
        "list-live.jws",
        "valid",
        "TOTAL-PASSED",
        ".",
    );
    listed(
        "list-revoked",
        "the token list says 1",
        43,
        "list-live.jws",
        "revoked",
        "TOTAL-FAILED REVOKED",
        "revoked",
    );
    listed(
        "list-suspended",
        "the token list says 2",
        44,
        "list-live.jws",
        "suspended",
        "INDETERMINATE TRY_LATER",
        "suspended",
    );
    listed(
        "list-expired-early",
        "the token list says 3",
        45,
        "list-live.jws",
        "expired",
        "TOTAL-FAILED EXPIRED",
        "expired_early",
    );
    listed(
        "list-former-url",
        "a list served at a former public URL",
        43,
        "list-live-former-url.jws",
        "revoked",
        "TOTAL-FAILED REVOKED",
        "revoked",
    );
    let both = "list-live-revocation.jws list-live-suspension.jws";
    listed(
        "w3c-valid",
        "neither W3C list names it",
        42,
        both,
        "valid",
        "TOTAL-PASSED",
        ".",
    );
    listed(
        "w3c-revoked",
        "the revocation list names it",
        43,
        both,
        "revoked",
        "TOTAL-FAILED REVOKED",
        "revoked",
    );
    listed(
        "w3c-suspended",
        "the suspension list names it",
        44,
        both,
        "suspended",
        "INDETERMINATE TRY_LATER",
        "suspended",
    );
    refused(
        "w3c-half",
        "the revocation list alone",
        "list-live-revocation.jws",
        "status_list_incomplete",
    );
    refused(
        "list-unknown-url",
        "a list at a public URL the instance never had",
        "list-live-unknown-url.jws",
        "status_list_mismatch",
    );
    refused(
        "list-other-number",
        "another list of the same issuer",
        "list-live-number-1.jws",
        "status_list_mismatch",
    );
    refused(
        "list-other-issuer",
        "another issuer's list",
        "list-beta.jws",
        "status_list_mismatch",
    );
    refused(
        "list-next-day",
        "a list from the future",
        "list-live-next-day.jws",
        "status_list_not_yet_valid",
    );
    refused(
        "list-untrusted",
        "a list signed by a compromised status key",
        "list-lost.jws",
        "status_list_untrusted",
    );
    refused(
        "list-malformed",
        "a trust bundle in the list's place",
        "trust-live.jws",
        "status_list_malformed",
    );
    for (name, what, now, expect, indication, reason) in [
        (
            "list-last-moment",
            "the last millisecond before exp",
            "2026-07-01T23:59:59.999Z",
            "valid",
            "TOTAL-PASSED",
            ".",
        ),
        (
            "list-past-exp",
            "a list at its exp",
            "2026-07-02T00:00:00.000Z",
            "indeterminate",
            "INDETERMINATE TRY_LATER",
            "status_list_expired",
        ),
        (
            "list-slow-clock",
            "built within five minutes of a slow clock",
            "2026-06-30T23:55:00.000Z",
            "valid",
            "TOTAL-PASSED",
            ".",
        ),
        (
            "list-too-slow-clock",
            "a millisecond more",
            "2026-06-30T23:54:59.999Z",
            "indeterminate",
            "INDETERMINATE TRY_LATER",
            "status_list_not_yet_valid",
        ),
    ] {
        verdict(name, what, expect, indication, [".", ".", ".", reason])
            .with("mode", "live")
            .with("now", now)
            .with("status", "lists")
            .with("lists", "list-live.jws")
            .write(&issue(&statement(), "acme"));
    }
    verdict(
        "list-newest",
        "of two good lists the newer one counts",
        "valid",
        "TOTAL-PASSED",
        [".", ".", ".", "."],
    )
    .with("mode", "live")
    .with("now", "2026-07-01T23:58:00.000Z")
    .with("status", "lists")
    .with("lists", "list-live.jws list-live-next-day.jws")
    .with("as-of", "2026-07-02T00:00:00.000Z")
    .write(&issue(&statement(), "acme"));
}

fn times() {
    let good = issue(&statement(), "acme");
    let forever = issue(
        &Statement {
            expires_at: None,
            ..statement()
        },
        "acme",
    );
    let timed = |name: &str,
                 what: &str,
                 now: &str,
                 expect: &str,
                 indication: &str,
                 reason: &str,
                 input: &str| {
        verdict(name, what, expect, indication, [".", ".", reason, "."])
            .with("mode", "live")
            .with("now", now)
            .with("source", "server")
            .with("status", "Active")
            .write(input);
    };
    timed(
        "last-moment",
        "the millisecond before it expires, seen by a server",
        "2028-06-01T09:59:59.999Z",
        "valid",
        "TOTAL-PASSED",
        ".",
        &good,
    );
    timed(
        "expired",
        "the instant it expires",
        "2028-06-01T10:00:00.000Z",
        "expired",
        "TOTAL-FAILED EXPIRED",
        "expired",
        &good,
    );
    timed(
        "no-expiry",
        "a document without an expiry, years later",
        "2035-01-01T00:00:00.000Z",
        "valid",
        "TOTAL-PASSED",
        ".",
        &forever,
    );
    timed(
        "first-moment",
        "the instant it is issued",
        "2026-06-01T10:00:00.000Z",
        "valid",
        "TOTAL-PASSED",
        ".",
        &good,
    );
    timed(
        "slow-clock",
        "five minutes before",
        "2026-06-01T09:55:00.000Z",
        "valid",
        "TOTAL-PASSED",
        ".",
        &good,
    );
    timed(
        "not-yet-valid",
        "a millisecond more",
        "2026-06-01T09:54:59.999Z",
        "indeterminate",
        "INDETERMINATE TRY_LATER",
        "not_yet_valid",
        &good,
    );
}

fn keys() {
    let keyed = |name: &str,
                 what: &str,
                 expect: &str,
                 indication: &str,
                 reason: &str,
                 key: &str,
                 issued: &str| {
        let rest = if expect == "invalid" {
            "not_reached"
        } else {
            "."
        };
        verdict(name, what, expect, indication, [".", reason, rest, rest])
            .with("mode", "live")
            .with("now", NOW)
            .with("status", "Active")
            .write(&issue(
                &Statement {
                    issued_at: at(issued),
                    ..statement()
                },
                key,
            ));
    };
    keyed(
        "before-retirement",
        "issued before its key was retired",
        "valid",
        "TOTAL-PASSED",
        ".",
        "acme-retired",
        "2026-04-30T23:59:59.999Z",
    );
    keyed(
        "after-retirement",
        "issued at the instant its key was retired",
        "invalid",
        "INDETERMINATE OUT_OF_BOUNDS_NO_POE",
        "key_retired",
        "acme-retired",
        "2026-05-01T00:00:00.000Z",
    );
    keyed(
        "interval-end",
        "issued at the last instant of the key's interval",
        "valid",
        "TOTAL-PASSED",
        ".",
        "acme-short",
        "2026-03-01T00:00:00.000Z",
    );
    keyed(
        "outside-interval",
        "issued a millisecond later",
        "invalid",
        "INDETERMINATE OUT_OF_BOUNDS_NO_POE",
        "outside_certificate_validity",
        "acme-short",
        "2026-03-01T00:00:00.001Z",
    );
    keyed(
        "before-certificate",
        "issued before its certificate",
        "invalid",
        "INDETERMINATE OUT_OF_BOUNDS_NO_POE",
        "outside_certificate_validity",
        "acme",
        "2025-12-31T23:59:59.999Z",
    );
    keyed(
        "compromised-unproved",
        "its key was compromised, and only its own date says that it is older",
        "indeterminate",
        "INDETERMINATE REVOKED_NO_POE",
        "existence_not_proved",
        "acme-lost",
        "2026-02-01T00:00:00.000Z",
    );
    let lost = issue(&statement(), "acme-lost");
    for (name, what, existed, expect, indication, reason, rest) in [
        (
            "compromised-proved",
            "proved to be older than the compromise",
            "2026-06-09T23:59:59.999Z",
            "valid",
            "TOTAL-PASSED",
            ".",
            ".",
        ),
        (
            "compromised-late",
            "seen first at the instant of the compromise",
            "2026-06-10T00:00:00.000Z",
            "invalid",
            "TOTAL-FAILED REVOKED",
            "key_compromised",
            "not_reached",
        ),
    ] {
        verdict(name, what, expect, indication, [".", reason, rest, rest])
            .with("mode", "live")
            .with("now", NOW)
            .with("status", "Active")
            .with("existed-at", existed)
            .write(&lost);
    }
    let good = issue(&statement(), "acme");
    verdict(
        "bundle-last-moment",
        "the millisecond before the bundle expires",
        "valid",
        "TOTAL-PASSED",
        [".", ".", ".", "."],
    )
    .with("mode", "live")
    .with("now", "2027-06-14T23:59:59.999Z")
    .with("status", "Active")
    .write(&good);
    verdict(
        "bundle-expired",
        "the bundle at its expiry",
        "indeterminate",
        "INDETERMINATE TRY_LATER",
        [".", "trust_bundle_expired", ".", "."],
    )
    .with("mode", "live")
    .with("now", "2027-06-15T00:00:00.000Z")
    .with("status", "Active")
    .write(&good);
    let new = issue(&statement(), "acme-new");
    verdict(
        "not-listed",
        "a certificate newer than the bundle",
        "indeterminate",
        "INDETERMINATE TRY_LATER",
        [".", "certificate_not_listed", "not_reached", "not_reached"],
    )
    .with("now", NOW)
    .with("status", "Active")
    .write(&new);
    verdict(
        "stranger",
        "a certificate of another root",
        "invalid",
        "INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND",
        [".", "certificate_untrusted", "not_reached", "not_reached"],
    )
    .with("now", NOW)
    .with("status", "Active")
    .write(&issue(&statement(), "stranger-acme"));
    let test = issue(
        &Statement {
            mode: Mode::Test,
            ..statement()
        },
        "acme-test",
    );
    for (name, what, allowed, expect, indication, short) in [
        (
            "test-allowed",
            "a test document where those are accepted",
            "yes",
            "valid",
            "TOTAL-PASSED",
            [".", ".", ".", "."],
        ),
        (
            "test-not-allowed",
            "a test document where they are not",
            "no",
            "invalid",
            "INDETERMINATE CHAIN_CONSTRAINTS_FAILURE",
            [".", "test_not_allowed", "not_reached", "not_reached"],
        ),
    ] {
        let log = if allowed == "yes" {
            "not_logged"
        } else {
            "not_reached"
        };
        case("verify", name, what, expect)
            .with("checks", checks(short, log))
            .with("indication", indication)
            .with("trust", "trust-test.jws")
            .with("mode", "test")
            .with("allow-test", allowed)
            .with("now", NOW)
            .with("status", "lists")
            .with("lists", "list-test.jws")
            .write(&test);
    }
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
