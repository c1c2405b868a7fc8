//! Bodies of `multipart/form-data`, and files: what the contract says of bytes.

use utoipa::ToSchema;

use crate::issuance::{IssueRequest, ReplaceRequest};

/// Bytes as they are.
#[derive(Debug, Clone, ToSchema)]
#[schema(value_type = String, format = Binary)]
pub struct Binary(pub Vec<u8>);

/// Parts of `POST /v1/trust/issuances`.
#[derive(Debug, Clone, ToSchema)]
pub struct IssueUpload {
    /// The request, without its member `pdf`.
    pub request: IssueRequest,
    /// The file, at most 10 MB.
    #[schema(nullable = false)]
    pub pdf: Option<Binary>,
}

/// Parts of `POST …/{id}/replace`.
#[derive(Debug, Clone, ToSchema)]
pub struct ReplaceUpload {
    /// The request, without its member `pdf`.
    pub request: ReplaceRequest,
    /// The file, at most 10 MB.
    #[schema(nullable = false)]
    pub pdf: Option<Binary>,
}

/// Parts of `POST /v1/trust/verify/by-file`.
#[derive(Debug, Clone, ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct FileUpload {
    /// The file, at most 10 MB.
    pub pdf: Binary,
    /// Only documents of this issuer.
    #[schema(nullable = false, pattern = "^[0-9A-Za-z]{6}$")]
    pub issuer_code: Option<String>,
}
