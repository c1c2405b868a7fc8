//! One edition of a list: three signed texts of one table at one time.

use serde::{Deserialize, Serialize};

use super::list_id::{ListId, Purpose};
use super::table::{Table, Value};
use crate::encoding;
use crate::instant::Instant;
use crate::issuer_code::IssuerCode;
use crate::jws::{self, Typ};
use crate::signer::{self, IssueError, Signer};

/// How long a fetched list may be used before a newer one should be asked for.
pub const TTL_SECONDS: i64 = 300;

/// How long a list is believed: `exp` is this much after `iat`.
pub const LIFETIME_SECONDS: i64 = 24 * 60 * 60;

/// A table at a time, ready to be signed by a status key.
#[derive(Debug, Clone, Copy)]
pub struct Edition<'a> {
    /// Which list.
    pub list: &'a ListId,
    /// Its values.
    pub table: &'a Table,
    /// When it was built; cut to whole seconds, as JWT claims have it.
    pub issued_at: Instant,
}

/// The payload of a token status list, in the order it is written.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenPayload {
    pub(super) sub: String,
    pub(super) iat: i64,
    pub(super) exp: i64,
    pub(super) ttl: i64,
    pub(super) status_list: TokenList,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenList {
    pub(super) bits: u8,
    pub(super) lst: String,
}

/// The payload of a W3C bitstring list, in the order it is written.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct BitstringPayload {
    #[serde(rename = "@context")]
    pub(super) context: [String; 1],
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) types: [String; 2],
    pub(super) issuer: String,
    pub(super) valid_from: Instant,
    pub(super) valid_until: Instant,
    pub(super) credential_subject: BitstringSubject,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct BitstringSubject {
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) subject_type: String,
    pub(super) status_purpose: String,
    /// In milliseconds here; the token list has seconds.
    pub(super) ttl: i64,
    pub(super) encoded_list: String,
}

pub(super) const CONTEXT: &str = "https://www.w3.org/ns/credentials/v2";
pub(super) const TYPES: [&str; 2] = ["VerifiableCredential", "BitstringStatusListCredential"];
pub(super) const SUBJECT_TYPE: &str = "BitstringStatusList";

impl Edition<'_> {
    /// Signs the text for one purpose.
    ///
    /// # Errors
    /// [`IssueError`] when the signer is not a status key of the list's mode, or cannot sign.
    pub fn issue(&self, purpose: Purpose, signer: &dyn Signer) -> Result<String, IssueError> {
        signer::check(signer, IssuerCode::INSTANCE, self.list.mode)?;
        let reference = signer.certificate_reference();
        let kid = self
            .list
            .base_url
            .key_id(&IssuerCode::INSTANCE, self.list.mode, &reference);
        let signed = match purpose {
            Purpose::Token => jws::issue(Typ::StatusList, Some(&kid), &[], &self.token(), signer),
            Purpose::Revocation | Purpose::Suspension => jws::issue(
                Typ::Credential,
                Some(&kid),
                &[],
                &self.bitstring(purpose),
                signer,
            ),
        };
        Ok(signed?)
    }

    fn token(&self) -> TokenPayload {
        let iat = self.issued_at.as_second();
        TokenPayload {
            sub: self.list.uri(Purpose::Token),
            iat,
            exp: iat + LIFETIME_SECONDS,
            ttl: TTL_SECONDS,
            status_list: TokenList {
                bits: 2,
                lst: encoding::base64url(&self.table.compress()),
            },
        }
    }

    fn bitstring(&self, purpose: Purpose) -> BitstringPayload {
        let uri = self.list.uri(purpose);
        let bits = self.table.bitstring(|value| match value {
            Value::Valid => false,
            // W3C knows no early expiry; both end the document for good.
            Value::Invalid | Value::ExpiredEarly => purpose == Purpose::Revocation,
            Value::Suspended => purpose == Purpose::Suspension,
        });
        let valid_from = self.issued_at.floor_second();
        BitstringPayload {
            context: [CONTEXT.to_owned()],
            types: TYPES.map(str::to_owned),
            issuer: self
                .list
                .base_url
                .did(&IssuerCode::INSTANCE, self.list.mode),
            valid_from,
            valid_until: valid_from.plus_seconds(LIFETIME_SECONDS),
            credential_subject: BitstringSubject {
                id: format!("{uri}#list"),
                subject_type: SUBJECT_TYPE.to_owned(),
                status_purpose: purpose.as_str().to_owned(),
                ttl: TTL_SECONDS * 1000,
                // Multibase: "u" says base64url without padding.
                encoded_list: format!("u{}", encoding::base64url(&bits.gzip())),
            },
            id: uri,
        }
    }
}
