//! `POST /v1/tcode/stamps/{id}/suspend`, `…/revoke`, `…/reactivate`, `…/replace`, `…/erase`.

use ananke_api::lifecycle::{Action, EraseRequest};
use ananke_api::tcode::stamp::{
    Stamp, StampChangeRequest, StampReplaceRequest, StampReplaceUpload, StampRevokeRequest,
};
use ananke_format::lifecycle::Reason;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;

use super::input;
use crate::app::App;
use crate::http::auth::{May, StampsLifecycle, StampsWrite};
use crate::http::body::Upload;
use crate::http::form;
use crate::http::idempotency::{Begun, IdempotencyKey, answer, begin};
use crate::http::{InPath, JsonBody, OptionalJson};
use crate::ops::lifecycle::Input;
use crate::ops::replace::Successor;
use crate::ops::{self, Error};

/// Suspends a stamp.
#[utoipa::path(post, path = "/v1/tcode/stamps/{id}/suspend", tag = "Stamps", operation_id = "suspend_stamp",
    params(("id" = Uuid, Path, description = "Stamp id")), request_body = Option<StampChangeRequest>,
    responses((status = 200, description = "The stamp.", body = Stamp)),
    security(("apiKey" = ["stamps:lifecycle"])))]
pub async fn suspend(
    State(app): State<App>,
    may: May<StampsLifecycle>,
    InPath(id): InPath<Uuid>,
    key: IdempotencyKey,
    body: OptionalJson,
) -> Result<Response, Error> {
    change(&app, &may, id, &key, body, Action::Suspend).await
}

/// Revokes a stamp for good.
#[utoipa::path(post, path = "/v1/tcode/stamps/{id}/revoke", tag = "Stamps", operation_id = "revoke_stamp",
    params(("id" = Uuid, Path, description = "Stamp id")), request_body = Option<StampRevokeRequest>,
    responses((status = 200, description = "The stamp.", body = Stamp)),
    security(("apiKey" = ["stamps:lifecycle"])))]
pub async fn revoke(
    State(app): State<App>,
    may: May<StampsLifecycle>,
    InPath(id): InPath<Uuid>,
    key: IdempotencyKey,
    body: OptionalJson,
) -> Result<Response, Error> {
    change(&app, &may, id, &key, body, Action::Revoke).await
}

/// Puts a suspended stamp back in force.
#[utoipa::path(post, path = "/v1/tcode/stamps/{id}/reactivate", tag = "Stamps", operation_id = "reactivate_stamp",
    params(("id" = Uuid, Path, description = "Stamp id")), request_body = Option<StampChangeRequest>,
    responses((status = 200, description = "The stamp.", body = Stamp)),
    security(("apiKey" = ["stamps:lifecycle"])))]
pub async fn reactivate(
    State(app): State<App>,
    may: May<StampsLifecycle>,
    InPath(id): InPath<Uuid>,
    key: IdempotencyKey,
    body: OptionalJson,
) -> Result<Response, Error> {
    change(&app, &may, id, &key, body, Action::Reactivate).await
}

async fn change(
    app: &App,
    may: &May<StampsLifecycle>,
    id: Uuid,
    key: &IdempotencyKey,
    OptionalJson(body): OptionalJson,
    action: Action,
) -> Result<Response, Error> {
    let running = match begin(app, may, key, StatusCode::OK, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::OK, earlier)),
        Begun::Go(running) => running,
    };
    let input = form::read(body.value, |form| {
        let reasons: Vec<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
        Input {
            action,
            reason: match action {
                Action::Revoke => form.word("reason", &reasons),
                _ => None,
            },
            note: form.text("note", 500),
        }
    })?;
    let changed = ops::lifecycle::change(app, may, id, &input, running.once()).await?;
    Ok(answer(StatusCode::OK, changed))
}

/// Stamps a PDF in the place of another, whose stamp is revoked as superseded.
#[utoipa::path(post, path = "/v1/tcode/stamps/{id}/replace", tag = "Stamps", operation_id = "replace_stamp",
    params(("id" = Uuid, Path, description = "Stamp id of the original")),
    request_body(content((StampReplaceRequest = "application/json"), (StampReplaceUpload = "multipart/form-data")),
        description = "JSON, or the same JSON as part `request` beside the file as part `pdf`"),
    responses((status = 201, description = "The new stamp.", body = Stamp)),
    security(("apiKey" = ["stamps:write"])))]
pub async fn replace(
    State(app): State<App>,
    may: May<StampsWrite>,
    InPath(id): InPath<Uuid>,
    key: IdempotencyKey,
    upload: Upload,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::CREATED, upload.json.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let request = input::read(upload, true).await?;
    let successor = Successor::Stamp(Box::new(request.input));
    let once = running.once();
    let made = ops::replace::replace(&app, &may, id, &successor, request.revoke_original, once);
    Ok(answer(StatusCode::CREATED, Box::pin(made).await?))
}

/// Removes the personal data of a stamp for good, its file among them; it verifies as `not_found` from then on.
#[utoipa::path(post, path = "/v1/tcode/stamps/{id}/erase", tag = "Stamps", operation_id = "erase_stamp",
    params(("id" = Uuid, Path, description = "Stamp id")), request_body = EraseRequest,
    responses((status = 200, description = "What is left of the stamp.", body = Stamp)),
    security(("apiKey" = ["stamps:lifecycle"])))]
pub async fn erase(
    State(app): State<App>,
    may: May<StampsLifecycle>,
    InPath(id): InPath<Uuid>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::OK, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::OK, earlier)),
        Begun::Go(running) => running,
    };
    let reason = form::read(body.value, |form| form.required_text("reason", 500))?;
    let erased = ops::erase::erase(&app, &may, id, &reason, running.once()).await?;
    Ok(answer(StatusCode::OK, erased))
}
