//! What can go wrong in an operation, in the product's words.
//!
//! HTTP statuses are chosen from these in `http/error.rs` alone.

use std::collections::BTreeMap;
use std::time::Duration;

use ananke_api::ForbiddenReason;

/// Member path, such as `fields[0].value`, to what is wrong with it.
pub type FieldErrors = BTreeMap<String, Vec<String>>;

/// Why an operation was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The request cannot be read at all.
    #[error("{0}")]
    Malformed(String),
    /// No valid key: missing, malformed, unknown, deleted or expired.
    #[error("no valid API key")]
    Unauthorized,
    /// A good key that may not do this.
    #[error("{detail}")]
    Forbidden {
        /// Why, in a word.
        reason: ForbiddenReason,
        /// Why, and the way out.
        detail: String,
    },
    /// Absent, or another tenant's.
    #[error("not found")]
    NotFound,
    /// The method is not offered at this path.
    #[error("method not allowed")]
    MethodNotAllowed,
    /// It contradicts the present state.
    #[error("{detail}")]
    Conflict {
        /// What stands against it, and the way out.
        detail: String,
        /// When another try makes sense.
        retry_after: Option<Duration>,
    },
    /// The document was changed by another request between reading and writing.
    #[error("changed in the meantime")]
    Stale,
    /// `If-Match` names another version.
    #[error("it is now at version {current}")]
    Precondition {
        /// The version it has.
        current: u32,
    },
    /// The upload is over its limit.
    #[error("{0}")]
    TooLarge(String),
    /// The upload is not a PDF.
    #[error("{0}")]
    NotPdf(String),
    /// Members at fault, all of them.
    #[error("members at fault: {}", .0.keys().cloned().collect::<Vec<_>>().join(", "))]
    Invalid(FieldErrors),
    /// Well-formed, but it makes no sense now.
    #[error("{detail}")]
    Unprocessable {
        /// What, and the way out.
        detail: String,
        /// Members at fault, where there are any.
        errors: FieldErrors,
    },
    /// Too often.
    #[error("asked too often: {class}")]
    TooOften {
        /// Which limit it was.
        class: &'static str,
        /// When it would pass.
        retry_after: Duration,
    },
    /// Not now.
    #[error("{detail}")]
    Unavailable {
        /// What is missing.
        detail: String,
        /// When to try again.
        retry_after: Duration,
    },
    /// A fault of ours, or a record edited behind our back. The text is for the log only.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// One member at fault.
    pub fn invalid(path: &str, message: impl Into<String>) -> Self {
        Self::Invalid(BTreeMap::from([(path.to_owned(), vec![message.into()])]))
    }

    /// A conflict that another try does not mend.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::Conflict {
            detail: detail.into(),
            retry_after: None,
        }
    }

    /// Makes no sense now; no single member is at fault.
    pub fn unprocessable(detail: impl Into<String>) -> Self {
        Self::Unprocessable {
            detail: detail.into(),
            errors: FieldErrors::new(),
        }
    }

    /// The same of a request whose member has another name.
    #[must_use]
    pub fn renamed(self, from: &str, to: &str) -> Self {
        let rename = |mut errors: FieldErrors| {
            if let Some(messages) = errors.remove(from) {
                errors.insert(to.to_owned(), messages);
            }
            errors
        };
        match self {
            Self::Invalid(errors) => Self::Invalid(rename(errors)),
            Self::Unprocessable { detail, errors } => Self::Unprocessable {
                detail,
                errors: rename(errors),
            },
            other => other,
        }
    }

    /// This error with other members at fault told beside it: whoever made two mistakes hears of both.
    #[must_use]
    pub fn beside(self, others: FieldErrors) -> Self {
        match self {
            error if others.is_empty() => error,
            Self::Invalid(mut errors) => {
                errors.extend(others);
                Self::Invalid(errors)
            }
            Self::Unprocessable { mut errors, .. } => {
                errors.extend(others);
                Self::Invalid(errors)
            }
            error => error,
        }
    }

    /// The answer of a sealed server to whatever needs a key.
    pub fn sealed() -> Self {
        Self::Unavailable {
            detail: "the server is sealed: its key-encryption key is not present, so nothing that needs a key can be \
                     done; verification goes on"
                .to_owned(),
            retry_after: Duration::from_secs(60),
        }
    }
}
