//! Trust bundles: those the other cases stand on, and each way to be refused.

use ananke_format::trust::{
    Bundle, BundleIssuer, BundleKey, Identity, RootFingerprint, issue_bundle,
};
use ananke_format::{BaseUrl, IssuerCode, Mode, Signer as _};

use crate::case::case;
use crate::documents::{altered, at, open, spoil, with_payload};
use crate::keys::{TestKey, sign_text, vectors};

/// A key of the PKI as a bundle lists it.
fn listed(name: &str) -> BundleKey {
    let key = TestKey::load(name);
    BundleKey {
        reference: key.certificate_reference(),
        leaf: key.leaf_der().to_vec(),
        valid_from: at("2026-01-01T00:00:00.000Z"),
        valid_until: at("2036-01-01T00:00:00.000Z"),
        retired_at: None,
        compromised_at: None,
    }
}

fn issuer(code: &str, name: &str, certificates: Vec<BundleKey>) -> BundleIssuer {
    BundleIssuer {
        code: IssuerCode::parse(code).unwrap(),
        name: name.to_owned(),
        domain: None,
        identity: Identity::SelfAsserted,
        proved_at: None,
        certificates,
    }
}

/// The live bundle the other cases stand on.
fn live() -> Bundle {
    let retired = BundleKey {
        retired_at: Some(at("2026-05-01T00:00:00.000Z")),
        ..listed("acme-retired")
    };
    let lost = BundleKey {
        compromised_at: Some(at("2026-06-10T00:00:00.000Z")),
        ..listed("acme-lost")
    };
    let short = BundleKey {
        valid_until: at("2026-03-01T00:00:00.000Z"),
        ..listed("acme-short")
    };
    let acme = BundleIssuer {
        domain: Some("acme.example".to_owned()),
        identity: Identity::DomainProved,
        proved_at: Some(at("2026-02-02T08:00:00.000Z")),
        ..issuer(
            "ACME01",
            "Acme Academy",
            vec![listed("acme"), short, lost, retired],
        )
    };
    let lost = BundleKey {
        compromised_at: Some(at("2026-06-10T00:00:00.000Z")),
        ..listed("status-lost")
    };
    let short = BundleKey {
        valid_until: at("2026-03-01T00:00:00.000Z"),
        ..listed("status-short")
    };
    Bundle {
        mode: Mode::Live,
        sequence: 7,
        issued_at: at("2026-06-15T00:00:00.000Z"),
        expires: at("2027-06-15T00:00:00.000Z"),
        base_urls: ["https://docs.example.com", "https://old.example.com"]
            .map(|url| BaseUrl::parse(url).unwrap())
            .to_vec(),
        issuers: vec![acme, issuer("BETA01", "Beta Bureau", vec![listed("beta")])],
        status_keys: vec![listed("status-live"), lost, short],
    }
}

fn test() -> Bundle {
    Bundle {
        mode: Mode::Test,
        sequence: 3,
        issuers: vec![issuer("ACME01", "Acme Academy", vec![listed("acme-test")])],
        status_keys: vec![listed("status-test")],
        ..live()
    }
}

fn sign(bundle: &Bundle, ca: &str) -> String {
    issue_bundle(bundle, &TestKey::load(ca), TestKey::load("root").leaf_der()).unwrap()
}

/// Writes `pki/trust-live.jws` and `pki/trust-test.jws` where they are missing.
pub(crate) fn make_given() {
    for (name, bundle, ca) in [
        ("trust-live", live(), "ca-live"),
        ("trust-test", test(), "ca-test"),
    ] {
        let file = vectors().join("pki").join(format!("{name}.jws"));
        if !file.exists() {
            std::fs::write(file, format!("{}\n", sign(&bundle, ca))).unwrap();
        }
    }
}

/// The fingerprint of the test PKI's root.
fn pin() -> String {
    RootFingerprint::of(TestKey::load("root").certificate().unwrap()).to_string()
}

