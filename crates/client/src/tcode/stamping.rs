//! Puts a request to stamp together.

use ananke_api::issuance::FieldValue;
use ananke_api::tcode::stamp::StampRequest;
use uuid::Uuid;

/// A PDF to be stamped.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct Stamping {
    pub(super) request: StampRequest,
    pub(super) pdf: Vec<u8>,
    pub(super) idempotency_key: Option<String>,
}

impl Stamping {
    /// This file, under a name for people and with the code of its kind, such as `CER`.
    pub fn new(
        name: impl Into<String>,
        document_type_code: impl Into<String>,
        pdf: impl Into<Vec<u8>>,
    ) -> Self {
        Self {
            request: StampRequest {
                name: name.into(),
                document_type_code: document_type_code.into(),
                pdf: None,
                placement_template_id: None,
                tdoc_template_id: None,
                fields: None,
                external_id: None,
                expires_at: None,
                allow_signed: None,
                repair: None,
            },
            pdf: pdf.into(),
            idempotency_key: None,
        }
    }

    /// The TDoc template, which says which fields go into the seal.
    pub fn template(mut self, id: Uuid) -> Self {
        self.request.tdoc_template_id = Some(id);
        self
    }

    /// The value of one of its fields; whoever has the paper reads it.
    pub fn field(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let (key, value) = (key.into(), value.into());
        let fields = self.request.fields.get_or_insert_default();
        fields.push(FieldValue { key, value });
        self
    }

    /// The placement template; default: last page, bottom right.
    pub fn placement(mut self, id: Uuid) -> Self {
        self.request.placement_template_id = Some(id);
        self
    }

    /// The issuer's own number, unique among stamps not replaced.
    pub fn external_id(mut self, id: impl Into<String>) -> Self {
        self.request.external_id = Some(id.into());
        self
    }

    /// The last day on which it is valid, `YYYY-MM-DD`.
    pub fn expires_at(mut self, date: impl Into<String>) -> Self {
        self.request.expires_at = Some(date.into());
        self
    }

    /// Stamps the file also where it carries a signature, which readers may then say was changed since.
    pub fn allow_signed(mut self, allow: bool) -> Self {
        self.request.allow_signed = Some(allow);
        self
    }

    /// Repairs a damaged file first, which is refused otherwise: then the repaired file is the original.
    pub fn repair(mut self, repair: bool) -> Self {
        self.request.repair = Some(repair);
        self
    }

    /// A key of one's own, of 1 to 255 printable ASCII characters: the same request under the same key is answered as it was the
    /// first time, also by another process. Default: a key for each call.
    pub fn idempotency_key(mut self, key: impl Into<String>) -> Self {
        self.idempotency_key = Some(key.into());
        self
    }

    /// The request as it is sent, beside the file.
    #[must_use]
    pub const fn request(&self) -> &StampRequest {
        &self.request
    }
}
