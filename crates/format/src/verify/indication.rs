//! The verdict in the words of ETSI EN 319 102-1, clause 5.1.3.
//!
//! The document's status takes the place the standard gives to the status of the signer's
//! certificate. So TOTAL-PASSED stands beside `valid` and beside nothing else.

use serde::Serialize;

use super::outcome::Verdict;
use super::reason::Reason;
use crate::words::words;

words! {
    /// The main indication.
    pub enum MainIndication ("ETSI indication") {
        /// Everything passed.
        TotalPassed = "TOTAL-PASSED",
        /// Something is wrong for good.
        TotalFailed = "TOTAL-FAILED",
        /// What is known does not suffice.
        Indeterminate = "INDETERMINATE",
    }
}

words! {
    /// The sub-indication beside TOTAL-FAILED and INDETERMINATE.
    pub enum SubIndication ("ETSI sub-indication") {
        /// The signature is not of a form that can be processed.
        FormatFailure = "FORMAT_FAILURE",
        /// A digest does not match what was signed.
        HashFailure = "HASH_FAILURE",
        /// The signature does not verify with the key.
        SigCryptoFailure = "SIG_CRYPTO_FAILURE",
        /// Withdrawn.
        Revoked = "REVOKED",
        /// The time has passed.
        Expired = "EXPIRED",
        /// Constraints on the signature are not met.
        SigConstraintsFailure = "SIG_CONSTRAINTS_FAILURE",
        /// Constraints on the chain are not met.
        ChainConstraintsFailure = "CHAIN_CONSTRAINTS_FAILURE",
        /// The algorithm is not allowed.
        CryptoConstraintsFailure = "CRYPTO_CONSTRAINTS_FAILURE",
        /// The signing certificate cannot be identified.
        NoSigningCertificateFound = "NO_SIGNING_CERTIFICATE_FOUND",
        /// No chain leads to a trust anchor.
        NoCertificateChainFound = "NO_CERTIFICATE_CHAIN_FOUND",
        /// The key was revoked, and nothing proves that the signature is older.
        RevokedNoPoe = "REVOKED_NO_POE",
        /// The certificate was not valid, and nothing proves when the signature was made.
        OutOfBoundsNoPoe = "OUT_OF_BOUNDS_NO_POE",
        /// More may be known later.
        TryLater = "TRY_LATER",
        /// The signed data could not be had.
        SignedDataNotFound = "SIGNED_DATA_NOT_FOUND",
    }
}

/// Main indication and sub-indication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Indication {
    /// The main indication.
    pub indication: MainIndication,
    /// The sub-indication; none beside TOTAL-PASSED.
    pub sub_indication: Option<SubIndication>,
}

impl Indication {
    /// The indication for a verdict and the reason that decided it.
    pub(super) fn of(verdict: Verdict, reason: Option<Reason>) -> Self {
        use MainIndication::{Indeterminate, TotalFailed, TotalPassed};
        let (indication, sub_indication) = match (verdict, reason) {
            (Verdict::Valid, _) => (TotalPassed, None),
            (Verdict::Revoked, _) => (TotalFailed, Some(SubIndication::Revoked)),
            (Verdict::Expired, _) => (TotalFailed, Some(SubIndication::Expired)),
            // Clause 5.2.6 treats a certificate on hold the same way.
            (Verdict::Suspended, _) => (Indeterminate, Some(SubIndication::TryLater)),
            (Verdict::NotFound, _) | (_, None) => {
                (Indeterminate, Some(SubIndication::SignedDataNotFound))
            }
            (Verdict::Invalid | Verdict::Indeterminate, Some(reason)) => {
                let sub = sub_indication(reason);
                let failed = matches!(
                    sub,
                    SubIndication::FormatFailure
                        | SubIndication::HashFailure
                        | SubIndication::SigCryptoFailure
                        | SubIndication::Revoked
                );
                (if failed { TotalFailed } else { Indeterminate }, Some(sub))
            }
        };
        Self {
            indication,
            sub_indication,
        }
    }
}

const fn sub_indication(reason: Reason) -> SubIndication {
    match reason {
        Reason::MalformedCredential
        | Reason::CredentialTooLarge
        | Reason::EncodingNotCanonical
        | Reason::DuplicateMember
        | Reason::CriticalHeader
        | Reason::EmbeddedKey
        | Reason::WrongType
        | Reason::HeaderNotAllowed
        | Reason::HighS
        | Reason::MalformedStatement
        | Reason::NoSeal
        | Reason::MalformedSeal => SubIndication::FormatFailure,
        Reason::ReferenceMismatch
        | Reason::FileMismatch
        | Reason::RecordAltered
        | Reason::StampAltered
        | Reason::AppendedAfterStamp => SubIndication::HashFailure,
        Reason::SignatureMismatch => SubIndication::SigCryptoFailure,
        Reason::AlgorithmNotAllowed => SubIndication::CryptoConstraintsFailure,
        Reason::CertificateMalformed | Reason::ForeignSeal => {
            SubIndication::NoSigningCertificateFound
        }
        Reason::CertificateUntrusted => SubIndication::NoCertificateChainFound,
        Reason::KeyIdMismatch | Reason::IssuerMismatch | Reason::ModeMismatch => {
            SubIndication::SigConstraintsFailure
        }
        Reason::TestNotAllowed => SubIndication::ChainConstraintsFailure,
        Reason::OutsideCertificateValidity | Reason::KeyRetired => SubIndication::OutOfBoundsNoPoe,
        Reason::KeyCompromised | Reason::Revoked => SubIndication::Revoked,
        Reason::ExistenceNotProved => SubIndication::RevokedNoPoe,
        Reason::Expired | Reason::ExpiredEarly => SubIndication::Expired,
        Reason::MalformedReference
        | Reason::UnknownReference
        | Reason::UnknownHash
        | Reason::Erased
        | Reason::DocumentNotAtHand => SubIndication::SignedDataNotFound,
        Reason::CertificateNotListed
        | Reason::CertificateUnknown
        | Reason::TrustBundleExpired
        | Reason::NotYetValid
        | Reason::Suspended
        | Reason::StatusUnavailable
        | Reason::StatusListMalformed
        | Reason::StatusListUntrusted
        | Reason::StatusListMismatch
        | Reason::StatusListIncomplete
        | Reason::StatusListExpired
        | Reason::StatusListNotYetValid
        | Reason::NotLogged
        | Reason::NotReached => SubIndication::TryLater,
    }
}
