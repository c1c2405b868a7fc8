//! Hash -> document: how a file or record is found by its digest.

use uuid::Uuid;

use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Digest, Error, Micros, Mode, View};

/// Of what a digest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashKind {
    /// The PDF as submitted.
    Submitted,
    /// The ASCII bytes of the compact credential.
    Credential,
    /// A file that was delivered: a rendition.
    Delivered,
}

impl HashKind {
    /// The word in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Credential => "credential",
            Self::Delivered => "delivered",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "submitted" => Some(Self::Submitted),
            "credential" => Some(Self::Credential),
            "delivered" => Some(Self::Delivered),
            _ => None,
        }
    }
}

/// A digest of a document being issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewHash {
    /// Of what.
    pub kind: HashKind,
    /// SHA-256.
    pub hash: Digest,
}

/// A digest and its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentHash {
    /// Whose.
    pub tenant: Uuid,
    /// Which document.
    pub document_id: Uuid,
    /// Of what.
    pub kind: HashKind,
    /// SHA-256.
    pub hash: Digest,
    /// The document's mode.
    pub mode: Mode,
    /// When the document was issued, which decides who issued a hash first.
    pub issued_at: Micros,
}

// Ids are in time order, so the primary key grows at its end; only the index over `hash` is random.
pub(crate) static CONTENT_HASHES: Table = Table::new(
    "content_hashes",
    4,
    &[
        "tenant_id",
        "document_id",
        "kind",
        "hash",
        "mode",
        "issued_at",
    ],
);

impl Record for ContentHash {
    fn table() -> &'static Table {
        &CONTENT_HASHES
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.document_id.into(),
            self.kind.as_str().into(),
            self.hash.into(),
            self.mode.into(),
            self.issued_at.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            document_id: fields.uuid()?,
            kind: fields.word(HashKind::parse)?,
            hash: fields.digest()?,
            mode: fields.mode()?,
            issued_at: fields.int()?,
        })
    }
}

/// A tenant's documents with this hash, newest first.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list_by_hash(
    view: &mut View<'_>,
    tenant: Uuid,
    hash: &Digest,
    limit: i64,
) -> Result<Vec<ContentHash>, Error> {
    view.rows(
        " WHERE hash = $1 AND tenant_id = $2 ORDER BY document_id DESC LIMIT $3",
        &[(*hash).into(), tenant.into(), limit.into()],
    )
}

/// All digests of one document.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list_by_document(
    view: &mut View<'_>,
    tenant: Uuid,
    document: Uuid,
) -> Result<Vec<ContentHash>, Error> {
    view.rows(
        " WHERE tenant_id = $1 AND document_id = $2 ORDER BY kind, hash",
        &[tenant.into(), document.into()],
    )
}
