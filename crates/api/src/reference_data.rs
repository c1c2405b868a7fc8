//! Reference data: the closed lists of the contract, for clients and forms.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One entry of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// The word used in the API.
    pub code: String,
    /// What it means, in English.
    pub label: String,
}
