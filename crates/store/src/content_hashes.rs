//! Hash -> document: how a file is found by its digest. A credential's stands in its document's own row.

use std::cmp::Reverse;

use uuid::Uuid;

use crate::locate::{self, Located};
use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Digest, Error, Micros, Mode, View};

/// Of what a digest is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashKind {
    /// The PDF as submitted.
    Submitted,
    /// A file that was delivered: a rendition.
    Delivered,
}

impl HashKind {
    /// The word in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Delivered => "delivered",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "submitted" => Some(Self::Submitted),
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

// Ids are in time order, so the primary key grows at its end; only the index over `hash` is random. It holds eight bytes of
// each hash, and questions name them beside the whole hash.
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

/// Ordered by an expression: by the column itself SQLite would rather go through all of the tenant's rows in that order.
const OF_TENANT: &str = " WHERE substr(hash, 1, 8) = $1 AND hash = $2 AND tenant_id = $3 \
     ORDER BY substr(document_id, 1, 16) DESC LIMIT $4";

/// A tenant's documents with this hash, of a file or of their credential, each once and newest first.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list_by_hash(
    view: &mut View<'_>,
    tenant: Uuid,
    hash: &Digest,
    limit: i64,
) -> Result<Vec<Located>, Error> {
    let rows: Vec<ContentHash> = view.rows(
        OF_TENANT,
        &[prefix(hash), (*hash).into(), tenant.into(), limit.into()],
    )?;
    let mut found: Vec<Located> = rows.iter().map(ContentHash::located).collect();
    let of_credentials = locate::by_credential_hash(view, hash, limit)?.into_iter();
    found.extend(
        of_credentials
            .map(|(located, _)| located)
            .filter(|located| located.tenant == tenant),
    );
    // A file may be both submitted and delivered.
    found.sort_by_key(|located| Reverse(located.id));
    found.dedup_by_key(|located| located.id);
    Ok(found)
}

/// What indexes hold of a hash.
pub(crate) fn prefix(hash: &Digest) -> Value {
    Value::Blob(hash[..8].to_vec())
}

impl ContentHash {
    pub(crate) const fn located(&self) -> Located {
        Located {
            tenant: self.tenant,
            mode: self.mode,
            id: self.document_id,
        }
    }
}

/// The digests of one document's files.
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sql::Sql as _;
    use crate::sqlite::Sqlite;

    #[test]
    fn a_tenants_hashes_are_not_gone_through() {
        let dir = tempfile::tempdir().unwrap();
        let mut sqlite = Sqlite::open(&dir.path().join("ananke.db")).unwrap();
        crate::migrate::migrate(&mut sqlite).unwrap();
        let text = ["EXPLAIN QUERY PLAN ", CONTENT_HASHES.select(), OF_TENANT].concat();
        let blob = || Value::Blob(vec![0; 16]);
        let plan = sqlite.query(&text, &[blob(), blob(), blob(), 1.into()]);
        let plan = format!("{:?}", plan.unwrap());
        assert!(plan.contains("USING INDEX content_hashes_hash"), "{plan}");
    }
}
