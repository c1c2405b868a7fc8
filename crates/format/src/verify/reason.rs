//! The closed list of reasons.

use super::outcome::CheckResult;
use crate::words::words;

words! {
    /// Why a check failed or was not done. A passed check has no reason.
    pub enum Reason ("reason") {
        /// Integrity: not a compact JWS, or a part of it is not a JSON object.
        MalformedCredential = "malformed_credential",
        /// Integrity: larger than any credential.
        CredentialTooLarge = "credential_too_large",
        /// Integrity: base64 that is padded, or whose bits have another spelling.
        EncodingNotCanonical = "encoding_not_canonical",
        /// Integrity: a JSON object names a member twice.
        DuplicateMember = "duplicate_member",
        /// Integrity: `alg` is not `ES256`.
        AlgorithmNotAllowed = "algorithm_not_allowed",
        /// Integrity: `crit` names extensions this version does not know.
        CriticalHeader = "critical_header",
        /// Integrity: the header brings or points to a key (`jwk`, `jku`, `x5u`).
        EmbeddedKey = "embedded_key",
        /// Integrity: `typ` or `cty` is not a credential's.
        WrongType = "wrong_type",
        /// Integrity: header members are missing, of the wrong kind, or unknown.
        HeaderNotAllowed = "header_not_allowed",
        /// Integrity: s of the signature is above half the order.
        HighS = "high_s",
        /// Integrity: the signature does not belong to the text and the certificate's key.
        SignatureMismatch = "signature_mismatch",
        /// Integrity: correctly signed, but not a statement of version 1.
        MalformedStatement = "malformed_statement",
        /// Integrity: the credential is another document's than the one asked about.
        ReferenceMismatch = "reference_mismatch",
        /// Integrity: the file is not one the document names.
        FileMismatch = "file_mismatch",
        /// Integrity: the stored record was altered behind the server's back.
        RecordAltered = "record_altered",
        /// Integrity: the bytes are no seal, or the file is no stamped one.
        NoSeal = "no_seal",
        /// Integrity: a seal that cannot be read, or names this system and is not as its seals are.
        MalformedSeal = "malformed_seal",
        /// Integrity: a seal of another issuing system, whose keys are not known here. Not checked.
        ForeignSeal = "foreign_seal",
        /// Integrity: the trust has no key with the certificate reference of the seal: a newer bundle
        /// may. Not checked.
        CertificateUnknown = "certificate_unknown",
        /// Integrity: barcode, original or stamp of a stamped file are not as its seal says.
        StampAltered = "stamp_altered",
        /// Integrity: something was appended to a genuine stamped file.
        AppendedAfterStamp = "appended_after_stamp",

        /// Issuer: the certificate cannot be read, so there is no key to check the signature with.
        CertificateMalformed = "certificate_malformed",
        /// Issuer: the certificate does not lead to the trusted root, or breaks the rules for a leaf.
        CertificateUntrusted = "certificate_untrusted",
        /// Issuer: the certificate leads to the root, but this trust does not list it: a newer
        /// bundle may. Not checked.
        CertificateNotListed = "certificate_not_listed",
        /// Issuer: `kid` is not the key id of the certificate and the issuer stated.
        KeyIdMismatch = "key_id_mismatch",
        /// Issuer: the certificate is another issuer's than the one stated.
        IssuerMismatch = "issuer_mismatch",
        /// Issuer: statement and certificate disagree about test and live.
        ModeMismatch = "mode_mismatch",
        /// Issuer: a test document, and the verifier does not accept those.
        TestNotAllowed = "test_not_allowed",
        /// Issuer: issued outside the validity of the key or its certificates.
        OutsideCertificateValidity = "outside_certificate_validity",
        /// Issuer: issued after the key was retired.
        KeyRetired = "key_retired",
        /// Issuer: the key was compromised, and the document came into being no earlier.
        KeyCompromised = "key_compromised",
        /// Issuer: the key was compromised, and nothing but the document itself says that it is
        /// older. Not checked.
        ExistenceNotProved = "existence_not_proved",
        /// Issuer: the trust bundle is past its expiry. Not checked.
        TrustBundleExpired = "trust_bundle_expired",

        /// Time: the document's time has passed.
        Expired = "expired",
        /// Time: issued later than the verifier's clock allows; one of the two clocks is wrong.
        /// Not checked.
        NotYetValid = "not_yet_valid",

        /// Status: revoked by its issuer.
        Revoked = "revoked",
        /// Status: suspended by its issuer.
        Suspended = "suspended",
        /// Status: expired by its issuer before its time.
        ExpiredEarly = "expired_early",
        /// Status: no status could be had. Not checked.
        StatusUnavailable = "status_unavailable",
        /// Status: the status list is not a list of this system, or was altered. Not checked.
        StatusListMalformed = "status_list_malformed",
        /// Status: the status list is not signed by a status key of this trust. Not checked.
        StatusListUntrusted = "status_list_untrusted",
        /// Status: the status list is not the one the document names. Not checked.
        StatusListMismatch = "status_list_mismatch",
        /// Status: the lists given tell revocation or suspension, but not both. Not checked.
        StatusListIncomplete = "status_list_incomplete",
        /// Status: the status list is past its `exp`. Not checked.
        StatusListExpired = "status_list_expired",
        /// Status: the status list was built later than the verifier's clock allows. Not checked.
        StatusListNotYetValid = "status_list_not_yet_valid",

        /// Log: no proof of inclusion came with the document. Not checked.
        NotLogged = "not_logged",

        /// Not found: the text is not a reference; its check character does not fit.
        MalformedReference = "malformed_reference",
        /// Not found: a well-formed reference this instance never gave.
        UnknownReference = "unknown_reference",
        /// Not found: no document names a file with this hash.
        UnknownHash = "unknown_hash",
        /// Not found: the issuer erased the document's contents.
        Erased = "erased",
        /// Integrity: a bare reference or hash, and no document at hand to look at. Not checked.
        DocumentNotAtHand = "document_not_at_hand",
        /// Any: an earlier check did not pass, so there is nothing proved to look at. Not checked.
        NotReached = "not_reached",
    }
}

