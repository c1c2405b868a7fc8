//! What is signed, and how anyone can check it. Pure: no input or output, no clock, no randomness.
//!
//! # How a server issues
//!
//! 1. [`Reference::from_random`] names the document; [`status::Permutation::index`] turns a leased
//!    position into its place in the status list.
//! 2. A [`credential::Statement`] holds every fact; [`credential::issue`] signs it with a
//!    [`Signer`] and gives the compact credential. Its hash is [`Sha256::of`] over its bytes.
//! 3. [`lifecycle::apply`] decides every later action; [`lifecycle::LifecycleStatement::issue`]
//!    signs it; [`status::Table::set`] with [`status::Value::of`] records it; and
//!    [`status::Edition::issue`] signs the lists.
//! 4. [`trust::issue_bundle`] signs what an offline verifier needs.
//!
//! # How anyone verifies
//!
//! 1. Make a [`trust::Trust`]: offline [`trust::Trust::from_bundle`]; a server puts one together
//!    from rows it has authenticated with [`trust::Authority::new`], [`trust::Authority::admit`],
//!    [`trust::Issuer::with_key`] and [`trust::Trust::with_issuer`].
//! 2. [`verify::signature`] gives a [`Verified`] credential or the first check that did not pass.
//!    It may be kept under [`verify::cache_key`]. [`verify::seal`] does the same for the bytes of a
//!    barcode, [`verify::stamped`] for a stamped file.
//! 3. [`verify::judge`] looks at [`verify::Facts`]: that result, the status
//!    ([`verify::StatusEvidence`]), the clock, what was asked for. It gives a
//!    [`verify::Outcome`]: one word, five checks, and what they rest on.
//!
//! The formats are specified in `spec/`; `vectors/` holds one file per case.

#![deny(missing_docs)]

pub mod api_key;
pub mod certificate;
pub mod credential;
pub mod datamatrix;
pub mod jws;
pub mod lifecycle;
pub mod seal;
pub mod stamp;
pub mod status;
pub mod trust;
pub mod verify;

mod base_url;
mod certificate_reference;
mod digest;
mod ecdsa;
mod encoding;
mod head;
mod instant;
mod issuer_code;
mod mode;
mod reference;
mod signer;
mod verified;
mod words;

pub use base_url::{BaseUrl, BaseUrlError};
pub use certificate_reference::{CertificateReference, CertificateReferenceError};
pub use digest::{DigestError, Prefix, Sha256};
pub use ecdsa::{PublicKey, is_low_s, low_s};
pub use head::{HeadError, HeadStatement, StreamHead};
pub use instant::{Instant, InstantError};
pub use issuer_code::{IssuerCode, IssuerCodeError};
pub use jiff::civil::Date;
pub use mode::Mode;
pub use reference::{Product, Reference, ReferenceError};
pub use signer::{IssueError, SignError, Signer};
pub use verified::Verified;
pub use words::UnknownWord;
