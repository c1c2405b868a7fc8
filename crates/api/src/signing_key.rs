//! Signing keys of a tenant on the wire: what its documents are signed with.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A signing key with its certificate. The private key never leaves the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SigningKey {
    /// Id.
    pub id: Uuid,
    /// The eight characters that documents name it by; also the serial number of the certificate.
    pub certificate_reference: String,
    /// What it is good for now.
    pub state: SigningKeyState,
    /// Whether new documents are signed with it now: of those that are active, the one that began last.
    pub signs: bool,
    /// From when on it may sign: the start of its certificate.
    #[schema(format = DateTime)]
    pub valid_from: String,
    /// Until when it may sign. What it signed outlives it.
    #[schema(format = DateTime)]
    pub valid_until: String,
    /// From when on nothing that it signed counts. It stopped signing a few seconds before.
    #[schema(required, format = DateTime)]
    pub retired_at: Option<String>,
    /// Since when it may have been in wrong hands.
    #[schema(required, format = DateTime)]
    pub compromised_at: Option<String>,
    /// Where its certificate is, with `.pem` behind it the whole chain.
    pub certificate_url: String,
}

/// What a signing key is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SigningKeyState {
    /// It may sign.
    Active,
    /// It will sign from `validFrom` on.
    Scheduled,
    /// It signs no more; what it signed before stays good.
    Retired,
    /// It signs no more; what it signed is good only where something else proves that it is older.
    Compromised,
    /// Its time has passed; what it signed stays good.
    Expired,
}

/// Body of `POST /v1/signing-keys`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateSigningKey {
    /// From when on it signs, in the future and at most a year ahead, cut to the second; until then the keys there are go
    /// on. Default: at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub starts_at: Option<String>,
}

/// Body of `POST /v1/signing-keys/{id}/retire`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetireSigningKey {
    /// Why, for the record; at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

/// Body of `POST /v1/signing-keys/{id}/compromise`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CompromiseSigningKey {
    /// Since when the key may have been in wrong hands, not in the future. When in doubt, the earlier date: it can be moved
    /// to an earlier one later, and never to a later one.
    #[schema(format = DateTime)]
    pub at: String,
    /// Why, for the record; at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
}

/// A signing key that was ended, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EndedSigningKey {
    /// The key as it is now.
    #[serde(flatten)]
    pub key: SigningKey,
    /// What signs from now on, where a key was made for that because there was no other.
    #[schema(required)]
    pub successor_id: Option<Uuid>,
    /// With `dryRun`: what it would do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub effect: Option<EndingEffect>,
}

/// What ending a signing key does to documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EndingEffect {
    /// Documents signed with it.
    pub documents: i64,
    /// Those of them that would be invalid.
    pub invalid_documents: i64,
}
