//! What was used, and how much of what may be.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::api_key::KeyMode;

/// Answer of `GET /v1/usage`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Usage {
    /// Documents of this mode are counted, and requests of its keys.
    pub mode: KeyMode,
    /// The first day, `YYYY-MM-DD`, UTC.
    #[schema(format = Date)]
    pub from: String,
    /// The last day.
    #[schema(format = Date)]
    pub to: String,
    /// By day, every one of them, oldest first; or by key, those that did something.
    pub items: Vec<Used>,
    /// All together.
    pub total: Used,
    /// Quotas and caps in force; what is not in it has no limit. They are for live documents; with a test key the list
    /// is empty.
    pub limits: Vec<LimitUsed>,
}

/// What was used on a day or by a key.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Used {
    /// The day, with `by=day`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = Date)]
    pub day: Option<String>,
    /// The key, with `by=key`; what no key did is `operator` or `system`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<String>,
    /// Documents issued.
    pub issuances: i64,
    /// Documents stamped.
    pub stamps: i64,
    /// Documents suspended, revoked, expired ahead of time, erased or replaced.
    pub revocations: i64,
    /// Requests with a key, refused ones apart.
    pub requests: i64,
}

/// How much of a limit is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LimitUsed {
    /// `issuancesPerMonth`, `stampsPerMonth` or `revocationsPerDay` of the tenant, `keyRevocationsPerDay` of the key that asks.
    pub name: String,
    /// How many there may be in the period.
    pub limit: i64,
    /// How many there were.
    pub used: i64,
    /// How many there may still be.
    pub remaining: i64,
    /// When it begins anew.
    #[schema(format = DateTime)]
    pub resets_at: String,
    /// How many there will be by then if the rest of the period is like what has passed of it.
    pub forecast: i64,
}
