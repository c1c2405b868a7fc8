//! The PDF of a document: the submitted one, or a rendition made once and kept.

use ananke_format::{Mode, Sha256};
use ananke_pdf::rendition::{self, Field, Language, Rendition};
use ananke_store::{
    Command, Conflict, Document, Error as StoreError, FileKind, FileRow, NewFile, Outcome, Product,
    Write, documents, files,
};
use uuid::Uuid;

use super::error::Error;
use super::record::event;
use super::{reference_data, templates, verify};
use crate::app::Shared;
use crate::http::auth::{IssuancesRead, May};

/// A file on its way out.
pub struct Pdf {
    /// The file.
    pub bytes: Vec<u8>,
    /// SHA-256 of it.
    pub sha256: [u8; 32],
    /// Reference of the document, for the file's name.
    pub reference: String,
}

/// The PDF of a document. Its digest stands in an authenticated row before its first byte leaves.
///
/// # Errors
/// [`Error::NotFound`], also for an erased document.
pub async fn pdf(app: &Shared, may: &May<IssuancesRead>, id: Uuid) -> Result<Pdf, Error> {
    let (tenant, mode) = (may.tenant.id, may.mode);
    let found = app
        .read(move |view| match documents::find(view, tenant, mode, id)? {
            Some(row) if row.product == Product::Trust => kept(view, row).map(Some),
            _ => Ok(None),
        })
        .await?;
    let (row, file) = found.ok_or(Error::NotFound)?;
    if row.erased_at.is_some() {
        return Err(Error::NotFound);
    }
    if let Some((file, bytes)) = file {
        return Ok(Pdf {
            bytes,
            sha256: file.sha256,
            reference: row.issued.reference,
        });
    }
    make(app, may, row).await
}

type Kept = (Document, Option<(FileRow, Vec<u8>)>);

fn kept(view: &mut ananke_store::View<'_>, row: Document) -> Result<Kept, StoreError> {
    let version = rendition::RENDERER_VERSION.to_string();
    let file = match files::find(view, row.tenant, row.id, FileKind::Submitted, "")? {
        Some(file) => Some(file),
        None => files::find(view, row.tenant, row.id, FileKind::Rendition, &version)?,
    };
    let file = match file {
        Some(file) => {
            let bytes = files::read(view, &file)?;
            Some((file, bytes))
        }
        None => None,
    };
    Ok((row, file))
}

/// The rendition there is by now.
async fn stored(app: &Shared, row: &Document) -> Result<Pdf, Error> {
    let (tenant, mode, id) = (row.tenant, row.mode, row.id);
    let found = app
        .read(move |view| match documents::find(view, tenant, mode, id)? {
            Some(row) => kept(view, row).map(Some),
            None => Ok(None),
        })
        .await?;
    let Some((row, Some((file, bytes)))) = found else {
        return Err(Error::NotFound);
    };
    Ok(Pdf {
        bytes,
        sha256: file.sha256,
        reference: row.issued.reference,
    })
}

async fn make(app: &Shared, may: &May<IssuancesRead>, row: Document) -> Result<Pdf, Error> {
    let view = describe(app, may, &row).await?;
    let bytes = tokio::task::spawn_blocking(move || rendition::render(&view))
        .await
        .map_err(|error| Error::Internal(format!("rendition: {error}")))?
        .map_err(|error| Error::Internal(format!("rendition: {error}")))?;
    let sha256 = *Sha256::of(&bytes).as_bytes();
    let file = NewFile {
        kind: FileKind::Rendition,
        renderer_version: rendition::RENDERER_VERSION.to_string(),
        sha256,
        bytes: bytes.clone(),
    };
    let record = serde_json::json!({ "sha256": super::words::hex(&sha256), "renderer": rendition::RENDERER_VERSION });
    let event = event(
        app,
        row.tenant,
        "issuance.rendered",
        row.id,
        &may.actor,
        &record,
    );
    let write = Write::new(
        None,
        Command::RecordRendition {
            mode: row.mode,
            id: row.id,
            file,
        },
        event,
    );
    match app.write(write).await {
        Ok(Outcome::Done(_) | Outcome::Replayed { .. } | Outcome::Mismatch) => {}
        // Another request made it at the same moment; what that stored is what counts, though the bytes should be the same.
        Err(StoreError::Conflict {
            what: Conflict::Rendition,
            ..
        }) => return stored(app, &row).await,
        Err(error) => return Err(error.into()),
    }
    Ok(Pdf {
        bytes,
        sha256,
        reference: row.issued.reference,
    })
}

/// What the page shows is what was signed, read back from the credential.
async fn describe(
    app: &Shared,
    may: &May<IssuancesRead>,
    row: &Document,
) -> Result<Rendition, Error> {
    let credential = row.credential.as_deref().ok_or(Error::NotFound)?;
    let signed = verify::own(app, row.tenant, credential).await?;
    let statement = &signed.statement;
    let body =
        templates::version(app, may.tenant.id, row.template_id, row.template_version).await?;
    Ok(Rendition {
        language: Language::first_of(body.languages.iter().map(String::as_str)),
        test: statement.mode == Mode::Test,
        issuer_name: statement.issuer_name.clone(),
        issuer_code: statement.issuer.to_string(),
        document_type: reference_data::document_kind(body.doc_type).to_owned(),
        title: statement.document_title.clone().unwrap_or_default(),
        recipient: statement.recipient_name.clone(),
        fields: statement
            .fields
            .iter()
            .map(|field| Field {
                label: field.label.clone(),
                value: field.value.clone(),
            })
            .collect(),
        issued_at: statement.issued_at.timestamp(),
        awarded_on: statement.awarded_on,
        valid_until: statement.expires_at.map(ananke_format::Instant::timestamp),
        reference: statement.reference.to_string(),
        verification_url: statement.base_url.verification_url(&statement.reference),
        root_fingerprint: app.authority.fingerprint().to_string(),
    })
}
