//! Writes certificates: the root, the two issuing authorities, leaves, and the revocation lists.
//!
//! Names and fields are those of `spec/trust.md`; what is written here is read and judged by
//! `ananke-format` alone.

use ananke_format::{CertificateReference, Instant, Mode};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateRevocationListParams, DistinguishedName,
    DnType, DnValue, IsCa, Issuer, KeyIdMethod, KeyPair, KeyUsagePurpose, RevocationReason,
    RevokedCertParams, SerialNumber,
};
use time::OffsetDateTime;

use super::KeyError;

/// How long the root counts, in years.
pub const ROOT_YEARS: i64 = 30;
/// How long an issuing authority counts, in years.
pub const CA_YEARS: i64 = 20;
/// How long a leaf counts and how long its key may sign, in years. What it signed outlives both: a verifier asks
/// whether the leaf covered the instant of issue.
pub const LEAF_YEARS: i64 = 10;

const YEAR_SECONDS: i64 = 31_556_952;

/// What a leaf is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaf {
    /// Signs a tenant's documents.
    Tenant,
    /// Signs status lists and lifecycle statements.
    Status,
}

/// `at` plus so many years, on the second.
#[must_use]
pub fn years_after(at: Instant, years: i64) -> Instant {
    at.floor_second().plus_seconds(years * YEAR_SECONDS)
}

fn moment(at: Instant) -> Result<OffsetDateTime, KeyError> {
    OffsetDateTime::from_unix_timestamp(at.as_second())
        .map_err(|_| KeyError::Crypto("instant of a certificate"))
}

fn name(organisation: &str, common_name: &str, mode: Option<Mode>) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    let printable = |text: &str| {
        text.try_into().map_or_else(
            |_| DnValue::Utf8String(text.to_owned()),
            DnValue::PrintableString,
        )
    };
    name.push(DnType::CountryName, printable("XA"));
    name.push(DnType::OrganizationName, printable(organisation));
    if mode == Some(Mode::Test) {
        name.push(DnType::OrganizationalUnitName, printable("TEST"));
    }
    name.push(DnType::CommonName, printable(common_name));
    name
}

fn authority(common_name: &str, mode: Option<Mode>, path_length: u8) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = name("000000", common_name, mode);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(path_length));
    params.key_usages = vec![
        KeyUsagePurpose::KeyCertSign,
        KeyUsagePurpose::CrlSign,
        KeyUsagePurpose::DigitalSignature,
    ];
    params.key_identifier_method = KeyIdMethod::Sha256;
    params
}

/// A root of an instance by its number, from 1: each has a name of its own, so that nobody takes one for the other.
fn root_params(number: usize) -> CertificateParams {
    let name = match number {
        1 => "root".to_owned(),
        later => format!("root {later}"),
    };
    let mut params = authority(&name, None, 1);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params
}

fn ca_params(mode: Mode) -> CertificateParams {
    authority("CA", Some(mode), 0)
}

fn dated(
    params: &mut CertificateParams,
    from: Instant,
    until: Instant,
    serial: &[u8],
) -> Result<(), KeyError> {
    params.not_before = moment(from)?;
    params.not_after = moment(until)?;
    params.serial_number = Some(SerialNumber::from_slice(serial));
    Ok(())
}

/// The self-signed root of an instance, with this number.
///
/// # Errors
/// The key is not usable.
pub fn root(
    number: usize,
    key: &[u8],
    serial: &[u8; 16],
    (from, until): (Instant, Instant),
) -> Result<Vec<u8>, KeyError> {
    let mut params = root_params(number);
    dated(&mut params, from, until, &positive(serial))?;
    Ok(params.self_signed(&key_pair(key)?)?.der().to_vec())
}

/// The word of a root, with this number and key, for the key of the one after it.
///
/// # Errors
/// A key is not usable.
pub fn link(
    key: &[u8],
    (number, root_key): (usize, &[u8]),
    serial: &[u8; 16],
    (from, until): (Instant, Instant),
) -> Result<Vec<u8>, KeyError> {
    let mut params = root_params(number + 1);
    params.use_authority_key_identifier_extension = true;
    dated(&mut params, from, until, &positive(serial))?;
    let root = Issuer::new(root_params(number), key_pair(root_key)?);
    Ok(params.signed_by(&key_pair(key)?, &root)?.der().to_vec())
}

/// An issuing authority under the root with this number and key.
///
/// # Errors
/// A key is not usable.
pub fn ca(
    mode: Mode,
    key: &[u8],
    (number, root_key): (usize, &[u8]),
    serial: &[u8; 16],
    (from, until): (Instant, Instant),
) -> Result<Vec<u8>, KeyError> {
    let mut params = ca_params(mode);
    params.use_authority_key_identifier_extension = true;
    dated(&mut params, from, until, &positive(serial))?;
    let root = Issuer::new(root_params(number), key_pair(root_key)?);
    Ok(params.signed_by(&key_pair(key)?, &root)?.der().to_vec())
}

