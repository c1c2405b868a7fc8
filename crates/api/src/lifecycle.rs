//! Status and lifecycle of a document on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// Status of a document at the time of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum Status {
    /// In force.
    Active,
    /// Taken out of force for now; may come back.
    Suspended,
    /// Taken out of force for good.
    Revoked,
    /// Its time has passed, or it was expired early.
    Expired,
}

/// What a lifecycle request does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// `Active` to `Suspended`.
    Suspend,
    /// To `Revoked`, finally.
    Revoke,
    /// `Suspended` to `Active`, or to `Expired` when its time has passed.
    Reinstate,
    /// The same as `reinstate`.
    Reactivate,
    /// `Active` to `Expired`, ahead of time.
    Expire,
}

/// Body of `POST …/{id}/lifecycle`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LifecycleRequest {
    /// What to do.
    pub action: Action,
    /// For `revoke`: one of the lifecycle reasons of `/v1/reference-data/lifecycle-reasons`;
    /// default `other`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// A note for the issuer's own records, at most 500 characters. Never public.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

/// Body of `POST …/{id}/erase`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EraseRequest {
    /// Why the personal data goes, for the record; at most 500 characters, itself free of personal data.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// One event in the life of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// Event id, in time order.
    pub id: Uuid,
    /// What happened, such as `issuance.issued`; the list is `/v1/reference-data/event-types`.
    #[serde(rename = "type")]
    pub kind: String,
    /// When.
    #[schema(format = DateTime)]
    pub at: String,
    /// Who: `key:` and the id of an API key, `operator` or `system`.
    pub actor: String,
    /// Request that caused it.
    #[schema(required)]
    pub request_id: Option<String>,
    /// Trace that caused it.
    #[schema(required)]
    pub trace_id: Option<String>,
    /// Writer stream the event stands in.
    pub stream: Uuid,
    /// Its place in the stream, without gaps.
    pub sequence: u64,
    /// Hash of the event header, chained to the one before.
    pub hash: String,
    /// What was recorded with it; `null` once erased.
    #[schema(required, value_type = Option<Object>)]
    pub data: Option<serde_json::Value>,
}
