//! Everything a credential says, before it is signed and after it was read.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::base_url::BaseUrl;
use crate::digest::Sha256;
use crate::instant::Instant;
use crate::issuer_code::IssuerCode;
use crate::mode::Mode;
use crate::reference::Reference;
use crate::status;

/// The facts of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The instance's public URL at the time of signing.
    pub base_url: BaseUrl,
    /// The document's reference.
    pub reference: Reference,
    /// The issuer's code.
    pub issuer: IssuerCode,
    /// The issuer's name at the time of signing.
    pub issuer_name: String,
    /// Live or test.
    pub mode: Mode,
    /// The kind of document, such as `certificate`.
    pub document_type: String,
    /// Its title.
    pub document_title: Option<String>,
    /// Whom it speaks of.
    pub recipient_name: String,
    /// Its fields, in the template's order; no key twice.
    pub fields: Vec<Field>,
    /// The date the issuer states, as a calendar date.
    pub awarded_on: Option<Date>,
    /// When it was issued.
    pub issued_at: Instant,
    /// The first instant at which it is no longer valid.
    pub expires_at: Option<Instant>,
    /// SHA-256 over the PDF that belongs to it, exactly as submitted.
    pub pdf: Option<Sha256>,
    /// Its place in the status lists.
    pub status: StatusPosition,
}

/// One field of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// The template's key.
    pub key: String,
    /// The label shown to people.
    pub label: String,
    /// The value.
    pub value: String,
}

/// A place in an issuer's status lists of one mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StatusPosition {
    /// The number of the list, from 0.
    pub list: u32,
    /// The index inside it, below 131,072.
    pub index: u32,
}

impl StatusPosition {
    /// The place as one number, as seals have it: list × 131,072 + index.
    #[must_use]
    pub fn number(self) -> u64 {
        u64::from(self.list) * u64::from(status::LIST_LEN) + u64::from(self.index)
    }

    /// The place of such a number; `None` where it is beyond every list.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        let length = u64::from(status::LIST_LEN);
        Some(Self {
            list: u32::try_from(number / length).ok()?,
            index: u32::try_from(number % length).ok()?,
        })
    }
}

/// Why a statement cannot be signed, or a payload is not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// The payload has other members, types or values than version 1 signs.
    #[error("the payload is not a version 1 credential")]
    Payload,
    /// Issuer name, document type, recipient name, or a field's key is empty.
    #[error("a needed text is empty")]
    Empty,
    /// A text holds U+0000.
    #[error("a text holds a NUL character")]
    Nul,
    /// A field's key stands twice.
    #[error("a field stands twice")]
    FieldTwice,
    /// It expires no later than it is issued.
    #[error("the document would expire before it is issued")]
    Expiry,
    /// The issuer is the instance itself.
    #[error("the instance issues no documents")]
    Issuer,
    /// The status index is 131,072 or more.
    #[error("the status index is outside the list")]
    StatusIndex,
    /// A year outside 0 to 9999.
    #[error("the date awarded is outside the years 0 to 9999")]
    AwardedOn,
    /// Encoding and decoding gave another statement; a defect of this crate.
    #[error("the statement does not come back from its own encoding")]
    RoundTrip,
}

impl Statement {
    /// Checks the rules that need no key.
    ///
    /// # Errors
    /// [`StatementError`] naming the first rule broken.
    pub fn check(&self) -> Result<(), StatementError> {
        if self.issuer.is_instance() {
            return Err(StatementError::Issuer);
        }
        let keys = self.fields.iter().map(|field| field.key.as_str());
        let needed = [&self.issuer_name, &self.document_type, &self.recipient_name];
        if needed
            .into_iter()
            .map(String::as_str)
            .chain(keys.clone())
            .any(str::is_empty)
        {
            return Err(StatementError::Empty);
        }
        if self.texts().any(|text| text.contains('\0')) {
            return Err(StatementError::Nul);
        }
        let distinct: std::collections::HashSet<&str> = keys.collect();
        if distinct.len() != self.fields.len() {
            return Err(StatementError::FieldTwice);
        }
        if self
            .expires_at
            .is_some_and(|expires_at| expires_at <= self.issued_at)
        {
            return Err(StatementError::Expiry);
        }
        if self.awarded_on.is_some_and(|date| date.year() < 0) {
            return Err(StatementError::AwardedOn);
        }
        if self.status.index >= status::LIST_LEN {
            return Err(StatementError::StatusIndex);
        }
        Ok(())
    }

    fn texts(&self) -> impl Iterator<Item = &str> {
        let fields = self
            .fields
            .iter()
            .flat_map(|field| [&field.key, &field.label, &field.value]);
        [&self.issuer_name, &self.document_type, &self.recipient_name]
            .into_iter()
            .chain(&self.document_title)
            .chain(fields)
            .map(String::as_str)
    }

    /// The status lists the document names, which also say issuer, mode and number.
    #[must_use]
    pub fn status_list(&self) -> status::ListId {
        status::ListId {
            base_url: self.base_url.clone(),
            issuer: self.issuer,
            mode: self.mode,
            number: self.status.list,
        }
    }
}
