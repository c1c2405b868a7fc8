//! Compact JWS (RFC 7515) in the narrow form this system signs: ES256, a fixed header, low s.

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::ecdsa::{self, PublicKey};
use crate::encoding::{self, JsonError};
use crate::signer::{SignError, Signer};
use crate::words::words;

words! {
    /// What a JWS is, as its `typ` says.
    pub enum Typ ("typ") {
        /// A credential, or a W3C status list credential.
        Credential = "vc+jwt",
        /// An IETF token status list.
        StatusList = "statuslist+jwt",
        /// A statement about one lifecycle action.
        Lifecycle = "ananke-lifecycle+jwt",
        /// A trust bundle.
        TrustBundle = "ananke-trust+jwt",
        /// How far the record had come.
        Head = "ananke-head+jwt",
    }
}

impl Typ {
    /// Only credentials have a `cty`.
    const fn cty(self) -> Option<&'static str> {
        match self {
            Self::Credential => Some("vc"),
            Self::StatusList | Self::Lifecycle | Self::TrustBundle | Self::Head => None,
        }
    }

    /// Bundles are signed by a CA, which has no key id.
    const fn has_kid(self) -> bool {
        !matches!(self, Self::TrustBundle)
    }

    /// Largest text read, so that a hostile one costs little.
    const fn max_len(self) -> usize {
        match self {
            Self::Credential => 1024 * 1024,
            Self::StatusList => 256 * 1024,
            Self::Lifecycle | Self::Head => 64 * 1024,
            Self::TrustBundle => 64 * 1024 * 1024,
        }
    }

    const fn x5c_len(self) -> usize {
        match self {
            Self::TrustBundle => 2,
            Self::Credential | Self::StatusList | Self::Lifecycle | Self::Head => 1,
        }
    }
}

/// Why a text is not a JWS of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Longer than anything this system signs.
    #[error("the signed text is too large")]
    TooLarge,
    /// Not three parts with two dots, or the signature has not 64 bytes.
    #[error("not a compact JWS")]
    Shape,
    /// A part is padded, holds a foreign character, or has bits left over.
    #[error("a part is not canonical base64url")]
    Encoding,
    /// Header or payload is not one JSON object.
    #[error("header or payload is not a JSON object")]
    Json,
    /// A JSON member is named twice in one object.
    #[error("a JSON member is named twice")]
    DuplicateMember,
    /// `alg` is not `ES256`.
    #[error("the algorithm is not ES256")]
    Algorithm,
    /// `crit` is present: this version knows no critical extension.
    #[error("the header names a critical extension")]
    Critical,
    /// The header brings or points to a key: `jwk`, `jku` or `x5u`.
    #[error("the header brings its own key")]
    EmbeddedKey,
    /// `typ` or `cty` is not the one wanted here.
    #[error("the type is not the one wanted")]
    Type,
    /// A header member is missing, of the wrong JSON type, or unknown to this version.
    #[error("the header has other members than this version signs")]
    Header,
    /// s is above n/2.
    #[error("the signature has a high s")]
    HighS,
    /// The signature does not belong to the key and the text.
    #[error("the signature does not verify")]
    Signature,
}

impl From<JsonError> for JwsError {
    fn from(error: JsonError) -> Self {
        match error {
            JsonError::Malformed => Self::Json,
            JsonError::DuplicateMember => Self::DuplicateMember,
        }
    }
}

/// A JWS that was read strictly and not verified yet.
#[derive(Debug, Clone)]
pub struct Jws<'a, P = Value> {
    signing_input: &'a str,
    kid: Option<String>,
    x5c: Vec<Vec<u8>>,
    payload: P,
    signature: [u8; 64],
}

impl<'a> Jws<'a> {
    /// Reads a compact JWS of one type.
    ///
    /// # Errors
    /// [`JwsError`]; never [`JwsError::Signature`], which [`Jws::verify`] finds.
    pub fn parse(text: &'a str, typ: Typ) -> Result<Self, JwsError> {
        Self::parse_as(text, typ, any_object)
    }

    /// The payload, a JSON object.
    #[must_use]
    pub const fn payload(&self) -> &Value {
        &self.payload
    }
}

/// Reads any JSON object.
pub(crate) fn any_object(payload: &[u8]) -> Result<Value, JwsError> {
    let payload = encoding::parse_json(payload)?;
    if payload.is_object() {
        Ok(payload)
    } else {
        Err(JwsError::Json)
    }
}

