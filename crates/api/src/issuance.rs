//! Issued documents on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api_key::KeyMode;
use crate::lifecycle::Status;
use crate::template::{DocType, ValidityType};

/// One field of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldValue {
    /// Key in the template's schema.
    #[schema(min_length = 1, max_length = 64)]
    pub key: String,
    /// Value, at most 500 characters.
    #[schema(max_length = 500)]
    pub value: String,
}

/// Body of `POST /v1/trust/issuances`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct IssueRequest {
    /// Template to issue from.
    pub template_id: Uuid,
    /// Who it is issued to, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub recipient_name: String,
    /// Values of the template's fields, at most 60.
    #[schema(max_items = 60)]
    pub fields: Vec<FieldValue>,
    /// The recipient's address. Stored, never signed, never public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 254)]
    pub recipient_email: Option<String>,
    /// Title; default: the template's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub document_title: Option<String>,
    /// The issuer's own number, at most 255 characters, unique among documents not replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 255)]
    pub external_id: Option<String>,
    /// The document itself, base64; at most 10 MB decoded. Without it a rendition is made on request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pdf: Option<String>,
    /// A date the issuer states, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    pub awarded_on: Option<String>,
    /// An instant, or a date: the end of that day in the tenant's time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64)]
    pub expires_at: Option<String>,
    /// With `validityValue`, instead of `expiresAt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity_type: Option<ValidityType>,
    /// With `validityType`, instead of `expiresAt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 36_500)]
    pub validity_value: Option<u32>,
    /// Whether to e-mail it; this release has no mailer, so nothing is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deliver: Option<bool>,
}

/// Body of `POST …/{id}/replace`: an issuance, and what becomes of the original.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReplaceRequest {
    /// The new document; without `externalId` it inherits the original's.
    #[serde(flatten)]
    pub issue: IssueRequest,
    /// Revoke the original with reason `superseded`; default `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoke_original: Option<bool>,
}

/// The PDF of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PdfInfo {
    /// SHA-256 of the file.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
    /// Where the issuer fetches it, with a key.
    pub url: String,
}

/// Whether the document stands in the transparency log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Evidence {
    /// `none` until the log exists.
    pub status: EvidenceStatus,
    /// Where the receipt is.
    #[schema(required)]
    pub receipt_url: Option<String>,
}

impl Evidence {
    /// No evidence outside the record.
    pub const NONE: Self = Self {
        status: EvidenceStatus::None,
        receipt_url: None,
    };
}

/// State of the evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceStatus {
    /// Not logged.
    None,
    /// To be logged.
    Pending,
    /// In the log.
    Anchored,
    /// Logging failed.
    Failed,
}

/// An issued document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Issuance {
    /// Id.
    pub id: Uuid,
    /// Public reference, `TRF-` and 13 characters.
    pub reference: String,
    /// Status at the time of the answer.
    pub status: Status,
    /// `live` or `test`.
    pub mode: KeyMode,
    /// Template it was issued from.
    pub template_id: Uuid,
    /// Version of the template it pins.
    pub template_version: u32,
    /// Kind of document.
    pub document_type: DocType,
    /// Title; `null` once erased.
    #[schema(required)]
    pub document_title: Option<String>,
    /// Who it was issued to; `null` once erased.
    #[schema(required)]
    pub recipient_name: Option<String>,
    /// The recipient's address.
    #[schema(required)]
    pub recipient_email: Option<String>,
    /// Values of the template's fields.
    pub fields: Vec<FieldValue>,
    /// The issuer's own number.
    #[schema(required)]
    pub external_id: Option<String>,
    /// SHA-256 of the submitted PDF, or, without one, of the compact credential.
    pub content_hash: String,
    /// When it was issued.
    #[schema(format = DateTime)]
    pub issued_at: String,
    /// A date the issuer states.
    #[schema(required, format = Date)]
    pub awarded_on: Option<String>,
    /// When it lapses.
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
    /// The page where anybody verifies it.
    pub verification_url: String,
    /// The PDF: the submitted one, or the rendition once made.
    #[schema(required)]
    pub pdf: Option<PdfInfo>,
    /// The signed record: a W3C VC 2.0 as compact JWS; `null` once erased.
    #[schema(required)]
    pub credential: Option<String>,
    /// Why it has its status, where there is a reason.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// Reference of the document it takes the place of.
    #[schema(required)]
    pub replaces: Option<String>,
    /// Reference of the document that took its place.
    #[schema(required)]
    pub replaced_by: Option<String>,
    /// Evidence outside the record.
    pub evidence: Evidence,
    /// What the issuer should know, such as a public URL others cannot reach.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}
