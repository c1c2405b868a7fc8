//! The signed record of a document, of either product: read from its row, verified, and put beside a question.

use std::sync::Arc;

use ananke_api::tcode::verify::SealField;
use ananke_api::verification::{self, Verification};
use ananke_format::credential::Credential;
use ananke_format::seal::SealedDocument;
use ananke_format::trust::Trust;
use ananke_format::verify::{self, CheckName, CheckResult, Failure, Reason, Subject};
use ananke_format::{Sha256, Verified};
use ananke_store::{Document, Product};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::evidence::{Found, Shows};
use super::signature;
use crate::app::Shared;
use crate::ops::templates::tdoc;

/// A record that was verified.
pub enum Record {
    /// Of an issued document.
    Credential(Arc<Verified<Credential>>),
    /// Of a stamp.
    Seal(Box<Verified<SealedDocument>>),
}

impl Record {
    /// Verifies what stands in a row.
    ///
    /// # Errors
    /// The first check that did not pass.
    pub fn of_row(app: &Shared, row: &Document, trust: &Trust) -> Result<Self, Failure> {
        let text = row.credential.as_deref().unwrap_or_default();
        match row.product {
            Product::Trust => signature(app, text, trust).map(Self::Credential),
            Product::TCode => {
                let seal = STANDARD.decode(text).unwrap_or_default();
                verify::seal(&seal, trust).map(|seal| Self::Seal(Box::new(seal)))
            }
        }
    }

    /// Verifies a seal that somebody has, against the row of the document it names: one seal stands for one document, and
    /// another one with its reference was not made here.
    ///
    /// # Errors
    /// The first check that did not pass.
    pub fn of_seal(
        seal: &[u8],
        row: &Document,
        trust: &Trust,
        is_authenticated: bool,
    ) -> Result<Self, Failure> {
        let is_other = is_authenticated && *Sha256::of(seal).as_bytes() != row.credential_hash;
        match verify::seal(seal, trust) {
            // Whatever could not be checked of it: it is not this document's.
            Err(failure) if is_other && failure.reason.result() == CheckResult::Failed => {
                Err(failure)
            }
            _ if is_other => Err(Failure {
                check: CheckName::Integrity,
                reason: Reason::ReferenceMismatch,
            }),
            verified => verified.map(|seal| Self::Seal(Box::new(seal))),
        }
    }

    /// For the judge.
    pub fn subject(&self) -> Subject<'_> {
        match self {
            Self::Credential(credential) => Subject::Credential(credential),
            Self::Seal(seal) => Subject::Seal(seal),
        }
    }

    /// For the answer.
    pub fn shown(&self) -> verification::Record<'_> {
        match self {
            Self::Credential(credential) => verification::Record::Credential(credential),
            Self::Seal(seal) => verification::Record::Seal(seal),
        }
    }

    /// Whether it was signed for this very file.
    pub fn names(&self, file: Sha256) -> bool {
        match self {
            Self::Credential(credential) => {
                credential.digest == file || credential.statement.pdf == Some(file)
            }
            Self::Seal(seal) => seal.digest == file || seal.statement.original == file,
        }
    }
}

/// Leaves in an answer what the template makes public. Whoever has the seal reads all of it. Names of fields are not signed: where
/// rows are not authenticated nobody is told any.
pub fn shown(answer: &mut Verification, found: &Found, has_seal: bool, is_authenticated: bool) {
    match &found.shows {
        Shows::Recipient(true) => {}
        Shows::Recipient(false) => answer.recipient_name = None,
        Shows::Fields(template) => {
            if let (Some(fields), Some(template)) = (&mut answer.fields, template) {
                name(fields, template);
                if let (false, Some(public)) = (has_seal, &template.public_fields) {
                    fields
                        .retain(|field| field.key.as_ref().is_some_and(|key| public.contains(key)));
                }
                if !is_authenticated {
                    for field in fields {
                        (field.key, field.label) = (None, None);
                    }
                }
            }
        }
    }
}

/// Names the fields of a seal.
fn name(fields: &mut [SealField], template: &tdoc::Body) {
    for field in fields {
        if let Some(known) = template.schema.get(usize::from(field.position)) {
            field.key = Some(known.key.clone());
            field.label = Some(known.label.clone());
        }
    }
}
