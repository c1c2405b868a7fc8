//! Questions about stamps on the wire. Answers are [`crate::verification::Verification`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::upload::Binary;

/// Most members of a scan's context.
pub const CONTEXT_MEMBERS: usize = 20;
/// Longest name or value of a member, in characters.
pub const CONTEXT_CHARS: usize = 200;

/// Body of `POST /v1/tcode/verify`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ByPayload {
    /// The bytes of the barcode, base64.
    #[schema(
        min_length = 4,
        max_length = 8192,
        pattern = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{4}|[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)$"
    )]
    pub payload: String,
}

/// Body of `POST /v1/tcode/verify/sync`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BySync {
    /// The bytes of the barcode, base64.
    #[schema(
        min_length = 4,
        max_length = 8192,
        pattern = "^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{4}|[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)$"
    )]
    pub payload: String,
    /// Where and by what it was scanned, such as `scannerId` and `location`: at most 20 texts of 200 characters. Kept in the
    /// history, and believed by nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub context: Option<BTreeMap<String, String>>,
}

/// Parts of `POST /v1/tcode/verify/image`.
#[derive(Debug, Clone, ToSchema)]
pub struct ImageUpload {
    /// A PNG, a JPEG or a PDF with the barcode, at most 10 MB.
    pub file: Binary,
}

/// A field of a seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SealField {
    /// Its place among the template's fields, from 0.
    pub position: u8,
    /// Its key; `null` where the template is not at hand.
    #[schema(required)]
    pub key: Option<String>,
    /// Its name for people; `null` where the template is not at hand.
    #[schema(required)]
    pub label: Option<String>,
    /// Its value, as it was signed.
    pub value: String,
}

/// What somebody said of a scan. Nobody checked any of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Scan {
    /// Always `false`: it is what the asker said.
    pub verified: bool,
    /// What was said.
    pub context: BTreeMap<String, String>,
}
