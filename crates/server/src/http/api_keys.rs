//! `/v1/api-keys`.

use ananke_api::Page;
use ananke_api::api_key::{ApiKey, CreateApiKey, CreatedApiKey, KeyMode};
use ananke_format::Mode;
use ananke_format::api_key::ApiKeyId;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::auth::{KeysRead, KeysWrite, May};
use super::form::Form;
use super::idempotency::{Begun, IdempotencyKey, answer, begin};
use super::query::Params;
use super::{InPath, JsonBody};
use crate::app::App;
use crate::ops::api_keys::{self, Input};
use crate::ops::error::{Error, FieldErrors};
use crate::ops::words::mode_of;

/// Lists the keys of the caller's tenant and mode.
#[utoipa::path(get, path = "/v1/api-keys", tag = "Keys", operation_id = "list_api_keys",
    params(("limit" = Option<u32>, Query, description = "1 to 200, default 50"),
        ("cursor" = Option<String>, Query, description = "`nextCursor` of the page before")),
    responses((status = 200, description = "A page of keys.", body = Page<ApiKey>)),
    security(("apiKey" = ["keys:read"])))]
pub async fn list(
    State(app): State<App>,
    may: May<KeysRead>,
    mut params: Params,
) -> Result<Json<Page<ApiKey>>, Error> {
    let limit = params.limit();
    let after = params.key_cursor();
    params.finish()?;
    Ok(Json(api_keys::list(&app, &may, after, limit).await?))
}

/// Makes a key. Its secret is in this answer and nowhere else.
#[utoipa::path(post, path = "/v1/api-keys", tag = "Keys", operation_id = "create_api_key",
    request_body = CreateApiKey,
    responses((status = 201, description = "The key with its secret.", body = CreatedApiKey)),
    security(("apiKey" = ["keys:write"])))]
pub async fn create(
    State(app): State<App>,
    may: May<KeysWrite>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<Response, Error> {
    let running = match begin(&app, &may, &key, StatusCode::CREATED, body.digest).await? {
        Begun::Replayed(earlier) => return Ok(answer(StatusCode::CREATED, earlier)),
        Begun::Go(running) => running,
    };
    let mut errors = FieldErrors::new();
    let mut form = Form::new(body.value, &mut errors);
    let input = read(&mut form, may.mode);
    if let Err(message) = api_keys::check_mode(&may, &input) {
        form.error("mode", message);
    }
    if input
        .expires_at
        .is_some_and(|end| end <= app.ctx.now_micros())
    {
        form.error("expiresAt", "must be in the future");
    }
    form.finish();
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    let made = api_keys::create(&app, &may, input, running.once()).await?;
    Ok(answer(StatusCode::CREATED, made))
}

/// Reads what a new key shall be.
pub fn read(form: &mut Form<'_>, default_mode: Mode) -> Input {
    let name = form.required_text("name", 100);
    let mode = form
        .word::<KeyMode>("mode", &["live", "test"])
        .map_or(default_mode, mode_of);
    let environment = form.word::<String>("environment", &["development", "staging", "production"]);
    if let Some(scopes) = form.texts("scopes", 20, 64)
        && scopes != ["*"]
    {
        form.error(
            "scopes",
            "must be [\"*\"]: keys of this release have full access",
        );
    }
    Input {
        name,
        mode,
        environment,
        service: form.text("service", 100),
        note: form.text("note", 500),
        expires_at: form
            .instant("expiresAt")
            .map(ananke_format::Instant::as_microsecond),
    }
}

/// Deletes a key; it is refused from then on.
#[utoipa::path(delete, path = "/v1/api-keys/{id}", tag = "Keys", operation_id = "delete_api_key",
    params(("id" = String, Path, description = "Key id"),
        ("force" = Option<bool>, Query, description = "Delete a key that was used within 24 hours")),
    responses((status = 204, description = "Deleted.")),
    security(("apiKey" = ["keys:write"])))]
pub async fn delete(
    State(app): State<App>,
    may: May<KeysWrite>,
    InPath(id): InPath<String>,
    mut params: Params,
) -> Result<StatusCode, Error> {
    let force = params.flag("force").unwrap_or(false);
    params.finish()?;
    let id = ApiKeyId::parse(&id).map_err(|_| Error::NotFound)?;
    api_keys::delete(&app, &may, id.as_str(), force).await?;
    Ok(StatusCode::NO_CONTENT)
}
