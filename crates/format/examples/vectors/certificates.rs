//! Cases of certificate chains: a good one, and each rule broken once.

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DnType, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P384_SHA384, SerialNumber, date_time_ymd,
};

use crate::case::case;
use crate::keys::vectors;
use crate::pki::{find, issue, key};

const AT: &str = "2026-07-01T12:00:00.000Z";

fn pem(name: &str) -> String {
    std::fs::read_to_string(vectors().join("pki").join(format!("{name}.pem")))
        .unwrap()
        .trim()
        .to_owned()
}

fn chain(leaf: &str, ca: &str, root: &str) -> String {
    format!("{}\n{}\n{}", leaf.trim(), ca.trim(), root.trim())
}

/// Acme's leaf with one thing changed.
fn leaf(change: impl FnOnce(&mut CertificateParams)) -> String {
    let mut params = find("acme").params();
    change(&mut params);
    issue(params, "acme", "ca-live").pem()
}

/// The live CA's certificate with one thing changed.
fn ca(change: impl FnOnce(&mut CertificateParams)) -> String {
    let mut params = find("ca-live").params();
    change(&mut params);
    issue(params, "ca-live", "root").pem()
}

pub(crate) fn write() {
    let (root, live, acme) = (pem("root"), pem("ca-live"), pem("acme"));
    let good = chain(&acme, &live, &root);
    let whole = |name: &str, what: &str, at: &str, expect: &str, input: &str| {
        case("certificate", name, what, expect)
            .with("at", at)
            .write(input);
    };
    whole("live", "a live leaf", AT, "passed live ACME0101", &good);
    let test = chain(&pem("acme-test"), &pem("ca-test"), &root);
    whole("test", "a test leaf", AT, "passed test ACME01T1", &test);
    whole(
        "first-instant",
        "the first instant of its validity",
        "2026-01-01T00:00:00.000Z",
        "passed live ACME0101",
        &good,
    );
    whole(
        "last-instant",
        "the last second counts as a whole",
        "2036-01-01T00:00:00.999Z",
        "passed live ACME0101",
        &good,
    );
    whole(
        "too-early",
        "the millisecond before",
        "2025-12-31T23:59:59.999Z",
        "refused time",
        &good,
    );
    whole(
        "too-late",
        "the second after",
        "2036-01-01T00:00:01.000Z",
        "refused time",
        &good,
    );
    leaves(&live, &root);
    authorities(&acme, &live, &root);
}

fn leaves(live: &str, root: &str) {
    let broken = |name: &str, what: &str, expect: &str, leaf: String| {
        case("certificate", name, what, expect)
            .with("at", AT)
            .write(&chain(&leaf, live, root));
    };
    broken(
        "leaf-is-ca",
        "a leaf that may sign certificates",
        "refused basic_constraints",
        leaf(|params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }),
    );
    broken(
        "leaf-no-constraints",
        "a leaf without basic constraints",
        "refused basic_constraints",
        leaf(|params| {
            params.is_ca = IsCa::NoCa;
        }),
    );
    broken(
        "leaf-no-usage",
        "a leaf without key usage",
        "refused key_usage",
        leaf(|params| params.key_usages.clear()),
    );
    broken(
        "leaf-more-usage",
        "a leaf that may also sign CRLs",
        "refused key_usage",
        leaf(|params| {
            params.key_usages.push(KeyUsagePurpose::CrlSign);
        }),
    );
    broken(
        "leaf-other-usage",
        "a leaf for key agreement",
        "refused key_usage",
        leaf(|params| {
            params.key_usages = vec![KeyUsagePurpose::KeyAgreement];
        }),
    );
    broken(
        "leaf-marked-test",
        "OU=TEST under the live CA",
        "refused mode",
        leaf(|params| {
            params
                .distinguished_name
                .push(DnType::OrganizationalUnitName, "TEST");
        }),
    );
    broken(
        "leaf-other-unit",
        "an OU that is not TEST",
        "refused name",
        leaf(|params| {
            params
                .distinguished_name
                .push(DnType::OrganizationalUnitName, "Sales");
        }),
    );
    broken(
        "leaf-locality",
        "an attribute beyond C, O, OU and CN",
        "refused name",
        leaf(|params| {
            params
                .distinguished_name
                .push(DnType::LocalityName, "Berlin");
        }),
    );
    broken(
        "leaf-no-organization",
        "no O",
        "refused name",
        leaf(|params| {
            params.distinguished_name.remove(DnType::OrganizationName);
        }),
    );
    broken(
        "leaf-no-common-name",
        "no CN",
        "refused name",
        leaf(|params| {
            params.distinguished_name.remove(DnType::CommonName);
        }),
    );
    broken(
        "leaf-country",
        "a country other than XA",
        "refused name",
        leaf(|params| {
            params.distinguished_name.push(DnType::CountryName, "DE");
        }),
    );
    broken(
        "leaf-other-serial",
        "another issuer's reference as its serial number",
        "refused serial",
        leaf(|params| {
            params.serial_number = Some(SerialNumber::from_slice(b"BETA0101"));
        }),
    );
    broken(
        "leaf-long-serial",
        "a serial number that is no reference",
        "refused serial",
        leaf(|params| {
            params.serial_number = Some(SerialNumber::from_slice(b"ACME01012"));
        }),
    );
    broken(
        "leaf-critical-extension",
        "a critical extension nobody here knows",
        "refused extension",
        leaf(|params| {
            params.custom_extensions.push(extension(true));
        }),
    );
    case(
        "certificate",
        "leaf-extension",
        "an unknown extension that is not critical",
        "passed live ACME0101",
    )
    .with("at", AT)
    .write(&chain(
        &leaf(|params| params.custom_extensions.push(extension(false))),
        live,
        root,
    ));
    let p384 = KeyPair::generate_for(&PKCS_ECDSA_P384_SHA384).unwrap();
    let above = rcgen::Issuer::new(find("ca-live").params(), key("ca-live"));
    broken(
        "leaf-p384",
        "a key on another curve",
        "refused key",
        find("acme")
            .params()
            .signed_by(&p384, &above)
            .unwrap()
            .pem(),
    );
    let mut der = der_of(&leaf(|_| {}));
    let last = der.len() - 1;
    der[last] ^= 1;
    broken(
        "leaf-altered-signature",
        "one bit of the signature is another",
        "refused signature",
        pem_of(&der),
    );
    let mut der = der_of(&leaf(|_| {}));
    let place = der
        .windows(4)
        .rposition(|window| window == b"ACME")
        .unwrap();
    der[place + 4] = b'9';
    // O=ACME91 no longer fits the serial number, which is found before the signature.
    broken(
        "leaf-altered-name",
        "another O in a signed leaf",
        "refused serial",
        pem_of(&der),
    );
    let mut der = der_of(&leaf(|_| {}));
    der.push(0);
    broken(
        "leaf-tail",
        "a byte behind the certificate",
        "refused malformed",
        pem_of(&der),
    );
}

