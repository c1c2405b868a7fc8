//! The keys of the test PKI, read from `vectors/pki`. They protect nothing.

use std::path::{Path, PathBuf};

use ananke_format::certificate::Certificate;
use ananke_format::{CertificateReference, SignError, Signer, low_s};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};

/// The folder of all vectors.
pub(crate) fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors")
}

/// A key of the test PKI with its certificate.
pub(crate) struct TestKey {
    pair: EcdsaKeyPair,
    certificate: Certificate,
}

impl TestKey {
    /// Reads `pki/<name>.pem` and `pki/<name>.key.pem`.
    pub(crate) fn load(name: &str) -> Self {
        Self::load_as(name, name)
    }

    /// Reads `pki/<key>.key.pem` and one of the certificates there are for it.
    pub(crate) fn load_as(key: &str, certificate: &str) -> Self {
        let folder = vectors().join("pki");
        let read = |file: String| std::fs::read_to_string(folder.join(file)).unwrap();
        let key = rcgen::KeyPair::from_pem(&read(format!("{key}.key.pem"))).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.serialized_der());
        let certificate = Certificate::from_pem(&read(format!("{certificate}.pem"))).unwrap();
        Self {
            pair: pair.unwrap(),
            certificate,
        }
    }
}

impl Signer for TestKey {
    #[allow(
        clippy::disallowed_methods,
        reason = "ECDSA signing asks for a source of randomness"
    )]
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        let signature = self.pair.sign(&SystemRandom::new(), message);
        let signature = signature.map_err(|error| SignError(error.to_string()))?;
        // Low or not is the caller's; half of these are not.
        signature
            .as_ref()
            .try_into()
            .map_err(|_| SignError("not 64 bytes".to_owned()))
    }

    fn certificate_reference(&self) -> CertificateReference {
        // CAs and roots of the test PKI have no reference and need none.
        let none = CertificateReference::parse("000000ZZ").unwrap();
        self.certificate.reference().unwrap_or(none)
    }

    fn leaf_der(&self) -> &[u8] {
        self.certificate.der()
    }

    fn certificate(&self) -> Option<&Certificate> {
        Some(&self.certificate)
    }
}

/// Signs any header and payload, well formed or not.
pub(crate) fn sign_text(header: &str, payload: &str, key: &TestKey) -> String {
    let input = format!(
        "{}.{}",
        base64url(header.as_bytes()),
        base64url(payload.as_bytes())
    );
    sign_input(&input, key)
}

/// Signs a signing input as it stands.
pub(crate) fn sign_input(input: &str, key: &TestKey) -> String {
    let signature = low_s(key.sign(input.as_bytes()).unwrap());
    format!("{input}.{}", base64url(&signature))
}

/// Base64url without padding.
pub(crate) fn base64url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url without padding.
pub(crate) fn from_base64url(text: &str) -> Vec<u8> {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(text)
        .unwrap()
}
