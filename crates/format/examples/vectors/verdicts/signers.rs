//! Verdicts by what became of the key.

use ananke_format::Mode;
use ananke_format::credential::Statement;

use super::{NOW, checks, verdict};
use crate::case::case;
use crate::documents::{at, issue, statement};

pub(super) fn write() {
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
