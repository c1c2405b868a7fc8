//! API keys on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

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
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
    /// What it may do, such as `["issuances:write", "templates:read"]`; `["*"]` is everything. Default: what the key
    /// that asks may do, which can give no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 28)]
    pub scopes: Option<Vec<String>>,
    /// The only templates it may issue from and change documents of; default: those of the key that asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 100)]
    pub template_ids: Option<Vec<Uuid>>,
    /// The only networks it may be used from, such as `["192.0.2.0/24"]`; default: those of the key that asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 50)]
    pub allowed_cidrs: Option<Vec<String>>,
    /// When it lapses; default: when the key that asks does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub expires_at: Option<String>,
    /// A note, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// How many live documents it may take out of force in a day (UTC); default: as the key that asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 1, maximum = 1_000_000_000)]
    pub revocations_per_day: Option<u32>,
}

/// Body of `PATCH /v1/api-keys/{id}`: what is left out stays, `null` takes away.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateApiKey {
    /// A name people recognise, 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 1, max_length = 100)]
    pub name: Option<String>,
    /// `development`, `staging` or `production`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^(development|staging|production)$")]
    pub environment: Option<String>,
    /// The service that holds it, at most 100 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "told")]
    #[schema(value_type = Option<String>, max_length = 100)]
    pub service: Option<Option<String>>,
    /// What it may do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(min_items = 1, max_items = 28)]
    pub scopes: Option<Vec<String>>,
    /// The only templates it may issue from and change documents of; `null`: all.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "told")]
    #[schema(value_type = Option<Vec<Uuid>>, min_items = 1, max_items = 100)]
    pub template_ids: Option<Option<Vec<Uuid>>>,
    /// The only networks it may be used from; `null`: all.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "told")]
    #[schema(value_type = Option<Vec<String>>, min_items = 1, max_items = 50)]
    pub allowed_cidrs: Option<Option<Vec<String>>>,
    /// When it lapses; `null`: never.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "told")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Option<String>>,
    /// A note, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "told")]
    #[schema(value_type = Option<String>, max_length = 500)]
    pub note: Option<Option<String>>,
    /// How many live documents it may take out of force in a day (UTC); `null`: the server's default.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "told")]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 1_000_000_000)]
    pub revocations_per_day: Option<Option<u32>>,
}

/// Body of `POST /v1/api-keys/{id}/roll`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RollApiKey {
    /// How long the old key works beside the new one: 0 to 2592000 seconds (30 days), default 86400 (a day).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 2_592_000)]
    pub overlap_seconds: Option<u32>,
}

/// Body of `POST /v1/leaks`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LeakReport {
    /// What was found and looks like API keys, 1 to 100.
    #[schema(min_items = 1, max_items = 100)]
    pub keys: Vec<String>,
}

/// Tells `null` from what is left out.
mod told {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn deserialize<'de, D, T>(from: D) -> Result<Option<Option<T>>, D::Error>
    where
        D: Deserializer<'de>,
        T: Deserialize<'de>,
    {
        Option::deserialize(from).map(Some)
    }

    #[allow(clippy::ref_option, reason = "serde hands it over so")]
    pub(super) fn serialize<S: Serializer, T: Serialize>(
        value: &Option<Option<T>>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        value.serialize(to)
    }
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
    /// The only templates it may issue from and change documents of; `null`: all.
    #[schema(required)]
    pub template_ids: Option<Vec<Uuid>>,
    /// The only networks it may be used from; `null`: all.
    #[schema(required)]
    pub allowed_cidrs: Option<Vec<String>>,
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
    /// Not used for 30 days, or since it was made that long ago: a key nobody needs is better deleted.
    pub is_idle: bool,
    /// The key that took its place.
    #[schema(required)]
    pub superseded_by: Option<String>,
    /// Until when it works beside the key that took its place.
    #[schema(required, format = DateTime)]
    pub overlap_ends_at: Option<String>,
    /// How many live documents it may take out of force in a day (UTC); `null`: the server's default.
    #[serde(default)]
    #[schema(required)]
    pub revocations_per_day: Option<i64>,
}

/// Answer of `POST /v1/api-keys` and of a roll: the only time the secret is shown.
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
