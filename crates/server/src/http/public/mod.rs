//! What is public besides verification: evidence for outsiders, health, contact.

pub mod certificates;
pub mod health;
pub mod issuers;
pub mod security;
pub mod status_lists;
pub mod trust;

use ananke_format::{IssuerCode, Mode};

use crate::ops::Error;

/// An issuer code in an address.
fn code(text: &str) -> Result<IssuerCode, Error> {
    IssuerCode::parse(text).map_err(|_| Error::NotFound)
}

/// A mode in an address.
fn mode(text: &str) -> Result<Mode, Error> {
    text.parse().map_err(|_| Error::NotFound)
}
