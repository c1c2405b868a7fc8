//! Keys a verifier believes, and the issuers they belong to.

use crate::certificate::{Certificate, CertificateError};
use crate::certificate_reference::CertificateReference;
use crate::instant::Instant;
use crate::issuer_code::IssuerCode;
use crate::words::words;

/// Why a key or an issuer cannot be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TrustError {
    /// The certificate does not hang under this authority or breaks the profile.
    #[error("the certificate is refused")]
    Certificate(#[from] CertificateError),
    /// The key's certificate names another issuer, or the instance.
    #[error("the certificate is not this issuer's")]
    NotThisIssuer,
    /// The key's certificate is an issuer's, not the instance's.
    #[error("the certificate is not a status key's")]
    NotAStatusKey,
}

/// What is known about a key besides its certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyState {
    /// The key signs from here on.
    pub valid_from: Instant,
    /// The key signs until here.
    pub valid_until: Instant,
    /// The issuer stopped using it; what it signed before stays good.
    pub retired_at: Option<Instant>,
    /// From here on it may have been in wrong hands.
    pub compromised_at: Option<Instant>,
}

/// A key whose certificate was verified up to the root. Made by [`super::Authority::admit`] only.
#[derive(Debug, Clone)]
pub struct TrustedKey {
    certificate: Certificate,
    reference: CertificateReference,
    issuer: IssuerCode,
    /// The validity the certificates above leave it: later not-before, earlier not-after.
    above: (Instant, Instant),
    state: KeyState,
}

impl TrustedKey {
    pub(super) fn new(
        certificate: Certificate,
        above: (Instant, Instant),
        state: KeyState,
    ) -> Result<Self, TrustError> {
        let reference = certificate.reference()?;
        Ok(Self {
            reference,
            issuer: reference.issuer(),
            certificate,
            above,
            state,
        })
    }

    /// The certificate.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The certificate's reference.
    #[must_use]
    pub const fn reference(&self) -> CertificateReference {
        self.reference
    }

    /// The issuer code the certificate names.
    #[must_use]
    pub const fn issuer(&self) -> IssuerCode {
        self.issuer
    }

    /// What is known about the key.
    #[must_use]
    pub const fn state(&self) -> &KeyState {
        &self.state
    }

    /// Whether every certificate of the chain and the listed interval cover `at`.
    #[must_use]
    pub fn covers(&self, at: Instant) -> bool {
        let (not_before, not_after) = self.above;
        self.certificate.covers(at)
            && not_before <= at
            && at.floor_second() <= not_after
            && self.state.valid_from <= at
            && at <= self.state.valid_until
    }

    /// Whether the key had been retired by `at`.
    #[must_use]
    pub fn is_retired_at(&self, at: Instant) -> bool {
        self.state
            .retired_at
            .is_some_and(|retired_at| at >= retired_at)
    }
}

words! {
    /// How an issuer's name is backed.
    pub enum Identity ("identity") {
        /// The tenant says so itself.
        SelfAsserted = "self_asserted",
        /// The tenant proved control of its domain.
        DomainProved = "domain_proved",
    }
}

/// An issuer with its trusted keys.
#[derive(Debug, Clone)]
pub struct Issuer {
    code: IssuerCode,
    name: String,
    domain: Option<String>,
    identity: Identity,
    proved_at: Option<Instant>,
    keys: Vec<TrustedKey>,
}

impl Issuer {
    /// An issuer without keys yet.
    #[must_use]
    pub const fn new(
        code: IssuerCode,
        name: String,
        domain: Option<String>,
        identity: Identity,
        proved_at: Option<Instant>,
    ) -> Self {
        Self {
            code,
            name,
            domain,
            identity,
            proved_at,
            keys: Vec::new(),
        }
    }

    /// Adds a key.
    ///
    /// # Errors
    /// [`TrustError::NotThisIssuer`] when its certificate names another, or the instance.
    pub fn with_key(mut self, key: TrustedKey) -> Result<Self, TrustError> {
        if key.issuer() != self.code || self.code.is_instance() {
            return Err(TrustError::NotThisIssuer);
        }
        self.keys.push(key);
        Ok(self)
    }

    /// The issuer code.
    #[must_use]
    pub const fn code(&self) -> IssuerCode {
        self.code
    }

    /// The name as the instance knows it now; a document carries the name it was issued under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The domain, where one is named.
    #[must_use]
    pub fn domain(&self) -> Option<&str> {
        self.domain.as_deref()
    }

    /// How the name is backed.
    #[must_use]
    pub const fn identity(&self) -> Identity {
        self.identity
    }

    /// When the domain was proved.
    #[must_use]
    pub const fn proved_at(&self) -> Option<Instant> {
        self.proved_at
    }

    /// The keys.
    #[must_use]
    pub fn keys(&self) -> &[TrustedKey] {
        &self.keys
    }
}
