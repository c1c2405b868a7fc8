//! Where trust starts, and what a verdict says about it.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use crate::certificate::Certificate;
use crate::digest::Sha256;
use crate::instant::Instant;
use crate::words::{text_serde, words};

/// The fingerprint of an instance's root: SHA-256 over its DER, written `sha256:<hex>`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RootFingerprint(Sha256);

/// A text that is not `sha256:` and 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a root fingerprint is sha256: and 64 lower-case hexadecimal digits")]
pub struct RootFingerprintError;

impl RootFingerprint {
    /// The fingerprint of a root certificate.
    #[must_use]
    pub const fn of(root: &Certificate) -> Self {
        Self(root.thumbprint())
    }

    /// Reads `sha256:<hex>`.
    ///
    /// # Errors
    /// [`RootFingerprintError`] for any other spelling.
    pub fn parse(text: &str) -> Result<Self, RootFingerprintError> {
        let hex = text.strip_prefix("sha256:").ok_or(RootFingerprintError)?;
        Sha256::from_hex(hex)
            .map(Self)
            .map_err(|_| RootFingerprintError)
    }

    /// The digest.
    #[must_use]
    pub const fn digest(&self) -> Sha256 {
        self.0
    }
}

impl fmt::Display for RootFingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256:{}", self.0)
    }
}

impl FromStr for RootFingerprint {
    type Err = RootFingerprintError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

text_serde!(RootFingerprint, RootFingerprint::parse);

/// What entitles a verifier to believe a bundle's root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pin {
    /// A fingerprint held beforehand.
    Fingerprint(RootFingerprint),
    /// That of a root which others lead to from one held beforehand ([`super::Roots`]).
    Succession(RootFingerprint),
    /// The bundle file itself was named as trusted.
    BundleFile,
    /// Nothing yet: the root just met is believed, and the verdict says so.
    FirstUse,
}

words! {
    /// How a verifier came to trust the root.
    pub enum Source ("trust source") {
        /// Its fingerprint was held beforehand.
        Pinned = "pinned",
        /// Roots lead to it from one whose fingerprint was held.
        Succession = "succession",
        /// A bundle file was named as trusted.
        BundleFile = "bundle_file",
        /// It was believed when first met.
        FirstUse = "first_use",
        /// The verifier is the instance itself, reading rows it has authenticated.
        Server = "server",
    }
}

impl From<Pin> for Source {
    fn from(pin: Pin) -> Self {
        match pin {
            Pin::Fingerprint(_) => Self::Pinned,
            Pin::Succession(_) => Self::Succession,
            Pin::BundleFile => Self::BundleFile,
            Pin::FirstUse => Self::FirstUse,
        }
    }
}

/// The basis of a verdict, stated with every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrustAnchor {
    /// The root believed.
    pub fingerprint: RootFingerprint,
    /// Why it is believed.
    pub source: Source,
    /// The time the list of keys is from.
    pub as_of: Instant,
}
