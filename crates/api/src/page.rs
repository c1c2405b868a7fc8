//! Lists: one page of items and the cursor of the next.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One page of a list, newest first, stable while new items are created.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The items of this page, at most `limit` of them.
    pub items: Vec<T>,
    /// Pass it as `cursor` for the next page; `null` on the last.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
