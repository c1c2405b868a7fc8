//! TDoc templates on the wire: which fields a seal carries.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::template::SchemaField;

/// Body of `POST` and `PUT /v1/tcode/templates`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TdocTemplateInput {
    /// Name for people, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub name: String,
    /// Fields of the seal in their order, at most 60. Every value takes room in the barcode: keep `maxLength` small.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 60)]
    pub schema: Option<Vec<SchemaField>>,
    /// Keys of the fields that a verification by reference or hash shows; default: all. Whoever has the seal reads all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_items = 60)]
    pub public_fields: Option<Vec<String>>,
    /// Whether stamps can be made from it; default `true`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_active: Option<bool>,
}

/// A TDoc template: a document profile of BSI TR-03171, version by version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TdocTemplate {
    /// Id.
    pub id: Uuid,
    /// Name for people.
    pub name: String,
    /// Fields of the seal in their order.
    pub schema: Vec<SchemaField>,
    /// Keys of the fields that a verification by reference or hash shows; `null`: all.
    #[schema(required)]
    pub public_fields: Option<Vec<String>>,
    /// Id of this version, which its seals name: the number of its profile.
    pub profile_id: Uuid,
    /// Whether stamps can be made from it.
    pub is_active: bool,
    /// Whether it was put away.
    pub is_archived: bool,
    /// Counts its changes from 1; stamps pin it. Also the `ETag`.
    pub version: u32,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last changed.
    #[schema(format = DateTime)]
    pub updated_at: String,
}
