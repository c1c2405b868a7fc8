//! The trust of the test PKI, and bundles that are hurt.

use std::sync::LazyLock;

use ananke_format::certificate::Certificate;
use ananke_format::trust::{Pin, RootFingerprint, Trust};
use proptest::prelude::*;

use crate::keys::vectors;

/// A file of `vectors/pki`.
pub(crate) fn given(name: &str) -> String {
    std::fs::read_to_string(vectors().join("pki").join(name))
        .unwrap()
        .trim_end()
        .to_owned()
}

/// The pin of the test PKI.
pub(crate) fn pin() -> Pin {
    Pin::Fingerprint(RootFingerprint::of(
        &Certificate::from_pem(&given("root.pem")).unwrap(),
    ))
}

/// The live trust.
pub(crate) static LIVE: LazyLock<Trust> =
    LazyLock::new(|| Trust::from_bundle(&given("trust-live.jws"), pin(), None).unwrap());

proptest! {
    #[test]
    fn a_hurt_bundle_is_refused(place in any::<prop::sample::Index>(), byte in 0x21_u8..0x7f) {
        let good = given("trust-live.jws");
        let mut text = good.clone().into_bytes();
        let place = place.index(text.len());
        text[place] = byte;
        let text = String::from_utf8(text).unwrap();
        prop_assert_eq!(Trust::from_bundle(&text, pin(), None).is_ok(), text == good);
    }

    #[test]
    fn a_hurt_certificate_leads_nowhere(place in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let certificate = |name: &str| Certificate::from_pem(&given(name)).unwrap();
        let (leaf, ca, root) = (certificate("acme.pem"), certificate("ca-live.pem"), certificate("root.pem"));
        let mut der = leaf.der().to_vec();
        let place = place.index(der.len());
        der[place] ^= 1_u8 << bit;
        let at = ananke_format::Instant::parse("2026-07-01T00:00:00.000Z").unwrap();
        if let Ok(hurt) = Certificate::from_der(&der) {
            prop_assert!(ananke_format::certificate::check_chain(&hurt, &ca, &root, at).is_err());
        }
    }
}

#[test]
fn an_issuer_is_known_by_the_domain_it_proved() {
    let known: Vec<_> = LIVE
        .issuers()
        .map(|issuer| (issuer.name(), issuer.domain()))
        .collect();
    assert_eq!(
        known,
        [
            ("Acme Academy", Some("acme.example")),
            ("Beta Bureau", None)
        ]
    );
}

#[test]
fn the_status_keys_of_the_bundle_are_listed() {
    let keys: Vec<_> = LIVE
        .status_keys()
        .map(|key| key.certificate().thumbprint())
        .collect();
    assert!(!keys.is_empty());
    for key in keys {
        assert!(LIVE.find_status_key(key).is_some());
    }
}
