//! What a verifier believes before it looks at a document: a root, and what hangs under it.
//!
//! Keys are recognised by the thumbprint of their certificate and the fragment of `kid`, never by
//! a host: an instance may move, and its documents stay.

mod anchor;
mod authority;
mod bundle;
mod instance_key;
mod key;
mod roots;

use std::collections::HashMap;
use std::sync::Arc;

pub use anchor::{Pin, RootFingerprint, RootFingerprintError, Source, TrustAnchor};
pub use authority::Authority;
pub use bundle::{Bundle, BundleError, BundleIssuer, BundleKey, issue as issue_bundle};
pub use instance_key::InstanceKeyError;
pub use key::{Identity, Issuer, KeyState, TrustError, TrustedKey};
pub use roots::{Roots, RootsError};

use crate::base_url::BaseUrl;
use crate::certificate_reference::CertificateReference;
use crate::digest::Sha256;
use crate::instant::Instant;

/// The keys a verifier believes, and why.
///
/// Cheap to build: everything inside is shared. A server keeps [`Authority`], [`Issuer`]s and
/// status keys in memory and puts a `Trust` together per question; an offline verifier builds one
/// with [`Trust::from_bundle`].
#[derive(Debug, Clone)]
pub struct Trust {
    authority: Arc<Authority>,
    base_urls: Arc<[BaseUrl]>,
    issuers: Vec<Arc<Issuer>>,
    status_keys: Vec<Arc<TrustedKey>>,
    by_thumbprint: HashMap<Sha256, (usize, usize)>,
    source: Source,
    as_of: Instant,
    expires: Option<Instant>,
    sequence: Option<u64>,
}

impl Trust {
    /// A trust without keys yet, from rows the caller has authenticated.
    #[must_use]
    pub fn new(
        authority: Arc<Authority>,
        base_urls: Arc<[BaseUrl]>,
        source: Source,
        as_of: Instant,
    ) -> Self {
        Self {
            authority,
            base_urls,
            issuers: Vec::new(),
            status_keys: Vec::new(),
            by_thumbprint: HashMap::new(),
            source,
            as_of,
            expires: None,
            sequence: None,
        }
    }

    /// Adds an issuer with its keys.
    #[must_use]
    pub fn with_issuer(mut self, issuer: Arc<Issuer>) -> Self {
        let place = self.issuers.len();
        for (position, key) in issuer.keys().iter().enumerate() {
            self.by_thumbprint
                .insert(key.certificate().thumbprint(), (place, position));
        }
        self.issuers.push(issuer);
        self
    }

    /// Adds a key that signs status lists and lifecycle statements.
    ///
    /// # Errors
    /// [`TrustError::NotAStatusKey`] when its certificate is an issuer's.
    pub fn with_status_key(mut self, key: Arc<TrustedKey>) -> Result<Self, TrustError> {
        if !key.reference().issuer().is_instance() {
            return Err(TrustError::NotAStatusKey);
        }
        self.status_keys.push(key);
        Ok(self)
    }

    /// Verifies a bundle and believes what it lists. Its expiry is judged later, with the question.
    ///
    /// `last_sequence` is the highest sequence this verifier has seen for the mode; a lower one is
    /// refused.
    ///
    /// # Errors
    /// [`BundleError`]; a bundle with one bad certificate is refused as a whole.
    pub fn from_bundle(
        compact: &str,
        pin: Pin,
        last_sequence: Option<u64>,
    ) -> Result<Self, BundleError> {
        bundle::open(compact, pin, last_sequence)
    }

    /// The root and its issuing CAs.
    #[must_use]
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Current and former public URLs of the instance.
    #[must_use]
    pub fn base_urls(&self) -> &[BaseUrl] {
        &self.base_urls
    }

    /// The issuers believed.
    pub fn issuers(&self) -> impl Iterator<Item = &Issuer> {
        self.issuers.iter().map(Arc::as_ref)
    }

    /// The issuer's key whose certificate has this thumbprint.
    #[must_use]
    pub fn find_key(&self, thumbprint: Sha256) -> Option<(&Issuer, &TrustedKey)> {
        let (issuer, key) = self.by_thumbprint.get(&thumbprint)?;
        let issuer = self.issuers.get(*issuer)?;
        Some((issuer.as_ref(), issuer.keys().get(*key)?))
    }

    /// The issuers' keys whose certificates have this reference: at most one, unless somebody gave it twice.
    pub fn keys_named(&self, reference: CertificateReference) -> impl Iterator<Item = &TrustedKey> {
        let keys = self.issuers().flat_map(Issuer::keys);
        keys.filter(move |key| key.reference() == reference)
    }

    /// The keys believed for status lists and lifecycle statements.
    pub fn status_keys(&self) -> impl Iterator<Item = &TrustedKey> {
        self.status_keys.iter().map(Arc::as_ref)
    }

    /// The status key whose certificate has this thumbprint.
    #[must_use]
    pub fn find_status_key(&self, thumbprint: Sha256) -> Option<&TrustedKey> {
        self.status_keys
            .iter()
            .map(Arc::as_ref)
            .find(|key| key.certificate().thumbprint() == thumbprint)
    }

    /// What a verdict states about its basis.
    #[must_use]
    pub fn anchor(&self) -> TrustAnchor {
        TrustAnchor {
            fingerprint: self.authority.fingerprint(),
            source: self.source,
            as_of: self.as_of,
        }
    }

    /// When the bundle stops being believed; none for a server's own rows.
    #[must_use]
    pub const fn expires(&self) -> Option<Instant> {
        self.expires
    }

    /// The bundle's sequence, to be remembered as the last seen; none for a server's own rows.
    #[must_use]
    pub const fn sequence(&self) -> Option<u64> {
        self.sequence
    }
}
