//! How a command ends: exit codes that scripts rely on, and failures that say the way out.

use std::time::Duration;

use ananke_api::verification::Verdict;
use ananke_client::{ApiError, Error as ClientError};

/// Exit codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done; for `verify`: valid.
    Ok = 0,
    /// Something went wrong.
    Error = 1,
    /// The command line or a setting is wrong.
    Usage = 2,
    /// Verified, and not valid.
    NotValid = 3,
    /// No API key, or one that may not do this.
    Authentication = 4,
    /// There is no such thing.
    NotFound = 5,
    /// Something could not be checked.
    CannotDecide = 6,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<Verdict> for Exit {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Valid => Self::Ok,
            Verdict::Suspended | Verdict::Revoked | Verdict::Expired | Verdict::Invalid => {
                Self::NotValid
            }
            Verdict::NotFound => Self::NotFound,
            Verdict::Indeterminate => Self::CannotDecide,
        }
    }
}

/// Why a command failed, in words for people.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The exit code.
    pub(crate) exit: Exit,
    /// What is wrong, and the way out.
    pub(crate) message: String,
    /// How long a server asks to be left alone, where that is all that is wrong.
    pub(crate) wait: Option<Duration>,
}

impl Failure {
    /// Something went wrong.
    pub(crate) fn error(message: impl Into<String>) -> Self {
        Self::with(Exit::Error, message)
    }

    /// The command line or a setting is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::with(Exit::Usage, message)
    }

    /// There is no such thing.
    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::with(Exit::NotFound, message)
    }

    /// A failure with its exit code.
    pub(crate) fn with(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            wait: None,
        }
    }

    /// A file could not be read or written.
    pub(crate) fn file(path: &std::path::Path, error: &std::io::Error) -> Self {
        Self::error(format!("{}: {error}", path.display()))
    }

    /// The failure for an error answer: several faults stand on a line each.
    pub(crate) fn api(error: &ApiError) -> Self {
        let faults = error.faults();
        let message = match faults.as_slice() {
            [_, _, ..] => {
                let id = error.request_id.as_ref();
                let id = id.map_or_else(String::new, |id| format!(" (request {id})"));
                format!("{}:\n  {}{id}", error.status, faults.join("\n  "))
            }
            _ => error.to_string(),
        };
        Self {
            wait: error.retry_after.filter(|_| error.status == 429),
            ..Self::answer(error.status, message)
        }
    }

    /// The failure for an error answer of this status.
    pub(crate) fn answer(status: u16, message: impl Into<String>) -> Self {
        let exit = match status {
            401 | 403 => Exit::Authentication,
            404 => Exit::NotFound,
            _ => Exit::Error,
        };
        Self::with(exit, message)
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let message = error.to_string();
        match error {
            ClientError::Api(api) if api.status == 401 => Self::answer(
                401,
                format!(
                    "{message}; is the key (ANANKE_API_KEY, or the profile's) one of this server?"
                ),
            ),
            ClientError::Api(api) => Self::api(&api),
            ClientError::MissingKey => Self::with(
                Exit::Authentication,
                "this needs an API key: log in with `ananke login`, or set ANANKE_API_KEY",
            ),
            ClientError::Connection { .. } => Self::error(format!(
                "{message}; start a server with `ananke serve`, or say where one is with --base-url or ANANKE_BASE_URL"
            )),
            ClientError::Setup(_) => Self::usage(message),
            _ => Self::error(message),
        }
    }
}

/// How a command ends.
pub(crate) type Outcome = Result<Exit, Failure>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_everything_once() {
        let said = |status, body| Failure::api(&ApiError::from_body(status, &body)).message;
        let invalid = |errors| serde_json::json!({"code": "VALIDATION_FAILED", "message": "see `errors`", "errors": errors});
        let one = invalid(serde_json::json!({"fields": ["`degree` (Degree) is required"]}));
        assert_eq!(said(422, one), "422: fields: `degree` (Degree) is required");
        let two = invalid(serde_json::json!({"a": ["is wrong"], "b": ["is late"]}));
        assert_eq!(said(422, two), "422:\n  a: is wrong\n  b: is late");
        let repeated =
            serde_json::json!({"message": "not a PDF", "errors": {"pdf": ["not a PDF"]}});
        assert_eq!(said(415, repeated), "415: not a PDF");
        let nothing = ApiError::from_body(404, &serde_json::Value::Null);
        assert_eq!(Failure::api(&nothing).exit, Exit::NotFound);
    }

    #[test]
    fn every_verdict_has_its_exit_code() {
        let codes = [
            (Verdict::Valid, 0),
            (Verdict::Suspended, 3),
            (Verdict::Revoked, 3),
            (Verdict::Expired, 3),
            (Verdict::Invalid, 3),
            (Verdict::NotFound, 5),
            (Verdict::Indeterminate, 6),
        ];
        for (verdict, code) in codes {
            assert_eq!(Exit::from(verdict) as u8, code, "{verdict:?}");
        }
    }
}
