//! Certificates: read strictly, in the one profile this system issues.

mod chain;
mod jwk;
mod profile;

pub(crate) use chain::{check_ca, check_leaf, check_link, check_root};
pub use chain::{check_chain, is_issued_by};
pub use jwk::{Jwk, JwkSet};

use x509_cert::der::{Decode as _, Encode as _};

use crate::certificate_reference::CertificateReference;
use crate::digest::Sha256;
use crate::ecdsa::PublicKey;
use crate::instant::Instant;
use crate::mode::Mode;

/// Why a certificate, or the way from it to the root, is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Not a DER certificate, or not encoded canonically.
    #[error("not a canonical DER certificate")]
    Malformed,
    /// Not version 3, not ecdsa-with-SHA256, or the two algorithm fields differ.
    #[error("the certificate is not an X.509 v3 certificate signed with ecdsa-with-SHA256")]
    Algorithm,
    /// The key is not an uncompressed P-256 point.
    #[error("the key is not a P-256 key")]
    Key,
    /// A name has other attributes than C, O, OU and CN, one of them twice, or lacks a needed one.
    #[error("the name is not of this system's form")]
    Name,
    /// The serial number is not the certificate's reference, or not of the organisation it names.
    #[error("the serial number is not the certificate's reference")]
    Serial,
    /// Basic constraints are missing, not critical, or say the wrong thing for this place.
    #[error("the basic constraints do not fit")]
    BasicConstraints,
    /// Key usage is missing, not critical, or lacks or exceeds what this place needs.
    #[error("the key usage does not fit")]
    KeyUsage,
    /// An extension stands twice, or a critical one is unknown here.
    #[error("an extension is unknown and critical, or stands twice")]
    Extension,
    /// The issuer's name is not the subject's name of the certificate above.
    #[error("the issuer is not the certificate above")]
    Issuer,
    /// The signature is not the certificate above's.
    #[error("the certificate's signature does not verify")]
    Signature,
    /// The time asked about is outside the validity window.
    #[error("the certificate was not valid at the time")]
    Time,
    /// `OU=TEST` stands on one side of the chain only.
    #[error("test and live are mixed in one chain")]
    Mode,
}

/// The attributes of a subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// `C`.
    pub country: Option<String>,
    /// `O`: for leaves the issuer code.
    pub organization: Option<String>,
    /// `OU`: `TEST`, or absent.
    pub organizational_unit: Option<String>,
    /// `CN`.
    pub common_name: Option<String>,
}

/// What a certificate's extensions allow its key to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Usage {
    pub(crate) is_ca: bool,
    pub(crate) path_len: Option<u8>,
    pub(crate) digital_signature: bool,
    pub(crate) key_cert_sign: bool,
    /// Anything a leaf must not have: certificate or CRL signing, agreement, encipherment …
    pub(crate) more_than_digital_signature: bool,
}

/// One certificate, read and not yet trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    der: Vec<u8>,
    tbs: Vec<u8>,
    signature: Vec<u8>,
    thumbprint: Sha256,
    serial: Vec<u8>,
    subject: Subject,
    subject_der: Vec<u8>,
    issuer_der: Vec<u8>,
    public_key: PublicKey,
    not_before: Instant,
    not_after: Instant,
    usage: Usage,
}

impl Certificate {
    /// Reads DER; bytes that would be encoded otherwise are refused.
    ///
    /// # Errors
    /// [`CertificateError`] for anything outside the profile every certificate here shares.
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        let certificate =
            x509_cert::Certificate::from_der(der).map_err(|_| CertificateError::Malformed)?;
        // The signature covers the original bytes; decoding and encoding must give them back.
        let tbs = certificate
            .tbs_certificate()
            .to_der()
            .map_err(|_| CertificateError::Malformed)?;
        let again = certificate
            .to_der()
            .map_err(|_| CertificateError::Malformed)?;
        if again != der {
            return Err(CertificateError::Malformed);
        }
        profile::read(&certificate, der, tbs)
    }

    /// Reads one PEM certificate.
    ///
    /// # Errors
    /// As [`Certificate::from_der`].
    pub fn from_pem(pem: &str) -> Result<Self, CertificateError> {
        let read = x509_cert::der::pem::decode_vec(pem.as_bytes());
        match read {
            Ok(("CERTIFICATE", der)) => Self::from_der(&der),
            _ => Err(CertificateError::Malformed),
        }
    }

    /// The bytes.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.der
    }

    /// SHA-256 over the DER: how a key is recognised.
    #[must_use]
    pub const fn thumbprint(&self) -> Sha256 {
        self.thumbprint
    }

    /// The subject's attributes.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The serial number read as a reference.
    ///
    /// # Errors
    /// [`CertificateError::Serial`] when it is none.
    pub fn reference(&self) -> Result<CertificateReference, CertificateError> {
        CertificateReference::from_serial(&self.serial).map_err(|_| CertificateError::Serial)
    }

    /// The key.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// First instant of the validity window.
    #[must_use]
    pub const fn not_before(&self) -> Instant {
        self.not_before
    }

    /// The last second of the validity window.
    #[must_use]
    pub const fn not_after(&self) -> Instant {
        self.not_after
    }

    /// Whether `at` lies in the validity window; its last second counts as a whole.
    #[must_use]
    pub fn covers(&self, at: Instant) -> bool {
        self.not_before <= at && at.floor_second() <= self.not_after
    }

    /// Test when the subject carries `OU=TEST`, else live.
    #[must_use]
    pub fn mode(&self) -> Mode {
        match self.subject.organizational_unit {
            Some(_) => Mode::Test,
            None => Mode::Live,
        }
    }
}
