//! A stamp's row as an answer, and its file.

use ananke_api::issuance::{Evidence, FieldValue};
use ananke_api::tcode::stamp::Stamp;
use ananke_format::lifecycle::Status;
use ananke_store::{FileKind, NewDocument, Product, documents, files};
use uuid::Uuid;

use super::STAMPS;
use crate::app::Shared;
use crate::http::auth::{May, StampsRead};
use crate::ops::document::{Whole, pdf_info, status_now};
use crate::ops::error::Error;
use crate::ops::rendition::Pdf;
use crate::ops::words::{hex, instant, key_mode, shown, status};

/// The answer that shows a stamp.
///
/// # Errors
/// The row holds what this server does not write.
pub fn show(app: &Shared, whole: &Whole) -> Result<Stamp, Error> {
    let row = &whole.row;
    let mut stamp = show_new(app, &row.issued)?;
    stamp.status = status(status_now(app, row));
    stamp.status_reason = match row.erased_at {
        Some(_) => Some("erased".to_owned()),
        None => row.status_reason.clone(),
    };
    let file = whole.files.first();
    stamp.pdf = file.map(|file| pdf_info(app, STAMPS, row.id, (&file.sha256, file.size)));
    stamp.replaces.clone_from(&whole.replaces);
    stamp.replaced_by.clone_from(&whole.replaced_by);
    Ok(stamp)
}

/// The answer that shows a stamp about to be made.
///
/// # Errors
/// As [`show`].
pub fn show_new(app: &Shared, new: &NewDocument) -> Result<Stamp, Error> {
    let fields: Vec<FieldValue> = match &new.fields {
        Some(text) => serde_json::from_str(text)?,
        None => Vec::new(),
    };
    let has_template = !new.template_id.is_nil();
    let version = u32::try_from(new.template_version).unwrap_or(u32::MAX);
    Ok(Stamp {
        id: new.id,
        reference: new.reference.clone(),
        status: status(Status::Active.at(new.expires_at.map(instant), app.now())),
        mode: key_mode(new.mode),
        name: new.title.clone(),
        document_type_code: new.document_type.clone(),
        placement_template_id: new.placement_id,
        tdoc_template_id: has_template.then_some(new.template_id),
        tdoc_template_version: has_template.then_some(version),
        fields,
        external_id: new.external_id.clone(),
        content_hash: hex(&new.content_hash),
        stamped_hash: new.stamped_hash.map(|hash| hex(&hash)).unwrap_or_default(),
        issued_at: shown(new.issued_at),
        expires_at: new.expires_at.map(shown),
        verification_url: format!("{}/v/{}", app.base_url, new.reference),
        pdf: None,
        seal: new.credential.clone(),
        warnings: Vec::new(),
        status_reason: None,
        replaces: None,
        replaced_by: None,
        evidence: Evidence::NONE,
    })
}

/// The stamped file.
///
/// # Errors
/// [`Error::NotFound`], also for an erased stamp.
pub async fn pdf(app: &Shared, may: &May<StampsRead>, id: Uuid) -> Result<Pdf, Error> {
    let (tenant, mode) = (may.tenant.id, may.mode);
    let found = app
        .read(move |view| {
            let row = documents::find(view, tenant, mode, id)?;
            let Some(row) = row.filter(|row| row.product == Product::TCode) else {
                return Ok(None);
            };
            let Some(file) = files::find(view, tenant, id, FileKind::Stamped, "")? else {
                return Ok(None);
            };
            let bytes = files::read(view, &file)?;
            Ok(Some(Pdf {
                bytes,
                sha256: file.sha256,
                reference: row.issued.reference,
            }))
        })
        .await?;
    found.ok_or(Error::NotFound)
}
