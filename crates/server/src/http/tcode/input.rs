//! Reads the body of a stamp, with all that is wrong with it at once.

use ananke_api::issuance::FieldValue;
use ananke_api::{FIELD_VALUE_MAX_CHARS, PDF_MAX_BYTES};
use jiff::civil::Date;

use crate::http::body::{Upload, off_thread, pdf_too_large};
use crate::http::form::{Form, decode_pdf};
use crate::ops::error::{Error, FieldErrors};
use crate::ops::stamps::{Input, Original};
use crate::ops::{EXTERNAL_ID_MAX_CHARS, is_date};

const FIELDS: usize = 60;

/// What a request to stamp says, and whether a replaced stamp is revoked.
pub struct Read {
    /// The stamp.
    pub input: Input,
    /// `revokeOriginal`, of a replacement.
    pub revoke_original: bool,
}

/// Reads a request to stamp; `replaces`: one to replace. Whether the file is a sound PDF is for a worker to say.
///
/// # Errors
/// [`Error::TooLarge`] for the file; everything that is wrong with the rest.
pub async fn read(upload: Upload, replaces: bool) -> Result<Read, Error> {
    off_thread(upload.size, move || read_now(upload, replaces)).await?
}

fn read_now(upload: Upload, replaces: bool) -> Result<Read, Error> {
    let mut errors = FieldErrors::new();
    let mut form = Form::new(upload.json.value, &mut errors);
    let name = form.required_text("name", FIELD_VALUE_MAX_CHARS);
    let document_type = form.required_text("documentTypeCode", 16);
    let is_code = |text: &str| {
        (2..=16).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    if !document_type.is_empty() && !is_code(&document_type) {
        form.error(
            "documentTypeCode",
            "must be 2 to 16 capital letters and digits, such as CER; see /v1/reference-data/document-types",
        );
    }
    let placement_id = form.id("placementTemplateId");
    let template_id = form.id("tdocTemplateId");
    let fields = form.objects("fields", FIELDS, |form| {
        let key = form.required_text("key", 64);
        Some(FieldValue {
            key,
            value: form.required_value("value", FIELD_VALUE_MAX_CHARS)?,
        })
    });
    let external_id = form.text("externalId", EXTERNAL_ID_MAX_CHARS);
    let expires_at = form.text("expiresAt", 10);
    let valid_to = expires_at.and_then(|text| {
        let date = is_date(&text).then(|| text.parse::<Date>().ok()).flatten();
        if date.is_none() {
            form.error(
                "expiresAt",
                "must be a date, YYYY-MM-DD: the last day of validity, UTC",
            );
        }
        date
    });
    let allow_signed = form.flag("allowSigned").unwrap_or(false);
    let repair = form.flag("repair").unwrap_or(false);
    let revoke_original = match replaces {
        true => form.flag("revokeOriginal").unwrap_or(true),
        false => true,
    };
    let encoded = form.take("pdf");
    let pdf = match (upload.pdf, encoded) {
        (Some(file), None) => Some(file),
        (None, Some(encoded)) => decode_pdf(Some(encoded), &mut form),
        (Some(_), Some(_)) => {
            form.error("pdf", "stands twice: as a part, and in the JSON");
            None
        }
        (None, None) => {
            form.error("pdf", "is required: the PDF to stamp");
            None
        }
    };
    form.finish();
    if pdf.as_ref().is_some_and(|pdf| pdf.len() > PDF_MAX_BYTES) {
        return Err(Error::TooLarge(pdf_too_large()));
    }
    match pdf {
        Some(bytes) if errors.is_empty() => Ok(Read {
            input: Input {
                name,
                document_type,
                pdf: Original::of(bytes),
                placement_id,
                template_id,
                fields: fields.unwrap_or_default(),
                external_id,
                valid_to,
                allow_signed,
                repair,
            },
            revoke_original,
        }),
        _ => Err(Error::Invalid(errors)),
    }
}
