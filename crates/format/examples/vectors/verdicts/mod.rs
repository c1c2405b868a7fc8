//! Whole verdicts: every word, every check, every reason the judge itself finds.

mod evidence;
mod questions;
mod sealers;
mod seals;
mod signers;
mod stamped;

use crate::case::{Case, case};

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
            "certificate_unknown",
            "foreign_seal",
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
    evidence::write();
    signers::write();
    questions::write();
    seals::write();
    sealers::write();
    stamped::write();
}
