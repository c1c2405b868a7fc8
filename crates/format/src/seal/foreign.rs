//! Keys of other people's seals: P-256 or brainpoolP256r1, from the certificate somebody names. Nothing is signed with them here.

use bp256::BrainpoolP256r1;
use ecdsa::signature::Verifier as _;
use ecdsa::{Signature, VerifyingKey};
use x509_cert::der::Decode as _;
use x509_cert::der::oid::ObjectIdentifier;

use super::Seal;
use crate::ecdsa::PublicKey;

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const BRAINPOOL_P256R1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.36.3.3.2.8.1.1.7");

/// The public key of somebody who signs seals.
#[derive(Debug, Clone)]
pub struct ForeignKey(Curve);

#[derive(Debug, Clone)]
enum Curve {
    P256(PublicKey),
    Brainpool(Box<VerifyingKey<BrainpoolP256r1>>),
}

/// A certificate without a key that signs seals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a certificate with a key on P-256 or brainpoolP256r1")]
pub struct ForeignKeyError;

impl ForeignKey {
    /// The key of a certificate in PEM. Whether that is to be believed is the caller's to know.
    ///
    /// # Errors
    /// [`ForeignKeyError`]
    pub fn from_certificate(pem: &str) -> Result<Self, ForeignKeyError> {
        let (label, der) =
            x509_cert::der::pem::decode_vec(pem.as_bytes()).map_err(|_| ForeignKeyError)?;
        if label != "CERTIFICATE" {
            return Err(ForeignKeyError);
        }
        let certificate = x509_cert::Certificate::from_der(&der).map_err(|_| ForeignKeyError)?;
        let info = certificate.tbs_certificate().subject_public_key_info();
        let curve = info.algorithm.parameters.as_ref();
        let curve = curve.and_then(|curve| curve.decode_as::<ObjectIdentifier>().ok());
        let point = info.subject_public_key.as_bytes().ok_or(ForeignKeyError)?;
        match (info.algorithm.oid, curve) {
            (EC, Some(P256)) => PublicKey::from_uncompressed(point).map(Curve::P256),
            (EC, Some(BRAINPOOL_P256R1)) => VerifyingKey::from_sec1_bytes(point)
                .ok()
                .map(|key| Curve::Brainpool(Box::new(key))),
            _ => None,
        }
        .map(Self)
        .ok_or(ForeignKeyError)
    }

    /// Whether a seal is signed with this key.
    #[must_use]
    pub fn verifies(&self, seal: &Seal) -> bool {
        let (Some(signature), Some(signed)) = (&seal.signature, seal.signed_bytes()) else {
            return false;
        };
        match &self.0 {
            Curve::P256(key) => key.verifies(&signed, signature),
            Curve::Brainpool(key) => Signature::<BrainpoolP256r1>::from_slice(signature)
                .is_ok_and(|signature| key.verify(&signed, &signature).is_ok()),
        }
    }
}
