//! The HTTP contract of Ananke as types: requests, answers, error codes.
//!
//! Owns the names and shapes on the wire, shared by the server and the Rust client. Owns no
//! behaviour: parsing with all errors at once is the server's, retries are the client's.
//!
//! Instants are RFC 3339 strings in UTC with three decimals and `Z`; dates are `YYYY-MM-DD`;
//! ids are UUIDv7; hashes are SHA-256 in lower-case hexadecimal.

#![deny(missing_docs)]

pub mod alert;
pub mod alert_channel;
pub mod api_key;
pub mod audit;
pub mod checklist;
pub mod drill;
pub mod error;
pub mod issuance;
pub mod lifecycle;
pub mod page;
pub mod reference_data;
pub mod scope;
pub mod signing_key;
pub mod tcode;
pub mod template;
pub mod upload;
pub mod usage;
pub mod verification;
pub mod whoami;

pub use error::{Code, ForbiddenReason, Problem};
pub use page::Page;

/// Largest PDF accepted, in bytes, measured after base64 decoding.
pub const PDF_MAX_BYTES: usize = 10 * 1024 * 1024;
/// Longest field value, in characters.
pub const FIELD_VALUE_MAX_CHARS: usize = 500;
/// Longest `Idempotency-Key`, in characters.
pub const IDEMPOTENCY_KEY_MAX_CHARS: usize = 255;
