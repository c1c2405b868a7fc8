//! API keys on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Which documents a key sees and makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum KeyMode {
    /// Real documents.
    Live,
    /// Test documents, signed under a test authority.
    Test,
}

/// Body of `POST /v1/api-keys`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateApiKey {
    /// A name people recognise, 1 to 100 characters.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// `development`, `staging` or `production`; default `production` for live keys, `development` for test keys.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^(development|staging|production)$")]
    pub environment: Option<String>,
    /// The service that holds it, at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 100)]
    pub service: Option<String>,
    /// `live` or `test`; default: the mode of the key that asks, which can make no other.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mode: Option<KeyMode>,
    /// `["*"]`, full access: the only scope of this release, and the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 1)]
    pub scopes: Option<Vec<String>>,
    /// When it lapses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// A note, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Key id: 12 characters, may be logged.
    pub id: String,
    /// Name.
    pub name: String,
    /// What may be logged: `ak_live_` and the id.
    pub prefix: String,
    /// Last four characters of the key.
    pub last4: String,
    /// Documents it sees and makes.
    pub mode: KeyMode,
    /// Environment label.
    pub environment: String,
    /// Service label.
    #[schema(required)]
    pub service: Option<String>,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Note.
    #[schema(required)]
    pub note: Option<String>,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When it was last used, to the minute.
    #[schema(required, format = DateTime)]
    pub last_used_at: Option<String>,
    /// When it lapses.
    #[schema(required, format = DateTime)]
    pub expires_at: Option<String>,
    /// The key that took its place.
    #[schema(required)]
    pub superseded_by: Option<String>,
}

/// Answer of `POST /v1/api-keys`: the only time the secret is shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedApiKey {
    /// The key.
    #[serde(flatten)]
    pub key: ApiKey,
    /// The whole key, to be stored in a secrets manager now. `null` in an idempotent replay.
    #[schema(required)]
    pub secret: Option<String>,
    /// Present and `true` where `secret` is `null` because it was shown already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_shown_once: Option<bool>,
}
