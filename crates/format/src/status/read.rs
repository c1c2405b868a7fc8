//! Reading a signed list.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::edition::{BitstringPayload, CONTEXT, SUBJECT_TYPE, TYPES, TokenPayload};
use super::list_id::{ListId, Purpose};
use super::table::{Bitstring, Table, TableError, Value};
use crate::certificate_reference::CertificateReference;
use crate::encoding;
use crate::instant::Instant;
use crate::issuer_code::IssuerCode;
use crate::jws::{Jws, JwsError, Typ};
use crate::trust::{InstanceKeyError, Trust};
use crate::verified::Verified;

/// Why a signed list is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// The JWS itself.
    #[error("the list is not a well-formed signed text")]
    Jws(#[from] JwsError),
    /// The payload is not a list of this system.
    #[error("the payload is not a status list")]
    Payload,
    /// The compressed values.
    #[error("the values of the list are refused")]
    Table(#[from] TableError),
    /// The signature or its key.
    #[error("the list's signature is not believed")]
    Key(#[from] InstanceKeyError),
    /// The key is of the other mode than the list.
    #[error("test and live are mixed")]
    Mode,
}

/// One list as it was read from signed bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    id: ListId,
    purpose: Purpose,
    issued_at: Instant,
    expires: Instant,
    ttl_seconds: i64,
    signed_by: CertificateReference,
    content: Content,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Content {
    Token(Table),
    Bits(Bitstring),
}

impl StatusList {
    /// Which list it is.
    #[must_use]
    pub const fn id(&self) -> &ListId {
        &self.id
    }

    /// What it tells.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        self.purpose
    }

    /// When it was built: verdicts from it say "as of" this time.
    #[must_use]
    pub const fn issued_at(&self) -> Instant {
        self.issued_at
    }

    /// From when on it is not believed.
    #[must_use]
    pub const fn expires(&self) -> Instant {
        self.expires
    }

    /// How long it may be used before a newer one should be asked for.
    #[must_use]
    pub const fn ttl_seconds(&self) -> i64 {
        self.ttl_seconds
    }

    /// The status key's certificate.
    #[must_use]
    pub const fn signed_by(&self) -> CertificateReference {
        self.signed_by
    }

    /// What the list says at `index`. A W3C list gives the value its bit stands for:
    /// [`Value::Invalid`] or [`Value::Suspended`], else [`Value::Valid`].
    ///
    /// # Errors
    /// [`TableError::Index`].
    pub fn value(&self, index: u32) -> Result<Value, TableError> {
        let bits = match &self.content {
            Content::Token(table) => return table.value(index),
            Content::Bits(bits) => bits,
        };
        Ok(match (bits.is_set(index)?, self.purpose) {
            (false, _) => Value::Valid,
            (true, Purpose::Suspension) => Value::Suspended,
            (true, Purpose::Token | Purpose::Revocation) => Value::Invalid,
        })
    }
}

/// Verifies a list of any purpose. Whether it is past its `exp`, and whether it is the list a
/// document names, is judged with the document.
///
/// # Errors
/// [`ListError`].
pub fn verify(compact: &str, trust: &Trust) -> Result<Verified<StatusList>, ListError> {
    let (jws, claims) = match Jws::parse(compact, Typ::StatusList) {
        Ok(jws) => {
            let claims = read_token(&jws)?;
            (jws, claims)
        }
        Err(JwsError::Type) => {
            let jws = Jws::parse(compact, Typ::Credential)?;
            let claims = read_bitstring(&jws)?;
            (jws, claims)
        }
        Err(error) => return Err(error.into()),
    };
    if claims.issued_at >= claims.expires {
        return Err(ListError::Payload);
    }
    let key = trust.check_instance_signature(&jws, claims.issued_at)?;
    if key.certificate().mode() != claims.id.mode {
        return Err(ListError::Mode);
    }
    let kid = claims
        .id
        .base_url
        .key_id(&IssuerCode::INSTANCE, claims.id.mode, &key.reference());
    if jws.kid() != Some(kid.as_str()) {
        return Err(ListError::Key(InstanceKeyError::KeyId));
    }
    // Unpacked last: only what a believed key signed costs memory.
    let content = match claims.purpose {
        Purpose::Token => Content::Token(Table::decompress(&claims.packed)?),
        Purpose::Revocation | Purpose::Suspension => {
            Content::Bits(Bitstring::gunzip(&claims.packed)?)
        }
    };
    Ok(Verified::new(StatusList {
        id: claims.id,
        purpose: claims.purpose,
        issued_at: claims.issued_at,
        expires: claims.expires,
        ttl_seconds: claims.ttl_seconds,
        signed_by: key.reference(),
        content,
    }))
}

/// A payload's members, the values still packed.
struct Claims {
    id: ListId,
    purpose: Purpose,
    issued_at: Instant,
    expires: Instant,
    ttl_seconds: i64,
    packed: Vec<u8>,
}

/// Reads a payload that, written again, is the same: an array of the values of an object is not taken for the object.
fn payload_of<T: Serialize + DeserializeOwned>(jws: &Jws<'_>) -> Result<T, ListError> {
    let read: T = encoding::from_value(jws.payload().clone()).map_err(|_| ListError::Payload)?;
    let again = serde_json::to_value(&read).map_err(|_| ListError::Payload)?;
    match again == *jws.payload() {
        true => Ok(read),
        false => Err(ListError::Payload),
    }
}

fn read_token(jws: &Jws<'_>) -> Result<Claims, ListError> {
    let read: TokenPayload = payload_of(jws)?;
    let (id, purpose) = ListId::parse(&read.sub).ok_or(ListError::Payload)?;
    if purpose != Purpose::Token || read.status_list.bits != 2 || read.ttl <= 0 {
        return Err(ListError::Payload);
    }
    let packed =
        encoding::from_base64url(read.status_list.lst.as_bytes()).ok_or(ListError::Payload)?;
    Ok(Claims {
        id,
        purpose,
        issued_at: Instant::from_second(read.iat).map_err(|_| ListError::Payload)?,
        expires: Instant::from_second(read.exp).map_err(|_| ListError::Payload)?,
        ttl_seconds: read.ttl,
        packed,
    })
}

fn read_bitstring(jws: &Jws<'_>) -> Result<Claims, ListError> {
    let read: BitstringPayload = payload_of(jws)?;
    let (id, purpose) = ListId::parse(&read.id).ok_or(ListError::Payload)?;
    let subject = read.credential_subject;
    let fits = read.context == [CONTEXT]
        && read.types == TYPES
        && read.issuer == id.base_url.did(&IssuerCode::INSTANCE, id.mode)
        && subject.id == format!("{}#list", read.id)
        && subject.subject_type == SUBJECT_TYPE
        && subject.status_purpose == purpose.as_str()
        && subject.ttl > 0
        && purpose != Purpose::Token;
    let packed = subject.encoded_list.strip_prefix('u').map(str::as_bytes);
    let packed = packed.and_then(encoding::from_base64url);
    let (true, Some(packed)) = (fits, packed) else {
        return Err(ListError::Payload);
    };
    Ok(Claims {
        id,
        purpose,
        issued_at: read.valid_from,
        expires: read.valid_until,
        ttl_seconds: subject.ttl / 1000,
        packed,
    })
}
