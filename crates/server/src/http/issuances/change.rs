//! `POST /v1/trust/issuances/{id}/lifecycle`, `…/replace`, `…/erase`.

use ananke_api::issuance::{Issuance, ReplaceRequest};
use ananke_api::lifecycle::{Action, EraseRequest, LifecycleRequest};
use ananke_api::upload::ReplaceUpload;
use ananke_format::lifecycle::Reason;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use uuid::Uuid;

use super::input;
use crate::app::App;
use crate::http::InPath;
use crate::http::auth::{IssuancesLifecycle, IssuancesWrite, May};
use crate::http::body::{JsonBody, Upload};
use crate::http::form::Form;
use crate::http::idempotency::{Begun, IdempotencyKey, answer, begin};
use crate::ops::error::{Error, FieldErrors};
use crate::ops::replace::Successor;
use crate::ops::{self, lifecycle::Input};

const ACTIONS: &[&str] = &["suspend", "revoke", "reinstate", "reactivate", "expire"];

/// Suspends, revokes, reinstates or expires a document.
#[utoipa::path(post, path = "/v1/trust/issuances/{id}/lifecycle", tag = "Issuances",
    operation_id = "change_lifecycle", params(("id" = Uuid, Path, description = "Issuance id")),
    request_body = LifecycleRequest,
    responses((status = 200, description = "The document.", body = Issuance)),
    security(("apiKey" = ["issuances:lifecycle"])))]
pub async fn lifecycle(
    State(app): State<App>,
    may: May<IssuancesLifecycle>,
    InPath(id): InPath<Uuid>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::OK, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::OK, earlier)),
        Begun::Go(running) => running,
    };
    let input = read(body)?;
    let changed = ops::lifecycle::change(&app, &may, id, &input, running.once()).await?;
    Ok(answer(StatusCode::OK, changed))
}

fn read(body: JsonBody) -> Result<Input, Error> {
    let mut errors = FieldErrors::new();
    let mut form = Form::new(body.value, &mut errors);
    let action: Option<Action> = form.required_word("action", ACTIONS);
    let reasons: Vec<&str> = Reason::ALL.iter().map(|reason| reason.as_str()).collect();
    let reason: Option<Reason> = form.word("reason", &reasons);
    if reason.is_some() && action.is_some_and(|action| action != Action::Revoke) {
        form.error(
            "reason",
            "belongs to revoke only; use `note` for your own records",
        );
    }
    let note = form.text("note", 500);
    form.finish();
    match action {
        Some(action) if errors.is_empty() => Ok(Input {
            action,
            reason,
            note,
        }),
        _ => Err(Error::Invalid(errors)),
    }
}

/// Issues a document in the place of another, which is revoked as superseded.
#[utoipa::path(post, path = "/v1/trust/issuances/{id}/replace", tag = "Issuances", operation_id = "replace",
    params(("id" = Uuid, Path, description = "Issuance id of the original")),
    request_body(content((ReplaceRequest = "application/json"), (ReplaceUpload = "multipart/form-data")),
        description = "JSON, or the same JSON as part `request` beside the file as part `pdf`"),
    responses((status = 201, description = "The new document.", body = Issuance)),
    security(("apiKey" = ["issuances:write"])))]
pub async fn replace(
    State(app): State<App>,
    may: May<IssuancesWrite>,
    InPath(id): InPath<Uuid>,
    key: IdempotencyKey,
    upload: Upload,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::CREATED, upload.json.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let request = input::read(upload, true).await?;
    let once = running.once();
    let issued = ops::replace::replace(
        &app,
        &may,
        id,
        &Successor::Issuance(Box::new(request.input)),
        request.revoke_original,
        once,
    )
    .await?;
    Ok(answer(StatusCode::CREATED, issued))
}

/// Removes the personal data of a document for good; it verifies as `not_found` from then on.
#[utoipa::path(post, path = "/v1/trust/issuances/{id}/erase", tag = "Issuances", operation_id = "erase",
    params(("id" = Uuid, Path, description = "Issuance id")), request_body = EraseRequest,
    responses((status = 200, description = "What is left of the document.", body = Issuance)),
    security(("apiKey" = ["issuances:lifecycle"])))]
pub async fn erase(
    State(app): State<App>,
    may: May<IssuancesLifecycle>,
    InPath(id): InPath<Uuid>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::OK, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::OK, earlier)),
        Begun::Go(running) => running,
    };
    let mut errors = FieldErrors::new();
    let mut form = Form::new(body.value, &mut errors);
    let reason = form.required_text("reason", 500);
    form.finish();
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    Ok(answer(
        StatusCode::OK,
        ops::erase::erase(&app, &may, id, &reason, running.once()).await?,
    ))
}
