//! The second step: from facts to one word, by a fixed rule.

use super::document::Document;
use super::facts::{Facts, StatusEvidence, Subject};
use super::indication::Indication;
use super::outcome::{Check, CheckName, CheckResult, Outcome, Verdict};
use super::reason::Reason;
use super::signature::Failure;
use super::status::{StatusFinding, status};
use crate::lifecycle;
use crate::mode::Mode;

/// How far a clock may be behind the one that signed. Expiry knows no such grace.
pub const SKEW_SECONDS: i64 = 300;

/// Judges. The verdict follows from the checks alone:
///
/// 1. nothing is known by this name: `not_found`
/// 2. integrity or issuer failed: `invalid`
/// 3. integrity, issuer, time or status not checked: `indeterminate`
/// 4. then `revoked`, `suspended`, `expired`, in this order
/// 5. else `valid`; the log alone may be unchecked
#[must_use]
pub fn judge(facts: &Facts<'_>) -> Outcome {
    let findings = match facts.subject {
        Subject::Credential(credential) => findings(facts, &Document::from(&**credential)),
        Subject::Seal(seal) => findings(facts, &Document::from(&**seal)),
        Subject::Rejected(failure) => rejected_findings(failure),
        Subject::MalformedReference => Findings::nothing(Reason::MalformedReference),
        Subject::UnknownReference => Findings::nothing(Reason::UnknownReference),
        Subject::UnknownHash => Findings::nothing(Reason::UnknownHash),
        Subject::Erased => Findings::nothing(Reason::Erased),
        Subject::NotAtHand => Findings::nothing(Reason::DocumentNotAtHand),
    };
    let reasons = [
        findings.integrity,
        findings.issuer,
        findings.time,
        findings.status.reason,
    ];
    let (verdict, decided_by) = rule(reasons);
    let [integrity, issuer, time, status] = reasons;
    let is_known = !matches!(verdict, Verdict::Invalid | Verdict::NotFound);
    Outcome {
        verdict,
        indication: Indication::of(verdict, decided_by),
        checks: [
            Check::new(CheckName::Integrity, integrity),
            Check::new(CheckName::Issuer, issuer),
            Check::new(CheckName::Time, time),
            Check::new(CheckName::Status, status),
            Check::new(CheckName::Log, Some(findings.log)),
        ],
        status: findings.status.status.filter(|_| is_known),
        status_reason: findings.status.revoked_for.filter(|_| is_known),
        status_as_of: findings.status.as_of.filter(|_| is_known),
        mode: findings.mode,
        trust_anchor: facts.trust.anchor(),
    }
}

/// What the checks found: a reason, or none where the check passed.
struct Findings {
    integrity: Option<Reason>,
    issuer: Option<Reason>,
    time: Option<Reason>,
    status: StatusFinding,
    log: Reason,
    mode: Option<Mode>,
}

impl Findings {
    /// No document to look at.
    fn nothing(reason: Reason) -> Self {
        Self::unproved(Some(reason), Some(Reason::NotReached))
    }

    /// Integrity and issuer as said, and nothing proved that could be looked at further.
    fn unproved(integrity: Option<Reason>, issuer: Option<Reason>) -> Self {
        Self {
            integrity,
            issuer,
            time: Some(Reason::NotReached),
            status: StatusFinding::not_checked(Reason::NotReached),
            log: Reason::NotReached,
            mode: None,
        }
    }
}

/// The fixed rule, over the reasons of integrity, issuer, time and status. Also gives the reason
/// that decided.
fn rule(reasons: [Option<Reason>; 4]) -> (Verdict, Option<Reason>) {
    let [integrity, issuer, time, status] = reasons;
    let is = |result| move |reason: &Reason| reason.result() == result;
    let not_found = integrity.filter(|reason| {
        matches!(
            reason,
            Reason::MalformedReference
                | Reason::UnknownReference
                | Reason::UnknownHash
                | Reason::Erased
        )
    });
    if not_found.is_some() {
        return (Verdict::NotFound, not_found);
    }
    if let Some(reason) = [integrity, issuer]
        .into_iter()
        .flatten()
        .find(is(CheckResult::Failed))
    {
        return (Verdict::Invalid, Some(reason));
    }
    if let Some(reason) = reasons
        .into_iter()
        .flatten()
        .find(is(CheckResult::NotChecked))
    {
        return (Verdict::Indeterminate, Some(reason));
    }
    match (status, time) {
        (Some(Reason::Revoked), _) => (Verdict::Revoked, status),
        (Some(Reason::Suspended), _) => (Verdict::Suspended, status),
        (Some(reason), _) | (None, Some(reason)) => (Verdict::Expired, Some(reason)),
        (None, None) => (Verdict::Valid, None),
    }
}

fn rejected_findings(failure: Failure) -> Findings {
    match (failure.check, failure.reason) {
        // Without a readable certificate there is no key to check the bytes with.
        (CheckName::Issuer, Reason::CertificateMalformed) => {
            Findings::unproved(Some(Reason::NotReached), Some(failure.reason))
        }
        (CheckName::Issuer, reason) => Findings::unproved(None, Some(reason)),
        (_, reason) => Findings::unproved(Some(reason), Some(Reason::NotReached)),
    }
}