impl<'a, P> Jws<'a, P> {
    /// [`Jws::parse`] with a reader for the payload of this type.
    pub(crate) fn parse_as(
        text: &'a str,
        typ: Typ,
        read: impl FnOnce(&[u8]) -> Result<P, JwsError>,
    ) -> Result<Self, JwsError> {
        if text.len() > typ.max_len() {
            return Err(JwsError::TooLarge);
        }
        let (signing_input, signature) = text.rsplit_once('.').ok_or(JwsError::Shape)?;
        let (header, payload) = signing_input.split_once('.').ok_or(JwsError::Shape)?;
        if payload.contains('.') {
            return Err(JwsError::Shape);
        }
        let part = |text: &str| encoding::from_base64url(text.as_bytes()).ok_or(JwsError::Encoding);
        let (header, payload, signature) = (part(header)?, part(payload)?, part(signature)?);
        let (kid, x5c) = match usual_header(&header, typ) {
            Some(read) => read,
            None => read_header(encoding::parse_json(&header)?, typ)?,
        };
        let signature: [u8; 64] = signature.try_into().map_err(|_| JwsError::Shape)?;
        if !ecdsa::is_low_s(&signature) {
            return Err(JwsError::HighS);
        }
        Ok(Self {
            signing_input,
            kid,
            x5c,
            payload: read(&payload)?,
            signature,
        })
    }

    /// Checks the signature.
    ///
    /// # Errors
    /// [`JwsError::Signature`].
    pub fn verify(&self, key: &PublicKey) -> Result<(), JwsError> {
        if key.verifies(self.signing_input.as_bytes(), &self.signature) {
            Ok(())
        } else {
            Err(JwsError::Signature)
        }
    }

    /// The key id, where the type has one.
    #[must_use]
    pub fn kid(&self) -> Option<&str> {
        self.kid.as_deref()
    }

    /// The certificates of `x5c`, DER, the signer's first. They locate a key and prove nothing.
    pub fn x5c(&self) -> impl Iterator<Item = &[u8]> {
        self.x5c.iter().map(Vec::as_slice)
    }

    /// The first certificate of `x5c`: there always is one.
    #[must_use]
    pub fn leaf(&self) -> &[u8] {
        self.x5c.first().map(Vec::as_slice).unwrap_or_default()
    }

    pub(crate) fn into_payload(self) -> P {
        self.payload
    }
}

/// The header as this system writes it, read in one pass. `None` for every other: whether that is a good one, and what is
/// wrong with it otherwise, [`read_header`] finds out.
fn usual_header(header: &[u8], typ: Typ) -> Option<(Option<String>, Vec<Vec<u8>>)> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Usual<'a> {
        alg: &'a str,
        typ: &'a str,
        #[serde(borrow, default, deserialize_with = "present")]
        cty: Option<&'a str>,
        #[serde(borrow, default, deserialize_with = "present")]
        kid: Option<&'a str>,
        #[serde(borrow)]
        x5c: Vec<&'a str>,
    }
    // A member that is `null` is not one that is left out.
    fn present<'de, D: Deserializer<'de>>(value: D) -> Result<Option<&'de str>, D::Error> {
        <&str>::deserialize(value).map(Some)
    }
    // What is derived takes an array of the values for the object, too.
    if header.first() != Some(&b'{') {
        return None;
    }
    let read: Usual<'_> = serde_json::from_slice(header).ok()?;
    let is_usual = read.alg == "ES256"
        && read.typ == typ.as_str()
        && read.cty == typ.cty()
        && read.kid.is_some() == typ.has_kid()
        && read.x5c.len() == typ.x5c_len();
    if !is_usual {
        return None;
    }
    let x5c: Option<_> = read
        .x5c
        .iter()
        .map(|text| encoding::from_base64(text))
        .collect();
    Some((read.kid.map(str::to_owned), x5c?))
}

/// Checks the header against the exact members of its type; gives `kid` and `x5c`.
fn read_header(header: Value, typ: Typ) -> Result<(Option<String>, Vec<Vec<u8>>), JwsError> {
    let Value::Object(mut members) = header else {
        return Err(JwsError::Json);
    };
    if members.contains_key("crit") {
        return Err(JwsError::Critical);
    }
    if ["jwk", "jku", "x5u"]
        .iter()
        .any(|name| members.contains_key(*name))
    {
        return Err(JwsError::EmbeddedKey);
    }
    if members.remove("alg").as_ref().and_then(Value::as_str) != Some("ES256") {
        return Err(JwsError::Algorithm);
    }
    if members.remove("typ").as_ref().and_then(Value::as_str) != Some(typ.as_str()) {
        return Err(JwsError::Type);
    }
    let cty = members.remove("cty");
    if cty.as_ref().map(Value::as_str) != typ.cty().map(Some) {
        return Err(JwsError::Type);
    }
    let kid = match (members.remove("kid"), typ.has_kid()) {
        (Some(Value::String(kid)), true) => Some(kid),
        (None, false) => None,
        _ => return Err(JwsError::Header),
    };
    let Some(Value::Array(entries)) = members.remove("x5c") else {
        return Err(JwsError::Header);
    };
    if entries.len() != typ.x5c_len() || !members.is_empty() {
        return Err(JwsError::Header);
    }
    let mut x5c = Vec::with_capacity(entries.len());
    for entry in &entries {
        let text = entry.as_str().ok_or(JwsError::Header)?;
        x5c.push(encoding::from_base64(text).ok_or(JwsError::Encoding)?);
    }
    Ok((kid, x5c))
}

