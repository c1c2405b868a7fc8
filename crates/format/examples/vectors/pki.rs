//! Makes the test PKI where it is missing: one root, a live and a test CA, and the leaves the vectors need.

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, DistinguishedName, DnType, DnValue, IsCa,
    Issuer, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256, SerialNumber, date_time_ymd,
};

use crate::keys::vectors;

/// The first line of every private key file.
const MARK: &str = "TEST KEY of the vectors: it is public and protects nothing.";

/// What stands in a certificate of the PKI.
pub(crate) struct Entry {
    /// The file's name.
    pub(crate) name: &'static str,
    /// The name of the certificate that signs it: itself for roots.
    pub(crate) signed_by: &'static str,
    organization: &'static str,
    common_name: &'static str,
    is_test: bool,
    serial: &'static str,
    /// First and last year, on January 1.
    years: (i32, i32),
    /// Whose key it is for, where it has none of its own.
    key_of: Option<&'static str>,
}

const fn authority(
    name: &'static str,
    signed_by: &'static str,
    common_name: &'static str,
) -> Entry {
    Entry {
        name,
        signed_by,
        organization: "000000",
        common_name,
        is_test: false,
        serial: "000000CA",
        years: (2026, 2056),
        key_of: None,
    }
}

const fn leaf(
    name: &'static str,
    signed_by: &'static str,
    organization: &'static str,
    serial: &'static str,
) -> Entry {
    Entry {
        name,
        signed_by,
        organization,
        common_name: "01",
        is_test: false,
        serial,
        years: (2026, 2036),
        key_of: None,
    }
}

const fn test(entry: Entry) -> Entry {
    Entry {
        is_test: true,
        ..entry
    }
}

/// The whole PKI, signers before what they sign.
pub(crate) const PKI: &[Entry] = &[
    authority("root", "root", "root"),
    authority("ca-live", "root", "CA"),
    test(authority("ca-test", "root", "CA")),
    Entry {
        common_name: "status",
        ..leaf("status-live", "ca-live", "000000", "00000001")
    },
    Entry {
        common_name: "status",
        ..leaf("status-lost", "ca-live", "000000", "00000002")
    },
    Entry {
        common_name: "status",
        ..leaf("status-short", "ca-live", "000000", "00000003")
    },
    test(Entry {
        common_name: "status",
        ..leaf("status-test", "ca-test", "000000", "000000T1")
    }),
    leaf("acme", "ca-live", "ACME01", "ACME0101"),
    leaf("acme-retired", "ca-live", "ACME01", "ACME0102"),
    leaf("acme-lost", "ca-live", "ACME01", "ACME0103"),
    leaf("acme-new", "ca-live", "ACME01", "ACME0104"),
    leaf("acme-short", "ca-live", "ACME01", "ACME0105"),
    test(leaf("acme-test", "ca-test", "ACME01", "ACME01T1")),
    leaf("beta", "ca-live", "BETA01", "BETA0101"),
    authority("stranger-root", "stranger-root", "root"),
    authority("stranger-ca", "stranger-root", "CA"),
    leaf("stranger-acme", "stranger-ca", "ACME01", "ACME0101"),
    later_root("root-2", "root 2", (2026, 2070)),
    link("root-2-link", "root", "root-2", "root 2", (2040, 2056)),
    later_root("root-3", "root 3", (2026, 2090)),
    link("root-3-link", "root-2", "root-3", "root 3", (2050, 2070)),
    Entry {
        key_of: Some("ca-live"),
        ..authority("ca-live-2", "root-2", "CA")
    },
];

const fn later_root(name: &'static str, common_name: &'static str, years: (i32, i32)) -> Entry {
    Entry {
        years,
        ..authority(name, name, common_name)
    }
}

/// What `before` says of the root `after`.
const fn link(
    name: &'static str,
    before: &'static str,
    after: &'static str,
    common_name: &'static str,
    years: (i32, i32),
) -> Entry {
    Entry {
        years,
        key_of: Some(after),
        ..authority(name, before, common_name)
    }
}

/// Makes keys and certificates that are missing.
pub(crate) fn make_missing() {
    let folder = vectors().join("pki");
    std::fs::create_dir_all(&folder).unwrap();
    for entry in PKI {
        let key_file = folder.join(format!("{}.key.pem", entry.name));
        if entry.key_of.is_none() && !key_file.exists() {
            let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).unwrap();
            std::fs::write(&key_file, format!("{MARK}\n{}", key.serialize_pem())).unwrap();
        }
        let file = folder.join(format!("{}.pem", entry.name));
        if !file.exists() {
            let certificate = issue(entry.params(), entry.name, entry.signed_by);
            std::fs::write(&file, certificate.pem()).unwrap();
        }
    }
}

/// Signs `params` for the key of `subject` with the key of `signed_by`, whatever they say.
pub(crate) fn issue(params: CertificateParams, subject: &str, signed_by: &str) -> Certificate {
    if subject == signed_by {
        return params.self_signed(&key(subject)).unwrap();
    }
    let above = find(signed_by).params();
    params
        .signed_by(&key(subject), &Issuer::new(above, key(signed_by)))
        .unwrap()
}

/// The key of a name.
pub(crate) fn key(name: &str) -> KeyPair {
    let name = find(name).key_of.unwrap_or(name);
    let file = vectors().join("pki").join(format!("{name}.key.pem"));
    KeyPair::from_pem(&std::fs::read_to_string(file).unwrap()).unwrap()
}

/// The entry of a name.
pub(crate) fn find(name: &str) -> &'static Entry {
    PKI.iter().find(|entry| entry.name == name).unwrap()
}

impl Entry {
    /// The certificate's contents as they should be; vectors change one thing.
    pub(crate) fn params(&self) -> CertificateParams {
        let mut params = CertificateParams::default();
        params.not_before = date_time_ymd(self.years.0, 1, 1);
        params.not_after = date_time_ymd(self.years.1, 1, 1);
        params.serial_number = Some(SerialNumber::from_slice(self.serial.as_bytes()));
        params.distinguished_name = self.distinguished_name();
        if self.serial == "000000CA" {
            params.is_ca = IsCa::Ca(
                if self.name == self.signed_by || self.name.ends_with("-link") {
                    BasicConstraints::Unconstrained
                } else {
                    BasicConstraints::Constrained(0)
                },
            );
            params.key_usages = vec![
                KeyUsagePurpose::KeyCertSign,
                KeyUsagePurpose::CrlSign,
                KeyUsagePurpose::DigitalSignature,
            ];
        } else {
            params.is_ca = IsCa::ExplicitNoCa;
            params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        }
        params
    }

    fn distinguished_name(&self) -> DistinguishedName {
        let mut name = DistinguishedName::new();
        name.push(
            DnType::CountryName,
            DnValue::PrintableString("XA".try_into().unwrap()),
        );
        name.push(DnType::OrganizationName, self.organization);
        if self.is_test {
            name.push(DnType::OrganizationalUnitName, "TEST");
        }
        name.push(DnType::CommonName, self.common_name);
        name
    }
}
