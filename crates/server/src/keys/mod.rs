//! Every key of an instance, from the key-encryption key down.
//!
//! ```text
//! KEK (file or given)
//!  ├─ instance secret (wrapped, in the database) ── HKDF ── row, api-key, anchor, status-index
//!  └─ data keys, one per tenant and version (wrapped) ── private keys of certificates (sealed)
//! ```
//!
//! Owns wrapping, derivation, signing and the writing of certificates. What a certificate means is
//! `ananke-format`'s, where the rows are is the store's.

pub mod authority;
pub mod copy;
pub mod derived;
pub mod envelope;
pub mod kek;
pub mod new;
pub mod places;
pub mod ring;
pub mod roots;
pub mod signer;

pub use derived::Derived;
pub use kek::Kek;
pub use places::Keks;
pub use signer::KeySigner;

/// Why a key could not be used. No text of it holds key material.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key file cannot be read or written.
    #[error("key-encryption key {path}: {source}")]
    File {
        /// The file.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The key file can be read by others.
    #[error(
        "key-encryption key {0} can be read by others: run `chmod 600` on it, and consider it known to them"
    )]
    Readable(std::path::PathBuf),
    /// It is not 64 hexadecimal digits.
    #[error("the key-encryption key must be 64 hexadecimal digits")]
    Malformed,
    /// Something does not open with this key: another key, or altered bytes.
    #[error("{0} does not open: it was sealed under another key-encryption key, or altered")]
    DoesNotOpen(&'static str),
    /// A key could not be made or used.
    #[error("cryptographic operation failed: {0}")]
    Crypto(&'static str),
    /// A certificate could not be written.
    #[error("certificate could not be written: {0}")]
    Certificate(#[from] rcgen::Error),
}
