//! What the store, the formats and the keys say, in the words of operations.

use std::time::Duration;

use ananke_api::ForbiddenReason;
use ananke_pdf::job::{Fault, Refusal};
use ananke_store::{Conflict, Count, Counted, Error as StoreError};

use super::error::Error;
use super::words::shown;
use super::{alert_channels, limits, signing_keys};
use crate::keys::KeyError;
use crate::workers::WorkError;

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

impl From<WorkError> for Error {
    fn from(error: WorkError) -> Self {
        let later = |detail: &str, seconds| Self::Unavailable {
            detail: detail.to_owned(),
            retry_after: Duration::from_secs(seconds),
        };
        match error {
            WorkError::Refused(refusal) => refusal.into(),
            WorkError::Died(_) | WorkError::TookTooLong => {
                let detail = "the file needs more memory or time than a document may take: print it to a new PDF, or send a \
                              smaller one";
                Self::Unprocessable {
                    detail: detail.to_owned(),
                    errors: [("pdf".to_owned(), vec![detail.to_owned()])].into(),
                }
            }
            WorkError::Busy => later("too many files wait to be processed", 2),
            WorkError::Unavailable(_) => later("files cannot be processed now", 10),
        }
    }
}

impl From<Refusal> for Error {
    fn from(Refusal { fault, text }: Refusal) -> Self {
        match fault {
            Fault::Size => Self::TooLarge(text),
            Fault::Kind => Self::NotPdf(text),
            Fault::Encryption | Fault::Signature | Fault::Damage => Self::invalid("pdf", text),
            Fault::Page => Self::invalid("pageNumber", text),
            Fault::Place => Self::invalid("x", text),
            Fault::SymbolSize => Self::invalid("size", text),
            Fault::Label => Self::invalid("labelText", text),
            Fault::Drawing => Self::unprocessable(text),
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::error::Failure;

    fn answer(error: WorkError) -> (u16, String, bool) {
        let failure = Failure::from(Error::from(error));
        let members: Vec<String> = failure.errors.into_keys().collect();
        (
            failure.code.status(),
            members.join(" "),
            failure.retry_after.is_some(),
        )
    }

    #[test]
    fn what_a_file_does_to_its_process_is_no_fault_of_the_server() {
        let died = WorkError::Died("signal: 11 (SIGSEGV)".to_owned());
        let unavailable = WorkError::Unavailable("no more processes".to_owned());
        for (error, status, member, again) in [
            (died, 422, "pdf", false),
            (WorkError::TookTooLong, 422, "pdf", false),
            (WorkError::Busy, 503, "", true),
            (unavailable, 503, "", true),
        ] {
            assert_eq!(answer(error), (status, member.to_owned(), again));
        }
    }

    #[test]
    fn a_member_is_told_by_its_name_in_the_request() {
        let refusal = Refusal {
            fault: Fault::Damage,
            text: "why".to_owned(),
        };
        for error in [WorkError::TookTooLong, WorkError::Refused(refusal)] {
            let failure = Failure::from(Error::from(error).renamed("pdf", "file"));
            assert_eq!(failure.code.status(), 422);
            assert_eq!(failure.errors.into_keys().collect::<Vec<_>>(), ["file"]);
        }
    }

    #[test]
    fn a_refusal_names_the_member_at_fault() {
        for (fault, status, member) in [
            (Fault::Size, 413, "pdf"),
            (Fault::Kind, 415, "pdf"),
            (Fault::Encryption, 422, "pdf"),
            (Fault::Signature, 422, "pdf"),
            (Fault::Damage, 422, "pdf"),
            (Fault::Page, 422, "pageNumber"),
            (Fault::Place, 422, "x"),
            (Fault::SymbolSize, 422, "size"),
            (Fault::Drawing, 422, ""),
        ] {
            let text = "why".to_owned();
            let refused = answer(WorkError::Refused(Refusal { fault, text }));
            assert_eq!(refused, (status, member.to_owned(), false), "{fault:?}");
        }
    }
}
