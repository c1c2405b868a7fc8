//! A certificate's key as a JWK (RFC 7517), for `jwks.json` and `did.json`.

use serde::Serialize;

use super::Certificate;
use crate::encoding::{base64, base64url};

/// A public P-256 key with its certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jwk {
    /// `EC`.
    pub kty: &'static str,
    /// `P-256`.
    pub crv: &'static str,
    /// x, base64url.
    pub x: String,
    /// y, base64url.
    pub y: String,
    /// The key id: `<did>#<certificate reference>`.
    pub kid: String,
    /// `ES256`.
    pub alg: &'static str,
    /// `sig`.
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// The certificate, padded base64.
    pub x5c: Vec<String>,
    /// SHA-256 over the certificate, base64url.
    #[serde(rename = "x5t#S256")]
    pub thumbprint: String,
}

/// The document served as `jwks.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct JwkSet {
    /// The keys, newest first.
    pub keys: Vec<Jwk>,
}

impl Certificate {
    /// The certificate's key as a JWK under the given key id.
    #[must_use]
    pub fn to_jwk(&self, kid: String) -> Jwk {
        Jwk {
            kty: "EC",
            crv: "P-256",
            x: base64url(self.public_key().x()),
            y: base64url(self.public_key().y()),
            kid,
            alg: "ES256",
            usage: "sig",
            x5c: vec![base64(self.der())],
            thumbprint: base64url(self.thumbprint().as_bytes()),
        }
    }
}
