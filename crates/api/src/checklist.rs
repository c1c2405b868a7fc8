//! The production checklist: what the hardening guide asks for, and how it stands.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Answer of `GET /v1/checklist`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Checklist {
    /// The tenant's name.
    pub tenant: String,
    /// The tenant's issuer code.
    pub issuer_code: String,
    /// When it was looked at: now.
    #[schema(format = DateTime)]
    pub checked_at: String,
    /// The items, in the order of the guide.
    pub items: Vec<ChecklistItem>,
}

/// An item of the checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChecklistItem {
    /// Its name, such as `secrets_manager`.
    pub item: String,
    /// The same for people.
    pub title: String,
    /// How it stands.
    pub state: ChecklistState,
    /// What was seen, in words.
    pub evidence: String,
    /// What was seen: numbers and dates.
    #[schema(value_type = Object)]
    pub details: serde_json::Value,
    /// What to do, where it neither passes nor is attested.
    #[schema(required)]
    pub fix: Option<String>,
    /// Whether a person may vouch for it.
    pub attestable: bool,
    /// Who vouches for it; none once that has lapsed.
    #[schema(required)]
    pub attestation: Option<ChecklistAttestation>,
}

/// How an item stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChecklistState {
    /// The server sees that it is as it should be.
    Pass,
    /// The server sees that it is not.
    Fail,
    /// The server cannot see it, or not all of it, and a person vouches for it.
    Attested,
    /// The server cannot see it, and nobody vouches for it.
    CannotBeSeen,
}

/// A person's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChecklistAttestation {
    /// Who vouches.
    pub attested_by: String,
    /// Where it is written down.
    #[schema(required)]
    pub link: Option<String>,
    /// Since when.
    #[schema(format = DateTime)]
    pub attested_at: String,
    /// When it lapses: 180 days later.
    #[schema(format = DateTime)]
    pub lapses_at: String,
}

/// Body of `PUT /v1/checklist/{item}/attestation`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AttestRequest {
    /// Who vouches: a name, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub attested_by: String,
    /// Where it is written down: `https://…`, at most 2,000 characters. Required for `rotation`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 2000)]
    pub link: Option<String>,
}
