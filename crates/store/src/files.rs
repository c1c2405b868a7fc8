//! Files of documents: the PDF as submitted, and renditions.

use uuid::Uuid;

use crate::mac::sha256;
use crate::table::{Record, Table};
use crate::value::{Fields, Value};
use crate::{Digest, Error, Micros, View};

/// Which file of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// The PDF exactly as submitted.
    Submitted,
    /// Made from the template, once per renderer version.
    Rendition,
    /// The submitted PDF with its stamp.
    Stamped,
}

impl FileKind {
    /// The word in rows.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Rendition => "rendition",
            Self::Stamped => "stamped",
        }
    }

    /// Reads the word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "submitted" => Some(Self::Submitted),
            "rendition" => Some(Self::Rendition),
            "stamped" => Some(Self::Stamped),
            _ => None,
        }
    }
}

/// A file to be stored. The caller names its digest: it was signed before it came here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFile {
    /// Which file.
    pub kind: FileKind,
    /// Which renderer made it; empty for a submitted file.
    pub renderer_version: String,
    /// SHA-256 of `bytes`.
    pub sha256: Digest,
    /// The file.
    pub bytes: Vec<u8>,
}

/// A stored file without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRow {
    /// Whose.
    pub tenant: Uuid,
    /// Of which document.
    pub document_id: Uuid,
    /// Which file.
    pub kind: FileKind,
    /// Which renderer made it; empty for a submitted file.
    pub renderer_version: String,
    /// SHA-256 of the bytes.
    pub sha256: Digest,
    /// Number of bytes.
    pub size: i64,
    /// When it was stored.
    pub created_at: Micros,
}

// The column `bytes` stands outside the MAC: its digest is inside.
pub(crate) static FILES: Table = Table::new(
    "files",
    4,
    &[
        "tenant_id",
        "document_id",
        "kind",
        "renderer_version",
        "sha256",
        "size",
        "created_at",
    ],
);

impl Record for FileRow {
    fn table() -> &'static Table {
        &FILES
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.tenant.into(),
            self.document_id.into(),
            self.kind.as_str().into(),
            (&self.renderer_version).into(),
            self.sha256.into(),
            self.size.into(),
            self.created_at.into(),
        ]
    }

    fn read(fields: &mut Fields) -> Result<Self, Error> {
        Ok(Self {
            tenant: fields.uuid()?,
            document_id: fields.uuid()?,
            kind: fields.word(FileKind::parse)?,
            renderer_version: fields.text()?,
            sha256: fields.digest()?,
            size: fields.int()?,
            created_at: fields.int()?,
        })
    }
}

/// A file's description. `renderer_version` is empty for a submitted file.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn find(
    view: &mut View<'_>,
    tenant: Uuid,
    document: Uuid,
    kind: FileKind,
    renderer_version: &str,
) -> Result<Option<FileRow>, Error> {
    let kept = view.one(
        " WHERE tenant_id = $1 AND document_id = $2 AND kind = $3 AND renderer_version = $4",
        &[
            tenant.into(),
            document.into(),
            kind.as_str().into(),
            renderer_version.into(),
        ],
    )?;
    Ok(kept.map(|kept| kept.row))
}

/// The files of one document.
///
/// # Errors
/// [`Error::Corrupt`] and what the database says.
pub fn list(view: &mut View<'_>, tenant: Uuid, document: Uuid) -> Result<Vec<FileRow>, Error> {
    view.rows(
        " WHERE tenant_id = $1 AND document_id = $2 ORDER BY created_at",
        &[tenant.into(), document.into()],
    )
}

/// The bytes of a file, compared with the digest in its authenticated row.
///
/// # Errors
/// [`Error::Corrupt`] when they are gone or others, and what the database says.
pub fn read(view: &mut View<'_>, file: &FileRow) -> Result<Vec<u8>, Error> {
    let rows = view.sql.query(
        "SELECT bytes FROM files WHERE tenant_id = $1 AND document_id = $2 AND kind = $3 \
         AND renderer_version = $4",
        &[
            file.tenant.into(),
            file.document_id.into(),
            file.kind.as_str().into(),
            (&file.renderer_version).into(),
        ],
    )?;
    match rows.into_iter().flatten().next() {
        Some(Value::Blob(bytes)) if sha256(&[&bytes]) == file.sha256 => Ok(bytes),
        _ => Err(Error::Corrupt {
            table: FILES.name,
            column: Some("bytes"),
            row: FILES.row_name(&file.values()),
        }),
    }
}
