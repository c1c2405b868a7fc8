//! Alerts: what a tenant should know of.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// An alert. There is at most one open of a kind about a subject; seen again, it counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Alert {
    /// Id.
    pub id: Uuid,
    /// What happened, such as `auth_failures`; see `/v1/reference-data/alert-kinds`.
    pub kind: String,
    /// About what: `key:` and an id, `network:` and a network, a reference, the name of a limit, or empty.
    pub subject: String,
    /// How urgent it is.
    pub severity: AlertSeverity,
    /// What happened and the way out, in words.
    pub message: String,
    /// Facts.
    #[schema(value_type = Object)]
    pub details: serde_json::Value,
    /// When it was seen first.
    #[schema(format = DateTime)]
    pub first_at: String,
    /// When it was seen last.
    #[schema(format = DateTime)]
    pub last_at: String,
    /// How often it was seen.
    pub occurrences: i64,
    /// When somebody acknowledged it, or it was over because nothing was seen of it for a day.
    #[schema(required, format = DateTime)]
    pub ended_at: Option<String>,
    /// Who did: an actor as in the audit log.
    #[schema(required)]
    pub ended_by: Option<String>,
}

/// How urgent an alert is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AlertSeverity {
    /// For a look when there is time.
    Info,
    /// For a look today.
    Warning,
    /// For a look now.
    Critical,
}
