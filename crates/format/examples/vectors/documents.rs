//! The documents the vectors speak of, and ways to spoil them.

use ananke_format::credential::{self, Field, Statement, StatusPosition};
use ananke_format::{BaseUrl, Date, Instant, IssuerCode, Mode, Product, Reference, Sha256};

use crate::keys::{TestKey, base64url, from_base64url, sign_text};

/// Reads an instant.
pub(crate) fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// The instance's public URL.
pub(crate) fn base_url() -> BaseUrl {
    BaseUrl::parse("https://docs.example.com").unwrap()
}

/// A reference that depends on a number only.
pub(crate) fn reference(number: u64) -> Reference {
    Reference::from_random(
        Product::Trust,
        (0x0123_4567_89ab_cdef_u64 ^ number).to_be_bytes(),
    )
}

/// The PDF of the documents that have one.
pub(crate) const PDF: &[u8] = b"%PDF-1.7 not really\n";

/// An ordinary document: issued in June 2026, good until June 2028, index 42 of list 0.
pub(crate) fn statement() -> Statement {
    let field = |key: &str, label: &str, value: &str| Field {
        key: key.into(),
        label: label.into(),
        value: value.into(),
    };
    Statement {
        base_url: base_url(),
        reference: reference(1),
        issuer: IssuerCode::parse("ACME01").unwrap(),
        issuer_name: "Acme Academy".to_owned(),
        mode: Mode::Live,
        document_type: "certificate".to_owned(),
        document_title: Some("Certificate of Completion".to_owned()),
        recipient_name: "Zoë Müller".to_owned(),
        fields: vec![
            field("course", "Course", "Distributed systems"),
            field("grade", "Grade", "1,3"),
        ],
        awarded_on: Some("2026-05-30".parse::<Date>().unwrap()),
        issued_at: at("2026-06-01T10:00:00.000Z"),
        expires_at: Some(at("2028-06-01T10:00:00.000Z")),
        pdf: Some(Sha256::of(PDF)),
        status: StatusPosition { list: 0, index: 42 },
    }
}

/// The ordinary document, moved to an index of the given lists.
pub(crate) fn at_index(index: u32) -> Statement {
    Statement {
        status: StatusPosition { list: 0, index },
        reference: reference(u64::from(index)),
        ..statement()
    }
}

/// Signs a statement with a key of the PKI.
pub(crate) fn issue(statement: &Statement, key: &str) -> String {
    credential::issue(statement, &TestKey::load(key)).unwrap()
}

/// Header and payload of a compact JWS, as text.
pub(crate) fn open(compact: &str) -> (String, String) {
    let mut parts = compact
        .split('.')
        .map(|part| String::from_utf8(from_base64url(part)));
    (
        parts.next().unwrap().unwrap(),
        parts.next().unwrap().unwrap(),
    )
}

/// Replaces one occurrence, which must be the only one.
pub(crate) fn spoil(text: &str, from: &str, to: &str) -> String {
    assert_eq!(text.matches(from).count(), 1, "{from} in {text}");
    text.replace(from, to)
}

/// Puts another payload between header and signature.
pub(crate) fn with_payload(compact: &str, payload: &str) -> String {
    let parts: Vec<&str> = compact.split('.').collect();
    format!(
        "{}.{}.{}",
        parts[0],
        base64url(payload.as_bytes()),
        parts[2]
    )
}

/// Signs an altered header and payload with a key of the PKI.
pub(crate) fn altered(
    good: &str,
    key: &str,
    change: impl FnOnce(&str, &str) -> (String, String),
) -> String {
    let (header, payload) = open(good);
    let (header, payload) = change(&header, &payload);
    sign_text(&header, &payload, &TestKey::load(key))
}
