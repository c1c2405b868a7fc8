//! Signed texts. Given raw, none is believed but what the vectors hold; given a payload, it is signed by a believed
//! key first, so that the reader of the payload is reached.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use ananke_format::credential;
use ananke_format::jws::{Jws, Typ};
use ananke_format::lifecycle::LifecycleStatement;
use ananke_format::trust::{BundleError, Pin, Trust};
use ananke_format::verify;
use serde_json::Value;

use super::text;
use crate::pki::{CA, ISSUER, LIVE, STATUS, given, parts, pin, vectors};
use crate::seeds;

/// Texts that somebody with a key of the test PKI signed.
fn known(seeds: fn() -> Vec<Vec<u8>>) -> BTreeSet<Vec<u8>> {
    seeds().into_iter().collect()
}

pub(crate) fn credential(data: &[u8]) -> bool {
    static KNOWN: LazyLock<BTreeSet<Vec<u8>>> = LazyLock::new(|| known(seeds::credentials));
    let Some(text) = text(data) else { return false };
    for typ in Typ::ALL {
        let _ = Jws::parse(text, *typ);
    }
    let believed = verify::signature(text, &LIVE).is_ok();
    assert!(
        !believed || KNOWN.contains(data),
        "a credential nobody signed verifies"
    );
    believed
}

/// What is read from a payload, written again, is the same payload.
pub(crate) fn credential_payload(data: &[u8]) -> bool {
    static HEADER: LazyLock<String> = LazyLock::new(|| {
        let file = std::fs::read_to_string(vectors().join("credential/whole.txt"));
        let file = file.expect("the vector");
        parts(file.split_once("\n\n").expect("a vector").1).0
    });
    let text = ISSUER.sign_text(&HEADER, data);
    let Ok(read) = verify::signature(&text, &LIVE) else {
        return false;
    };
    let again = credential::issue(&read.statement, &*ISSUER).expect("what was read can be issued");
    assert_eq!(
        json(&parts(&again).1),
        json(data),
        "one payload for one statement"
    );
    let read_again = verify::signature(&again, &LIVE).expect("what was issued verifies");
    assert_eq!(read_again.statement, read.statement);
    true
}

pub(crate) fn lifecycle(data: &[u8]) -> bool {
    static KNOWN: LazyLock<BTreeSet<Vec<u8>>> = LazyLock::new(|| known(seeds::lifecycles));
    let Some(text) = text(data) else { return false };
    let believed = LifecycleStatement::verify(text, &LIVE).is_ok();
    assert!(
        !believed || KNOWN.contains(data),
        "a statement nobody signed verifies"
    );
    believed
}

pub(crate) fn lifecycle_payload(data: &[u8]) -> bool {
    static HEADER: LazyLock<String> = LazyLock::new(|| {
        let file = std::fs::read_to_string(vectors().join("lifecycle-statement/revoke.txt"));
        let file = file.expect("the vector");
        parts(file.split_once("\n\n").expect("a vector").1).0
    });
    let text = STATUS.sign_text(&HEADER, data);
    let Ok(read) = LifecycleStatement::verify(&text, &LIVE) else {
        return false;
    };
    let again = serde_json::to_value(*read).expect("JSON");
    assert_eq!(Some(again), json(data), "one payload for one statement");
    true
}

pub(crate) fn trust_bundle(data: &[u8]) -> bool {
    static KNOWN: LazyLock<BTreeSet<Vec<u8>>> = LazyLock::new(|| known(seeds::bundles));
    let Some(text) = text(data) else { return false };
    let _ = Trust::from_bundle(text, Pin::FirstUse, None);
    let believed = Trust::from_bundle(text, pin(), None).is_ok();
    assert!(
        !believed || KNOWN.contains(data),
        "a bundle nobody signed is believed"
    );
    believed
}

/// A bundle that is believed has every key under its CA, and is refused behind a newer one.
pub(crate) fn trust_bundle_payload(data: &[u8]) -> bool {
    static HEADER: LazyLock<String> = LazyLock::new(|| parts(&given("trust-live.jws")).0);
    let text = CA.sign_text(&HEADER, data);
    let Ok(trust) = Trust::from_bundle(&text, pin(), None) else {
        return false;
    };
    let sequence = trust.sequence().expect("bundles have one");
    if let Some(next) = sequence.checked_add(1) {
        let behind = Trust::from_bundle(&text, pin(), Some(next));
        assert_eq!(behind.err(), Some(BundleError::Sequence));
    }
    let keys = trust.issuers().flat_map(|issuer| issuer.keys().iter());
    for key in keys.chain(trust.status_keys()) {
        assert!(trust.authority().ca_of(key.certificate()).is_ok());
    }
    for issuer in trust.issuers() {
        assert!(
            issuer
                .keys()
                .iter()
                .all(|key| key.issuer() == issuer.code())
        );
    }
    true
}

pub(crate) fn json(data: &[u8]) -> Option<Value> {
    serde_json::from_slice(data).ok()
}
