//! Verdicts by status evidence and by the clock.

use ananke_format::credential::Statement;

use super::{NOW, verdict};
use crate::documents::{at_index, issue, statement};

pub(super) fn write() {
    statuses();
    lists();
    times();
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