/// The header in the order it is written.
#[derive(Serialize)]
struct Header<'a> {
    alg: &'a str,
    typ: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cty: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<&'a str>,
    x5c: Vec<String>,
}

/// Signs `payload` with the header of `typ`; `x5c` is the signer's certificate, then `above`.
pub(crate) fn issue(
    typ: Typ,
    kid: Option<&str>,
    above: &[&[u8]],
    payload: &impl Serialize,
    signer: &dyn Signer,
) -> Result<String, SignError> {
    issue_bytes(typ, kid, above, &to_json(payload)?, signer)
}

/// [`issue`] for a payload that was written already.
pub(crate) fn issue_bytes(
    typ: Typ,
    kid: Option<&str>,
    above: &[&[u8]],
    payload: &[u8],
    signer: &dyn Signer,
) -> Result<String, SignError> {
    let x5c = std::iter::once(signer.leaf_der())
        .chain(above.iter().copied())
        .map(encoding::base64);
    let header = Header {
        alg: "ES256",
        typ: typ.as_str(),
        cty: typ.cty(),
        kid,
        x5c: x5c.collect(),
    };
    let mut text = encoding::base64url(&to_json(&header)?);
    text.push('.');
    text.push_str(&encoding::base64url(payload));
    let signature = ecdsa::low_s(signer.sign(text.as_bytes())?);
    text.push('.');
    text.push_str(&encoding::base64url(&signature));
    Ok(text)
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>, SignError> {
    serde_json::to_vec(value).map_err(|error| SignError(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What both readers of a header make of it: they must agree wherever the fast one says anything.
    fn header(text: &str, typ: Typ) -> Result<(Option<String>, Vec<Vec<u8>>), JwsError> {
        let careful = encoding::parse_json(text.as_bytes())
            .map_err(JwsError::from)
            .and_then(|value| read_header(value, typ));
        if let Some(fast) = usual_header(text.as_bytes(), typ) {
            assert_eq!(careful, Ok(fast), "{text}");
        }
        careful
    }

    #[test]
    fn a_header_is_read_alike_in_one_pass_and_with_care() {
        let good = r#"{"alg":"ES256","typ":"vc+jwt","cty":"vc","kid":"k","x5c":["AA=="]}"#;
        let read = header(good, Typ::Credential);
        assert_eq!(read, Ok((Some("k".to_owned()), vec![vec![0]])));
        assert!(usual_header(good.as_bytes(), Typ::Credential).is_some());
        for (typ, text) in [
            (Typ::Credential, good.replace(r#""k""#, "null")),
            (
                Typ::Credential,
                good.replace(r#""cty":"vc""#, r#""cty":null"#),
            ),
            (Typ::Credential, good.replace(r#""kid":"k","#, "")),
            (
                Typ::Credential,
                good.replace(r#""kid":"k""#, r#""kid":"k","kid":"k""#),
            ),
            (
                Typ::Credential,
                good.replace(r#""kid":"k""#, r#""kid":"k","crit":[]"#),
            ),
            (Typ::Credential, good.replace("AA==", "AB==")),
            (
                Typ::Credential,
                good.replace(r#"["AA=="]"#, r#"["AA==","AA=="]"#),
            ),
            (Typ::Credential, good.replace("ES256", "none")),
            (Typ::StatusList, good.replace("vc+jwt", "statuslist+jwt")),
            (
                Typ::StatusList,
                good.replace("vc+jwt", "statuslist+jwt")
                    .replace(r#""vc""#, "null"),
            ),
            (
                Typ::TrustBundle,
                r#"{"alg":"ES256","typ":"ananke-trust+jwt","kid":null,"x5c":["AA==","AA=="]}"#
                    .to_owned(),
            ),
        ] {
            assert!(header(&text, typ).is_err(), "{text}");
        }
        // Another spelling of the same is as good as ever.
        let spelt = good.replace("\"k\"", "\"\\u006b\"");
        assert_eq!(header(&spelt, Typ::Credential), read);
    }

    #[test]
    fn the_largest_text_of_each_type() {
        for (typ, most) in [
            (Typ::Credential, 1 << 20),
            (Typ::StatusList, 1 << 18),
            (Typ::Lifecycle, 1 << 16),
            (Typ::TrustBundle, 1 << 26),
        ] {
            let text = "a".repeat(most + 1);
            let error = |text| Jws::parse(text, typ).err();
            assert_eq!(error(&text), Some(JwsError::TooLarge), "{typ:?}");
            assert_eq!(error(&text[1..]), Some(JwsError::Shape), "{typ:?}");
        }
    }
}
