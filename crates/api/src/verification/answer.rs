//! From what the judge says to the answer, the same for a server and for an offline verifier.

use ananke_format::credential::Credential;
use ananke_format::trust::Trust;
use ananke_format::verify::{self, Outcome};
use ananke_format::{lifecycle, trust};

use super::{
    Check, CheckName, CheckResult, Identity, Indication, Issuer, TrustAnchor, Verdict, Verification,
};
use crate::api_key::KeyMode;
use crate::lifecycle::Status;

/// The answer for an outcome. Facts are shown only of a credential whose signature was verified and
/// whose verdict is neither `invalid` nor `not_found`; `server` and `matches` are left empty.
#[must_use]
pub fn answer(outcome: &Outcome, credential: Option<&Credential>, trust: &Trust) -> Verification {
    let believed = !matches!(
        outcome.verdict,
        verify::Verdict::Invalid | verify::Verdict::NotFound
    );
    let shown = credential.filter(|_| believed);
    let statement = shown.map(|credential| &credential.statement);
    let issuer = shown
        .and_then(|credential| trust.find_key(credential.thumbprint))
        .map(|(known, _)| issuer(known));
    Verification {
        verdict: verdict(outcome.verdict),
        indication: Indication {
            indication: outcome.indication.indication.to_string(),
            sub_indication: outcome
                .indication
                .sub_indication
                .map(|word| word.to_string()),
        },
        status: outcome.status.map(status),
        reference: credential.map(|credential| credential.statement.reference.to_string()),
        issuer_name: issuer.as_ref().map(|issuer| issuer.name.clone()),
        issuer_code: issuer.as_ref().map(|issuer| issuer.code.clone()),
        issuer,
        recipient_name: statement.map(|statement| statement.recipient_name.clone()),
        document_type: statement.and_then(|statement| {
            serde_json::from_value(serde_json::Value::String(statement.document_type.clone())).ok()
        }),
        document_title: statement.and_then(|statement| statement.document_title.clone()),
        issued_at: statement.map(|statement| statement.issued_at.to_string()),
        awarded_on: statement
            .and_then(|statement| statement.awarded_on)
            .map(|date| date.to_string()),
        expires_at: statement
            .and_then(|statement| statement.expires_at)
            .map(|at| at.to_string()),
        mode: outcome.mode.map(|mode| match mode {
            ananke_format::Mode::Live => KeyMode::Live,
            ananke_format::Mode::Test => KeyMode::Test,
        }),
        matches: Vec::new(),
        trust_anchor: Some(TrustAnchor {
            fingerprint: outcome.trust_anchor.fingerprint.to_string(),
            source: outcome.trust_anchor.source.to_string(),
            as_of: outcome.trust_anchor.as_of.to_string(),
        }),
        checks: outcome.checks.iter().map(check).collect(),
        status_as_of: outcome.status_as_of.map(|at| at.to_string()),
        server: None,
    }
}

/// Who issued it.
#[must_use]
pub fn issuer(known: &trust::Issuer) -> Issuer {
    Issuer {
        name: known.name().to_owned(),
        code: known.code().to_string(),
        domain: known.domain().map(str::to_owned),
        identity: match known.identity() {
            trust::Identity::SelfAsserted => Identity::SelfAsserted,
            trust::Identity::DomainProved => Identity::DomainProved,
        },
        proved_at: known.proved_at().map(|at| at.to_string()),
    }
}

const fn verdict(verdict: verify::Verdict) -> Verdict {
    match verdict {
        verify::Verdict::Valid => Verdict::Valid,
        verify::Verdict::Suspended => Verdict::Suspended,
        verify::Verdict::Revoked => Verdict::Revoked,
        verify::Verdict::Expired => Verdict::Expired,
        verify::Verdict::Invalid => Verdict::Invalid,
        verify::Verdict::NotFound => Verdict::NotFound,
        verify::Verdict::Indeterminate => Verdict::Indeterminate,
    }
}

const fn status(status: lifecycle::Status) -> Status {
    match status {
        lifecycle::Status::Active => Status::Active,
        lifecycle::Status::Suspended => Status::Suspended,
        lifecycle::Status::Revoked => Status::Revoked,
        lifecycle::Status::Expired => Status::Expired,
    }
}

fn check(check: &verify::Check) -> Check {
    Check {
        name: match check.name {
            verify::CheckName::Integrity => CheckName::Integrity,
            verify::CheckName::Issuer => CheckName::Issuer,
            verify::CheckName::Time => CheckName::Time,
            verify::CheckName::Status => CheckName::Status,
            verify::CheckName::Log => CheckName::Log,
        },
        result: match check.result {
            verify::CheckResult::Passed => CheckResult::Passed,
            verify::CheckResult::Failed => CheckResult::Failed,
            verify::CheckResult::NotChecked => CheckResult::NotChecked,
        },
        reason: check.reason.map(|reason| reason.to_string()),
    }
}
