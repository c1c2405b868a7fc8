//! The Rust SDK of Ananke: the HTTP contract from the client's side.
//!
//! Owns addresses, retries, idempotency keys and errors. The shapes are those of `ananke-api`, re-exported as
//! [`api`]; checking signatures offline is `ananke-format`'s.
//!
//! ```no_run
//! # async fn example() -> Result<(), ananke_client::Error> {
//! use ananke_client::{Client, trust::Issue};
//!
//! // ANANKE_API_KEY and ANANKE_BASE_URL say who and where.
//! let client = Client::from_env()?;
//! let template = client.trust().templates().list_all(Default::default()).next().await.unwrap()?;
//! let document = client
//!     .trust()
//!     .documents()
//!     .issue(&Issue::new(template.id, "Zoë Ångström").field("course", "Careful Reading").into())
//!     .await?;
//! println!("{}", document.verification_url);
//!
//! // Verifying needs no key.
//! let answer = client.trust().verify().by_reference(&document.reference).await?;
//! assert_eq!(answer.verdict, ananke_client::api::verification::Verdict::Valid);
//! # Ok(())
//! # }
//! ```
//!
//! A key that is rotated is picked up without a restart where a provider gives it: [`ClientBuilder::api_key_from`].
//!
//! Every call is tried up to three times: after connection errors, timeouts, 408, 429 and 5xx, never after 409. One
//! call has one `Idempotency-Key` over all of its tries, so nothing is done twice. A server that asks for a longer
//! wait than one try may take is not waited for: its answer says how long.
//!
//! Each call is a `tracing` span named `ananke`, with `otel.name`, `http.request.method`, `server.address`, `url.path`,
//! `http.response.status_code`, `ananke.request_id` and `ananke.tries`; a try that failed is an event of level `WARN` in it. Queries
//! and bodies, which may name people, and keys are in none.
#![deny(missing_docs)]

pub mod alert_channels;
pub mod alerts;
pub mod api_keys;
pub mod audit;
pub mod checklist;
pub mod drill;
pub mod published;
pub mod reference_data;
pub mod signing_keys;
pub mod tcode;
pub mod trust;
pub mod usage;

mod address;
mod builder;
mod chance;
mod client;
mod error;
mod key;
mod listing;
mod raw;
mod request;
mod retry;

pub use ananke_api as api;
pub use builder::ClientBuilder;
pub use client::Client;
pub use error::{ApiError, Error, FieldError};
pub use listing::Listing;
pub use raw::{RawAnswer, RawCall};
