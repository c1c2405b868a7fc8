//! The root and the issuing CAs, verified once and then shared.

use super::anchor::RootFingerprint;
use super::key::{KeyState, TrustError, TrustedKey};
use crate::certificate::{Certificate, CertificateError, check_ca, check_leaf, check_root};

/// A root with the issuing CAs it signed.
#[derive(Debug, Clone)]
pub struct Authority {
    root: Certificate,
    cas: Vec<Certificate>,
}

impl Authority {
    /// Checks that the root signed itself and each CA.
    ///
    /// # Errors
    /// [`CertificateError`] naming the first rule broken.
    pub fn new(root: Certificate, cas: Vec<Certificate>) -> Result<Self, CertificateError> {
        check_root(&root)?;
        for ca in &cas {
            check_ca(ca, &root)?;
        }
        Ok(Self { root, cas })
    }

    /// The root.
    #[must_use]
    pub const fn root(&self) -> &Certificate {
        &self.root
    }

    /// The issuing CAs.
    #[must_use]
    pub fn cas(&self) -> &[Certificate] {
        &self.cas
    }

    /// The root's fingerprint.
    #[must_use]
    pub const fn fingerprint(&self) -> RootFingerprint {
        RootFingerprint::of(&self.root)
    }

    /// The CA that signed `leaf`.
    ///
    /// # Errors
    /// The reason of the CA that came closest: by name if one fits, else [`CertificateError::Issuer`].
    pub fn ca_of(&self, leaf: &Certificate) -> Result<&Certificate, CertificateError> {
        let mut closest = CertificateError::Issuer;
        for ca in &self.cas {
            match check_leaf(leaf, ca) {
                Ok(()) => return Ok(ca),
                // Test and live CA differ in their names, so another error says more.
                Err(CertificateError::Issuer) => {}
                Err(error) => closest = error,
            }
        }
        Err(closest)
    }

    /// Takes a leaf that hangs under one of the CAs, together with what is known about its key.
    ///
    /// # Errors
    /// [`TrustError::Certificate`] when it does not, or breaks the profile of a leaf.
    pub fn admit(&self, leaf: Certificate, state: KeyState) -> Result<TrustedKey, TrustError> {
        let ca = self.ca_of(&leaf)?;
        let window = (
            ca.not_before().max(self.root.not_before()),
            ca.not_after().min(self.root.not_after()),
        );
        TrustedKey::new(leaf, window, state)
    }
}