fn authorities(acme: &str, live: &str, root: &str) {
    let broken = |name: &str, what: &str, expect: &str, input: String| {
        case("certificate", name, what, expect)
            .with("at", AT)
            .write(&input);
    };
    broken(
        "ca-of-the-other-mode",
        "a live leaf under the test CA",
        "refused mode",
        chain(acme, &pem("ca-test"), root),
    );
    broken(
        "ca-of-a-stranger",
        "a CA of the same name and another key",
        "refused signature",
        chain(acme, &pem("stranger-ca"), &pem("stranger-root")),
    );
    broken(
        "root-of-a-stranger",
        "the CA under a root of the same name",
        "refused signature",
        chain(acme, live, &pem("stranger-root")),
    );
    broken(
        "leaf-as-ca",
        "a leaf in the CA's place",
        "refused basic_constraints",
        chain(&pem("beta"), acme, root),
    );
    broken(
        "ca-as-leaf",
        "the CA in the leaf's place",
        "refused basic_constraints",
        chain(live, live, root),
    );
    broken(
        "swapped",
        "root and CA have changed places",
        "refused issuer",
        chain(acme, root, live),
    );
    broken(
        "ca-no-cert-sign",
        "a CA that may not sign certificates",
        "refused key_usage",
        chain(
            acme,
            &ca(|params| {
                params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
            }),
            root,
        ),
    );
    broken(
        "ca-no-signature",
        "a CA that may not sign bundles",
        "refused key_usage",
        chain(
            acme,
            &ca(|params| {
                params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
            }),
            root,
        ),
    );
    broken(
        "ca-organization",
        "a CA that is not the instance's",
        "refused name",
        chain(
            acme,
            &ca(|params| {
                params
                    .distinguished_name
                    .push(DnType::OrganizationName, "ACME01");
            }),
            root,
        ),
    );
    broken(
        "ca-lapsed",
        "the CA was no longer valid",
        "refused time",
        chain(
            acme,
            &ca(|params| {
                params.not_after = date_time_ymd(2026, 6, 1);
            }),
            root,
        ),
    );
    let mut params = find("root").params();
    params
        .distinguished_name
        .push(DnType::OrganizationalUnitName, "TEST");
    let marked = issue(params, "root", "root").pem();
    broken(
        "root-marked-test",
        "a root marked as test",
        "refused mode",
        chain(acme, live, &marked),
    );
}

fn extension(is_critical: bool) -> CustomExtension {
    // RFC 5612 sets 32473 aside for documentation.
    let mut extension =
        CustomExtension::from_oid_content(&[1, 3, 6, 1, 4, 1, 32473, 1], vec![5, 0]);
    extension.set_criticality(is_critical);
    extension
}

fn der_of(pem: &str) -> Vec<u8> {
    use base64::Engine as _;
    let text: String = pem
        .lines()
        .filter(|line| !line.starts_with("-----"))
        .collect();
    base64::engine::general_purpose::STANDARD
        .decode(text)
        .unwrap()
}

fn pem_of(der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    format!(
        "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----",
        lines.join("\n")
    )
}