/// A leaf under an issuing authority.
///
/// # Errors
/// A key is not usable.
pub fn leaf(
    kind: Leaf,
    mode: Mode,
    reference: CertificateReference,
    key: &[u8],
    ca_key: &[u8],
    now: Instant,
) -> Result<Vec<u8>, KeyError> {
    let mut params = CertificateParams::default();
    let common_name = match kind {
        Leaf::Tenant => "01",
        Leaf::Status => "status",
    };
    params.distinguished_name = name(reference.issuer().as_str(), common_name, Some(mode));
    params.is_ca = IsCa::ExplicitNoCa;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.key_identifier_method = KeyIdMethod::Sha256;
    params.use_authority_key_identifier_extension = true;
    dated(
        &mut params,
        now,
        years_after(now, LEAF_YEARS),
        reference.serial(),
    )?;
    let ca = Issuer::new(ca_params(mode), key_pair(ca_key)?);
    Ok(params.signed_by(&key_pair(key)?, &ca)?.der().to_vec())
}

/// The list of revoked leaves of one authority.
///
/// # Errors
/// The key is not usable.
pub fn crl(
    mode: Mode,
    ca_key: &[u8],
    number: u64,
    now: Instant,
    revoked: &[(CertificateReference, Instant)],
) -> Result<Vec<u8>, KeyError> {
    let revoked_certs = revoked
        .iter()
        .map(|(reference, at)| {
            Ok(RevokedCertParams {
                serial_number: SerialNumber::from_slice(reference.serial()),
                revocation_time: moment(*at)?,
                reason_code: Some(RevocationReason::KeyCompromise),
                invalidity_date: None,
            })
        })
        .collect::<Result<_, KeyError>>()?;
    let params = CertificateRevocationListParams {
        this_update: moment(now)?,
        next_update: moment(now.plus_seconds(7 * 86_400))?,
        crl_number: SerialNumber::from_slice(&number.to_be_bytes()),
        issuing_distribution_point: None,
        revoked_certs,
        key_identifier_method: KeyIdMethod::Sha256,
    };
    let ca = Issuer::new(ca_params(mode), key_pair(ca_key)?);
    Ok(params.signed_by(&ca)?.der().to_vec())
}

fn key_pair(pkcs8: &[u8]) -> Result<KeyPair, KeyError> {
    Ok(KeyPair::try_from(pkcs8)?)
}

/// A serial number is a positive integer of at most 20 bytes, without a leading zero byte.
fn positive(serial: &[u8; 16]) -> [u8; 16] {
    let mut serial = *serial;
    serial[0] = serial[0] & 0x7f | 0x40;
    serial
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ctx::{Clock, Ctx};
    use crate::keys::new::private_key;
    use ananke_format::certificate::Certificate;

    #[test]
    fn a_serial_is_positive_and_begins_with_no_zero() {
        for (from, to) in [
            (0x00, 0x40),
            (0x40, 0x40),
            (0x80, 0x40),
            (0x3f, 0x7f),
            (0xff, 0x7f),
        ] {
            let mut serial = [7; 16];
            serial[0] = from;
            let made = positive(&serial);
            assert_eq!((made[0], &made[1..]), (to, &[7; 15][..]), "{from:02x}");
        }
    }

    #[test]
    fn a_certificate_counts_from_its_second_for_its_years() {
        let key = private_key(&Ctx::new(Clock::System)).unwrap();
        let now = Instant::parse("2026-11-23T10:00:00.500Z").unwrap();
        let seconds = |der: Vec<u8>| {
            let read = Certificate::from_der(&der).unwrap();
            assert_eq!(read.not_before(), now.floor_second());
            read.not_after().as_second() - read.not_before().as_second()
        };
        let serial = [7; 16];
        let years = |years| (now, years_after(now, years));
        let made = root(1, &key, &serial, years(ROOT_YEARS)).unwrap();
        assert_eq!(seconds(made), 30 * 31_556_952);
        for mode in [Mode::Live, Mode::Test] {
            let made = ca(mode, &key, (1, &key), &serial, years(CA_YEARS)).unwrap();
            assert_eq!(Certificate::from_der(&made).unwrap().mode(), mode);
            assert_eq!(seconds(made), 20 * 31_556_952);
        }
    }

    #[test]
    fn a_revocation_list_is_good_for_a_week() {
        let key = private_key(&Ctx::new(Clock::System)).unwrap();
        let now = Instant::parse("2026-11-23T10:00:00.000Z").unwrap();
        let list = crl(Mode::Live, &key, 1, now, &[]).unwrap();
        let says = |text: &[u8]| list.windows(text.len()).any(|bytes| bytes == text);
        assert!(says(b"261123100000Z") && says(b"261130100000Z"));
    }
}
