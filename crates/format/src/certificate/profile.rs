//! What every certificate of this system has in common, read from X.509.

use x509_cert::der::asn1::{ObjectIdentifier, PrintableStringRef, Utf8StringRef};
use x509_cert::der::{Decode as _, Encode as _, Tag, Tagged as _};
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};
use x509_cert::name::Name;
use x509_cert::time::Time;

use super::{Certificate, CertificateError, Subject, Usage};
use crate::digest::Sha256;
use crate::ecdsa::PublicKey;
use crate::instant::Instant;

const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const P256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7");
const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const ORGANIZATIONAL_UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");
const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");

pub(super) fn read(
    certificate: &x509_cert::Certificate,
    der: &[u8],
    tbs: Vec<u8>,
) -> Result<Certificate, CertificateError> {
    let body = certificate.tbs_certificate();
    let algorithm = certificate.signature_algorithm();
    if body.version() != x509_cert::certificate::Version::V3
        || body.signature() != algorithm
        || algorithm.oid != ECDSA_WITH_SHA256
        // RFC 5758, section 3.2: the parameters are absent.
        || algorithm.parameters.is_some()
    {
        return Err(CertificateError::Algorithm);
    }
    let signature = certificate
        .signature()
        .as_bytes()
        .ok_or(CertificateError::Malformed)?;
    Ok(Certificate {
        der: der.to_vec(),
        tbs,
        signature: signature.to_vec(),
        thumbprint: Sha256::of(der),
        serial: body.serial_number().as_bytes().to_vec(),
        subject: subject(body.subject())?,
        subject_der: body
            .subject()
            .to_der()
            .map_err(|_| CertificateError::Malformed)?,
        issuer_der: body
            .issuer()
            .to_der()
            .map_err(|_| CertificateError::Malformed)?,
        public_key: public_key(certificate)?,
        not_before: instant(body.validity().not_before)?,
        not_after: instant(body.validity().not_after)?,
        usage: usage(certificate)?,
    })
}

fn instant(time: Time) -> Result<Instant, CertificateError> {
    let seconds = i64::try_from(time.to_unix_duration().as_secs());
    seconds
        .ok()
        .and_then(|seconds| Instant::from_second(seconds).ok())
        .ok_or(CertificateError::Malformed)
}

fn public_key(certificate: &x509_cert::Certificate) -> Result<PublicKey, CertificateError> {
    let info = certificate.tbs_certificate().subject_public_key_info();
    let parameters = info
        .algorithm
        .parameters
        .as_ref()
        .ok_or(CertificateError::Key)?;
    let curve: ObjectIdentifier = parameters.decode_as().map_err(|_| CertificateError::Key)?;
    if info.algorithm.oid != EC_PUBLIC_KEY || curve != P256 {
        return Err(CertificateError::Key);
    }
    info.subject_public_key
        .as_bytes()
        .and_then(PublicKey::from_uncompressed)
        .ok_or(CertificateError::Key)
}

/// Reads C, O, OU and CN, each at most once, one attribute per RDN; `OU` may only be `TEST`.
fn subject(name: &Name) -> Result<Subject, CertificateError> {
    let mut subject = Subject {
        country: None,
        organization: None,
        organizational_unit: None,
        common_name: None,
    };
    for rdn in name.iter_rdn() {
        if rdn.len() != 1 {
            return Err(CertificateError::Name);
        }
        for attribute in rdn.iter() {
            let place = match attribute.oid {
                COUNTRY => &mut subject.country,
                ORGANIZATION => &mut subject.organization,
                ORGANIZATIONAL_UNIT => &mut subject.organizational_unit,
                COMMON_NAME => &mut subject.common_name,
                _ => return Err(CertificateError::Name),
            };
            let text = match attribute.value.tag() {
                Tag::Utf8String => attribute
                    .value
                    .decode_as::<Utf8StringRef<'_>>()
                    .map(|text| text.as_str().to_owned()),
                Tag::PrintableString => attribute
                    .value
                    .decode_as::<PrintableStringRef<'_>>()
                    .map(|text| text.as_str().to_owned()),
                _ => return Err(CertificateError::Name),
            };
            if place
                .replace(text.map_err(|_| CertificateError::Name)?)
                .is_some()
            {
                return Err(CertificateError::Name);
            }
        }
    }
    match subject.organizational_unit.as_deref() {
        None | Some("TEST") => Ok(subject),
        Some(_) => Err(CertificateError::Name),
    }
}

