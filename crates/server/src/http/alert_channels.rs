//! `/v1/alert-channels`.

use ananke_api::Page;
use ananke_api::alert_channel::{
    AlertChannel, CreateAlertChannel, CreatedAlertChannel, RotateAlertChannelSecret,
    TestedAlertChannel,
};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::Value;
use uuid::Uuid;

use super::auth::{AlertsRead, AlertsWrite, May};
use super::form::read;
use super::idempotency::{Begun, IdempotencyKey, answer, begin};
use super::query::Params;
use super::{InPath, JsonBody, OptionalJson};
use crate::app::App;
use crate::channels::guard;
use crate::ops::alert_channels::{self, Input, LONGEST_OVERLAP, OVERLAP};
use crate::ops::error::Error;

/// Lists the channels that alerts of the tenant go out by, oldest first.
#[utoipa::path(get, path = "/v1/alert-channels", tag = "Alerts", operation_id = "list_alert_channels",
    responses((status = 200, description = "All of them, at most ten.", body = Page<AlertChannel>)),
    security(("apiKey" = ["alerts:read"])))]
pub async fn list(
    State(app): State<App>,
    may: May<AlertsRead>,
    params: Params,
) -> Result<Json<Page<AlertChannel>>, Error> {
    params.finish()?;
    Ok(Json(alert_channels::list(&app, may.tenant.id).await?))
}

/// Makes a channel: every new alert is sent there, once. The secret that the messages of a webhook are signed with is in
/// this answer and nowhere else.
#[utoipa::path(post, path = "/v1/alert-channels", tag = "Alerts", operation_id = "create_alert_channel",
    request_body = CreateAlertChannel,
    responses((status = 201, description = "The channel with its secret.", body = CreatedAlertChannel)),
    security(("apiKey" = ["alerts:write"])))]
pub async fn create(
    State(app): State<App>,
    may: May<AlertsWrite>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::CREATED, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let new = (may.tenant.id, read_channel(body.value)?);
    let made = alert_channels::create(&app, &may.actor, new, running.once()).await?;
    Ok(answer(StatusCode::CREATED, made))
}

/// Deletes a channel: nothing more is sent there.
#[utoipa::path(delete, path = "/v1/alert-channels/{id}", tag = "Alerts", operation_id = "delete_alert_channel",
    params(("id" = Uuid, Path, description = "Id of the channel")),
    responses((status = 204, description = "Deleted.")),
    security(("apiKey" = ["alerts:write"])))]
pub async fn delete(
    State(app): State<App>,
    may: May<AlertsWrite>,
    InPath(id): InPath<Uuid>,
    params: Params,
) -> Result<StatusCode, Error> {
    params.finish()?;
    alert_channels::delete(&app, &may.actor, (may.tenant.id, id)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a test now, and says whether the receiver took it.
#[utoipa::path(post, path = "/v1/alert-channels/{id}/test", tag = "Alerts", operation_id = "test_alert_channel",
    params(("id" = Uuid, Path, description = "Id of the channel")),
    responses((status = 200, description = "What became of it.", body = TestedAlertChannel)),
    security(("apiKey" = ["alerts:write"])))]
pub async fn test(
    State(app): State<App>,
    may: May<AlertsWrite>,
    key: IdempotencyKey,
    InPath(id): InPath<Uuid>,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::OK, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::OK, earlier)),
        Begun::Go(running) => running,
    };
    read(body.value, |_| ())?;
    let of = (may.tenant.id, id);
    let tested = alert_channels::test(&app, &may.actor, of, running.once()).await?;
    Ok(answer(StatusCode::OK, tested))
}

/// Gives a webhook another secret. For the overlap its messages bear two signatures, of both secrets. The new one is in
/// this answer and nowhere else.
#[utoipa::path(post, path = "/v1/alert-channels/{id}/rotate-secret", tag = "Alerts",
    operation_id = "rotate_alert_channel_secret",
    params(("id" = Uuid, Path, description = "Id of the channel")),
    request_body = Option<RotateAlertChannelSecret>,
    responses((status = 200, description = "The channel with its new secret.", body = CreatedAlertChannel)),
    security(("apiKey" = ["alerts:write"])))]
pub async fn rotate(
    State(app): State<App>,
    may: May<AlertsWrite>,
    key: IdempotencyKey,
    InPath(id): InPath<Uuid>,
    OptionalJson(body): OptionalJson,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::OK, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::OK, earlier)),
        Begun::Go(running) => running,
    };
    let (of, overlap) = ((may.tenant.id, id), read_overlap(body.value)?);
    let rotated = alert_channels::rotate(&app, &may.actor, of, overlap, running.once()).await?;
    Ok(answer(StatusCode::OK, rotated))
}

/// Reads what a new channel shall be.
///
/// # Errors
/// Members at fault.
pub fn read_channel(body: Value) -> Result<Input, Error> {
    let input = read(body, |form| {
        let kind = form.required_word("kind", &["email", "webhook"]);
        let target = form.required_text("target", guard::LONGEST);
        kind.map(|kind| Input { kind, target })
    })?;
    // Without a kind there was an error.
    input.ok_or_else(|| Error::invalid("kind", "is required"))
}

/// Reads how long two secrets sign, in seconds.
///
/// # Errors
/// Members at fault.
pub fn read_overlap(body: Value) -> Result<u32, Error> {
    let overlap = read(body, |form| {
        form.integer("overlapSeconds", 0, LONGEST_OVERLAP)
    })?;
    Ok(overlap.unwrap_or(OVERLAP))
}
