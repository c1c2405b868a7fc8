//! The first step for credentials: signed bytes and keys, nothing that changes with time.

use super::outcome::CheckName;
use super::reason::Reason;
use crate::certificate::{Certificate, CertificateError};
use crate::certificate_reference::CertificateReference;
use crate::credential::{self, Credential, Statement};
use crate::digest::Sha256;
use crate::issuer_code::IssuerCode;
use crate::jws::{Jws, JwsError, Typ};
use crate::mode::Mode;
use crate::trust::Trust;
use crate::verified::Verified;

/// The first check that did not pass, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{check}: {reason}")]
pub struct Failure {
    /// Integrity or issuer.
    pub check: CheckName,
    /// Why it failed or could not be done.
    pub reason: Reason,
}

impl Failure {
    /// The record's row failed its authentication, so its credential is not even looked at.
    pub const RECORD_ALTERED: Self = Self::integrity(Reason::RecordAltered);

    pub(super) const fn integrity(reason: Reason) -> Self {
        Self {
            check: CheckName::Integrity,
            reason,
        }
    }

    pub(super) const fn issuer(reason: Reason) -> Self {
        Self {
            check: CheckName::Issuer,
            reason,
        }
    }
}

/// Verifies a compact credential up to the trusted root.
///
/// The answer depends on the credential and the root's chain alone; whether the key was retired or
/// compromised, and whether the trust is still fresh, is judged later.
///
/// # Errors
/// [`Failure`], the first check that did not pass.
pub fn signature(credential: &str, trust: &Trust) -> Result<Verified<Credential>, Failure> {
    let jws = Jws::parse_as(credential, Typ::Credential, credential::read).map_err(refused)?;
    let thumbprint = Sha256::of(jws.leaf());
    let parsed;
    let (leaf, is_listed) = match trust.find_key(thumbprint) {
        Some((_, key)) => (key.certificate(), true),
        None => {
            parsed = Certificate::from_der(jws.leaf())
                .map_err(|_| Failure::issuer(Reason::CertificateMalformed))?;
            (&parsed, false)
        }
    };
    jws.verify(leaf.public_key()).map_err(refused)?;
    let kid = jws.kid().unwrap_or_default().to_owned();
    let statement = credential::decode(jws.into_payload())
        .map_err(|_| Failure::integrity(Reason::MalformedStatement))?;
    if !is_listed {
        // Not listed: does it at least hang under the root?
        let ca = trust.authority().ca_of(leaf);
        ca.map_err(|_| Failure::issuer(Reason::CertificateUntrusted))?;
    }
    let reference = named_by(leaf, &statement, &kid)?;
    if !is_listed {
        return Err(Failure::issuer(Reason::CertificateNotListed));
    }
    Ok(Verified::new(Credential {
        statement,
        certificate_reference: reference,
        thumbprint,
        digest: Sha256::of(credential.as_bytes()),
    }))
}

/// The key under which a verified credential may be kept: SHA-256 over the root's fingerprint, the
/// issuing CAs' thumbprints and the credential, which holds the leaf.
#[must_use]
pub fn cache_key(credential: &str, trust: &Trust) -> Sha256 {
    let authority = trust.authority();
    let root = authority.fingerprint().digest();
    let cas: Vec<Sha256> = authority
        .cas()
        .iter()
        .map(Certificate::thumbprint)
        .collect();
    let mut parts: Vec<&[u8]> = vec![root.as_bytes()];
    parts.extend(cas.iter().map(|digest| digest.as_bytes().as_slice()));
    // Hashed by themselves first, so that nothing can shift between chain and credential.
    let chain = Sha256::of_parts(&parts);
    Sha256::of_parts(&[chain.as_bytes(), credential.as_bytes()])
}

/// Checks that certificate, statement and key id speak of one issuer and one mode.
fn named_by(
    leaf: &Certificate,
    statement: &Statement,
    kid: &str,
) -> Result<CertificateReference, Failure> {
    let malformed = |_: CertificateError| Failure::issuer(Reason::CertificateMalformed);
    let reference = leaf.reference().map_err(malformed)?;
    let issuer: IssuerCode = reference.issuer();
    let mode: Mode = leaf.mode();
    if issuer != statement.issuer {
        return Err(Failure::issuer(Reason::IssuerMismatch));
    }
    if mode != statement.mode {
        return Err(Failure::issuer(Reason::ModeMismatch));
    }
    // The host is the statement's own; only the fragment says which key.
    if kid != statement.base_url.key_id(&issuer, mode, &reference) {
        return Err(Failure::issuer(Reason::KeyIdMismatch));
    }
    Ok(reference)
}

const fn refused(error: JwsError) -> Failure {
    Failure::integrity(match error {
        JwsError::TooLarge => Reason::CredentialTooLarge,
        JwsError::Shape | JwsError::Json => Reason::MalformedCredential,
        JwsError::Encoding => Reason::EncodingNotCanonical,
        JwsError::DuplicateMember => Reason::DuplicateMember,
        JwsError::Algorithm => Reason::AlgorithmNotAllowed,
        JwsError::Critical => Reason::CriticalHeader,
        JwsError::EmbeddedKey => Reason::EmbeddedKey,
        JwsError::Type => Reason::WrongType,
        JwsError::Header => Reason::HeaderNotAllowed,
        JwsError::HighS => Reason::HighS,
        JwsError::Signature => Reason::SignatureMismatch,
    })
}
