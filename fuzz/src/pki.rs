//! The test PKI of the vectors: its trusts and its keys, which are public and protect nothing. With them a target
//! signs whatever the fuzzer thinks of, so that what stands behind a signature is tried too.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use ananke_format::certificate::Certificate;
use ananke_format::trust::{Pin, RootFingerprint, Trust};
use ananke_format::{CertificateReference, SignError, Signer, low_s};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// The folder of all vectors.
pub(crate) fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../vectors")
}

/// A file of `vectors/pki`, without the line break at its end.
pub(crate) fn given(name: &str) -> String {
    let text = std::fs::read_to_string(vectors().join("pki").join(name)).expect(name);
    text.trim_end().to_owned()
}

pub(crate) fn certificate(name: &str) -> Certificate {
    Certificate::from_pem(&given(name)).expect("a certificate of the test PKI")
}

/// The root that is pinned.
pub(crate) fn pin() -> Pin {
    Pin::Fingerprint(RootFingerprint::of(&certificate("root.pem")))
}

/// What a verifier of live documents believes.
pub(crate) static LIVE: LazyLock<Trust> = LazyLock::new(|| {
    Trust::from_bundle(&given("trust-live.jws"), pin(), None).expect("the live bundle")
});

pub(crate) static ISSUER: LazyLock<Key> = LazyLock::new(|| Key::load("acme"));
pub(crate) static STATUS: LazyLock<Key> = LazyLock::new(|| Key::load("status-live"));
pub(crate) static CA: LazyLock<Key> = LazyLock::new(|| Key::load("ca-live"));

/// A key with its certificate.
pub(crate) struct Key {
    pair: EcdsaKeyPair,
    certificate: Certificate,
}

impl Key {
    fn load(name: &str) -> Self {
        let pem = given(&format!("{name}.key.pem"));
        // A word of warning stands above it.
        let body = pem
            .lines()
            .skip_while(|line| !line.starts_with('-'))
            .skip(1);
        let body: String = body.take_while(|line| !line.starts_with('-')).collect();
        let der = STANDARD.decode(body).expect("base64");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der);
        Self {
            pair: pair.expect("a key of the test PKI"),
            certificate: certificate(&format!("{name}.pem")),
        }
    }

    /// Signs this payload under this header, both as they stand.
    pub(crate) fn sign_text(&self, header: &str, payload: &[u8]) -> String {
        let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(payload));
        let signature = low_s(self.sign(input.as_bytes()).expect("signed"));
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

impl Signer for Key {
    #[allow(
        clippy::disallowed_methods,
        reason = "ECDSA signing asks for a source of randomness"
    )]
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        let signature = self.pair.sign(&SystemRandom::new(), message);
        let signature = signature.map_err(|error| SignError(error.to_string()))?;
        let signature = signature.as_ref().try_into();
        signature.map_err(|_| SignError("not 64 bytes".to_owned()))
    }

    fn certificate_reference(&self) -> CertificateReference {
        // The CA has no reference and needs none.
        let none = CertificateReference::parse("000000ZZ").expect("a reference");
        self.certificate.reference().unwrap_or(none)
    }

    fn leaf_der(&self) -> &[u8] {
        self.certificate.der()
    }

    fn certificate(&self) -> Option<&Certificate> {
        Some(&self.certificate)
    }
}

/// The header and the payload of a compact JWS: the one as it stands, the other decoded.
pub(crate) fn parts(compact: &str) -> (String, Vec<u8>) {
    let mut parts = compact.split('.');
    let mut next = || parts.next().unwrap_or_default();
    let (header, payload) = (next(), next());
    (
        header.to_owned(),
        URL_SAFE_NO_PAD.decode(payload).unwrap_or_default(),
    )
}
