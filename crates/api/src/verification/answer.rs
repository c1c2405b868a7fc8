//! From what the judge says to the answer, the same for a server and for an offline verifier.

use ananke_format::credential::Credential;
use ananke_format::seal::SealedDocument;
use ananke_format::trust::Trust;
use ananke_format::verify::{self, Outcome};
use ananke_format::{Sha256, lifecycle, trust};

use super::{
    Check, CheckName, CheckResult, Identity, Indication, Issuer, TrustAnchor, Verdict, Verification,
};
use crate::api_key::KeyMode;
use crate::lifecycle::Status;
use crate::tcode::verify::SealField;

/// A signed record that was verified.
#[derive(Debug, Clone, Copy)]
pub enum Record<'a> {
    /// Of an issued document.
    Credential(&'a Credential),
    /// Of a stamp.
    Seal(&'a SealedDocument),
}

impl Record<'_> {
    const fn thumbprint(self) -> Sha256 {
        match self {
            Self::Credential(credential) => credential.thumbprint,
            Self::Seal(seal) => seal.thumbprint,
        }
    }

    fn reference(self) -> String {
        match self {
            Self::Credential(credential) => credential.statement.reference.to_string(),
            Self::Seal(seal) => seal.statement.reference.to_string(),
        }
    }
}

/// The answer for an outcome. Facts are shown only of a record whose signature was verified and whose verdict is neither
/// `invalid` nor `not_found`; `server`, `matches` and what was said of a scan are left empty.
#[must_use]
pub fn answer(outcome: &Outcome, record: Option<Record<'_>>, trust: &Trust) -> Verification {
    let mut answer = bare(outcome);
    let Some(record) = record else {
        return answer;
    };
    answer.reference = Some(record.reference());
    if matches!(
        outcome.verdict,
        verify::Verdict::Invalid | verify::Verdict::NotFound
    ) {
        return answer;
    }
    if let Some((known, _)) = trust.find_key(record.thumbprint()) {
        let issuer = issuer(known);
        answer.issuer_name = Some(issuer.name.clone());
        answer.issuer_code = Some(issuer.code.clone());
        answer.issuer = Some(issuer);
    }
    match record {
        Record::Credential(credential) => {
            let statement = &credential.statement;
            let kind = serde_json::Value::String(statement.document_type.clone());
            answer.document_type = serde_json::from_value(kind).ok();
            answer.recipient_name = Some(statement.recipient_name.clone());
            answer.document_title.clone_from(&statement.document_title);
            answer.issued_at = Some(statement.issued_at.to_string());
            answer.awarded_on = statement.awarded_on.map(|date| date.to_string());
            answer.expires_at = statement.expires_at.map(|at| at.to_string());
        }
        Record::Seal(seal) => {
            let statement = &seal.statement;
            answer.document_type_code = Some(statement.type_code.clone());
            answer.issued_at = Some(statement.issued_at.to_string());
            answer.expires_at = statement.expires_at().map(|at| at.to_string());
            let fields = statement.fields.iter().map(|(position, value)| SealField {
                position: *position,
                key: None,
                label: None,
                value: value.clone(),
            });
            answer.fields = Some(fields.collect());
        }
    }
    answer
}

/// What an outcome says of itself.
fn bare(outcome: &Outcome) -> Verification {
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
        reference: None,
        issuer_name: None,
        issuer_code: None,
        issuer: None,
        recipient_name: None,
        document_type: None,
        document_title: None,
        issued_at: None,
        awarded_on: None,
        expires_at: None,
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
        document_type_code: None,
        fields: None,
        scan: None,
        genuine_bytes: None,
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
