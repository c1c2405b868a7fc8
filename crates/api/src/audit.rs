//! The record of a tenant on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::lifecycle::Event;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// The event.
    #[serde(flatten)]
    pub event: Event,
    /// What it is about: the id of a document, a template or a tenant; of an API key, a digest of its id.
    pub subject: Uuid,
}

/// Answer of `GET /v1/audit-events`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuditPage {
    /// Events, at most as many as asked for; fewer does not mean that there are no more.
    pub items: Vec<AuditEvent>,
    /// Where the list goes on. With `order=recorded` always present: asked again later, it gives what came since.
    #[schema(required)]
    pub next_cursor: Option<String>,
}
