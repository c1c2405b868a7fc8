//! How far the record had come, signed: what an instance gives away so that nobody, itself included, can shorten or
//! rewrite its record unseen (`spec/head.md`).

use serde::{Deserialize, Serialize};

use crate::base_url::BaseUrl;
use crate::digest::Sha256;
use crate::encoding;
use crate::instant::Instant;
use crate::issuer_code::IssuerCode;
use crate::jws::{self, Jws, JwsError, Typ};
use crate::mode::Mode;
use crate::signer::{self, IssueError, Signer};
use crate::trust::{InstanceKeyError, Trust};
use crate::verified::Verified;

/// The newest events of a record, in the order they are signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadStatement {
    /// The public URL of the instance.
    pub iss: BaseUrl,
    /// When, in seconds since 1970.
    pub iat: i64,
    /// The last event of each stream that goes on, or ended lately; at least one.
    pub streams: Vec<StreamHead>,
}

/// The last event of one stream.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StreamHead {
    /// Id of the stream, a UUID in lower case with hyphens.
    pub stream: String,
    /// Number of the event, from 1.
    pub seq: i64,
    /// Hash of the event.
    pub hash: Sha256,
}

/// Why a head statement is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// The JWS itself.
    #[error("the statement is not a well-formed signed text")]
    Jws(#[from] JwsError),
    /// The payload is not a version 1 statement.
    #[error("the payload is not a head statement")]
    Payload,
    /// The key signs for tests.
    #[error("the statement is signed by a test key")]
    Mode,
    /// The signature or its key.
    #[error("the statement's signature is not believed")]
    Key(#[from] InstanceKeyError),
}

impl HeadStatement {
    /// Signs the statement with a live status key.
    ///
    /// # Errors
    /// [`IssueError`] when the signer is not one, or cannot sign.
    pub fn issue(&self, signer: &dyn Signer) -> Result<String, IssueError> {
        signer::check(signer, IssuerCode::INSTANCE, Mode::Live)?;
        let reference = signer.certificate_reference();
        let kid = self
            .iss
            .key_id(&IssuerCode::INSTANCE, Mode::Live, &reference);
        Ok(jws::issue(Typ::Head, Some(&kid), &[], self, signer)?)
    }

    /// Verifies a signed statement.
    ///
    /// # Errors
    /// [`HeadError`].
    pub fn verify(compact: &str, trust: &Trust) -> Result<Verified<Self>, HeadError> {
        let jws = Jws::parse(compact, Typ::Head)?;
        let payload = jws.payload();
        let statement: Self =
            encoding::from_value(payload.clone()).map_err(|_| HeadError::Payload)?;
        let again = serde_json::to_value(&statement).map_err(|_| HeadError::Payload)?;
        let at = Instant::from_second(statement.iat).map_err(|_| HeadError::Payload)?;
        let is_head = |head: &StreamHead| head.seq > 0 && is_id(&head.stream);
        if again != *payload
            || statement.streams.is_empty()
            || !statement.streams.iter().all(is_head)
        {
            return Err(HeadError::Payload);
        }
        let key = trust.check_instance_signature(&jws, at)?;
        if key.certificate().mode() != Mode::Live {
            return Err(HeadError::Mode);
        }
        Ok(Verified::new(statement))
    }
}

/// A UUID as it is written here.
fn is_id(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => matches!(byte, b'0'..=b'9' | b'a'..=b'f'),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let good = "0190a0c0-0000-7000-8000-00000000abcd";
        assert!(is_id(good));
        for bad in [
            "",
            &good[1..],
            &good.to_uppercase(),
            &good.replace('-', ""),
            &good.replacen('-', "0", 1),
        ] {
            assert!(!is_id(bad), "{bad}");
        }
    }
}
