//! What can go wrong in a call. No message and no `Debug` of these holds an API key.

use std::fmt;
use std::time::Duration;

use ananke_api::Code;
use serde_json::Value;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server answered with an error.
    #[error(transparent)]
    Api(#[from] Box<ApiError>),
    /// The server could not be reached, or the connection broke.
    #[error("cannot reach {origin}: {cause}")]
    Connection {
        /// Scheme, host and port.
        origin: String,
        /// The deepest cause known.
        cause: String,
    },
    /// No whole answer in time.
    #[error("no answer from {origin} within {seconds} s")]
    Timeout {
        /// Scheme, host and port.
        origin: String,
        /// The time-out in force.
        seconds: f64,
    },
    /// The call needs an API key and there is none.
    #[error("this call needs an API key: set ANANKE_API_KEY, or pass one to the builder")]
    MissingKey,
    /// What gives the API key failed.
    #[error("the API key could not be fetched: {0}")]
    Provider(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The client cannot be set up as asked.
    #[error("{0}")]
    Setup(String),
    /// The server's answer is not what the contract says, for instance because it is no Ananke.
    #[error("the answer of {origin} cannot be read: {cause}")]
    Answer {
        /// Scheme, host and port.
        origin: String,
        /// What is wrong with it.
        cause: String,
    },
}

impl Error {
    /// The error answer of the server, where there was one.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(error) => Some(error),
            _ => None,
        }
    }

    /// The code of the server's error answer.
    #[must_use]
    pub fn code(&self) -> Option<Code> {
        self.api()?.code
    }
}

/// An error answer of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ApiError {
    /// HTTP status.
    pub status: u16,
    /// The word to match on; `None` for a code this release does not know, or an answer that is not Ananke's.
    pub code: Option<Code>,
    /// What happened, and the way out.
    pub message: String,
    /// W3C trace id.
    pub trace_id: Option<String>,
    /// Request id: finds the request in the server's log.
    pub request_id: Option<String>,
    /// The members at fault.
    pub field_errors: Vec<FieldError>,
    /// How long the server asks to wait.
    pub retry_after: Option<Duration>,
}

/// One fault of one member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Bare path, such as `recipientEmail` or `fields[0].value`.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl ApiError {
    /// Reads an error body; one that is not ours still gives a useful error.
    pub(crate) fn read(
        status: u16,
        request_id: Option<String>,
        retry_after: Option<Duration>,
        body: &[u8],
    ) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let mut error = Self::from_body(status, &body);
        error.request_id = error.request_id.or(request_id);
        error.retry_after = retry_after;
        error
    }

    /// Reads an error body that came by another way than HTTP.
    #[must_use]
    pub fn from_body(status: u16, body: &Value) -> Self {
        let text = |name: &str| body.get(name).and_then(Value::as_str).map(str::to_owned);
        let code = body
            .get("code")
            .cloned()
            .and_then(|code| serde_json::from_value(code).ok());
        let message = text("message")
            .or_else(|| text("detail"))
            .or_else(|| text("title"));
        let field_errors = body
            .get("errors")
            .and_then(Value::as_object)
            .into_iter()
            .flatten();
        Self {
            status,
            code,
            message: message.unwrap_or_else(|| foreign(status)),
            trace_id: text("traceId"),
            request_id: text("requestId"),
            field_errors: field_errors
                .flat_map(|(field, messages)| {
                    let messages = messages
                        .as_array()
                        .into_iter()
                        .flatten()
                        .filter_map(Value::as_str);
                    messages.map(|message| FieldError {
                        field: field.clone(),
                        message: message.to_owned(),
                    })
                })
                .collect(),
            retry_after: None,
        }
    }

    /// What is wrong, each fault once: the members at fault, after the message where it says more than they do.
    #[must_use]
    pub fn faults(&self) -> Vec<String> {
        let members = self
            .field_errors
            .iter()
            .filter(|fault| fault.message != self.message)
            .map(|fault| format!("{}: {}", fault.field, fault.message));
        let members: Vec<String> = members.collect();
        // Of invalid members the message only says that there are some.
        let is_said = self.code == Some(Code::ValidationFailed) && !members.is_empty();
        let message = (!is_said).then(|| self.message.clone());
        message.into_iter().chain(members).collect()
    }
}

fn foreign(status: u16) -> String {
    if (300..400).contains(&status) {
        "the server points elsewhere, which is not followed; set the base URL to where it points"
            .to_owned()
    } else {
        "an answer that is not Ananke's; is the base URL right?".to_owned()
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, self.faults().join("; "))?;
        match &self.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ApiError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_problem() {
        let body = br#"{"type":"x","title":"t","status":422,"detail":"d","code":"VALIDATION_FAILED","message":"m",
            "traceId":"tr","requestId":"rq","errors":{"a":["is wrong","is late"],"fields[0].value":["is long"]}}"#;
        let error = ApiError::read(422, Some("header".to_owned()), None, body);
        assert_eq!(error.code, Some(Code::ValidationFailed));
        assert_eq!(error.request_id.as_deref(), Some("rq"));
        assert_eq!(error.field_errors.len(), 3);
        assert_eq!(
            error.to_string(),
            "422: a: is wrong; a: is late; fields[0].value: is long (request rq)"
        );
    }

    #[test]
    fn reads_what_is_not_ours() {
        let error = ApiError::read(502, None, None, b"<html>Bad Gateway");
        assert_eq!((error.status, error.code), (502, None));
        let error = ApiError::read(
            418,
            None,
            None,
            br#"{"code":"A_CODE_OF_TOMORROW","message":"m"}"#,
        );
        assert_eq!((error.code, error.message.as_str()), (None, "m"));
        assert!(
            ApiError::read(301, None, None, b"")
                .message
                .contains("elsewhere")
        );
    }
}
