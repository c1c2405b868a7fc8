//! Certificates for tests: an authority of one's own, and what it signs, right and wrong.
//!
//! Tests of other crates include this file with `#[path]`.

#![allow(dead_code, reason = "not every test that includes this uses all of it")]

use std::path::Path;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use time::{Duration, OffsetDateTime};

fn new_key() -> KeyPair {
    #[allow(clippy::disallowed_methods, reason = "keys of somebody else")]
    KeyPair::generate().unwrap()
}

/// A certificate and its key, both in PEM.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) certificate: String,
    pub(crate) key: String,
    /// The certificate in DER.
    pub(crate) der: Vec<u8>,
}

impl Pair {
    fn new(certificate: &rcgen::Certificate, key: &KeyPair) -> Self {
        Self {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
            der: certificate.der().to_vec(),
        }
    }
}

impl Pair {
    /// How a TLS server shows it.
    pub(crate) fn server_config(&self) -> Arc<ServerConfig> {
        let certificate = CertificateDer::from(self.der.clone());
        let private = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], private);
        Arc::new(config.unwrap())
    }
}

/// An authority of one's own.
pub(crate) struct Ca {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate.
    pub(crate) pem: String,
}

impl Ca {
    pub(crate) fn new() -> Self {
        let key = new_key();
        let mut params = CertificateParams::default();
        let name = &mut params.distinguished_name;
        name.push(DnType::CommonName, "An authority for tests");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let pem = params.self_signed(&key).unwrap().pem();
        Self {
            issuer: Issuer::new(params, key),
            pem,
        }
    }

    /// Writes the certificate for whoever should believe it.
    pub(crate) fn write(&self, path: &Path) {
        std::fs::write(path, &self.pem).unwrap();
    }

    /// A certificate that is good for 90 days, for these host names and addresses.
    pub(crate) fn sign(&self, names: &[&str]) -> Pair {
        self.sign_params(&params(names))
    }

    /// One that was good until yesterday.
    pub(crate) fn sign_expired(&self, names: &[&str]) -> Pair {
        let mut params = params(names);
        params.not_after = OffsetDateTime::now_utc() - Duration::days(1);
        params.not_before = params.not_after - Duration::days(90);
        self.sign_params(&params)
    }

    fn sign_params(&self, params: &CertificateParams) -> Pair {
        let key = new_key();
        Pair::new(&params.signed_by(&key, &self.issuer).unwrap(), &key)
    }
}

/// A certificate that nobody but itself vouches for.
pub(crate) fn self_signed(names: &[&str]) -> Pair {
    let key = new_key();
    Pair::new(&params(names).self_signed(&key).unwrap(), &key)
}

fn params(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names).unwrap();
    let name = &mut params.distinguished_name;
    // Not the host: an authority of the machine may be called that.
    name.push(DnType::CommonName, "A server in tests");
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.not_before = OffsetDateTime::now_utc() - Duration::days(1);
    params.not_after = params.not_before + Duration::days(90);
    params
}