fn usage(certificate: &x509_cert::Certificate) -> Result<Usage, CertificateError> {
    let mut constraints: Option<BasicConstraints> = None;
    let mut key_usage: Option<KeyUsage> = None;
    let mut seen = Vec::new();
    for extension in certificate
        .tbs_certificate()
        .extensions()
        .into_iter()
        .flatten()
    {
        // Numbers of an identifier have leading zeros in no canonical encoding.
        let again = ObjectIdentifier::from_arcs(extension.extn_id.arcs());
        if again != Ok(extension.extn_id) {
            return Err(CertificateError::Malformed);
        }
        if seen.contains(&extension.extn_id) {
            return Err(CertificateError::Extension);
        }
        seen.push(extension.extn_id);
        let value = extension.extn_value.as_bytes();
        match extension.extn_id {
            BASIC_CONSTRAINTS if extension.critical => {
                let read = BasicConstraints::from_der(value);
                constraints = Some(read.map_err(|_| CertificateError::BasicConstraints)?);
            }
            BASIC_CONSTRAINTS => return Err(CertificateError::BasicConstraints),
            KEY_USAGE if extension.critical => {
                let read = KeyUsage::from_der(value);
                key_usage = Some(read.map_err(|_| CertificateError::KeyUsage)?);
            }
            KEY_USAGE => return Err(CertificateError::KeyUsage),
            // RFC 5280, section 4.2: an unknown critical extension refuses the certificate.
            _ if extension.critical => return Err(CertificateError::Extension),
            _ => {}
        }
    }
    let constraints = constraints.ok_or(CertificateError::BasicConstraints)?;
    let key_usage = key_usage.ok_or(CertificateError::KeyUsage)?;
    Ok(Usage {
        is_ca: constraints.ca,
        path_len: constraints.path_len_constraint,
        digital_signature: key_usage.digital_signature(),
        key_cert_sign: key_usage.key_cert_sign(),
        more_than_digital_signature: more_than_digital_signature(key_usage),
    })
}

fn more_than_digital_signature(usage: KeyUsage) -> bool {
    usage.non_repudiation()
        || usage.key_encipherment()
        || usage.data_encipherment()
        || usage.key_agreement()
        || usage.key_cert_sign()
        || usage.crl_sign()
        || usage.encipher_only()
        || usage.decipher_only()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_other_usage_is_more_than_a_signature() {
        // A BIT STRING, nine bits used: digitalSignature is the first, decipherOnly the last.
        let usage = |bits: u16| {
            let [high, low] = bits.to_be_bytes();
            let unused = bits.trailing_zeros().min(15) as u8;
            let der = if unused < 8 {
                vec![3, 3, unused, high, low]
            } else {
                vec![3, 2, unused - 8, high]
            };
            KeyUsage::from_der(&der).unwrap()
        };
        let signature = 1 << 15;
        assert!(usage(signature).digital_signature());
        assert!(!more_than_digital_signature(usage(signature)));
        for place in 7..15 {
            let more = usage(signature | 1 << place);
            assert!(
                more.digital_signature() && more_than_digital_signature(more),
                "{place}"
            );
        }
    }

    /// The oids of the test PKI's leaf, one altered at a time: elliptic curve keys, and P-256.
    #[test]
    fn another_kind_of_key_is_refused() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/pki/acme.pem");
        let leaf =
            Certificate::from_pem(std::fs::read_to_string(path).unwrap().trim_end()).unwrap();
        for oid in [
            [6, 7, 0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1].as_slice(),
            &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7],
        ] {
            let mut der = leaf.der().to_vec();
            let at = der
                .windows(oid.len())
                .position(|window| window == oid)
                .unwrap();
            der[at + oid.len() - 1] ^= 2;
            assert_eq!(
                Certificate::from_der(&der).unwrap_err(),
                CertificateError::Key,
                "{oid:?}"
            );
        }
    }
}