impl Reason {
    /// The result a check with this reason has: every reason stands for one only.
    #[must_use]
    pub const fn result(self) -> CheckResult {
        match self {
            Self::ForeignSeal
            | Self::CertificateUnknown
            | Self::CertificateNotListed
            | Self::ExistenceNotProved
            | Self::TrustBundleExpired
            | Self::NotYetValid
            | Self::StatusUnavailable
            | Self::StatusListMalformed
            | Self::StatusListUntrusted
            | Self::StatusListMismatch
            | Self::StatusListIncomplete
            | Self::StatusListExpired
            | Self::StatusListNotYetValid
            | Self::NotLogged
            | Self::MalformedReference
            | Self::UnknownReference
            | Self::UnknownHash
            | Self::Erased
            | Self::DocumentNotAtHand
            | Self::NotReached => CheckResult::NotChecked,
            Self::MalformedCredential
            | Self::CredentialTooLarge
            | Self::EncodingNotCanonical
            | Self::DuplicateMember
            | Self::AlgorithmNotAllowed
            | Self::CriticalHeader
            | Self::EmbeddedKey
            | Self::WrongType
            | Self::HeaderNotAllowed
            | Self::HighS
            | Self::SignatureMismatch
            | Self::MalformedStatement
            | Self::ReferenceMismatch
            | Self::FileMismatch
            | Self::RecordAltered
            | Self::NoSeal
            | Self::MalformedSeal
            | Self::StampAltered
            | Self::AppendedAfterStamp
            | Self::CertificateMalformed
            | Self::CertificateUntrusted
            | Self::KeyIdMismatch
            | Self::IssuerMismatch
            | Self::ModeMismatch
            | Self::TestNotAllowed
            | Self::OutsideCertificateValidity
            | Self::KeyRetired
            | Self::KeyCompromised
            | Self::Expired
            | Self::Revoked
            | Self::Suspended
            | Self::ExpiredEarly => CheckResult::Failed,
        }
    }
}
