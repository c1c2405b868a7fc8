//! Verdicts that no vector asks for: what comes from an issuer's own rows, and two faults of one issuer at once.

use ananke_format::Instant;
use ananke_format::lifecycle::{self, Status};
use ananke_format::verify::{self, Facts, Outcome, Reason, StatusEvidence, Subject};

use crate::keys::vectors;
use crate::trusts::LIVE;

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// The verdict about the credential of a vector.
fn judge(vector: &str, change: impl FnOnce(&mut Facts<'_>)) -> Outcome {
    let text = std::fs::read_to_string(vectors().join("verify").join(vector)).unwrap();
    let (_, credential) = text.trim_end().split_once("\n\n").unwrap();
    let signature = verify::signature(credential, &LIVE);
    let status = StatusEvidence::Authenticated {
        status: Status::Active,
        reason: None,
    };
    let now = at("2026-07-01T12:00:00.000Z");
    let mut facts = Facts::new(Subject::from(&signature), &LIVE, status, now);
    change(&mut facts);
    verify::judge(&facts)
}

fn issuer(outcome: &Outcome) -> Option<Reason> {
    outcome.checks[1].reason
}

/// A stale bundle leaves open whether the issuer is still believed; a compromise before the document existed does not.
#[test]
fn a_proved_compromise_outlives_its_bundle() {
    let late = at("2027-07-01T12:00:00.000Z");
    assert!(LIVE.expires().unwrap() < late);
    let outcome = judge("compromised-late.txt", |facts| {
        facts.existed_at = Some(at("2026-06-10T00:00:00.000Z"));
        facts.now = late;
    });
    assert_eq!(issuer(&outcome), Some(Reason::KeyCompromised));
    let outcome = judge("compromised-late.txt", |facts| facts.now = late);
    assert_eq!(issuer(&outcome), Some(Reason::TrustBundleExpired));
}

#[test]
fn a_reason_is_told_of_revoked_documents_only() {
    let reason = lifecycle::Reason::ALL[0];
    for status in Status::ALL {
        let outcome = judge("reference.txt", |facts| {
            facts.status = StatusEvidence::Authenticated {
                status: *status,
                reason: Some(reason),
            };
        });
        let told = (*status == Status::Revoked).then_some(reason);
        assert_eq!(outcome.status_reason, told, "{status}");
    }
}
