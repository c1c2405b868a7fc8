//! Signing and verifying: the bare operation, and a whole record. The key is one of the test vectors' and protects
//! nothing.

use std::path::{Path, PathBuf};

use ananke_format::certificate::Certificate;
use ananke_format::credential::{self, Field, Statement, StatusPosition};
use ananke_format::trust::{Pin, RootFingerprint, Trust};
use ananke_format::{
    BaseUrl, CertificateReference, Instant, IssuerCode, Mode, Product, Reference, SignError,
    Signer, verify as judge,
};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    UnparsedPublicKey,
};

/// A key of the vectors with its certificate.
pub(crate) struct Key {
    pair: EcdsaKeyPair,
    random: SystemRandom,
    certificate: Certificate,
}

impl Signer for Key {
    fn sign(&self, message: &[u8]) -> Result<[u8; 64], SignError> {
        let signature = self
            .pair
            .sign(&self.random, message)
            .map_err(|error| SignError(error.to_string()))?;
        signature
            .as_ref()
            .try_into()
            .map_err(|_| SignError("not 64 bytes".to_owned()))
    }

    fn certificate_reference(&self) -> CertificateReference {
        self.certificate.reference().expect("a reference")
    }

    fn leaf_der(&self) -> &[u8] {
        self.certificate.der()
    }

    fn certificate(&self) -> Option<&Certificate> {
        Some(&self.certificate)
    }
}

fn given(name: &str) -> String {
    let pki: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/pki");
    std::fs::read_to_string(pki.join(name)).expect("a file of the vectors")
}

impl Key {
    pub(crate) fn load() -> Self {
        let pem = rcgen::KeyPair::from_pem(&given("acme.key.pem")).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pem.serialized_der());
        Key {
            pair: pair.expect("P-256"),
            random: SystemRandom::new(),
            certificate: Certificate::from_pem(&given("acme.pem")).expect("a certificate"),
        }
    }
}

/// The document that the load of the bench issues, too.
fn statement() -> Statement {
    Statement {
        base_url: BaseUrl::parse("https://docs.example.com").expect("a URL"),
        reference: Reference::from_random(Product::Trust, [7; 8]),
        issuer: IssuerCode::parse("ACME01").expect("a code"),
        issuer_name: "Acme Academy".to_owned(),
        mode: Mode::Live,
        document_type: "certificate".to_owned(),
        document_title: Some("Diploma".to_owned()),
        recipient_name: "Person 1234567".to_owned(),
        fields: vec![Field {
            key: "course".to_owned(),
            label: "Course".to_owned(),
            value: "Distributed systems".to_owned(),
        }],
        awarded_on: None,
        issued_at: Instant::parse("2026-06-01T10:00:00.000Z").expect("an instant"),
        expires_at: None,
        pdf: None,
        status: StatusPosition { list: 0, index: 42 },
    }
}

/// The bare signature over the bytes of such a record.
pub(crate) fn sign() -> impl FnMut() {
    let key = Key::load();
    let record = credential::issue(&statement(), &key).expect("signed");
    let (message, _) = record.rsplit_once('.').expect("three parts");
    let message = message.to_owned();
    move || {
        std::hint::black_box(key.sign(message.as_bytes()).expect("signed"));
    }
}

/// The bare verification of the same bytes.
pub(crate) fn verify() -> impl FnMut() {
    let key = Key::load();
    let record = credential::issue(&statement(), &key).expect("signed");
    let (message, _) = record.rsplit_once('.').expect("three parts");
    let message = message.to_owned();
    let signature = key.sign(message.as_bytes()).expect("signed");
    let public = UnparsedPublicKey::new(
        &ECDSA_P256_SHA256_FIXED,
        key.pair.public_key().as_ref().to_vec(),
    );
    move || {
        public
            .verify(message.as_bytes(), &signature)
            .expect("verified");
    }
}

/// From a statement to a signed record.
pub(crate) fn record_sign() -> impl FnMut() {
    let (key, statement) = (Key::load(), statement());
    move || {
        std::hint::black_box(credential::issue(&statement, &key).expect("signed"));
    }
}

/// From a record to what it says, with its signature, certificate and trust.
pub(crate) fn record_verify() -> impl FnMut() {
    let root = Certificate::from_pem(&given("root.pem")).expect("a root");
    let pin = Pin::Fingerprint(RootFingerprint::of(&root));
    let bundle = given("trust-live.jws");
    let trust = Trust::from_bundle(bundle.trim_end(), pin, None).expect("a bundle");
    let record = credential::issue(&statement(), &Key::load()).expect("signed");
    move || {
        std::hint::black_box(judge::signature(&record, &trust).expect("verified"));
    }
}
