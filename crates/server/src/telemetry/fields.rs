//! The list of fields: what log lines and spans may name, and nothing else is printed. A field that is not on it is
//! dropped where it would have been written, whoever wrote it down.
//!
//! None of them holds a secret, the words of a person, a reference or a hash of a document, or a whole network address.
//! `docs/observability.md` has the same list, and a test compares the two.

/// A field that may be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// Its name in log lines.
    pub name: &'static str,
    /// Its name in spans, after OpenTelemetry's conventions where they have one; empty where spans do not carry it.
    pub attribute: &'static str,
    /// What it says.
    pub meaning: &'static str,
}

const fn field(name: &'static str, attribute: &'static str, meaning: &'static str) -> Field {
    Field {
        name,
        attribute,
        meaning,
    }
}

/// Every field, in the order of the manual.
#[rustfmt::skip] // a table
pub const FIELDS: &[Field] = &[
    field("timestamp", "", "When, in UTC, to the microsecond"),
    field("level", "", "ERROR, WARN, INFO, DEBUG or TRACE"),
    field("target", "", "The part of the program that says it"),
    field("message", "", "What happened, in constant words"),
    field("requestId", "ananke.request_id", "The request, as in `x-request-id` and in the body of an error"),
    field("traceId", "", "The trace it belongs to, as in `traceparent` and in the body of an error"),
    field("spanId", "", "Its span in that trace, as in the `traceparent` of the answer"),
    field("method", "http.request.method", "HTTP method, or OTHER"),
    field("route", "http.route", "The pattern of the address, such as `/v/{reference}`; never the address itself"),
    field("status", "http.response.status_code", "HTTP status of the answer"),
    field("code", "error.type", "Code of the error, as in its body"),
    field("durationMicros", "", "Microseconds until the answer began"),
    field("tenant", "ananke.tenant", "Issuer code of the tenant whose key was used"),
    field("keyId", "ananke.key_id", "Public prefix of that key: `ak_live_` or `ak_test_` and 12 characters"),
    field("environment", "ananke.environment", "What the key is for, as its tenant says"),
    field("service", "ananke.service", "Which program uses the key, as its tenant says"),
    field("network", "ananke.network", "Where the request came from: an IPv4 /24 or an IPv6 /64, never an address"),
    field("error", "", "What failed, as a chain of causes"),
    field("reason", "", "Why, where a failure has several reasons"),
    field("kind", "", "What kind of job, or of failure of the database"),
    field("committing", "", "Whether it failed while committing"),
    field("job", "", "A job that several servers share"),
    field("seconds", "", "Seconds until it is tried again"),
    field("table", "", "Table of a row that was altered"),
    field("row", "", "Primary key of a row that was altered"),
    field("what", "", "What is wrong with it"),
    field("mode", "", "`live` or `test`"),
    field("rows", "", "Rows of the record that were looked at"),
    field("signatures", "", "Signatures of the record that were verified"),
    field("findings", "", "Places where the record was altered"),
    field("lost", "", "Entries of the verification history that were not kept"),
    field("freeBytes", "", "Bytes left on the disk"),
    field("behindMicros", "", "Microseconds the clock is behind the newest record"),
    field("alert", "", "What people are told of"),
    field("about", "", "Which key or network that is about; a document is not named"),
    field("times", "", "How often it happened"),
    field("fingerprint", "", "Fingerprint of a key-encryption key, or of the root"),
    field("notBefore", "", "Since when a certificate is valid"),
    field("notAfter", "", "Until when it is"),
    field("spans", "", "Spans that were dropped"),
];

/// The field of this name, if it may be printed.
#[must_use]
pub fn listed(name: &str) -> Option<&'static Field> {
    FIELDS.iter().find(|field| field.name == name)
}
