//! Trust bundles: everything a verifier needs offline but the root's fingerprint, in one JWS.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Trust;
use super::anchor::{Pin, RootFingerprint};
use super::authority::Authority;
use super::key::{Identity, Issuer, KeyState, TrustError};
use crate::base_url::BaseUrl;
use crate::certificate::{Certificate, CertificateError};
use crate::certificate_reference::CertificateReference;
use crate::encoding;
use crate::instant::Instant;
use crate::issuer_code::IssuerCode;
use crate::jws::{self, Jws, JwsError, Typ};
use crate::mode::Mode;
use crate::signer::{SignError, Signer};

/// What a bundle says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bundle {
    /// The world it speaks of; live and test are two bundles under two CAs.
    pub mode: Mode,
    /// Grows with every bundle of this mode.
    pub sequence: u64,
    /// When it was made.
    pub issued_at: Instant,
    /// When it stops being believed.
    pub expires: Instant,
    /// The current public URL, then the former ones.
    pub base_urls: Vec<BaseUrl>,
    /// The issuers.
    pub issuers: Vec<BundleIssuer>,
    /// The keys of status lists and lifecycle statements.
    pub status_keys: Vec<BundleKey>,
}

/// An issuer in a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BundleIssuer {
    /// The issuer code.
    pub code: IssuerCode,
    /// The name.
    pub name: String,
    /// The domain, where one is named.
    pub domain: Option<String>,
    /// How the name is backed.
    pub identity: Identity,
    /// When the domain was proved.
    pub proved_at: Option<Instant>,
    /// Every certificate ever used, newest first.
    pub certificates: Vec<BundleKey>,
}

/// A key in a bundle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BundleKey {
    /// The certificate's reference.
    pub reference: CertificateReference,
    /// The certificate, DER.
    #[serde(rename = "x5c", with = "one_certificate")]
    pub leaf: Vec<u8>,
    /// The key signs from here on.
    pub valid_from: Instant,
    /// The key signs until here.
    pub valid_until: Instant,
    /// The issuer stopped using it.
    pub retired_at: Option<Instant>,
    /// From here on it may have been in wrong hands.
    pub compromised_at: Option<Instant>,
}

/// The payload in the order it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Payload {
    version: u8,
    mode: Mode,
    sequence: u64,
    issued_at: Instant,
    expires: Instant,
    base_urls: Vec<BaseUrl>,
    issuers: Vec<BundleIssuer>,
    status_keys: Vec<BundleKey>,
    /// The place of the log's key; version 1 knows none.
    log_key: Option<Value>,
}

