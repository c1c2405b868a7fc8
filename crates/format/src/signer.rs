//! What signs: the server implements it over keys this crate never sees.

use crate::certificate::{Certificate, CertificateError};
use crate::certificate_reference::CertificateReference;
use crate::issuer_code::IssuerCode;
use crate::mode::Mode;

/// A key that could not sign. The text is for operators, never for a public answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the key could not sign: {0}")]
pub struct SignError(pub String);

/// One signing key with its certificate.
pub trait Signer {
    /// Signs `message` with ECDSA P-256 and SHA-256; the answer is r then s, 32 bytes each, big-endian.
    ///
    /// Either s is welcome: this crate turns it into the low one.
    ///
    /// # Errors
    /// [`SignError`] when the key is sealed, gone or broken.
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError>;

    /// The reference of the key's certificate, which becomes the fragment of `kid`.
    /// A CA signing a trust bundle may return any reference of the instance: bundles have no `kid`.
    fn certificate_reference(&self) -> CertificateReference;

    /// The certificate, DER.
    fn leaf_der(&self) -> &[u8];

    /// The same certificate, read beforehand. A signer that keeps it saves a parse per signature.
    fn certificate(&self) -> Option<&Certificate> {
        None
    }
}

/// Why something was not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IssueError {
    /// The signer's certificate cannot be read.
    #[error("the signer's certificate is refused")]
    Certificate(#[from] CertificateError),
    /// The signer's certificate is another issuer's, of the other mode, or has another reference.
    #[error("the signer is not this issuer's in this mode")]
    Signer,
    /// The key could not sign.
    #[error("the key did not sign")]
    Sign(#[from] SignError),
}

/// Checks that a signer speaks for `issuer` in `mode`, before anything is signed by mistake.
pub(crate) fn check(signer: &dyn Signer, issuer: IssuerCode, mode: Mode) -> Result<(), IssueError> {
    let read;
    let leaf = match signer.certificate() {
        Some(leaf) => leaf,
        None => {
            read = Certificate::from_der(signer.leaf_der())?;
            &read
        }
    };
    let reference = signer.certificate_reference();
    if leaf.reference()? == reference && reference.issuer() == issuer && leaf.mode() == mode {
        Ok(())
    } else {
        Err(IssueError::Signer)
    }
}