pub(crate) fn write() {
    let (good, live) = (sign(&live(), "ca-live"), live());
    let accepted = |name: &str, what: &str, pin: &str, expect: &str, bundle: &str| {
        case("trust", name, what, expect)
            .with("pin", pin)
            .write(bundle);
    };
    accepted(
        "pinned",
        "the root is the one pinned",
        &pin(),
        "accepted pinned 7",
        &good,
    );
    accepted(
        "first-use",
        "the root is believed when first met",
        "first_use",
        "accepted first_use 7",
        &good,
    );
    accepted(
        "bundle-file",
        "the file itself was named as trusted",
        "bundle_file",
        "accepted bundle_file 7",
        &good,
    );
    accepted(
        "test",
        "the test bundle hangs under the test CA",
        &pin(),
        "accepted pinned 3",
        &sign(&test(), "ca-test"),
    );
    case(
        "trust",
        "same-sequence",
        "the sequence seen last, again",
        "accepted pinned 7",
    )
    .with("pin", pin())
    .with("last-sequence", 7)
    .write(&good);
    case(
        "trust",
        "older",
        "a lower sequence than the one seen last",
        "refused sequence",
    )
    .with("pin", pin())
    .with("last-sequence", 8)
    .write(&good);
    let (ca, root) = (
        TestKey::load_as("ca-live", "ca-live-2"),
        TestKey::load("root-2"),
    );
    case(
        "trust",
        "under-another-root",
        "the same keys under the root that came after, held beforehand",
        "accepted pinned 7",
    )
    .with("pin", RootFingerprint::of(root.certificate().unwrap()))
    .write(&issue_bundle(&live, &ca, root.leaf_der()).unwrap());
    let other = format!("sha256:{}", "0".repeat(64));
    case(
        "trust",
        "other-root",
        "another root than the one pinned",
        "refused root",
    )
    .with("pin", other)
    .write(&good);
    let refused = |name: &str, what: &str, expect: &str, bundle: &str| {
        case("trust", name, what, &format!("refused {expect}"))
            .with("pin", pin())
            .write(bundle);
    };
    refused(
        "test-under-live",
        "a test payload signed by the live CA",
        "mode",
        &sign(
            &Bundle {
                mode: Mode::Test,
                ..live.clone()
            },
            "ca-live",
        ),
    );
    refused(
        "test-key-in-live",
        "a test certificate in the live bundle",
        "key",
        &sign(
            &Bundle {
                status_keys: vec![listed("status-test")],
                ..live.clone()
            },
            "ca-live",
        ),
    );
    refused(
        "foreign-certificate",
        "another issuer's certificate in an issuer's list",
        "key",
        &sign(
            &Bundle {
                issuers: vec![issuer("ACME01", "Acme Academy", vec![listed("beta")])],
                ..live.clone()
            },
            "ca-live",
        ),
    );
    refused(
        "stranger-certificate",
        "a certificate of another PKI",
        "key",
        &sign(
            &Bundle {
                issuers: vec![issuer(
                    "ACME01",
                    "Acme Academy",
                    vec![listed("stranger-acme")],
                )],
                ..live.clone()
            },
            "ca-live",
        ),
    );
    let renamed = BundleKey {
        reference: listed("acme").reference,
        ..listed("acme-new")
    };
    refused(
        "other-reference",
        "a certificate listed under another reference",
        "key",
        &sign(
            &Bundle {
                issuers: vec![issuer("ACME01", "Acme Academy", vec![renamed])],
                ..live.clone()
            },
            "ca-live",
        ),
    );
    refused(
        "issuer-as-status-key",
        "an issuer's certificate among the status keys",
        "key",
        &sign(
            &Bundle {
                status_keys: vec![listed("acme")],
                issuers: Vec::new(),
                ..live.clone()
            },
            "ca-live",
        ),
    );
    refused(
        "status-key-as-issuer",
        "a status key as an issuer",
        "key",
        &sign(
            &Bundle {
                status_keys: Vec::new(),
                issuers: vec![issuer("000000", "Instance", vec![listed("status-live")])],
                ..live.clone()
            },
            "ca-live",
        ),
    );
    refused(
        "issuer-twice",
        "an issuer is listed twice",
        "twice",
        &sign(
            &Bundle {
                issuers: vec![
                    issuer("ACME01", "Acme", vec![listed("acme")]),
                    issuer("ACME01", "Evil", vec![]),
                ],
                ..live.clone()
            },
            "ca-live",
        ),
    );
    refused(
        "certificate-twice",
        "a certificate is listed twice",
        "twice",
        &sign(
            &Bundle {
                issuers: vec![issuer(
                    "ACME01",
                    "Acme",
                    vec![listed("acme"), listed("acme")],
                )],
                ..live.clone()
            },
            "ca-live",
        ),
    );
    refused(
        "expires-first",
        "it expires before it is issued",
        "dates",
        &sign(
            &Bundle {
                expires: at("2026-06-14T00:00:00.000Z"),
                ..live.clone()
            },
            "ca-live",
        ),
    );
    refused(
        "before-the-ca",
        "issued before its CA was valid",
        "dates",
        &sign(
            &Bundle {
                issued_at: at("2025-06-15T00:00:00.000Z"),
                ..live.clone()
            },
            "ca-live",
        ),
    );
    refused(
        "no-base-url",
        "no public URL",
        "payload",
        &sign(
            &Bundle {
                base_urls: Vec::new(),
                ..live.clone()
            },
            "ca-live",
        ),
    );
    refused(
        "signed-by-a-leaf",
        "signed by a tenant's key",
        "authority.basic_constraints",
        &sign(&live, "acme"),
    );
    refused(
        "signed-by-the-root",
        "signed by the root instead of the CA",
        "jws.signature",
        &{
            let (header, payload) = open(&good);
            sign_text(&header, &payload, &TestKey::load("root"))
        },
    );
    refused(
        "other-typ",
        "a bundle under another type",
        "jws.type",
        &altered(&good, "ca-live", |header, payload| {
            (
                spoil(header, "ananke-trust+jwt", "vc+jwt"),
                payload.to_owned(),
            )
        }),
    );
    refused(
        "version-2",
        "a later version",
        "payload",
        &altered(&good, "ca-live", |header, payload| {
            (
                header.to_owned(),
                spoil(payload, "\"version\":1", "\"version\":2"),
            )
        }),
    );
    refused(
        "unknown-member",
        "a member this version does not know",
        "payload",
        &altered(&good, "ca-live", |header, payload| {
            (
                header.to_owned(),
                spoil(payload, "\"version\":1", "\"version\":1,\"note\":\"\""),
            )
        }),
    );
    refused(
        "missing-null",
        "a member that is null must still stand",
        "payload",
        &altered(&good, "ca-live", |header, payload| {
            (header.to_owned(), spoil(payload, ",\"logKey\":null", ""))
        }),
    );
    refused(
        "duplicate-member",
        "the sequence stands twice",
        "jws.duplicate_member",
        &altered(&good, "ca-live", |header, payload| {
            (
                header.to_owned(),
                spoil(payload, "\"sequence\":7", "\"sequence\":7,\"sequence\":9"),
            )
        }),
    );
    refused(
        "kid",
        "a bundle has no key id",
        "jws.header",
        &altered(&good, "ca-live", |header, payload| {
            (
                spoil(
                    header,
                    "\"x5c\"",
                    "\"kid\":\"did:web:docs.example.com:i:000000#00000001\",\"x5c\"",
                ),
                payload.to_owned(),
            )
        }),
    );
    let (_, payload) = open(&good);
    refused(
        "altered",
        "one letter of a name is another",
        "jws.signature",
        &with_payload(&good, &spoil(&payload, "Beta Bureau", "Beta Burean")),
    );
}
