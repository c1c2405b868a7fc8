//! The way from a leaf to the root: three certificates, never more.

use super::{Certificate, CertificateError};
use crate::instant::Instant;
use crate::issuer_code::IssuerCode;
use crate::mode::Mode;

/// Whether `child` names `parent` as its issuer and carries `parent`'s signature.
///
/// # Errors
/// [`CertificateError::Issuer`] or [`CertificateError::Signature`].
pub fn is_issued_by(child: &Certificate, parent: &Certificate) -> Result<(), CertificateError> {
    if child.issuer_der != parent.subject_der {
        return Err(CertificateError::Issuer);
    }
    if parent.public_key.verifies_der(&child.tbs, &child.signature) {
        Ok(())
    } else {
        Err(CertificateError::Signature)
    }
}

/// Checks leaf, issuing CA and root together, at one time.
///
/// The root's own trust (its fingerprint) is the caller's.
///
/// # Errors
/// [`CertificateError`] naming the first rule broken, from the root down.
pub fn check_chain(
    leaf: &Certificate,
    ca: &Certificate,
    root: &Certificate,
    at: Instant,
) -> Result<(), CertificateError> {
    check_root(root)?;
    check_ca(ca, root)?;
    check_leaf(leaf, ca)?;
    if [leaf, ca, root]
        .iter()
        .all(|certificate| certificate.covers(at))
    {
        Ok(())
    } else {
        Err(CertificateError::Time)
    }
}

/// The root: the instance's, a CA, self-signed, never marked as test.
pub(crate) fn check_root(root: &Certificate) -> Result<(), CertificateError> {
    is_authority(root)?;
    if root.mode() == Mode::Test {
        return Err(CertificateError::Mode);
    }
    is_issued_by(root, root)
}

/// The word of a root for the one after it: a certificate of that one's key and name.
pub(crate) fn check_link(
    link: &Certificate,
    before: &Certificate,
    after: &Certificate,
) -> Result<(), CertificateError> {
    is_authority(link)?;
    if link.mode() == Mode::Test {
        return Err(CertificateError::Mode);
    }
    if link.subject_der != after.subject_der {
        return Err(CertificateError::Name);
    }
    if link.public_key != after.public_key {
        return Err(CertificateError::Key);
    }
    is_issued_by(link, before)
}

/// An issuing CA: the instance's, signed by the root; it also signs trust bundles.
pub(crate) fn check_ca(ca: &Certificate, root: &Certificate) -> Result<(), CertificateError> {
    is_authority(ca)?;
    if !ca.usage.digital_signature {
        return Err(CertificateError::KeyUsage);
    }
    if root.usage.path_len == Some(0) {
        return Err(CertificateError::BasicConstraints);
    }
    is_issued_by(ca, root)
}

/// A leaf: of the mode of its CA, named by its reference, good for signatures and nothing else.
pub(crate) fn check_leaf(leaf: &Certificate, ca: &Certificate) -> Result<(), CertificateError> {
    if leaf.usage.is_ca {
        return Err(CertificateError::BasicConstraints);
    }
    if !leaf.usage.digital_signature || leaf.usage.more_than_digital_signature {
        return Err(CertificateError::KeyUsage);
    }
    if leaf.subject.country.as_deref() != Some("XA") || leaf.subject.common_name.is_none() {
        return Err(CertificateError::Name);
    }
    let organization = leaf
        .subject
        .organization
        .as_deref()
        .ok_or(CertificateError::Name)?;
    let issuer = IssuerCode::parse(organization).map_err(|_| CertificateError::Name)?;
    if leaf.reference()?.issuer() != issuer {
        return Err(CertificateError::Serial);
    }
    if leaf.mode() != ca.mode() {
        return Err(CertificateError::Mode);
    }
    is_issued_by(leaf, ca)
}

fn is_authority(certificate: &Certificate) -> Result<(), CertificateError> {
    if !certificate.usage.is_ca {
        return Err(CertificateError::BasicConstraints);
    }
    if !certificate.usage.key_cert_sign {
        return Err(CertificateError::KeyUsage);
    }
    if certificate.subject.organization.as_deref() != Some(IssuerCode::INSTANCE.as_str()) {
        return Err(CertificateError::Name);
    }
    Ok(())
}
