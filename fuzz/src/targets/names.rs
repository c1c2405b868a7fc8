//! Short texts with one spelling each, and the first look at a PDF.

use ananke_format::api_key::{ApiKey, ApiKeyId};
use ananke_format::status::ListId;
use ananke_format::trust::RootFingerprint;
use ananke_format::{BaseUrl, CertificateReference, Instant, IssuerCode, Mode, Reference, Sha256};
use ananke_pdf::intake::{self, IntakeError, MAX_BYTES};

use super::text;

/// What is forgiven while typing leads to one spelling, and only that one is canonical.
pub(crate) fn reference(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let read = Reference::parse(text);
    if let Ok(reference) = &read {
        let spelled = reference.as_str();
        assert_eq!(spelled.len(), Reference::LEN);
        assert_eq!(Reference::parse_canonical(spelled).as_ref(), Ok(reference));
        assert_eq!(
            Reference::typed(text).as_ref(),
            Ok(reference),
            "typed forgives more, never less"
        );
        let url = BaseUrl::parse("https://a.example").expect("a URL");
        assert!(url.verification_url(reference).ends_with(spelled));
    }
    match (Reference::parse_canonical(text), &read) {
        (Ok(canonical), Ok(_)) => assert_eq!(canonical.as_str(), text, "one canonical spelling"),
        (Ok(_), Err(error)) => panic!("canonical, and refused: {error}"),
        (Err(_), Ok(reference)) => assert_ne!(reference.as_str(), text),
        (Err(_), Err(_)) => {}
    }
    if let Ok(reference) = Reference::typed(text) {
        assert_eq!(
            Reference::parse_canonical(reference.as_str()),
            Ok(reference)
        );
    }
    read.is_ok()
}

/// Everything with exactly one spelling is printed as it was read.
pub(crate) fn names(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let printed = [
        IssuerCode::parse(text).ok().map(|code| code.to_string()),
        CertificateReference::parse(text)
            .ok()
            .map(|reference| reference.to_string()),
        Sha256::from_hex(text).ok().map(|digest| digest.to_string()),
        RootFingerprint::parse(text)
            .ok()
            .map(|root| root.to_string()),
        ApiKeyId::parse(text).ok().map(|id| id.to_string()),
        ListId::parse(text).map(|(list, purpose)| list.uri(purpose)),
        text.parse::<Mode>().ok().map(|mode| mode.to_string()),
    ];
    let printed: Vec<String> = printed.into_iter().flatten().collect();
    assert!(printed.iter().all(|printed| printed == text), "{printed:?}");
    !printed.is_empty()
}

/// One spelling, and texts compare as times do.
pub(crate) fn instant(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let Ok(instant) = Instant::parse(text) else {
        return false;
    };
    assert_eq!(instant.to_string(), text);
    assert_eq!(
        Instant::from_millisecond(instant.as_millisecond()),
        Ok(instant)
    );
    assert_eq!(Instant::from_timestamp(instant.timestamp()), Ok(instant));
    let epoch = Instant::UNIX_EPOCH;
    assert_eq!(instant.cmp(&epoch), text.cmp(&epoch.to_string()));
    true
}

/// One spelling, and nothing in it that would change what a link in a document leads to.
pub(crate) fn base_url(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let Ok(url) = BaseUrl::parse(text) else {
        return false;
    };
    assert_eq!(url.as_str(), text);
    assert!(text.len() <= BaseUrl::MAX_LEN && text.is_ascii());
    assert!(!text.contains(|c: char| c.is_control() || " ?#@%\\".contains(c)));
    // Another reader of URLs sees the same address.
    let other: axum::http::Uri = text.parse().expect("a URI");
    let (scheme, rest) = text.split_once("://").expect("a scheme");
    assert_eq!(other.scheme_str(), Some(scheme));
    let authority = rest.split('/').next().unwrap_or_default();
    assert_eq!(
        other.authority().map(|found| found.as_str()),
        Some(authority)
    );
    let issuer = IssuerCode::parse("ACME01").expect("a code");
    assert!(url.did(&issuer, Mode::Live).starts_with("did:web:"));
    true
}

/// One spelling per key, and its checksum holds every other character.
pub(crate) fn api_key(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let Ok(key) = ApiKey::parse(text) else {
        return false;
    };
    assert_eq!(key.expose(), text);
    assert!(text.contains(key.id().as_str()) && text.contains(key.expose_secret()));
    for place in 0..text.len() {
        let mut other = text.as_bytes().to_vec();
        other[place] = if other[place] == b'x' { b'y' } else { b'x' };
        let other = String::from_utf8(other).expect("a key is ASCII");
        assert!(
            ApiKey::parse(&other).is_err(),
            "{place} is not held by the checksum"
        );
    }
    true
}

/// The three rules, said another way.
pub(crate) fn pdf_intake(data: &[u8]) -> bool {
    let starts = data.windows(5).take(1020).any(|window| window == b"%PDF-");
    let ends = data
        .windows(5)
        .rev()
        .take(1020)
        .any(|window| window == b"%%EOF");
    let expected = match (starts, ends) {
        _ if data.len() > MAX_BYTES => Err(IntakeError::TooLarge { size: data.len() }),
        (false, _) => Err(IntakeError::NotPdf),
        (true, false) => Err(IntakeError::Incomplete),
        (true, true) => Ok(()),
    };
    assert_eq!(intake::check(data), expected);
    expected.is_ok()
}
