//! Errors on the wire: `application/problem+json` (RFC 9457) with a code from a closed list.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What went wrong, in a word that programs may match on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Code {
    /// Malformed JSON or multipart, wrong content type, bad header: it cannot be read at all.
    BadRequest,
    /// API key missing, malformed, unknown, deleted or expired: one answer for all five.
    Unauthorized,
    /// The key is not accepted for this; `reason` says why.
    Forbidden,
    /// Absent, or another tenant's.
    NotFound,
    /// The method is not offered at this path.
    MethodNotAllowed,
    /// The present state forbids it: `externalId` taken, illegal lifecycle transition, replaced or erased already,
    /// template or API key in use, or the first request is still running.
    Conflict,
    /// `If-Match` does not match the current version of the template.
    PreconditionFailed,
    /// The PDF or the body is over its limit.
    PayloadTooLarge,
    /// The file is not a PDF, or not a whole one.
    UnsupportedMediaType,
    /// One or more members or query parameters are at fault; `errors` names all of them.
    ValidationFailed,
    /// Well-formed, but it makes no sense in the present state: template archived or inactive, a field its schema
    /// does not have, `Idempotency-Key` used with another body.
    Unprocessable,
    /// Asked too often; `Retry-After` says when the same request would pass.
    RateLimited,
    /// A fault of the server. The request id finds it in the log.
    Internal,
    /// The server cannot do this now; `Retry-After` says when to try again.
    ServiceUnavailable,
}

impl Code {
    /// Every code, in the order of its HTTP status.
    pub const ALL: [Self; 14] = [
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::Conflict,
        Self::PreconditionFailed,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::ValidationFailed,
        Self::Unprocessable,
        Self::RateLimited,
        Self::Internal,
        Self::ServiceUnavailable,
    ];

    /// The HTTP status this code always comes with.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::PreconditionFailed => 412,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::ValidationFailed | Self::Unprocessable => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::ServiceUnavailable => 503,
        }
    }

    /// The code, as it is on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "BAD_REQUEST",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::Conflict => "CONFLICT",
            Self::PreconditionFailed => "PRECONDITION_FAILED",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::ValidationFailed => "VALIDATION_FAILED",
            Self::Unprocessable => "UNPROCESSABLE",
            Self::RateLimited => "RATE_LIMITED",
            Self::Internal => "INTERNAL",
            Self::ServiceUnavailable => "SERVICE_UNAVAILABLE",
        }
    }

    /// The code in kebab-case: the last part of the error page's address.
    #[must_use]
    pub const fn slug(self) -> &'static str {
        match self {
            Self::BadRequest => "bad-request",
            Self::Unauthorized => "unauthorized",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::Conflict => "conflict",
            Self::PreconditionFailed => "precondition-failed",
            Self::PayloadTooLarge => "payload-too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::ValidationFailed => "validation-failed",
            Self::Unprocessable => "unprocessable",
            Self::RateLimited => "rate-limited",
            Self::Internal => "internal",
            Self::ServiceUnavailable => "service-unavailable",
        }
    }

    /// A short title for people.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::BadRequest => "The request cannot be read",
            Self::Unauthorized => "No valid API key",
            Self::Forbidden => "Not allowed",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Method not allowed",
            Self::Conflict => "Conflict with the present state",
            Self::PreconditionFailed => "It was changed in the meantime",
            Self::PayloadTooLarge => "Too large",
            Self::UnsupportedMediaType => "Not a PDF",
            Self::ValidationFailed => "Some members are not valid",
            Self::Unprocessable => "It cannot be done as asked",
            Self::RateLimited => "Asked too often",
            Self::Internal => "A fault of the server",
            Self::ServiceUnavailable => "Not available for the moment",
        }
    }
}

/// Why a good key was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ForbiddenReason {
    /// The request came from a browser: keys belong on servers.
    BrowserOrigin,
    /// The tenant is suspended: it can be read and verified, not written.
    TenantSuspended,
    /// The key has not the scope this needs, or not for this template, or would give more than it has.
    InsufficientScope,
    /// The key was used from a network that is none of its own.
    IpNotAllowed,
    /// A quota of the tenant is used up: nothing more is issued until it begins anew. Verification goes on.
    QuotaExhausted,
    /// As many documents were taken out of force today as the key or its tenant may.
    RevocationCap,
}

/// An error body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Address of the page about this code, on this server.
    #[serde(rename = "type")]
    pub kind: String,
    /// Short title, the same for every occurrence of the code.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What happened this time, and the way out.
    pub detail: String,
    /// The word to match on.
    pub code: Code,
    /// The same as `detail`, for clients that look for a message.
    pub message: String,
    /// W3C trace id, also in `traceparent`.
    pub trace_id: String,
    /// Request id, also in `x-request-id`.
    pub request_id: String,
    /// Member path, such as `recipientEmail` or `fields[0].value`, to what is wrong with it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub errors: BTreeMap<String, Vec<String>>,
    /// Only with `FORBIDDEN`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ForbiddenReason>,
}

#[cfg(test)]
mod tests {
    use super::Code;

    #[test]
    fn every_code_is_said_as_on_the_wire() {
        for code in Code::ALL {
            assert_eq!(serde_json::to_value(code).unwrap(), code.as_str());
        }
    }
}
