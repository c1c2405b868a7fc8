//! From what went wrong to the answer: the only place where statuses are chosen.

use std::collections::BTreeMap;
use std::time::Duration;

use ananke_api::{Code, ForbiddenReason};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::ops::Error;

/// An error on its way out; `http/request.rs` writes the body once the ids are known.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The code, and with it the status.
    pub code: Code,
    /// What happened, and the way out.
    pub detail: String,
    /// Members at fault.
    pub errors: BTreeMap<String, Vec<String>>,
    /// Only with `FORBIDDEN`.
    pub reason: Option<ForbiddenReason>,
    /// When to try again.
    pub retry_after: Option<Duration>,
    /// For the log, never for the client.
    pub internal: Option<String>,
}

impl Failure {
    fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            errors: BTreeMap::new(),
            reason: None,
            retry_after: None,
            internal: None,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Malformed(detail) => Self::new(Code::BadRequest, detail),
            Error::Unauthorized => Self::new(
                Code::Unauthorized,
                "send a valid API key in the header x-api-key: it is missing, malformed, unknown, deleted or expired",
            ),
            Error::Forbidden { reason, detail } => Self {
                reason: Some(reason),
                ..Self::new(Code::Forbidden, detail)
            },
            Error::NotFound => Self::new(
                Code::NotFound,
                "there is nothing here under this address for this key",
            ),
            Error::MethodNotAllowed => Self::new(
                Code::MethodNotAllowed,
                "this address takes other methods; `Allow` names them",
            ),
            Error::Conflict {
                detail,
                retry_after,
            } => Self {
                retry_after,
                ..Self::new(Code::Conflict, detail)
            },
            Error::Stale => Self {
                retry_after: Some(Duration::from_secs(1)),
                ..Self::new(
                    Code::Conflict,
                    "the document was changed by other requests at the same moment: read it again, then repeat",
                )
            },
            Error::Precondition { current } => Self::new(
                Code::PreconditionFailed,
                format!(
                    "it was changed in the meantime and is now at version {current}: read it again, then repeat"
                ),
            ),
            Error::TooLarge(detail) => Self {
                errors: BTreeMap::from([("pdf".to_owned(), vec![detail.clone()])]),
                ..Self::new(Code::PayloadTooLarge, detail)
            },
            Error::NotPdf(detail) => Self {
                errors: BTreeMap::from([("pdf".to_owned(), vec![detail.clone()])]),
                ..Self::new(Code::UnsupportedMediaType, detail)
            },
            Error::Invalid(errors) => {
                let (count, first) = (
                    errors.len(),
                    errors.keys().next().cloned().unwrap_or_default(),
                );
                let detail = match count {
                    1 => format!("`{first}` is not valid; see `errors`"),
                    _ => {
                        format!("{count} members are not valid, `{first}` among them; see `errors`")
                    }
                };
                Self {
                    errors,
                    ..Self::new(Code::ValidationFailed, detail)
                }
            }
            Error::Unprocessable { detail, errors } => Self {
                errors,
                ..Self::new(Code::Unprocessable, detail)
            },
            Error::TooOften { class, retry_after } => Self {
                retry_after: Some(retry_after),
                ..Self::new(
                    Code::RateLimited,
                    format!(
                        "too many requests for the limit `{class}`: wait as long as Retry-After says; /docs/rate-limits \
                         has all limits"
                    ),
                )
            },
            Error::Unavailable {
                detail,
                retry_after,
            } => Self {
                retry_after: Some(retry_after),
                ..Self::new(Code::ServiceUnavailable, detail)
            },
            Error::Internal(text) => Self {
                internal: Some(text),
                ..Self::new(
                    Code::Internal,
                    "the server could not do this, through no fault of the request; tell its operator the request id",
                )
            },
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status =
            StatusCode::from_u16(self.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        Failure::from(self).into_response()
    }
}