fn findings(facts: &Facts<'_>, document: &Document<'_>) -> Findings {
    let mode = facts
        .trust
        .find_key(document.thumbprint)
        .map(|(_, key)| key.certificate().mode());
    let integrity = integrity(facts, document);
    let is_failed = |reason: Option<Reason>| {
        reason.is_some_and(|reason| reason.result() == CheckResult::Failed)
    };
    if is_failed(integrity) {
        return Findings {
            mode,
            ..Findings::unproved(integrity, Some(Reason::NotReached))
        };
    }
    let issuer = issuer(facts, document);
    if is_failed(issuer) {
        return Findings {
            mode,
            ..Findings::unproved(integrity, issuer)
        };
    }
    Findings {
        integrity,
        issuer,
        time: time(facts, document),
        status: status(facts, document),
        log: Reason::NotLogged,
        mode,
    }
}

/// The signature was verified; is it the document asked about, and is its row whole?
fn integrity(facts: &Facts<'_>, document: &Document<'_>) -> Option<Reason> {
    if matches!(facts.status, StatusEvidence::Tampered) {
        return Some(Reason::RecordAltered);
    }
    if facts
        .reference
        .is_some_and(|reference| reference != document.reference)
    {
        return Some(Reason::ReferenceMismatch);
    }
    if let Some(file) = facts.file
        && !document.names_file(file)
        && !facts.renditions.contains(&file)
    {
        return Some(Reason::FileMismatch);
    }
    None
}

/// The certificate leads to the root; was the key good when the document was issued?
fn issuer(facts: &Facts<'_>, document: &Document<'_>) -> Option<Reason> {
    let issued_at = document.issued_at;
    let Some((_, key)) = facts.trust.find_key(document.thumbprint) else {
        return Some(Reason::CertificateNotListed);
    };
    if key.certificate().mode() == Mode::Test && !facts.allow_test {
        return Some(Reason::TestNotAllowed);
    }
    if !key.covers(issued_at) {
        return Some(Reason::OutsideCertificateValidity);
    }
    if key.is_retired_at(issued_at) {
        return Some(Reason::KeyRetired);
    }
    // Whoever holds the key can write any date, so the document's own dates prove nothing.
    let unproved = key
        .state()
        .compromised_at
        .and_then(|compromised_at| match facts.existed_at {
            Some(existed_at) if existed_at < compromised_at => None,
            Some(_) => Some(Reason::KeyCompromised),
            None => Some(Reason::ExistenceNotProved),
        });
    let is_stale = facts
        .trust
        .expires()
        .is_some_and(|expires| facts.now >= expires);
    match unproved {
        Some(Reason::KeyCompromised) => unproved,
        _ if is_stale => Some(Reason::TrustBundleExpired),
        other => other,
    }
}

fn time(facts: &Facts<'_>, document: &Document<'_>) -> Option<Reason> {
    if lifecycle::is_past(document.expires_at, facts.now) {
        Some(Reason::Expired)
    } else if document.issued_at > facts.now.plus_seconds(SKEW_SECONDS) {
        Some(Reason::NotYetValid)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every reason, and none.
    fn all() -> Vec<Option<Reason>> {
        Reason::ALL
            .iter()
            .copied()
            .map(Some)
            .chain([None])
            .collect()
    }

    fn result(reason: Option<Reason>) -> CheckResult {
        reason.map_or(CheckResult::Passed, Reason::result)
    }

    #[test]
    fn the_order_of_the_words() {
        for time in all() {
            for status in all() {
                for (integrity, issuer) in [
                    (None, None),
                    (Some(Reason::SignatureMismatch), None),
                    (None, Some(Reason::CertificateUntrusted)),
                    (None, Some(Reason::TrustBundleExpired)),
                    (Some(Reason::DocumentNotAtHand), Some(Reason::NotReached)),
                    (Some(Reason::Erased), Some(Reason::NotReached)),
                ] {
                    let reasons = [integrity, issuer, time, status];
                    let results = reasons.map(result);
                    let (verdict, _) = rule(reasons);
                    let expected = if integrity == Some(Reason::Erased) {
                        Verdict::NotFound
                    } else if results[..2].contains(&CheckResult::Failed) {
                        Verdict::Invalid
                    } else if results.contains(&CheckResult::NotChecked) {
                        Verdict::Indeterminate
                    } else if status == Some(Reason::Revoked) {
                        Verdict::Revoked
                    } else if status == Some(Reason::Suspended) {
                        Verdict::Suspended
                    } else if status.is_some() || time.is_some() {
                        Verdict::Expired
                    } else {
                        Verdict::Valid
                    };
                    assert_eq!(verdict, expected, "{reasons:?}");
                }
            }
        }
    }

    #[test]
    fn valid_means_that_everything_passed() {
        for (place, reason) in
            (0..4).flat_map(|place| Reason::ALL.iter().map(move |reason| (place, *reason)))
        {
            let mut reasons = [None; 4];
            reasons[place] = Some(reason);
            let (verdict, decided_by) = rule(reasons);
            assert_ne!(verdict, Verdict::Valid, "{reasons:?}");
            let indication = Indication::of(verdict, decided_by);
            assert_ne!(
                indication.indication,
                super::super::MainIndication::TotalPassed
            );
            assert!(indication.sub_indication.is_some());
        }
        assert_eq!(rule([None; 4]), (Verdict::Valid, None));
    }
}
