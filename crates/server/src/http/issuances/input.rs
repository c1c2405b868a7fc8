//! Reads the body of an issuance, with all that is wrong with it at once.

use ananke_api::issuance::FieldValue;
use ananke_api::template::ValidityType;
use ananke_api::{FIELD_VALUE_MAX_CHARS, PDF_MAX_BYTES};
use ananke_pdf::intake::{self, IntakeError};

use crate::http::body::{Upload, off_thread, pdf_too_large};
use crate::http::form::{Form, decode_pdf};
use crate::ops::error::{Error, FieldErrors};
use crate::ops::issue::{Input, Pdf};
use crate::ops::{EMAIL_MAX_CHARS, EXTERNAL_ID_MAX_CHARS, is_date, is_email};

const FIELDS: usize = 60;

/// What a request to issue says, and whether a replaced document is revoked.
pub struct Read {
    /// The document.
    pub input: Input,
    /// `revokeOriginal`, of a replacement.
    pub revoke_original: bool,
}

/// Reads a request to issue; `replaces`: one to replace.
///
/// # Errors
/// [`Error::TooLarge`] and [`Error::NotPdf`] for the file. Members at fault are part of what was read: the rules
/// of the template are told beside them.
pub async fn read(upload: Upload, replaces: bool) -> Result<Read, Error> {
    off_thread(upload.size, move || read_now(upload, replaces)).await?
}

fn read_now(upload: Upload, replaces: bool) -> Result<Read, Error> {
    let mut errors = FieldErrors::new();
    let mut form = Form::new(upload.json.value, &mut errors);
    let template_id = form.required_id("templateId");
    let recipient_name = form.required_text("recipientName", FIELD_VALUE_MAX_CHARS);
    let fields = form.required_objects("fields", FIELDS, |form| {
        // Values are checked against the template, where the rule of each field stands.
        let key = form.required_text("key", 64);
        Some(FieldValue {
            key,
            value: form.required_value("value", FIELD_VALUE_MAX_CHARS)?,
        })
    });
    let recipient_email = form.text("recipientEmail", EMAIL_MAX_CHARS);
    if recipient_email
        .as_deref()
        .is_some_and(|address| !is_email(address))
    {
        form.error(
            "recipientEmail",
            "must be an e-mail address, such as name@example.org",
        );
    }
    let document_title = form.text("documentTitle", FIELD_VALUE_MAX_CHARS);
    let external_id = form.text("externalId", EXTERNAL_ID_MAX_CHARS);
    let awarded_on = form.text("awardedOn", 10);
    if awarded_on.as_deref().is_some_and(|date| !is_date(date)) {
        form.error("awardedOn", "must be a date, YYYY-MM-DD");
    }
    let expires_at = form.text("expiresAt", 64);
    let validity_type = form.word::<ValidityType>("validityType", &["Days", "Months", "Years"]);
    let validity_value = form.integer("validityValue", 1, 36_500);
    form.flag("deliver");
    let revoke_original = if replaces {
        form.flag("revokeOriginal").unwrap_or(true)
    } else {
        false
    };
    let encoded = form.take("pdf");
    if encoded.is_some() && upload.pdf.is_some() {
        form.error("pdf", "stands twice: once in the JSON and once as a part");
    }
    let encoded = decode_pdf(encoded, &mut form);
    form.finish();
    let pdf = upload.pdf.or(encoded);
    let pdf = match pdf {
        Some(bytes) => {
            check(&bytes)?;
            Some(Pdf::of(bytes))
        }
        None => None,
    };
    let input = Input {
        template_id,
        recipient_name,
        fields,
        recipient_email,
        document_title,
        external_id,
        pdf,
        awarded_on,
        expires_at,
        validity_type,
        validity_value,
        at_fault: errors,
    };
    Ok(Read {
        input,
        revoke_original,
    })
}

fn check(pdf: &[u8]) -> Result<(), Error> {
    if pdf.len() > PDF_MAX_BYTES {
        return Err(Error::TooLarge(pdf_too_large()));
    }
    intake::check(pdf).map_err(|error| match error {
        IntakeError::TooLarge { .. } => Error::TooLarge(pdf_too_large()),
        other => Error::NotPdf(other.to_string()),
    })
}
