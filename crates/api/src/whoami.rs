//! Who a key is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::api_key::KeyMode;

/// Answer of `GET /v1/whoami`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Whoami {
    /// The tenant's name.
    pub tenant: String,
    /// The tenant's issuer code.
    pub issuer_code: String,
    /// The key that asked.
    pub key: WhoamiKey,
    /// Limits in force.
    pub limits: Limits,
}

/// The key that asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WhoamiKey {
    /// Key id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What may be logged: `ak_live_` and the id.
    pub prefix: String,
    /// Documents it sees and makes.
    pub mode: KeyMode,
    /// Environment label.
    pub environment: String,
    /// Service label.
    #[schema(required)]
    pub service: Option<String>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// The only templates it may issue from and change documents of; `null`: all.
    #[schema(required)]
    pub template_ids: Option<Vec<Uuid>>,
    /// When it lapses.
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
    /// The key that took its place.
    #[schema(required)]
    pub superseded_by: Option<String>,
    /// Until when it works beside that one.
    #[schema(required, format = DateTime)]
    pub overlap_ends_at: Option<String>,
}

/// Limits in force for the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Limits {
    /// Largest PDF, in bytes.
    pub pdf_max_bytes: u64,
    /// Longest field value, in characters.
    pub field_value_max_chars: u64,
    /// How long an idempotency key is kept, in hours.
    pub idempotency_hours: u64,
    /// How often may be asked; what is not in it has no limit.
    #[serde(default)]
    #[schema(required)]
    pub rates: Vec<Rate>,
}

/// A limit on how often may be asked: so many units per so many seconds, so many at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rate {
    /// `public`: verification without a key, of one network; `reads`, `writes`, `files`: of one key; `tenant`: of all
    /// keys of a tenant.
    pub name: String,
    /// Requests.
    pub requests: u32,
    /// Per so many seconds.
    pub seconds: u32,
    /// So many may come at once.
    pub burst: u32,
}
