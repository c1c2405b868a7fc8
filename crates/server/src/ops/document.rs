//! A document's row, of either product, as an answer.

use ananke_api::issuance::{Evidence, FieldValue, Issuance, PdfInfo};
use ananke_api::tcode::stamp::Stamp;
use ananke_api::template::DocType;
use ananke_format::lifecycle::Status;
use ananke_store::{Document, FileRow, NewDocument, Product, View, documents, files};
use serde::Serialize;
use uuid::Uuid;

use super::error::Error;
use super::stamps;
use super::words::{hex, instant, key_mode, recorded, shown, status};
use crate::app::Shared;

/// A document with what stands beside it.
pub struct Whole {
    /// The row.
    pub row: Document,
    /// Its files.
    pub files: Vec<FileRow>,
    /// Reference of the document it replaces.
    pub replaces: Option<String>,
    /// Reference of the document that replaced it.
    pub replaced_by: Option<String>,
}

/// Completes a row.
///
/// # Errors
/// As the store.
pub fn complete(view: &mut View<'_>, row: Document) -> Result<Whole, ananke_store::Error> {
    let mut reference = |id: Option<Uuid>| -> Result<Option<String>, ananke_store::Error> {
        let Some(id) = id else { return Ok(None) };
        Ok(documents::find(view, row.tenant, row.mode, id)?.map(|other| other.issued.reference))
    };
    let (replaces, replaced_by) = (reference(row.replaces)?, reference(row.replaced_by)?);
    let files = files::list(view, row.tenant, row.id)?;
    Ok(Whole {
        row,
        files,
        replaces,
        replaced_by,
    })
}

/// One document of a tenant, mode and product.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(
    app: &Shared,
    (tenant, mode): (Uuid, ananke_format::Mode),
    product: Product,
    id: Uuid,
) -> Result<Whole, Error> {
    let found = app
        .read(move |view| match documents::find(view, tenant, mode, id)? {
            Some(row) if row.product == product => complete(view, row).map(Some),
            _ => Ok(None),
        })
        .await?;
    found.ok_or(Error::NotFound)
}

/// What is answered of a document, by its product.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Shown {
    /// An issued document.
    Issuance(Box<Issuance>),
    /// A stamp.
    Stamp(Box<Stamp>),
}

impl Shown {
    /// A document as it is.
    ///
    /// # Errors
    /// The row holds what this server does not write.
    pub fn of(app: &Shared, whole: &Whole) -> Result<Self, Error> {
        Ok(match whole.row.product {
            Product::Trust => Self::Issuance(Box::new(show(app, whole)?)),
            Product::TCode => Self::Stamp(Box::new(stamps::show(app, whole)?)),
        })
    }

    /// The status it is answered with.
    pub const fn set_status(&mut self, to: ananke_api::lifecycle::Status) {
        match self {
            Self::Issuance(shown) => shown.status = to,
            Self::Stamp(shown) => shown.status = to,
        }
    }

    /// What it takes the place of.
    pub fn set_replaces(&mut self, reference: String) {
        match self {
            Self::Issuance(shown) => shown.replaces = Some(reference),
            Self::Stamp(shown) => shown.replaces = Some(reference),
        }
    }
}

/// The status at this moment.
#[must_use]
pub fn status_now(app: &Shared, row: &Document) -> Status {
    recorded(row.status).at(row.expires_at.map(instant), app.now())
}

/// Kind of document from its stored word.
///
/// # Errors
/// It is none of the words.
pub fn doc_type(word: &str) -> Result<DocType, Error> {
    Ok(serde_json::from_value(serde_json::Value::String(
        word.to_owned(),
    ))?)
}

/// The answer that shows an issued document.
///
/// # Errors
/// The row holds what this server does not write.
pub fn show(app: &Shared, whole: &Whole) -> Result<Issuance, Error> {
    let row = &whole.row;
    let mut shown = show_new(app, &row.issued)?;
    shown.status = status(status_now(app, row));
    shown.status_reason = match row.erased_at {
        Some(_) => Some("erased".to_owned()),
        None => row.status_reason.clone(),
    };
    shown.pdf = whole
        .files
        .first()
        .map(|file| pdf_info(app, ISSUANCES, row.id, (&file.sha256, file.size)));
    shown.replaces.clone_from(&whole.replaces);
    shown.replaced_by.clone_from(&whole.replaced_by);
    Ok(shown)
}

/// The answer that shows a document about to be issued.
///
/// # Errors
/// As [`show`].
pub fn show_new(app: &Shared, new: &NewDocument) -> Result<Issuance, Error> {
    let mode = new.mode;
    let fields: Vec<FieldValue> = match &new.fields {
        Some(text) => serde_json::from_str(text)?,
        None => Vec::new(),
    };
    Ok(Issuance {
        id: new.id,
        reference: new.reference.clone(),
        status: status(Status::Active.at(new.expires_at.map(instant), app.now())),
        mode: key_mode(mode),
        template_id: new.template_id,
        template_version: u32::try_from(new.template_version).unwrap_or(u32::MAX),
        document_type: doc_type(&new.document_type)?,
        document_title: new.title.clone(),
        recipient_name: new.recipient_name.clone(),
        recipient_email: new.recipient_email.clone(),
        fields,
        external_id: new.external_id.clone(),
        content_hash: hex(&new.content_hash),
        issued_at: shown(new.issued_at),
        awarded_on: new.awarded_on.clone(),
        expires_at: new.expires_at.map(shown),
        verification_url: format!("{}/v/{}", app.base_url, new.reference),
        pdf: None,
        credential: new.credential.clone(),
        status_reason: None,
        replaces: None,
        replaced_by: None,
        evidence: Evidence::NONE,
        warnings: Vec::new(),
    })
}

/// Where issued documents are, in the API.
pub const ISSUANCES: &str = "trust/issuances";

/// Where the PDF of a document is.
#[must_use]
pub fn pdf_info(
    app: &Shared,
    collection: &str,
    id: Uuid,
    (sha256, size): (&[u8; 32], i64),
) -> PdfInfo {
    PdfInfo {
        sha256: hex(sha256),
        size: u64::try_from(size).unwrap_or(0),
        url: format!("{}/v1/{collection}/{id}/pdf", app.base_url),
    }
}