/// Why a bundle is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// The JWS itself.
    #[error("the bundle is not a well-signed text")]
    Jws(#[from] JwsError),
    /// The payload is not a version 1 bundle.
    #[error("the bundle is not of version 1")]
    Payload,
    /// The root is not the one pinned.
    #[error("the bundle's root is not the pinned one")]
    Root,
    /// The CA or the root breaks a rule.
    #[error("the bundle's CA is refused")]
    Authority(#[source] CertificateError),
    /// CA and payload speak of different modes.
    #[error("the bundle's mode is not its CA's")]
    Mode,
    /// The sequence is lower than one seen before.
    #[error("the bundle is older than one seen before")]
    Sequence,
    /// Issued after it expires, or outside the validity of the CA and the root.
    #[error("the bundle's dates do not fit")]
    Dates,
    /// A listed certificate is refused.
    #[error("the certificate {reference} in the bundle is refused")]
    Key {
        /// The reference as listed.
        reference: CertificateReference,
        /// The rule it breaks.
        #[source]
        error: TrustError,
    },
    /// An issuer or a certificate is listed twice.
    #[error("the bundle lists something twice")]
    Twice,
}

/// Signs a bundle with the CA of its mode; the signer's leaf is the CA's certificate.
///
/// # Errors
/// [`SignError`] when the CA's key cannot sign.
pub fn issue(bundle: &Bundle, ca: &dyn Signer, root_der: &[u8]) -> Result<String, SignError> {
    let bundle = bundle.clone();
    let payload = Payload {
        version: 1,
        mode: bundle.mode,
        sequence: bundle.sequence,
        issued_at: bundle.issued_at,
        expires: bundle.expires,
        base_urls: bundle.base_urls,
        issuers: bundle.issuers,
        status_keys: bundle.status_keys,
        log_key: None,
    };
    jws::issue(Typ::TrustBundle, None, &[root_der], &payload, ca)
}

/// Verifies a bundle from its root down and builds the trust it speaks of.
pub(super) fn open(
    compact: &str,
    pin: Pin,
    last_sequence: Option<u64>,
) -> Result<Trust, BundleError> {
    let jws = Jws::parse(compact, Typ::TrustBundle)?;
    let mut chain = jws.x5c().map(Certificate::from_der);
    let (Some(ca), Some(root)) = (chain.next(), chain.next()) else {
        return Err(BundleError::Jws(JwsError::Header));
    };
    let (ca, root) = (
        ca.map_err(BundleError::Authority)?,
        root.map_err(BundleError::Authority)?,
    );
    if let Pin::Fingerprint(pinned) | Pin::Succession(pinned) = pin
        && pinned != RootFingerprint::of(&root)
    {
        return Err(BundleError::Root);
    }
    let authority = Authority::new(root, vec![ca.clone()]).map_err(BundleError::Authority)?;
    jws.verify(ca.public_key())?;
    drop(chain);
    let bundle = decode(jws.into_payload())?;
    if bundle.mode != ca.mode() {
        return Err(BundleError::Mode);
    }
    if last_sequence.is_some_and(|last| bundle.sequence < last) {
        return Err(BundleError::Sequence);
    }
    if bundle.expires <= bundle.issued_at
        || !ca.covers(bundle.issued_at)
        || !authority.root().covers(bundle.issued_at)
    {
        return Err(BundleError::Dates);
    }
    build(bundle, authority, pin)
}

fn decode(payload: Value) -> Result<Bundle, BundleError> {
    let read: Payload = encoding::from_value(payload.clone()).map_err(|_| BundleError::Payload)?;
    // Written again it must be the same: no null left out, no number spelled otherwise.
    let again = serde_json::to_value(&read).map_err(|_| BundleError::Payload)?;
    if read.version != 1 || again != payload || read.base_urls.is_empty() {
        return Err(BundleError::Payload);
    }
    Ok(Bundle {
        mode: read.mode,
        sequence: read.sequence,
        issued_at: read.issued_at,
        expires: read.expires,
        base_urls: read.base_urls,
        issuers: read.issuers,
        status_keys: read.status_keys,
    })
}

fn build(bundle: Bundle, authority: Authority, pin: Pin) -> Result<Trust, BundleError> {
    let authority = Arc::new(authority);
    let base_urls = bundle.base_urls.into();
    let mut trust = Trust::new(
        Arc::clone(&authority),
        base_urls,
        pin.into(),
        bundle.issued_at,
    );
    trust.expires = Some(bundle.expires);
    trust.sequence = Some(bundle.sequence);
    let mut seen = BTreeSet::new();
    for key in bundle.status_keys {
        let reference = key.reference;
        if !seen.insert(reference) {
            return Err(BundleError::Twice);
        }
        let wrong = |error| BundleError::Key { reference, error };
        let key = Arc::new(admit(&authority, &key).map_err(wrong)?);
        trust = trust.with_status_key(key).map_err(wrong)?;
    }
    let mut codes = BTreeSet::new();
    for listed in bundle.issuers {
        if !codes.insert(listed.code) {
            return Err(BundleError::Twice);
        }
        let mut issuer = Issuer::new(
            listed.code,
            listed.name,
            listed.domain,
            listed.identity,
            listed.proved_at,
        );
        for key in listed.certificates {
            let reference = key.reference;
            if !seen.insert(reference) {
                return Err(BundleError::Twice);
            }
            let wrong = |error| BundleError::Key { reference, error };
            issuer = admit(&authority, &key)
                .and_then(|key| issuer.with_key(key))
                .map_err(wrong)?;
        }
        trust = trust.with_issuer(Arc::new(issuer));
    }
    Ok(trust)
}

fn admit(authority: &Authority, key: &BundleKey) -> Result<super::TrustedKey, TrustError> {
    let leaf = Certificate::from_der(&key.leaf)?;
    if leaf.reference()? != key.reference {
        return Err(TrustError::Certificate(CertificateError::Serial));
    }
    let state = KeyState {
        valid_from: key.valid_from,
        valid_until: key.valid_until,
        retired_at: key.retired_at,
        compromised_at: key.compromised_at,
    };
    authority.admit(leaf, state)
}

/// `x5c` with exactly one certificate in padded base64.
mod one_certificate {
    use serde::de::Error as _;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::encoding;

    pub(super) fn serialize<S: Serializer>(der: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        [encoding::base64(der)].serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<u8>, D::Error> {
        let [text] = <[String; 1]>::deserialize(deserializer)?;
        encoding::from_base64(&text).ok_or_else(|| D::Error::custom("not base64"))
    }
}
