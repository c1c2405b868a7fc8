//! One sentence per reason of a check, for people who never heard of signatures.

use ananke_format::verify::Reason;

/// What a reason means; `None` where the general sentence of the check says it already.
pub(super) fn sentence(reason: &str) -> Option<&'static str> {
    Some(match reason.parse().ok()? {
        Reason::MalformedCredential
        | Reason::CredentialTooLarge
        | Reason::EncodingNotCanonical
        | Reason::DuplicateMember
        | Reason::AlgorithmNotAllowed
        | Reason::CriticalHeader
        | Reason::EmbeddedKey
        | Reason::WrongType
        | Reason::HeaderNotAllowed
        | Reason::HighS
        | Reason::MalformedStatement
        | Reason::MalformedSeal => "The record is not in the form documents are signed in.",
        Reason::SignatureMismatch => {
            "The signature does not fit: something in the record was changed."
        }
        Reason::ReferenceMismatch => "The signed record belongs to another reference.",
        Reason::FileMismatch => "The file is not the one that was signed.",
        Reason::RecordAltered => "The stored record was changed after it was written.",
        Reason::NoSeal => "It carries no seal of this service.",
        Reason::ForeignSeal => {
            "It carries a seal of another service, which only that service can check."
        }
        Reason::CertificateUnknown => {
            "The certificate its seal names is not on the list of issuers at hand."
        }
        Reason::StampAltered => "The file is not as it was stamped: something in it was changed.",
        Reason::AppendedAfterStamp => {
            "Something was added to the file behind its stamp, and is not what was stamped."
        }
        Reason::CertificateMalformed => "The certificate of the signer cannot be used.",
        Reason::CertificateUntrusted => {
            "The certificate of the signer does not come from this service."
        }
        Reason::CertificateNotListed => {
            "The certificate of the signer is newer than the list of issuers at hand."
        }
        Reason::KeyIdMismatch | Reason::IssuerMismatch => {
            "It was signed with the key of another issuer than the one it names."
        }
        Reason::ModeMismatch => {
            "A test document that passes itself off as a real one, or the reverse."
        }
        Reason::TestNotAllowed => "It is a test document, and those are not accepted here.",
        Reason::OutsideCertificateValidity => {
            "It was signed when the certificate of the signer did not hold."
        }
        Reason::KeyRetired => "It was signed with a key the issuer had already put away.",
        Reason::KeyCompromised => "It was signed with a key that had fallen into other hands.",
        Reason::ExistenceNotProved => {
            "The key fell into other hands later, and nothing proves that the document is older."
        }
        Reason::TrustBundleExpired => "The list of issuers at hand is too old to rely on.",
        Reason::Expired => "The day it was valid until has passed.",
        Reason::NotYetValid => "It was issued later than now: one of the two clocks is wrong.",
        Reason::Revoked => "Its issuer has revoked it.",
        Reason::Suspended => "Its issuer has suspended it.",
        Reason::ExpiredEarly => "Its issuer ended it early.",
        Reason::StatusUnavailable => "Whether it was withdrawn could not be looked up.",
        Reason::StatusListMalformed
        | Reason::StatusListUntrusted
        | Reason::StatusListMismatch
        | Reason::StatusListIncomplete => "The list of withdrawn documents could not be used.",
        Reason::StatusListExpired => "The list of withdrawn documents is too old to rely on.",
        Reason::StatusListNotYetValid => {
            "The list of withdrawn documents is from later than now: one of the two clocks is wrong."
        }
        Reason::Erased => "Its issuer has erased what was signed.",
        Reason::NotReached => "Not looked at, because an earlier check did not pass.",
        Reason::NotLogged
        | Reason::MalformedReference
        | Reason::UnknownReference
        | Reason::UnknownHash
        | Reason::DocumentNotAtHand => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sentence_is_one_sentence() {
        for reason in Reason::ALL {
            if let Some(sentence) = sentence(reason.as_str()) {
                assert!(sentence.ends_with('.'), "{reason}");
                assert_eq!(sentence.matches(". ").count(), 0, "{reason}");
            }
        }
        assert_eq!(sentence("anything else"), None);
    }
}
