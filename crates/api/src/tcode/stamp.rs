//! Stamps on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api_key::KeyMode;
use crate::issuance::{Evidence, FieldValue, PdfInfo};
use crate::lifecycle::Status;
use crate::upload::Binary;

/// Body of `POST /v1/tcode/stamps`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StampRequest {
    /// Name for people, 1 to 500 characters. Stored, never signed, never public.
    #[schema(min_length = 1, max_length = 500)]
    pub name: String,
    /// Kind of document: a code of `/v1/reference-data/document-types`, or one of the issuer's own of 2 to 16 capital
    /// letters and digits.
    #[schema(pattern = "^[A-Z0-9]{2,16}$")]
    pub document_type_code: String,
    /// The document, base64; at most 10 MB decoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pdf: Option<String>,
    /// Where the stamp goes; default: last page, bottom right, 90 pt, 18 pt from the edges.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placement_template_id: Option<Uuid>,
    /// Which fields go into the seal; without one, none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tdoc_template_id: Option<Uuid>,
    /// Values of the TDoc template's fields, at most 60. They stand in the barcode, readable by whoever has the paper.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 60)]
    pub fields: Option<Vec<FieldValue>>,
    /// The issuer's own number, at most 255 characters, unique among stamps not replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 255)]
    pub external_id: Option<String>,
    /// The last day on which it is valid, `YYYY-MM-DD`, through its last second UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    pub expires_at: Option<String>,
    /// Stamp a PDF that carries a signature; default `false`. The signature stays intact, and readers say that the file
    /// was changed since.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allow_signed: Option<bool>,
    /// Repair a damaged PDF first; default `false`: it is refused. Then the repaired file is the original, and `contentHash`
    /// its hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<bool>,
}

/// Body of `POST …/{id}/replace`: a stamp, and what becomes of the original.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StampReplaceRequest {
    /// The new stamp; without `externalId` it inherits the original's.
    #[serde(flatten)]
    pub stamp: StampRequest,
    /// Revoke the original with reason `superseded`; default `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoke_original: Option<bool>,
}

/// Parts of `POST /v1/tcode/stamps`.
#[derive(Debug, Clone, ToSchema)]
pub struct StampUpload {
    /// The request, without its member `pdf`.
    pub request: StampRequest,
    /// The file, at most 10 MB.
    pub pdf: Binary,
}

/// Parts of `POST …/{id}/replace`.
#[derive(Debug, Clone, ToSchema)]
pub struct StampReplaceUpload {
    /// The request, without its member `pdf`.
    pub request: StampReplaceRequest,
    /// The file, at most 10 MB.
    pub pdf: Binary,
}

/// Body of `POST …/{id}/suspend` and `…/reactivate`, if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StampChangeRequest {
    /// For the issuer's own records, at most 500 characters; never public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// Body of `POST …/{id}/revoke`, if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StampRevokeRequest {
    /// Why, public: a code of `/v1/reference-data/lifecycle-reasons`; default `other`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// For the issuer's own records, at most 500 characters; never public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// A stamp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Stamp {
    /// Id.
    pub id: Uuid,
    /// Public reference, `TCR-` and 13 characters.
    pub reference: String,
    /// Status at the time of the answer.
    pub status: Status,
    /// `live` or `test`.
    pub mode: KeyMode,
    /// Name for people; `null` once erased.
    #[schema(required)]
    pub name: Option<String>,
    /// Kind of document.
    pub document_type_code: String,
    /// Placement template it was made with.
    #[schema(required)]
    pub placement_template_id: Option<Uuid>,
    /// TDoc template it was made from.
    #[schema(required)]
    pub tdoc_template_id: Option<Uuid>,
    /// Version of the TDoc template it pins.
    #[schema(required)]
    pub tdoc_template_version: Option<u32>,
    /// Values of the fields in the seal.
    pub fields: Vec<FieldValue>,
    /// The issuer's own number.
    #[schema(required)]
    pub external_id: Option<String>,
    /// SHA-256 of the PDF as it was submitted.
    pub content_hash: String,
    /// SHA-256 of the stamped PDF.
    pub stamped_hash: String,
    /// When it was issued.
    #[schema(format = DateTime)]
    pub issued_at: String,
    /// When it lapses: the end of its last day, UTC.
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
    /// The page where anybody verifies it.
    pub verification_url: String,
    /// The stamped PDF; `null` once erased.
    #[schema(required)]
    pub pdf: Option<PdfInfo>,
    /// The signed record, base64: the bytes in the barcode; `null` once erased.
    #[schema(required)]
    pub seal: Option<String>,
    /// What the issuer should know, such as modules too small for some scanners. Told once, when it is made.
    pub warnings: Vec<String>,
    /// Why it has its status, where there is a reason.
    #[schema(required)]
    pub status_reason: Option<String>,
    /// Reference of the stamp it takes the place of.
    #[schema(required)]
    pub replaces: Option<String>,
    /// Reference of the stamp that took its place.
    #[schema(required)]
    pub replaced_by: Option<String>,
    /// Evidence outside the record.
    pub evidence: Evidence,
}
