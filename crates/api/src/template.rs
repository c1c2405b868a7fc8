//! Trust templates on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Kind of document a template makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DocType {
    /// A certificate or diploma.
    Certificate,
    /// A credential: licence, badge, permit.
    Credential,
    /// A contract.
    Contract,
    /// Anything else.
    Other,
}

/// Type of a field's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum FieldType {
    /// Any text.
    #[default]
    Text,
    /// `YYYY-MM-DD`.
    Date,
    /// A decimal number.
    Number,
    /// An e-mail address.
    Email,
    /// An `http` or `https` address.
    Url,
    /// One of `options`.
    Enum,
}

/// One field of a template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchemaField {
    /// Name in requests: a letter, then letters, digits, `_` or `-`; at most 64 characters; unique.
    #[schema(max_length = 64, pattern = "^[A-Za-z][A-Za-z0-9_-]*$")]
    pub key: String,
    /// Name for people, 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    pub label: String,
    /// Whether an issuance must carry it.
    #[serde(default)]
    pub required: bool,
    /// Type of the value; default `text`.
    #[serde(default, rename = "type")]
    pub kind: FieldType,
    /// Longest value in characters, 1 to 500; default 500.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 500)]
    pub max_length: Option<u32>,
    /// A hint for the person who fills it in, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub help: Option<String>,
    /// The allowed values of an `enum`, 1 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 100)]
    pub options: Option<Vec<String>>,
}

/// Unit of a validity rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ValidityType {
    /// Calendar days.
    Days,
    /// Calendar months; the day clamps to the last of the month.
    Months,
    /// Calendar years; 29 February clamps to 28.
    Years,
}

/// How long documents of a template are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    /// Unit.
    #[serde(rename = "type")]
    pub kind: ValidityType,
    /// How many, 1 to 36,500.
    #[schema(minimum = 1, maximum = 36_500)]
    pub value: u32,
}

/// What the public sees of a template's documents.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Presentation {
    /// Personal facts a public verification shows: `recipientName` (the default), none (`[]`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 1)]
    pub public_fields: Option<Vec<String>>,
}

/// Body of `POST` and `PUT /v1/trust/templates`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TemplateInput {
    /// Name for people, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Kind of document.
    pub doc_type: DocType,
    /// Languages of the documents, the first is the default: codes of `/v1/reference-data/languages`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 24)]
    pub languages: Option<Vec<String>>,
    /// Fields, at most 60.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 60)]
    pub schema: Option<Vec<SchemaField>>,
    /// Validity rule; `null`: no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub validity: Option<Validity>,
    /// Look and public fields.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presentation: Option<Presentation>,
    /// A placement template that says where a barcode goes; left out or `null`, it stays as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub placement_template_id: Option<Uuid>,
    /// Whether documents can be issued from it; default `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
}

/// A template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Template {
    /// Id.
    pub id: Uuid,
    /// Name for people.
    pub name: String,
    /// Kind of document.
    pub doc_type: DocType,
    /// Languages, the default first.
    pub languages: Vec<String>,
    /// Fields.
    pub schema: Vec<SchemaField>,
    /// Validity rule.
    #[schema(required)]
    pub validity: Option<Validity>,
    /// Look and public fields.
    pub presentation: Presentation,
    /// A placement template that says where a barcode goes.
    #[schema(required)]
    pub placement_template_id: Option<Uuid>,
    /// Whether documents can be issued from it.
    pub is_active: bool,
    /// Whether it was put away.
    pub is_archived: bool,
    /// Counts its changes from 1; documents pin it. Also the `ETag`.
    pub version: u32,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}

/// Body of `POST …/{id}/unarchive`, if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnarchiveRequest {}

/// Body of `POST …/{id}/archive`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ArchiveRequest {
    /// Why, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

/// Body of `POST …/{id}/duplicate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DuplicateRequest {
    /// Name of the copy, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
}

/// Body of `PUT …/{id}/placement-template`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlacementChoice {
    /// A placement template, or `null` for none.
    #[schema(required)]
    pub placement_template_id: Option<Uuid>,
}

/// One column of the CSV a template accepts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CsvField {
    /// Column header.
    pub column: String,
    /// Name for people.
    pub label: String,
    /// Whether a row must fill it.
    pub required: bool,
    /// Type of the value.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// Longest value in characters.
    pub max_length: u32,
}
