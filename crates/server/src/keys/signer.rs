//! A private key with its certificate.

use ananke_format::certificate::Certificate;
use ananke_format::{CertificateReference, SignError, Signer};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};

use super::KeyError;
use crate::ctx::Ctx;

/// Signs with P-256 and SHA-256.
pub struct KeySigner {
    key: EcdsaKeyPair,
    random: SystemRandom,
    reference: CertificateReference,
    certificate: Certificate,
}

impl KeySigner {
    /// From an opened private key (PKCS#8) and its certificate.
    ///
    /// # Errors
    /// The key is not a P-256 key, or the certificate cannot be read.
    pub fn new(
        pkcs8: &[u8],
        reference: CertificateReference,
        certificate: &[u8],
        ctx: &Ctx,
    ) -> Result<Self, KeyError> {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8)
            .map_err(|_| KeyError::Crypto("private key"))?;
        let certificate = Certificate::from_der(certificate)
            .map_err(|_| KeyError::Crypto("certificate of a private key"))?;
        Ok(Self {
            key,
            random: ctx.system_random(),
            reference,
            certificate,
        })
    }
}

impl Signer for KeySigner {
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        let signature = self
            .key
            .sign(&self.random, message)
            .map_err(|error| SignError(error.to_string()))?;
        signature
            .as_ref()
            .try_into()
            .map_err(|_| SignError("signature of another length".to_owned()))
    }

    fn certificate_reference(&self) -> CertificateReference {
        self.reference
    }

    fn leaf_der(&self) -> &[u8] {
        self.certificate.der()
    }

    fn certificate(&self) -> Option<&Certificate> {
        Some(&self.certificate)
    }
}
