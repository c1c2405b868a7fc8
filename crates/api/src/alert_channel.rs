//! Where alerts go: by e-mail, or as signed messages to a webhook.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A channel of a tenant, shared by its two modes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AlertChannel {
    /// Id.
    pub id: Uuid,
    /// How it sends.
    pub kind: AlertChannelKind,
    /// Where to: an e-mail address, or the address of a webhook.
    pub target: String,
    /// When it was made.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// When a test delivery succeeded last.
    #[schema(required, format = DateTime)]
    pub tested_at: Option<String>,
    /// When a delivery failed last.
    #[schema(required, format = DateTime)]
    pub failed_at: Option<String>,
    /// Why that one failed.
    #[schema(required)]
    pub last_error: Option<DeliveryFailure>,
}

/// How a channel sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AlertChannelKind {
    /// A mail of plain text.
    Email,
    /// A POST, signed as Standard Webhooks has it.
    Webhook,
}

/// Why a delivery failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryFailure {
    /// The target leads to no address that may be called.
    NoAddress,
    /// Nobody answers there, or not as a receiver does.
    Unreachable,
    /// The receiver did not prove who it is.
    Certificate,
    /// It took too long.
    TimedOut,
    /// The receiver answered with another address, which is not followed.
    Redirected,
    /// The receiver answered that it does not take it.
    Refused,
    /// The receiver answered 410: the channel is deleted.
    Gone,
    /// The operator of this server has taken the mail server out of its settings.
    NoMailServer,
}

/// Body of `POST /v1/alert-channels`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CreateAlertChannel {
    /// How it sends.
    pub kind: AlertChannelKind,
    /// An e-mail address, or the address of a webhook, which begins with `https://`.
    #[schema(min_length = 1, max_length = 1000)]
    pub target: String,
}

/// Body of `POST /v1/alert-channels/{id}/rotate-secret`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RotateAlertChannelSecret {
    /// So long messages are signed with both secrets, at most a week; default a day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 604_800)]
    pub overlap_seconds: Option<u32>,
}

/// A channel as it was made or changed: the only time a secret is shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CreatedAlertChannel {
    /// The channel.
    #[serde(flatten)]
    pub channel: AlertChannel,
    /// What a webhook's messages are signed with, to be stored in a secrets manager now. `null` for e-mail, and in an
    /// idempotent replay.
    #[schema(required)]
    pub secret: Option<String>,
    /// Present and `true` where `secret` is `null` because it was shown already.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_shown_once: Option<bool>,
}

impl std::fmt::Debug for CreatedAlertChannel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CreatedAlertChannel")
            .field("channel", &self.channel)
            .field("secret", &self.secret.as_ref().map(|_| "(set)"))
            .finish_non_exhaustive()
    }
}

/// What became of a test delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TestedAlertChannel {
    /// Whether the receiver took it.
    pub delivered: bool,
    /// Why not.
    #[schema(required)]
    pub error: Option<DeliveryFailure>,
}
