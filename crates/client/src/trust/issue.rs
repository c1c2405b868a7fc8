//! Puts an issuance together.

use ananke_api::issuance::{FieldValue, IssueRequest};
use ananke_api::template::ValidityType;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use uuid::Uuid;

/// A document to be issued.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Issue(IssueRequest);

impl Issue {
    /// A document from this template, to this person or organisation.
    pub fn new(template_id: Uuid, recipient_name: impl Into<String>) -> Self {
        Self(IssueRequest {
            template_id,
            recipient_name: recipient_name.into(),
            fields: Vec::new(),
            recipient_email: None,
            document_title: None,
            external_id: None,
            pdf: None,
            awarded_on: None,
            expires_at: None,
            validity_type: None,
            validity_value: None,
            deliver: None,
        })
    }

    /// The value of one of the template's fields.
    pub fn field(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.0.fields.push(FieldValue {
            key: key.into(),
            value: value.into(),
        });
        self
    }

    /// The recipient's address: stored, never signed, never public.
    pub fn recipient_email(mut self, address: impl Into<String>) -> Self {
        self.0.recipient_email = Some(address.into());
        self
    }

    /// The title; default: the template's name.
    pub fn document_title(mut self, title: impl Into<String>) -> Self {
        self.0.document_title = Some(title.into());
        self
    }

    /// The issuer's own number, unique among documents not replaced.
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.0.external_id = Some(id.into());
        self
    }

    /// The document itself, at most 10 MiB of PDF.
    pub fn pdf(mut self, file: impl AsRef<[u8]>) -> Self {
        self.0.pdf = Some(STANDARD.encode(file));
        self
    }

    /// A date the issuer states, `YYYY-MM-DD`.
    pub fn awarded_on(mut self, date: impl Into<String>) -> Self {
        self.0.awarded_on = Some(date.into());
        self
    }

    /// When it lapses: an instant, or a date for the end of that day in the tenant's time zone.
    pub fn expires_at(mut self, when: impl Into<String>) -> Self {
        self.0.expires_at = Some(when.into());
        self
    }

    /// How long it is valid, instead of [`Issue::expires_at`] and of the template's rule.
    pub fn validity(mut self, value: u32, unit: ValidityType) -> Self {
        (self.0.validity_type, self.0.validity_value) = (Some(unit), Some(value));
        self
    }

    /// Whether to e-mail it.
    pub fn deliver(mut self, deliver: bool) -> Self {
        self.0.deliver = Some(deliver);
        self
    }
}

impl From<Issue> for IssueRequest {
    fn from(issue: Issue) -> Self {
        issue.0
    }
}
