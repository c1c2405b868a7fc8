//! What the store, the formats and the keys say, in the words of operations.

use std::time::Duration;

use ananke_api::ForbiddenReason;
use ananke_store::{Conflict, Count, Counted, Error as StoreError};

use super::error::Error;
use super::words::shown;
use super::{alert_channels, limits, signing_keys};
use crate::keys::KeyError;

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { retry_after } => {
                Self::Unavailable { detail: "the server cannot reach or write its database now".to_owned(), retry_after }
            }
            StoreError::Database { text } => {
                tracing::error!(error = text, "the database failed");
                Self::Unavailable {
                    detail: "the server cannot read its database".to_owned(),
                    retry_after: Duration::from_secs(5),
                }
            }
            StoreError::Unknown => Self::Unavailable {
                detail: "it is not known whether this was stored: repeat it with the same Idempotency-Key to find out"
                    .to_owned(),
                retry_after: Duration::from_secs(1),
            },
            StoreError::Sealed => Self::sealed(),
            StoreError::InFlight => Self::Conflict {
                detail: "the first request with this Idempotency-Key is still running".to_owned(),
                retry_after: Some(Duration::from_secs(1)),
            },
            StoreError::Exhausted { count, used } => exhausted(&count, used),
            StoreError::Missing => Self::NotFound,
            StoreError::Precondition { current } => Self::Precondition { current: u32::try_from(current).unwrap_or(0) },
            StoreError::Stale => Self::Stale,
            StoreError::Conflict { what: Conflict::ExternalId, existing } => {
                let first = existing.unwrap_or_default();
                Self::conflict(format!(
                    "`externalId` is taken by {first}: use another one, or replace that document"
                ))
            }
            StoreError::Conflict { what: Conflict::Replaced, .. } => {
                Self::conflict("this document was replaced already; replace its successor")
            }
            StoreError::Conflict { what: Conflict::Erased, .. } => {
                Self::conflict("this document was erased; nothing more can be done with it")
            }
            StoreError::Conflict { what: Conflict::TemplateInUse, .. } => {
                Self::conflict("documents were issued from this template, so it cannot be deleted: archive it instead")
            }
            StoreError::Conflict { what: Conflict::IssuerCode, .. } => {
                Self::conflict("this issuer code is taken by another tenant")
            }
            StoreError::Conflict { what: Conflict::LastSigningKey, .. } => signing_keys::last_one(),
            StoreError::Conflict { what: Conflict::AlertChannels, .. } => alert_channels::too_many(),
            // Another command took it at the same moment; this one takes the next.
            StoreError::Conflict { what: Conflict::Certificate, .. } => Self::Stale,
            // Two random references that agree: a matter of 2^60, and the next try takes another.
            StoreError::Conflict { what: Conflict::Reference, .. } => Self::Unavailable {
                detail: "the reference made for this document was taken: repeat the request".to_owned(),
                retry_after: Duration::from_secs(1),
            },
            other => Self::Internal(other.to_string()),
        }
    }
}

/// What to say where a limit is used up, and the way out.
fn exhausted(count: &Count, used: i64) -> Error {
    let (limit, anew) = (count.limit, shown(limits::period_end(count)));
    let (reason, detail) = match (count.kind, count.subject.as_str()) {
        (Counted::Issuances, _) => (
            ForbiddenReason::QuotaExhausted,
            format!(
                "{used} of {limit} documents of this month are issued; the quota begins anew at {anew}, or the operator \
                 of this server raises it. Verification goes on"
            ),
        ),
        (Counted::Stamps, _) => (
            ForbiddenReason::QuotaExhausted,
            format!(
                "{used} of {limit} stamps of this month are made; the quota begins anew at {anew}, or the operator of this \
                 server raises it. Verification goes on"
            ),
        ),
        (Counted::Revocations, "") => (
            ForbiddenReason::RevocationCap,
            format!(
                "{used} of the {limit} documents that this tenant may take out of force in a day are; the cap begins anew \
                 at {anew}, or the operator of this server raises it"
            ),
        ),
        (Counted::Revocations, _) => (
            ForbiddenReason::RevocationCap,
            format!(
                "{used} of the {limit} documents that this key may take out of force in a day are; the cap begins anew at \
                 {anew}, or a key that has more raises `revocationsPerDay` of this one"
            ),
        ),
    };
    Error::Forbidden { reason, detail }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<ananke_format::credential::IssueError> for Error {
    fn from(error: ananke_format::credential::IssueError) -> Self {
        Self::Internal(format!("signing: {error}"))
    }
}

impl From<ananke_format::SignError> for Error {
    fn from(error: ananke_format::SignError) -> Self {
        Self::Internal(format!("signing: {error}"))
    }
}

impl From<ananke_format::IssueError> for Error {
    fn from(error: ananke_format::IssueError) -> Self {
        Self::Internal(format!("signing: {error}"))
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(format!("JSON: {error}"))
    }
}
