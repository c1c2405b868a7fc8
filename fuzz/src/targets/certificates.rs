//! Certificates, and the chain up to the pinned root.

use std::sync::LazyLock;

use ananke_format::Instant;
use ananke_format::certificate::{Certificate, check_chain};

use super::text;
use crate::pki::{certificate as given, vectors};

static CHAIN: LazyLock<(Certificate, Certificate)> =
    LazyLock::new(|| (given("ca-live.pem"), given("root.pem")));

/// Leaves that the live CA really issued.
static ISSUED: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let files = crate::files(&vectors().join("pki"));
    let names = files.iter().filter_map(|path| path.file_name()?.to_str());
    let names = names.filter(|name| name.ends_with(".pem") && !name.ends_with(".key.pem"));
    names
        .map(|name| given(name).der().to_vec())
        .chain(crate::seeds::certificates())
        .collect()
});

/// What is read keeps its bytes, and only what the CA issued leads to the root.
pub(crate) fn certificate(data: &[u8]) -> bool {
    let Ok(read) = Certificate::from_der(data) else {
        return false;
    };
    assert_eq!(read.der(), data);
    assert!(read.not_before() <= read.not_after() || !read.covers(read.not_before()));
    let _ = (
        read.reference(),
        read.subject(),
        read.mode(),
        read.thumbprint(),
    );
    let _ = read.to_jwk("key".to_owned());
    let (ca, root) = &*CHAIN;
    let at = Instant::parse("2026-07-01T12:00:00.000Z").expect("an instant");
    let believed = check_chain(&read, ca, root, at).is_ok();
    if believed {
        assert!(
            ISSUED.iter().any(|der| der == data),
            "a certificate nobody issued is believed"
        );
    }
    // As the two above it: only the real ones are.
    if check_chain(&given_leaf(), &read, root, at).is_ok() {
        assert_eq!(read.der(), ca.der());
    }
    if check_chain(&given_leaf(), ca, &read, at).is_ok() {
        assert_eq!(read.der(), root.der());
    }
    believed
}

fn given_leaf() -> Certificate {
    static LEAF: LazyLock<Certificate> = LazyLock::new(|| given("acme.pem"));
    LEAF.clone()
}

/// PEM holds one certificate, and is read as the bytes in it.
pub(crate) fn pem(data: &[u8]) -> bool {
    let Some(text) = text(data) else { return false };
    let Ok(read) = Certificate::from_pem(text) else {
        return false;
    };
    let again = Certificate::from_der(read.der()).expect("read before");
    assert_eq!(again.der(), read.der());
    certificate(read.der())
}
