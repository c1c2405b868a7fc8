//! Every sentence of the verdict page that depends on the answer. The fixed words stand in its
//! template; a translation copies both.

use ananke_api::tcode::verify::SealField;
use ananke_api::template::DocType;
use ananke_api::verification::{CheckName, CheckResult, Verdict};

use super::{CheckView, Identity, MatchView, VerdictPage, reasons};
use crate::ops::reference_data;

impl VerdictPage {
    pub(super) fn title(&self) -> String {
        let test = if self.test { "TEST: " } else { "" };
        format!("{test}{}: {}", word(self.verdict), self.reference)
    }

    pub(super) fn word(&self) -> &'static str {
        word(self.verdict)
    }

    /// The verdict as the API spells it.
    pub(super) fn slug(&self) -> &'static str {
        slug(self.verdict)
    }

    /// What the word means for the person holding the paper.
    pub(super) fn sentence(&self) -> &'static str {
        match self.verdict {
            Verdict::NotFound if self.erased => {
                "Its issuer has erased this document. Nothing can be confirmed about it any more."
            }
            Verdict::NotFound if self.mistyped => {
                "This is not a complete reference, so it was mistyped or misread. Compare it with \
                 the paper, character by character."
            }
            Verdict::NotFound => {
                "No document with this reference is known here. Do not take the paper as genuine on \
                 its word; ask whoever handed it to you where it can be checked."
            }
            Verdict::Valid if self.test => {
                "The signature is good, but this is a test document. It certifies nothing."
            }
            Verdict::Valid if !self.issuer_proved() => {
                "Signed, unaltered and in force. But who its issuer is has not been proved."
            }
            Verdict::Valid => "Genuine, unaltered and in force.",
            Verdict::Suspended => "Its issuer has put it on hold. Do not accept it for now.",
            Verdict::Revoked => "Its issuer has withdrawn it for good. Do not accept it.",
            Verdict::Expired => "Its time has passed. It no longer holds.",
            Verdict::Invalid => "Do not accept it. This is not what its issuer signed.",
            Verdict::Indeterminate => {
                "Something could not be checked just now. Do not rely on it yet; try again later."
            }
        }
    }

    /// Why the document has its status, where the issuer said so.
    pub(super) fn because(&self) -> Option<&str> {
        let reason = self.status_reason.as_deref()?;
        Some(match reason {
            // These would repeat what the page says already.
            "other" | "erased" | "suspended" | "revoked" | "expired" => return None,
            "keyCompromise" => "The key that signed it was compromised.",
            "issuedInError" => "It was issued by mistake.",
            "superseded" => "A newer document has taken its place.",
            "affiliationEnded" => "The holder no longer belongs to the issuer.",
            "fraud" => "It was obtained by fraud.",
            "expiredEarly" | "expired_early" => "Its issuer ended it early.",
            unknown => unknown,
        })
    }

    pub(super) fn issuer_proved(&self) -> bool {
        self.issuer
            .as_ref()
            .is_some_and(|issuer| matches!(issuer.identity, Identity::DomainProved { .. }))
    }

    /// Whether the issuer's part in it was itself confirmed.
    pub(super) fn issuer_confirmed(&self) -> bool {
        self.checks
            .iter()
            .any(|check| check.name == CheckName::Issuer && check.result == CheckResult::Passed)
            || (self.erased && self.verdict == Verdict::NotFound)
    }

    pub(in crate::pages) fn nothing_found(&self) -> bool {
        self.verdict == Verdict::NotFound && !self.erased
    }
}

impl MatchView {
    pub(super) fn word(&self) -> &'static str {
        word(self.verdict)
    }

    pub(super) fn slug(&self) -> &'static str {
        slug(self.verdict)
    }
}

impl CheckView {
    pub(super) fn title(&self) -> &'static str {
        match self.name {
            CheckName::Integrity => "Unaltered",
            CheckName::Issuer => "Issuer",
            CheckName::Time => "In date",
            CheckName::Status => "Not withdrawn",
            CheckName::Log => "Public log",
        }
    }

    /// Class of the row, and with it the colour; the word beside it says the same.
    pub(super) fn slug(&self) -> &'static str {
        match self.result {
            CheckResult::Passed => "passed",
            CheckResult::Failed => "failed",
            CheckResult::NotChecked => "not-checked",
        }
    }

    pub(super) fn result_word(&self) -> &'static str {
        match self.result {
            CheckResult::Passed => "Passed",
            CheckResult::Failed => "Failed",
            CheckResult::NotChecked => "Not checked",
        }
    }

    pub(super) fn icon(&self) -> &'static str {
        super::icons::check(self.result)
    }

    pub(super) fn sentence(&self) -> &'static str {
        use CheckName::{Integrity, Issuer, Log, Status, Time};
        use CheckResult::{Failed, NotChecked, Passed};
        if let Some(sentence) = self.reason.as_deref().and_then(reasons::sentence) {
            return sentence;
        }
        match (self.name, self.result) {
            (Integrity, Passed) => "The record is exactly what was signed, to the last character.",
            (Integrity, Failed) => "The record differs from what was signed.",
            (Integrity, NotChecked) => "There was nothing signed to look at.",
            (Issuer, Passed) => "The signature belongs to the issuer named above.",
            (Issuer, Failed) => "The signature does not belong to the issuer it names.",
            (Issuer, NotChecked) => "Who signed it could not be checked.",
            (Time, Passed) => "Today lies within its period of validity.",
            (Time, Failed) => "Today lies outside its period of validity.",
            (Time, NotChecked) => "Its period of validity could not be checked.",
            (Status, Passed) => "Its issuer has neither suspended nor revoked it.",
            (Status, Failed) => "Its issuer has suspended, revoked or ended it.",
            (Status, NotChecked) => "Whether it was withdrawn could not be checked.",
            (Log, Passed) => "It stands in the public log.",
            (Log, Failed) => "It should stand in the public log and does not.",
            (Log, NotChecked) => "This server keeps no public log; the verdict does not need one.",
        }
    }
}

/// The kind of a stamp: a word for the codes everybody has, else the code itself.
pub(super) fn stamped_type(code: &str) -> String {
    let known = reference_data::document_types();
    let known = known.into_iter().find(|entry| entry.code == code);
    known.map_or_else(|| code.to_owned(), |entry| entry.label)
}

/// A field of a seal, named as its template names it.
pub(super) fn field(field: &SealField) -> (String, String) {
    let name = field.label.clone().or_else(|| field.key.clone());
    let name = name.unwrap_or_else(|| format!("Field {}", u32::from(field.position) + 1));
    (name, field.value.clone())
}

pub(super) fn document_type(kind: DocType) -> String {
    match kind {
        DocType::Certificate => "Certificate",
        DocType::Credential => "Credential",
        DocType::Contract => "Contract",
        DocType::Other => "Document",
    }
    .to_owned()
}

/// The big word.
fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "Valid",
        Verdict::Suspended => "Suspended",
        Verdict::Revoked => "Revoked",
        Verdict::Expired => "Expired",
        Verdict::Invalid => "Invalid",
        Verdict::NotFound => "Not found",
        Verdict::Indeterminate => "Cannot confirm",
    }
}

fn slug(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "valid",
        Verdict::Suspended => "suspended",
        Verdict::Revoked => "revoked",
        Verdict::Expired => "expired",
        Verdict::Invalid => "invalid",
        Verdict::NotFound => "not_found",
        Verdict::Indeterminate => "indeterminate",
    }
}
